"""Is every word of every page and mail, in every state, in the catalogs? What is outside of brackets in ⟦Åççéñţš⟧ is not."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from entrance import settings_for
from genkan.design import showing, states
from genkan.design.states import State
from genkan.web.forms import Form
from genkan.web.render import Renderer

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
CODE = "en-XA"
RENDERER = Renderer(settings_for("sqlite:///unused", base_url="https://id.example.com"), ROOT)
COMMON = states.common(TEMPLATES)
SAYS_ITSELF = {"errors/500"}  # says all its languages itself, since the catalogs may be what is broken
STATES = [each for name, of_one in states.load(TEMPLATES).items() if name not in SAYS_ITSELF for each in of_one]
SPOKEN = (
    "aria-label",
    "alt",
    "title",
    "placeholder",
    "data-show",
    "data-hide",
    "data-shown",
    "data-hidden",
    "data-busy",
)
ALWAYS = ("id.example.com", "name@example.com", *RENDERER.languages.listed.values())
ADDRESS = re.compile(r"https://[^\s⟦⟧]*")
BRACKETS = re.compile(r"⟦[^⟦⟧]*⟧")


class Spoken(HTMLParser):
    """What a reader sees or hears of a page, one text after the other."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self._silent += tag in ("style", "script")
        self.said += [value for name, value in attributes if name in SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("style", "script")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.said.append(data)


def hard_coded(text: str, known: set[str]) -> list[str]:
    """Words that are in no brackets and are not known. known: what comes from people and settings."""
    text = ADDRESS.sub(" ", text)
    for each in sorted(known, key=len, reverse=True):
        text = text.replace(each, " ")
    while BRACKETS.search(text):  # one in another, too
        text = BRACKETS.sub(" ", text)
    return re.findall(r"[^\W\d_]{2,}", text)


def spoken(html: str) -> str:
    parser = Spoken()
    parser.feed(html)
    return "\n".join(parser.said)


def words_of(value: Any) -> Iterator[str]:
    """Every text in a context, as a page may show it."""
    if isinstance(value, str):
        yield value
        yield value[:40]
    elif isinstance(value, Form):
        yield from words_of({name: getattr(value, name).value for name in value.fields})
    elif isinstance(value, Mapping):
        yield from (text for name, each in value.items() for text in (str(name), *words_of(each)))
    elif isinstance(value, list | tuple):
        yield from (text for each in value for text in words_of(each))
    elif is_dataclass(value):
        yield from words_of({each.name: getattr(value, each.name) for each in fields(value)})


def known(state: State) -> set[str]:
    return {each for each in words_of(COMMON | dict(state.context)) if len(each) > 1} | set(ALWAYS)


@pytest.mark.parametrize("state", STATES, ids=lambda each: f"{each.template}-{each.name}")
def test_no_word_is_written_into_a_template(state: State) -> None:
    if state.template.startswith("emails/"):
        mail = showing.mail(RENDERER, state, CODE)
        said = "\n".join((mail.subject, mail.text, spoken(mail.html)))
    else:
        said = spoken(showing.page(RENDERER, state, CODE, COMMON))
    assert hard_coded(said, known(state)) == []
    assert "⟦" in said or not said.strip()


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<p>⟦Šé ⟦ñöẃ⟧ fine⟧</p>", []),
        ("<p>⟦Šé⟧ Hanako 2026 · x</p>", []),
        ("<p>⟦Šé⟧ and more</p>", ["and", "more"]),
        ('<button aria-label="Close">⟦×⟧</button>', ["Close"]),
        ("<style>p { color: red }</style><script>go()</script>", []),
        ("<p>⟦Šé <b>bold⟧</b> out</p>", ["out"]),
    ],
)
def test_finds_a_word_that_is(html: str, found: list[str]) -> None:
    assert hard_coded(spoken(html), {"Hanako"}) == found
