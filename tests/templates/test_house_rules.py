"""Are templates and style sheets what a designer may rely on? What `run.py lint` looks at is tested in tests/design."""

import hashlib
import re
from pathlib import Path

import pytest

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
TEXTS = sorted((ROOT / "templates" / "emails").glob("*.txt"))
STYLES = sorted((ROOT / "static" / "css").rglob("*.css"))


@pytest.mark.parametrize("path", TEMPLATES + TEXTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_template_opens_with_what_it_is(path: Path) -> None:
    assert path.name == "500.html" or path.read_text().startswith("{#")


def test_each_component_is_a_macro_of_its_name() -> None:
    for path in (ROOT / "templates" / "components").glob("*.html"):
        assert f"{{% macro {path.stem}(" in path.read_text()


def test_each_mail_has_a_subject() -> None:
    mails = [path for path in TEXTS if path.stem not in ("layout", "parts")]
    assert len(mails) == 19
    assert all("{% block subject %}" in path.read_text() for path in mails)


def test_no_style_is_for_one_id() -> None:
    for path in STYLES:
        text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
        assert "#" not in re.sub(r"#[0-9a-f]{3,6}\b", "", text), path


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
