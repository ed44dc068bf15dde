"""Is contrast computed as WCAG does, and of the tokens as they stand?"""

import pytest
from genkan.design import contrast
from genkan.design.contrast import Token, Weak
from seeded import ROOT

TOKENS = contrast.tokens((ROOT / "static" / "css" / "tokens.css").read_text())


@pytest.mark.parametrize(
    ("first", "second", "ratio"),
    [
        ("#000", "#ffffff", 21.0),
        ("white", "white", 1.0),
        ("#767676", "#fff", 4.54),
        ("rgb(118 118 118)", "rgb(100% 100% 100%)", 4.54),
        ("hsl(0, 0%, 46.27%)", "white", 4.54),
        ("hsl(210deg 100% 50%)", "#0080ff", 1.0),
        ("#1e1b16", "#f6f3ec", 15.49),
    ],
)
def test_the_ratio_is_that_of_wcag(first: str, second: str, ratio: float) -> None:
    one, other = contrast.rgb(first), contrast.rgb(second)
    assert one is not None
    assert other is not None
    assert contrast.ratio(one, other) == contrast.ratio(other, one) == pytest.approx(ratio, abs=0.005)


@pytest.mark.parametrize("text", ["oklch(50% 0.1 200)", "rgb(1 2 3 / 50%)", "#12345678", "rebeccapurple", "var(--x)"])
def test_what_is_not_understood_has_no_colour(text: str) -> None:
    assert contrast.rgb(text) is None


def test_every_pair_of_ours_can_be_read_in_both_themes() -> None:
    assert {name for seen, ground, _ in contrast.PAIRS for name in (seen, ground)} <= TOKENS.keys()
    assert contrast.weak(TOKENS) == []


def test_tokens_are_read_with_their_lines_in_both_themes() -> None:
    css = """/* --page: red; */
:root {
  --page: light-dark(#fff, rgb(0 0 0)); /* floor */
  --text: #111
}
@media (prefers-contrast: more) { :root { --text: var(--page); } }
:root[data-theme="dark"] { --text: blue; }
:root { --edge: var(--text); }
"""
    assert contrast.tokens(css) == {
        "page": Token("#fff", "rgb(0 0 0)", 3),
        "text": Token("#111", "#111", 4),
        "edge": Token("var(--text)", "var(--text)", 8),
    }


def test_a_token_may_refer_to_another_but_not_to_itself_or_to_nothing() -> None:
    known = contrast.tokens(":root { --a: var(--b); --b: light-dark(#000, #fff); --c: var(--c); --d: var(--no); }")
    assert contrast.colour(known, "a", "dark") == (1.0, 1.0, 1.0)
    assert contrast.colour(known, "c", "light") is None
    assert contrast.colour(known, "d", "light") is None


def test_a_pair_that_is_weak_or_not_understood_is_named_with_its_theme() -> None:
    known = contrast.tokens(":root { --edge: light-dark(#777, #777); --page: light-dark(#fff, oklch(0 0 0)); }")
    assert contrast.weak(known) == [Weak("edge", "page", "dark", None, 3.0)]
    known = contrast.tokens(":root { --edge: #bbb; --page: light-dark(#fff, #000); }")
    assert [(each.theme, round(each.ratio or 0, 2)) for each in contrast.weak(known)] == [("light", 1.92)]
