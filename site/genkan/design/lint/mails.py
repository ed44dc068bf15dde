"""Do mails arrive as they are meant? As HTML and as text, with a short subject, tables that hold without styles, and few styles."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from jinja2 import nodes

from genkan.design.lint.attributes import MAIL_LAYOUT
from genkan.design.lint.catalogs import VALUE, sentences
from genkan.design.lint.classes import SHEET
from genkan.design.lint.finding import Finding
from genkan.design.lint.shown import Shown
from genkan.design.lint.tree import Template, Tree

LONGEST_SUBJECT: Final = 60  # signs; a longer one is cut before it is sent
HEAVIEST: Final = 8192  # characters of styles: Gmail drops more
HOLDING: Final = ("cellpadding", "cellspacing", "border")
OTHER: Final = {".html": ".txt", ".txt": ".html"}


def findings(tree: Tree, every: Iterable[Shown]) -> Iterator[Finding]:
    for template in tree.by_name.values():
        if template.room == "emails":
            yield from _alone(tree, template)
            yield from _subjects(tree, template)
            if template.name.endswith(".html"):
                yield from _tables(template)
            if template.name == MAIL_LAYOUT:
                yield from _sheet(template)
    yield from _long(tree, every)


def _alone(tree: Tree, template: Template) -> Iterator[Finding]:
    stem, dot, suffix = template.name.rpartition(".")
    other = f"{stem}{OTHER[dot + suffix]}"
    if other not in tree.by_name:
        text = f"There is no templates/{other}. A mail is sent as HTML and as text: write it."
        yield Finding(template.shown, 1, "mail", text)


def _subjects(tree: Tree, template: Template) -> Iterator[Finding]:
    """Translations; where one is too long with the site's name, the name is cut, so it counts as one sign."""
    said = {
        text
        for block in template.all(nodes.Block)
        if block.name == "subject"
        for text, _ in sentences(block.find_all(nodes.Call))
    }
    for language, source, entries in tree.catalogs:
        for each in entries:
            if each.text in said and len(VALUE.sub("…", each.translated)) > LONGEST_SUBJECT:
                text = (
                    f"This subject is longer than {LONGEST_SUBJECT} signs in {language}. Shorten it: it would be cut."
                )
                yield Finding(source.shown, each.line, "subject", text)


def _long(tree: Tree, every: Iterable[Shown]) -> Iterator[Finding]:
    told = set()
    for each in every:
        name = f"{each.state.template}.txt"
        if len(each.subject) > LONGEST_SUBJECT and name not in told:
            told.add(name)
            source = tree.by_name[name]
            text = f"The subject is longer than {LONGEST_SUBJECT} signs in the state {each.state.name}. Shorten it: it would be cut."
            yield Finding(source.shown, source.line_of("block subject"), "subject", text)


def _tables(template: Template) -> Iterator[Finding]:
    for tag in template.html.tags:
        lacking = [name for name in HOLDING if tag.get(name) is None]
        if tag.name == "table" and lacking:
            text = f"This table has no {', '.join(lacking)}. It needs them where a mail program drops the styles."
            yield Finding(template.shown, tag.line, "mail", text)


def _sheet(layout: Template) -> Iterator[Finding]:
    sheets = list(SHEET.finditer(layout.text))
    for found in sheets:
        line = layout.text.count("\n", 0, found.start()) + 1
        if len(found[1]) >= HEAVIEST:
            yield Finding(
                layout.shown, line, "weight", f"The styles are longer than {HEAVIEST} characters: Gmail drops them all."
            )
        address = re.search(r"url\(", found[1])
        if address:
            at = line + found[1].count("\n", 0, address.start())
            yield Finding(
                layout.shown,
                at,
                "external-url",
                "A mail fetches nothing: it would tell who reads it. Take the url() out.",
            )
    if not sheets or "prefers-color-scheme: dark" not in sheets[0][1]:
        yield Finding(
            layout.shown,
            1,
            "mail",
            "The styles of mails have no dark theme. Write @media (prefers-color-scheme: dark).",
        )
