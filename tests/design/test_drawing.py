"""Is a template that cannot be rendered told of in a sentence?"""

from pathlib import Path

import pytest
from genkan.design.drawing import CannotDraw, drawn
from genkan.web.templates import Templates


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("{{ emial }}", "UndefinedError: 'emial' is undefined"),
        ("<p>\n{% if %}", "x.html, line 2: Expected an expression, got 'end of statement block'"),
        ("{{ 1 / 0 }}", "ZeroDivisionError: division by zero"),
        ("{{ say(none) }}", "AttributeError: 'NoneType' object has no attribute 'text'"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, source: str, said: str) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "x.html").write_text(source)
    templates = Templates(tmp_path, is_development=True)
    with pytest.raises(CannotDraw) as told:
        drawn(lambda: templates.render("x.html", None, "en", {}))
    assert str(told.value) == said


def test_what_can_be_rendered_is_given_back() -> None:
    assert drawn(lambda: "x") == "x"
