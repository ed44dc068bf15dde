"""Are templates and style sheets what a designer may rely on?"""

import gzip
import hashlib
import re
from pathlib import Path

import pytest
from genkan.web.assets import Assets

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*.html"))
MARKS = sorted((ROOT / "static" / "img" / "providers").glob("*.svg"))
SHAPES = {"svg", "g", "path", "rect", "circle"}
ATTRIBUTES = {"xmlns", "viewBox", "focusable", "transform", "d", "x", "y", "rx", "cx", "cy", "r", "width", "height"} | {
    "fill",
    "stroke",
    "stroke-width",
    "stroke-linecap",
}
MAILS = sorted((ROOT / "templates" / "emails").glob("*.html"))
TEXTS = sorted((ROOT / "templates" / "emails").glob("*.txt"))
STYLES = sorted((ROOT / "static" / "css").rglob("*.css"))

FORBIDDEN = {
    "inline style": r"\sstyle=",
    "inline handler": r"\son[a-z]+=",
    "unescaped": r"\|\s*safe",
    "other site": r"(src|href|action)=\"(https?:)?//",
    "autocomplete off": r"autocomplete=\"off\"",
    "positive tabindex": r"tabindex=\"[1-9]",
    "placeholder": r"\splaceholder=",
    "length of a password": r"maxlength",
    "native validation": r"\srequired\b",
    "htmx that needs eval": r"hx-on|js:|hx-vals",
    "XS-06 attributes from data": r"xmlattr",
    "no zoom": r"user-scalable|maximum-scale",
}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
@pytest.mark.parametrize("rule", FORBIDDEN)
def test_no_template_has(path: Path, rule: str) -> None:
    markup = re.sub(r"{%.*?%}|{#.*?#}", "", path.read_text(), flags=re.DOTALL)
    assert not re.search(FORBIDDEN[rule], markup), path


@pytest.mark.parametrize("path", TEMPLATES + TEXTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_template_opens_with_what_it_is(path: Path) -> None:
    assert path.name == "500.html" or path.read_text().startswith("{#")


def test_each_component_is_a_macro_of_its_name() -> None:
    for path in (ROOT / "templates" / "components").glob("*.html"):
        assert f"{{% macro {path.stem}(" in path.read_text()


def classes(paths: list[Path]) -> set[str]:
    used = set()
    for path in paths:
        for names in re.findall(r'class="([^"]*)"', path.read_text()):
            used |= set(re.sub(r"{[%{].*?[%}]}", " ", names).split())
    return used


def selectors(style: str) -> set[str]:
    return set(re.findall(r"\.([a-z][a-z_-]*)", re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)))


def test_every_class_of_a_page_has_its_style_and_the_other_way_round() -> None:
    used = classes([path for path in TEMPLATES if path not in MAILS])
    styled = set().union(*(selectors(path.read_text()) for path in STYLES))
    kinds = {"entrance", "account", "desk"}  # of pages: the block `kind` of a layout
    assert used - styled - kinds == set()
    assert styled - used - kinds == set()


def test_a_mail_brings_its_styles_in_the_one_element_of_its_layout() -> None:
    """Mail programs fetch no style sheet. Everything else that holds for pages holds for mails."""
    assert [path.stem for path in TEMPLATES if "<style" in path.read_text()] == ["layout"]
    style = re.findall(r"<style>(.*?)</style>", (ROOT / "templates/emails/layout.html").read_text(), re.DOTALL)
    assert len(style) == 1
    assert len(style[0]) < 8192  # Gmail drops a longer one
    assert classes(MAILS) == selectors(style[0])
    assert "@media (prefers-color-scheme: dark)" in style[0]
    assert "url(" not in style[0]


def test_a_mail_keeps_its_shape_where_its_styles_are_dropped() -> None:
    for path in MAILS:
        tables = re.findall(r"<table[^>]*>", path.read_text())
        assert all("cellpadding=" in table and "cellspacing=" in table and "border=" in table for table in tables)


def test_each_mail_is_there_as_html_and_as_text() -> None:
    assert [path.stem for path in MAILS] == [path.stem for path in TEXTS]
    mails = [path for path in TEXTS if path.stem not in ("layout", "parts")]
    assert len(mails) == 13
    assert all("{% block subject %}" in path.read_text() for path in mails)


def test_styles_stand_in_layers_so_that_a_designers_own_always_win() -> None:
    for path in STYLES:
        text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL).strip()
        assert text.startswith("@layer"), path
        assert "#" not in re.sub(r"#[0-9a-f]{3,6}\b", "", text), f"{path}: no ids"
        assert text.count("!important") == (1 if path.name == "base.css" else 0)


def test_FS_08_htmx_is_the_file_that_its_makers_published() -> None:
    digest, name = (ROOT / "static" / "vendor" / "SHA256SUMS").read_text().split()
    assert digest == "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130"
    assert hashlib.sha256((ROOT / "static" / "vendor" / name).read_bytes()).hexdigest() == digest


@pytest.mark.parametrize("path", MARKS, ids=lambda path: path.stem)
def test_a_mark_is_a_small_picture_and_nothing_else(path: Path) -> None:
    """It stands inside the page: no script, no name that is read aloud, nothing that is fetched, no id that could be there twice."""
    markup = path.read_text()
    assert len(markup) <= 2048
    assert set(re.findall(r"<([a-zA-Z]+)", markup)) <= SHAPES
    assert set(re.findall(r"\s([a-zA-Z:-]+)=", markup)) <= ATTRIBUTES


def test_styles_and_our_own_script_are_light() -> None:
    table = Assets(ROOT / "static").table
    packed = {
        address.partition(".")[0] + address[address.rindex(".") :]: asset.packed or b""
        for address, asset in table.items()
    }
    assert len(packed["all.css"]) <= 6 * 1024
    assert len(gzip.compress((ROOT / "static" / "js" / "genkan.js").read_bytes(), 9)) <= 1.5 * 1024


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


COLOURS = dict(
    re.findall(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}, #[0-9a-f]{6})\)", (ROOT / "static/css/tokens.css").read_text())
)
GROUNDS = ("page", "surface", "sunken")
PAIRS = [(text, ground, 7.0) for text in ("text", "muted", "accent") for ground in GROUNDS]
PAIRS += [("text", f"{kind}-soft", 7.0) for kind in ("bad", "good", "note", "accent")]
PAIRS += [(kind, f"{kind}-soft", 7.0) for kind in ("bad", "good", "note", "accent")]
PAIRS += [
    ("accent-text", "accent", 7.0),
    ("accent-text", "accent-strong", 7.0),
    ("bad", "page", 7.0),
    ("bad", "surface", 7.0),
]
PAIRS += [("edge", ground, 3.0) for ground in GROUNDS] + [("ring", "page", 3.0), ("ring-gap", "ring", 3.0)]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground", "least"), PAIRS)
def test_every_colour_can_be_read_on_its_ground(text: str, ground: str, least: float, theme: int) -> None:
    assert contrast(COLOURS[text].split(", ")[theme], COLOURS[ground].split(", ")[theme]) >= least
