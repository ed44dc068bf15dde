"""Is what a template is given told by names and kinds, so that two contexts of one shape are one?"""

from dataclasses import dataclass
from typing import Any, NamedTuple

from genkan.design.shapes import shape
from genkan.errors import Message, NameEmpty
from genkan.web import forms


@dataclass(frozen=True, slots=True)
class Row:
    kind: str
    linked_at: int | None


class Way(NamedTuple):
    name: str
    last: bool


def test_a_value_is_nothing_a_text_a_number_yes_or_no_a_message_or_a_list() -> None:
    context: dict[str, Any] = {
        "a": None,
        "b": "x",
        "c": 1,
        "d": 1.5,
        "e": False,
        "f": Message("x"),
        "g": [],
        "h": (1, 2),
    }
    assert shape(context) == {
        ("a", "nothing"),
        ("b", "text"),
        ("c", "number"),
        ("d", "number"),
        ("e", "yes or no"),
        ("f", "message"),
        ("g", "empty list"),
        ("h", "list"),
        ("h[]", "number"),
    }


def test_names_are_found_in_tables_rows_and_tuples() -> None:
    found = shape({"table": {"a": {"b": 1}}, "row": Row("x", None), "ways": [Way("line", True), {"name": None}]})
    assert found == {
        ("table.a.b", "number"),
        ("row.kind", "text"),
        ("row.linked_at", "nothing"),
        ("ways", "list"),
        ("ways[].name", "text"),
        ("ways[].last", "yes or no"),
        ("ways[].name", "nothing"),
    }


def test_a_form_is_known_by_its_fields() -> None:
    blank = shape({"form": forms.blank("a-form", name="the-name")})
    refused = shape({"form": forms.blank("a-form", name="the-name").refused(NameEmpty())})
    assert {("form.id", "text"), ("form.name.value", "text"), ("form.problems", "empty list")} <= blank
    assert refused - blank == {
        ("form.name.error", "message"),
        ("form.problems", "list"),
        ("form.problems[]", "list"),
        ("form.problems[][]", "text"),
        ("form.problems[][]", "message"),
    }


def test_names_that_are_data_are_not_told() -> None:
    ours = {"choices": {"en": "English", "ja": "日本語"}, "sections": {"logins": ({"id": "1", "details": {"a": 1}},)}}
    theirs = {"choices": {"de": "Deutsch"}, "sections": {"x": ({"id": "2", "details": {"b": 2}},)}}
    assert shape(ours) == shape(theirs)
    assert ("sections[][].id", "text") in shape(ours)
    assert ("details.minutes", "number") in shape({"details": {"minutes": 15}})
