"""Where do templates come from, and what may they use? Jinja, strict, with components under `ui` and gettext under `_`."""

import json
import re
from collections.abc import Callable, Iterable, MutableMapping
from pathlib import Path
from typing import Any, Final

from jinja2 import BaseLoader, Environment, StrictUndefined, pass_environment, select_autoescape
from jinja2.ext import Extension, InternationalizationExtension

from genkan.errors import Message
from genkan.web import blocks, files, loading, locales, pseudo
from genkan.web.brand import Brand
from genkan.web.catalog import Catalog
from genkan.web.components import Components
from genkan.web.direction import isolated
from genkan.web.failing import Failures
from genkan.web.locales import Language

CONSTANT: Final = re.compile(r'\b_\(("(?:[^"\\]|\\.)*")\)')


class Rooms(Environment):
    """What all templates know is settled before the first is read: each keeps it at hand, in one dict."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(d or {})}


class Folding(Extension):
    """Translates `_("…")` while a template is compiled: a sentence without values costs nothing when the page is made."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return CONSTANT.sub(self._folded, source)

    def _folded(self, found: re.Match[str]) -> str:
        try:
            said = self.environment.catalog.gettext(json.loads(found[1]))  # type: ignore[attr-defined]
        except ValueError:  # an escape that is not JSON's: it is translated when the page is made
            return found[0]
        return json.dumps(said, ensure_ascii=False)


class Templates:
    """The templates of one site in every language. root: the folder that holds templates/ and static/.

    brand: the team's own, which comes first; in production ours stand in where theirs fail. asset: the address of a picture.
    end: what else every page ends with in development.
    """

    def __init__(
        self, root: Path, *, is_development: bool, brand: Brand | None = None, asset: Callable[[str], str] = str
    ) -> None:
        self.root = root
        self._is_development = is_development
        self._brand = brand
        self._asset = asset
        self._failures = Failures(brand) if brand and not is_development else None
        self.folders = (*(brand.templates if brand else ()), root / "templates", root / "static" / "img")
        self.end: Callable[[], str] = str
        self._ours: dict[str, Environment] = {}
        self.environments: dict[str, Environment] = {}
        self.catalogs: dict[str, Catalog] = {}
        self.components: dict[str, Components] = {}
        folders = [root / "templates" / "locale", *((brand.folder / "locale",) if brand else ())]
        self.languages = locales.found(folders, with_pseudo=is_development)
        for each in self.languages.every.values():
            self._add(each)

    def render(self, name: str, part: str | None, code: str, context: dict[str, Any]) -> str:
        """The template, or one of its blocks; in development followed by the names of its files."""
        self.components[code].used.clear()
        html = self.mail(name, part, code, context)
        return html + self.end() + self._files(name, code) if self._is_development and part is None else html

    def mail(self, name: str, part: str | None, code: str, context: dict[str, Any]) -> str:
        """A template of a mail, or one of its blocks, and nothing beside it."""
        try:
            return _rendered(self.environments[code], name, part, context)
        except Exception as error:  # whatever a team's own template may do
            if self._failures is None:
                raise
            html = _rendered(self._of_ours(code), name, part, context)  # or it was no fault of theirs
            self._failures.tell(name, error)
            return html

    def refresh(self, changed: Iterable[Path]) -> None:
        """These files have changed: catalogs are read again, templates when they are next asked for."""
        paths = tuple(changed)
        has_catalog = any(path.suffix == ".po" for path in paths)
        for code, environment in self.environments.items():
            blocks.forget(environment, paths, self.catalogs[code].read() if has_catalog else ())

    def say(self, code: str, message: Message) -> str:
        """A message in a language, as text."""
        catalog = self.catalogs[code]
        return catalog.gettext(message.text) % isolated(message.values, catalog.direction)

    def _add(self, language: Language) -> None:
        code = language.code
        self.catalogs[code] = self._catalog(language)
        report = self._failures.tell if self._failures else None
        loader = loading.both(self.root, self._brand, report) if self._brand else loading.ours(self.root)
        self.environments[code] = self._environment(language, loader)
        ui: Any = self.environments[code].globals["ui"]
        self.components[code] = ui

    def _catalog(self, language: Language) -> Catalog:
        if language.code in pseudo.MADE:
            return Catalog.of(pseudo.Strings(language.code), language.direction)
        ours = self.root / "templates" / "locale" / language.code / locales.CATALOG
        theirs = (self._brand.catalog(language.code),) if self._brand else ()
        return Catalog(ours, *theirs, direction=language.direction)

    def _of_ours(self, code: str) -> Environment:
        if code not in self._ours:
            self._ours[code] = self._environment(self.languages.every[code], loading.ours(self.root))
        return self._ours[code]

    def _environment(self, language: Language, loader: BaseLoader) -> Environment:
        catalog = self.catalogs[language.code]
        environment = Rooms(
            loader=loader,
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
        environment.filters["pick"] = pick
        environment.globals["_"] = catalog.said  # newstyle's own costs 5 µs a sentence
        environment.globals["ui"] = Components(environment, is_development=self._is_development)
        environment.globals["asset"] = self._asset
        environment.globals["say"] = lambda message: self.say(language.code, message)
        environment.globals.update(locales.words(language))
        return environment

    def _files(self, name: str, code: str) -> str:
        """The comment at the end of a page: where a designer finds it."""
        found = files.of(self.root, self.folders, name, self.components[code].used)
        return f"\n<!-- {files.in_a_line(found)} -->\n" if found else ""


def _rendered(environment: Environment, name: str, part: str | None, context: dict[str, Any]) -> str:
    template = environment.get_template(name)
    return template.render(context) if part is None else blocks.alone(environment, template, part, context)


@pass_environment
def pick(environment: Environment, each_of: Iterable[Any], *names: str) -> tuple[Any, ...]:
    """`providers|pick("line", "google")`: those of these names that are there, in this order."""
    by_name = {environment.getattr(each, "name"): each for each in each_of}
    return tuple(by_name[name] for name in names if name in by_name)
