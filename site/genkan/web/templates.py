"""Where do templates come from, and what may they use? Jinja, strict, with components under `ui` and gettext under `_`."""

import json
import re
from collections.abc import Callable, Iterable, MutableMapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from babel.dates import format_date, format_datetime, format_timedelta
from babel.messages.pofile import read_po
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_eval_context, select_autoescape
from jinja2.ext import Extension, InternationalizationExtension
from jinja2.nodes import EvalContext
from markupsafe import escape

from genkan.errors import Message
from genkan.web import blocks, files
from genkan.web.language import LANGUAGES

CONSTANT: Final = re.compile(r'\b_\(("(?:[^"\\]|\\.)*")\)')
# Components whose parameters are no person's: what they made is kept, in production.
SAME_FOR_ALL: Final = frozenset({"button", "foot", "languages", "mark", "provider", "providers"})
REMEMBERED: Final = 256  # of each component
DATES: Final = {"en": "d MMMM y", "ja": "y年M月d日"}
MOMENTS: Final = {"en": "d MMMM y, HH:mm 'UTC'", "ja": "y年M月d日 H:mm（'UTC'）"}


class Catalog:
    """The strings of one language, read from its .po file; English is in the templates themselves."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.strings: dict[str, str] = {}
        self.read()

    def read(self) -> set[str]:
        """Read it, once more: the sentences that are said in another way than before."""
        before, self.strings = self.strings, {}
        if self._path.exists():
            with self._path.open("rb") as file:
                self.strings = {str(each.id): str(each.string) for each in read_po(file) if each.id and each.string}
        return {each for each in before.keys() | self.strings if before.get(each) != self.strings.get(each)}

    def gettext(self, message: str) -> str:
        return self.strings.get(message, message)

    @pass_eval_context
    def said(self, template: EvalContext, message: str, /, **values: Any) -> str:
        """`_("…", name=value)` in a template: translated, its values escaped; not in the text part of a mail."""
        text = self.gettext(message)
        return escape(text) % values if template.autoescape else text % values

    def ngettext(self, one: str, many: str, count: int) -> str:
        return self.gettext(one if count == 1 else many)


class Rooms(Environment):
    """What all templates know is settled before the first is read: each keeps it at hand, in one dict."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(d or {})}


class Folding(Extension):
    """Translates `_("…")` while a template is compiled: a sentence without values costs nothing when the page is made."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        gettext = self.environment.catalog.gettext  # type: ignore[attr-defined]
        return CONSTANT.sub(lambda match: json.dumps(gettext(json.loads(match[1])), ensure_ascii=False), source)


class Components:
    """`ui.field(…)` in a template is the macro `field` of components/field.html: no page has to import anything."""

    def __init__(self, environment: Environment, *, is_development: bool) -> None:
        self._environment = environment
        self._is_development = is_development
        self.used: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        macro = getattr(self._environment.get_template(f"components/{name}.html").module, name)
        if self._is_development:
            self.used.add(name)  # and asked for anew the next time: the file may have changed
            return macro
        found = lru_cache(REMEMBERED)(macro) if name in SAME_FOR_ALL else macro
        setattr(self, name, found)
        return found


class Templates:
    """The templates of one site in every language. root: the folder that holds templates/ and static/.

    end: what else every page ends with in development.
    """

    def __init__(self, root: Path, *, is_development: bool) -> None:
        self.root = root
        self._is_development = is_development
        self.folders = (root / "templates", root / "static" / "img")
        self.end: Callable[[], str] = str
        self.environments: dict[str, Environment] = {}
        self.catalogs: dict[str, Catalog] = {}
        self.components: dict[str, Components] = {}
        for code in LANGUAGES:
            self._add(code)

    def render(self, name: str, part: str | None, code: str, context: dict[str, Any]) -> str:
        """The template, or one of its blocks; in development followed by the names of its files."""
        environment = self.environments[code]
        self.components[code].used.clear()
        template = environment.get_template(name)
        if part is None:
            html = template.render(context)
            return html + self.end() + self._files(name, code) if self._is_development else html
        return blocks.alone(environment, template, part, context)

    def mail(self, name: str, part: str | None, code: str, context: dict[str, Any]) -> str:
        """A template of a mail, or one of its blocks, and nothing beside it."""
        environment = self.environments[code]
        template = environment.get_template(name)
        return template.render(context) if part is None else blocks.alone(environment, template, part, context)

    def refresh(self, changed: Iterable[Path]) -> None:
        """These files have changed: catalogs are read again, templates when they are next asked for."""
        paths = tuple(changed)
        has_catalog = any(path.suffix == ".po" for path in paths)
        for code, environment in self.environments.items():
            blocks.forget(environment, paths, self.catalogs[code].read() if has_catalog else ())

    def say(self, code: str, message: Message) -> str:
        """A message in a language, as text."""
        return self.catalogs[code].gettext(message.text) % dict(message.values)

    def _add(self, code: str) -> None:
        catalog = Catalog(self.root / "templates" / "locale" / code / "LC_MESSAGES" / "messages.po")
        environment = Rooms(
            loader=FileSystemLoader(self.folders),
            autoescape=select_autoescape(
                (), disabled_extensions=("txt",), default=True
            ),  # all but the text parts of mails
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=self._is_development,
            extensions=[InternationalizationExtension],
        )
        environment.extend(catalog=catalog)
        environment.add_extension(Folding)
        environment.install_gettext_callables(catalog.gettext, catalog.ngettext, newstyle=True)  # type: ignore[attr-defined]
        self.catalogs[code] = catalog
        self.environments[code] = environment
        self.components[code] = Components(environment, is_development=self._is_development)
        environment.globals["_"] = catalog.said  # newstyle's own costs 5 µs a sentence
        environment.globals["ui"] = self.components[code]
        environment.globals["say"] = lambda message: self.say(code, message)
        environment.globals["day"] = lambda at: day(at // 86_400, code)
        environment.globals["moment"] = lambda at: moment(at, code)
        environment.globals["ago"] = lambda seconds: format_timedelta(-seconds, add_direction=True, locale=code)

    def _files(self, name: str, code: str) -> str:
        """The comment at the end of a page: where a designer finds it."""
        found = files.of(self.root, self.folders, name, self.components[code].used)
        return f"\n<!-- {files.in_a_line(found)} -->\n" if found else ""


@lru_cache(REMEMBERED)
def day(number: int, code: str) -> str:
    """A day in words. number: days since 1970-01-01, UTC."""
    return format_date(datetime.fromtimestamp(number * 86_400, UTC), DATES[code], locale=code)


def moment(at: int, code: str) -> str:
    """Day and time in words, with the zone. at: unix seconds."""
    return format_datetime(datetime.fromtimestamp(at, UTC), MOMENTS[code], locale=code)
