"""Are the custom properties read as a designer wrote them, and is their contrast what WCAG says?"""

import re
from pathlib import Path

from genkan.design import contrast, tokens
from genkan.design.tokens import Token

ROOT = Path(__file__).parents[2]
STYLE = """/* Whose file this is. */
@layer tokens, base;
@layer tokens {
  :root {
    color-scheme: light dark;
    /* Surfaces */
    --page: light-dark(#ffffff, #000000); /* the floor */
    --text: light-dark(#595959, white);
    /* Space */
    --space-1: 0.25rem;
    --edge: light-dark(#777777, #999999);
  }
  @media (prefers-contrast: more) {
    :root { --text: var(--page); }
  }
}
"""


def test_a_token_has_its_value_heading_and_comment() -> None:
    assert tokens.read(STYLE) == [
        Token("page", "light-dark(#ffffff, #000000)", "", "Surfaces", "the floor", ("#ffffff", "#000000")),
        Token("text", "light-dark(#595959, white)", "", "Surfaces", "", ("#595959", "#ffffff")),
        Token("space-1", "0.25rem", "", "Space"),
        Token("edge", "light-dark(#777777, #999999)", "", "Space", "", ("#777777", "#999999")),
        Token("text", "var(--page)", "(prefers-contrast: more)", ""),
    ]
    assert [each.name for each in tokens.read(STYLE) if each.is_length] == ["space-1"]


def test_every_property_of_our_own_file_is_read() -> None:
    style = (ROOT / "static" / "css" / "tokens.css").read_text()
    read = tokens.read(style)
    assert len(read) == len(re.findall(r"--[\w-]+:", style)) > 40
    assert {each.name for each in read if not each.where} == set(contrast.tokens(style))


def test_a_pair_has_its_ratio_and_what_it_is_good_for() -> None:
    found = {(each.colour, each.ground): each for each in tokens.pairs(STYLE)}
    assert set(found) == {("text", "page"), ("edge", "page")}
    light, dark = found["text", "page"].seen
    assert (light.theme, round(light.ratio, 2), light.verdict, light.is_enough) == ("light", 7.0, "AAA", True)
    assert (dark.colour, dark.ground, round(dark.ratio, 1), dark.verdict) == ("#ffffff", "#000000", 21.0, "AAA")


def test_what_is_too_little_is_called_so() -> None:
    weak = STYLE.replace("#595959", "#767676").replace("white", "#555555").replace("#777777", "#aaaaaa")
    found = {each.colour: [(one.verdict, one.is_enough) for one in each.seen] for each in tokens.pairs(weak)}
    assert found == {"text": [("AA", False), ("too little", False)], "edge": [("too little", False), ("AA", True)]}


def test_every_pair_of_our_own_file_is_judged_and_can_be_read() -> None:
    found = list(tokens.pairs((ROOT / "static" / "css" / "tokens.css").read_text()))
    assert [(each.colour, each.ground, each.least) for each in found] == list(contrast.PAIRS)
    assert [each for each in found for one in each.seen if not one.is_enough] == []


def test_a_comment_before_everything_is_nobodys() -> None:
    assert tokens.read("  /* x */ /* y */") == []
