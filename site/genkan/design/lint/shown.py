"""How does every state come out? Rendered once, with a mark at each element that says which line of which template it is."""

import re
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, TemplateError, TemplateSyntaxError
from jinja2.ext import Extension

from genkan.design import showing
from genkan.design.lint import document
from genkan.design.lint.document import CALL, END, MARK, Element
from genkan.design.lint.masked import blanked
from genkan.design.lint.tree import OURS, Tree
from genkan.design.states import State
from genkan.settings import Settings
from genkan.web import mails
from genkan.web.language import DEFAULT
from genkan.web.mails import Mail
from genkan.web.render import Renderer

TAG: Final = re.compile(r"<[a-zA-Z][\w-]*")
MARKS: Final = re.compile(rf' {MARK}="[^"]*"|<!--/?@[^>]*-->')
MADE: Final = re.compile(r"{{-?\s*(?:ui|part)\.\w+\(.*?}}|{%-?\s*call\b.*?endcall\s*-?%}", re.DOTALL)


@dataclass(frozen=True)
class Shown:
    """One state. html: with marks; subject: of a mail; known: what the template was given; broken: why it cannot be shown."""

    state: State
    html: str = ""
    subject: str = ""
    known: Mapping[str, Any] = field(default_factory=dict)
    broken: Exception | None = None

    @cached_property
    def page(self) -> Element:
        return document.read(self.html)

    @property
    def plain(self) -> str:
        """As it is sent."""
        return MARKS.sub("", self.html)

    @property
    def places(self) -> list[tuple[str, int]]:
        """The lines of templates on the way to where it broke, with their files; the last is the one."""
        steps = traceback.extract_tb(self.broken.__traceback__) if self.broken else []
        found = [(each.filename, each.lineno or 1) for each in steps if each.filename.endswith((".html", ".txt"))]
        if isinstance(self.broken, TemplateSyntaxError) and self.broken.filename:
            found.append((self.broken.filename, self.broken.lineno))
        return found


class Marking(Extension):
    """Writes into a template, before it is compiled, where each of its tags and of its calls of components stands."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        if not (name or "").endswith(".html"):
            return source
        masked = blanked(source)
        marks = [(each.end(), f' {MARK}="{_at(name, source, each.start())}"') for each in TAG.finditer(masked)]
        for each in MADE.finditer(source):
            if masked.rfind("<", 0, each.start()) <= masked.rfind(">", 0, each.start()):  # not inside a tag
                marks += [
                    (each.start(), f"<!--{CALL}{_at(name, source, each.start())}-->"),
                    (each.end(), f"<!--{END}-->"),
                ]
        for place, mark in sorted(marks, reverse=True):
            source = source[:place] + mark + source[place:]
        return source


def _at(name: str | None, source: str, place: int) -> str:
    return f"{name}:{source.count(chr(10), 0, place) + 1}:{place}"


def renderer(root: Path, brand: Path | None) -> Renderer:
    """As the site has it in development, with nothing of this machine in it."""
    made = Renderer(Settings("development", "https://example.com", b"", ""), root)
    jinja = environment(made)
    jinja.add_extension(Marking)
    jinja.auto_reload = False
    if brand is not None:
        own = [brand / "templates", root / "templates", brand / "img", root / "static" / "img"]
        ours = FileSystemLoader([root / "templates", root / "static" / "img"])
        jinja.loader = ChoiceLoader([PrefixLoader({OURS.rstrip("/"): ours}), FileSystemLoader(own)])
    return made


def environment(of: Renderer) -> Environment:
    return of.templates.environments[DEFAULT]


def every(tree: Tree, by: Renderer) -> list[Shown]:
    """Each state of each template that is there, in English."""
    return list(_every(tree, by))


def _every(tree: Tree, by: Renderer) -> Iterator[Shown]:
    for stem, states in tree.states.items():
        if f"{stem}.html" in tree.by_name:
            show = _mail if stem.startswith("emails/") else _page
            for state in states:
                yield show(tree, by, state)


def _page(tree: Tree, by: Renderer, state: State) -> Shown:
    known = showing.known(by, state, DEFAULT, tree.common)
    try:
        html = by.templates.mail(f"{state.template}.html", state.part, DEFAULT, known)
    except (TemplateError, LookupError, TypeError, ValueError, AttributeError) as fault:
        return Shown(state, known=known, broken=_placed(environment(by), fault))
    return Shown(state, html, known=known)


def _mail(tree: Tree, by: Renderer, state: State) -> Shown:
    details = dict(state.context["details"])
    known = mails.known(by.settings, DEFAULT, details, showing.carried(state)) | {"subject": "", "details": details}
    try:
        made: Mail = showing.mail(by, state, DEFAULT)
    except (TemplateError, LookupError, TypeError, ValueError, AttributeError) as fault:
        return Shown(state, known=known, broken=_placed(environment(by), fault))
    return Shown(state, made.html, made.subject, known)


def _placed(jinja: Environment, fault: Exception) -> Exception:
    """The same, with the lines of the templates in its traceback; a block that is shown alone lacks them."""
    try:
        jinja.handle_exception()
    except type(fault) as again:
        return again
