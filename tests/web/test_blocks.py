"""Is one block of a page what it is in the whole page, also where the page extends another?"""

from pathlib import Path

import pytest
from genkan.web import blocks
from genkan.web.blocks import NoBlock
from jinja2 import DictLoader, Environment

ABOVE = "{% block main %}main of {{ name }}{% block inner %} inner{% endblock %}{% endblock %}{% block other %}other{% endblock %}"


def shown(below: str, block: str) -> str:
    environment = Environment(
        loader=DictLoader({"base": ABOVE, "above": '{% extends "base" %}', "page": below}), autoescape=True
    )
    return blocks.alone(environment, environment.get_template("page"), block, {"name": "<us>"})


def test_a_block_of_its_own() -> None:
    assert shown("{% block main %}{{ name }}{% endblock %}", "main") == "&lt;us&gt;"


def test_a_block_of_what_it_extends() -> None:
    assert shown('{% extends "above" %}', "main") == "main of &lt;us&gt; inner"


def test_a_part_of_such_a_block_is_its_own() -> None:
    assert shown('{% extends "above" %}{% block inner %} own{% endblock %}', "main") == "main of &lt;us&gt; own"


def test_a_block_that_adds_to_what_it_extends() -> None:
    page = '{%- extends "above" -%}{% block other %}{{ super() }} and more{% endblock %}'
    assert shown(page, "other") == "other and more"


def test_a_block_that_is_nowhere() -> None:
    with pytest.raises(NoBlock):
        shown('{% extends "above" %}', "form")


def test_a_template_without_a_loader_has_its_own_blocks() -> None:
    environment = Environment(autoescape=True)
    template = environment.from_string("{% block main %}x{% endblock %}")
    assert blocks.alone(environment, template, "main", {}) == "x"


def test_what_has_changed_is_forgotten(tmp_path: Path) -> None:
    environment = Environment(loader=DictLoader({"page": ABOVE}), autoescape=True)
    kept = environment.get_template("page")
    blocks.forget(environment, [tmp_path / "other"], ())
    assert environment.get_template("page") is kept
    blocks.forget(environment, [tmp_path / "page"], ())
    assert environment.get_template("page") is not kept
