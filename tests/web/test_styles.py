"""Do style sheets mean the same when they are joined, and is one that a browser would misread found, with its line?"""

from pathlib import Path

import pytest
from genkan.web import styles

ROOT = Path(__file__).parents[2]
PICTURES = {"hero.svg": "/static/hero.0123.svg", "deep/mill.png": "/static/mill.0123.png"}


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("a {\n  color: red;\n}\n", "a{color:red;}"),
        ("a { color: red }/* don't */\nb { margin: 0 }", "a{color:red}b{margin:0}"),
        ('a::before { content: "x: {  /* y */ } ; z" }', 'a::before{content:"x: {  /* y */ } ; z"}'),
        ("a::before { content: 'it\\'s:  \"' }", "a::before{content:'it\\'s:  \"'}"),
        ("@media (min-width: 60rem) and (hover: hover) { a :hover { x: y } }", "@media (min-width:60rem) and (hover:hover){a :hover{x:y}}"),
    ],
)  # fmt: skip
def test_a_style_sheet_means_the_same_without_comments_and_space(written: str, sent: str) -> None:
    assert styles.small(written) == sent


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ('url("../img/hero.svg")', 'url("/static/hero.0123.svg")'),
        ("url(img/hero.svg)", 'url("/static/hero.0123.svg")'),
        ("URL( 'hero.svg#mark' )", 'url("/static/hero.0123.svg#mark")'),
        ("url(./../img/deep/mill.png?v=1)", 'url("/static/mill.0123.png")'),
        ("url(#mark) url() url(nothing.svg)", "url(#mark) url() url(nothing.svg)"),
        ("/* url(hero.svg) */", "/* url(hero.svg) */"),
    ],
)
def test_a_picture_is_found_from_where_the_style_sheet_lies(written: str, sent: str) -> None:
    assert styles.addressed(written, PICTURES) == sent


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("a {\n\n b: c;\n", "line 1: { is never closed"),
        ("a { }\n}\n", "line 2: } closes nothing"),
        ("a { b: c(1 }", "line 1: } closes nothing"),
        ("a { }\n/* b", "line 2: a comment that is never closed"),
        ('a {\n content: "b;\n}', "line 2: a quotation that is never closed"),
        ("a { content: 'b }", "line 1: a quotation that is never closed"),
        ('\n@import "b.css";', "line 2: @import is not followed; put the file into css/: all there are joined in the order of their names"),
        ("a { b: url(https://cdn.example/a.png) }", "line 1: a browser would not fetch https://cdn.example/a.png: put the file into img/ and name it"),
        ('a { b: url("//cdn.example/a.png") }', "line 1: a browser would not fetch //cdn.example/a.png: put the file into img/ and name it"),
        ("a { b: url(data:image/png;base64,AAAA) }", "line 1: a browser would not fetch data:image/png;base64,AAAA: put the file into img/ and name it"),
        ("a {\n b: url(../img/none.svg) }", "line 2: there is no img/none.svg"),
        ("a { b: url(../../../etc/passwd) }", "line 1: there is no img/etc/passwd"),
    ],
)  # fmt: skip
def test_what_a_browser_would_misread_or_not_fetch_is_found_with_its_line(written: str, fault: str) -> None:
    assert styles.faults(written, PICTURES) == [fault]


@pytest.mark.parametrize(
    "written",
    [
        "",
        "a[b='}'] { c: url(hero.svg); d: calc((1 + 2) * 3) } /* { ' @import */",
        '@import-like { } a { content: "\\"@import { url(x" }',
        "a { b: url(#c); content: 'url(nothing.svg)' }",
    ],
)
def test_what_is_sound_is_let_through(written: str) -> None:
    assert styles.faults(written, PICTURES) == []


@pytest.mark.parametrize("path", sorted((ROOT / "static/css").rglob("*.css")), ids=lambda path: path.name)
def test_our_own_are_sound(path: Path) -> None:
    assert styles.faults(path.read_text(), {}) == []
