"""Is one block of a page what it is in the whole page, also where the page extends another?"""

from pathlib import Path

import pytest
from genkan.web import blocks
from genkan.web.blocks import NoBlock
from jinja2 import DictLoader, Environment, FileSystemLoader

ABOVE = "{% block main %}main of {{ name }}{% block inner %} inner{% endblock %}{% endblock %}{% block other %}other{% endblock %}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "base").write_text(ABOVE)
    (tmp_path / "above").write_text('{% extends "base" %}')
    return tmp_path


def shown(folder: Path, below: str, block: str) -> str:
    (folder / "page").write_text(below)
    environment = Environment(loader=FileSystemLoader(folder), autoescape=True)
    return blocks.alone(environment, environment.get_template("page"), block, {"name": "<us>"})


def test_a_block_of_its_own(folder: Path) -> None:
    assert shown(folder, "{% block main %}{{ name }}{% endblock %}", "main") == "&lt;us&gt;"


def test_a_block_of_what_it_extends(folder: Path) -> None:
    assert shown(folder, '{% extends "above" %}', "main") == "main of &lt;us&gt; inner"


def test_a_part_of_such_a_block_is_its_own(folder: Path) -> None:
    assert shown(folder, '{% extends "above" %}{% block inner %} own{% endblock %}', "main") == "main of &lt;us&gt; own"


def test_a_block_that_adds_to_what_it_extends(folder: Path) -> None:
    page = '{%- extends "above" -%}{% block other %}{{ super() }} and more{% endblock %}'
    assert shown(folder, page, "other") == "other and more"


def test_a_block_that_is_nowhere(folder: Path) -> None:
    with pytest.raises(NoBlock):
        shown(folder, '{% extends "above" %}', "form")


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
