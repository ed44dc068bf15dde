"""Is a component shown as it is written: its words, its parameters, its users, its examples?"""

from pathlib import Path

import pytest
from genkan.design import components
from genkan.design.components import Component, Example, Parameter
from genkan.web.templates import Templates

ROOT = Path(__file__).parents[2]
CARD = """{# A card. title: text;
   kind: plain or fine. #}
{% macro card(title, kind="plain", wide=false, rows=[], note=none) %}
<div data-kind="{{ kind }}">{{ title }}{{ caller() }}</div>
{% endmacro %}
"""
FILES = {
    "components/card.html": CARD,
    "components/lone.html": "{% macro lone() %}{% endmacro %}",
    "pages/home.html": '{% call ui.card("x") %}y{% endcall %}{{ other.lone() }}',
    "pages/broken.html": "{% if %}",
    "dev/components/card.html": "{# Examples. #}\n{% block one %}\n{{ ui.card(1) }}\n{% endblock %}\n{% block two %}x{% endblock %}\n",
}


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "templates" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "templates"


def test_a_component_is_read_as_it_is_written(templates: Path) -> None:
    environment = Templates(templates.parent, is_development=True).environments["en"]
    card, lone = components.read(environment, templates)
    assert card == Component(
        name="card",
        about=["A card. title: text; kind: plain or fine."],
        parameters=(
            Parameter("title", None),
            Parameter("kind", '"plain"'),
            Parameter("wide", "false"),
            Parameter("rows", "…"),
            Parameter("note", "none"),
        ),
        takes_content=True,
        used_in=("pages/home.html",),
        examples=(Example("one", "{{ ui.card(1) }}"), Example("two", "x")),
    )
    assert lone == Component("lone", [], (), False, (), ())


def test_what_a_template_says_of_itself_is_told_in_parts() -> None:
    told = components.about("{# /x. Variables: a, b.\n   Blocks: title. Keep: ids. #}\n{% block title %}")
    assert told == ["/x.", "Variables: a, b.", "Blocks: title.", "Keep: ids."]


def test_every_component_has_an_example() -> None:
    names = {path.stem for path in (ROOT / "templates" / "components").glob("*.html")}
    shown = {path.stem for path in (ROOT / "templates" / "dev" / "components").glob("*.html")}
    assert shown == names
    assert [name for name in names if not components.examples(ROOT / "templates", name)] == []
