"""What is said in a language? The strings of one or more .po files: what a later one says stands in place of an earlier one's."""

import re
from pathlib import Path
from typing import Any, Final

from babel import Locale, UnknownLocaleError
from babel.messages.pofile import PoFileError, read_po
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import escape

from genkan.web.direction import isolated

VALUE: Final = re.compile(r"%\((\w+)\)s")


class Catalog:
    """The strings of one language. English is in the templates themselves: its files hold what is to be said otherwise."""

    def __init__(self, *paths: Path, direction: str = "ltr") -> None:
        """direction: of the language, ltr or rtl."""
        self.strings: dict[str, str] = {}
        self.direction = direction
        self._paths = paths
        self.read()

    def read(self) -> set[str]:
        """Read the files, once more: the sentences that are said in another way than before."""
        before = self.strings
        if self._paths:
            self.strings = {key: text for path in self._paths for key, text in read(path).items()}
        return {each for each in before.keys() | self.strings if before.get(each) != self.strings.get(each)}

    @classmethod
    def of(cls, strings: dict[str, str], direction: str) -> "Catalog":
        """One that is in no file."""
        made = cls(direction=direction)
        made.strings = strings
        return made

    def gettext(self, message: str) -> str:
        return self.strings.get(message, message)

    @pass_eval_context
    def said(self, template: EvalContext, message: str, /, **values: Any) -> str:
        """`_("…", name=value)` in a template: translated, its values escaped; not in the text part of a mail."""
        text = self.gettext(message)
        values = isolated(values, self.direction)
        return escape(text) % values if template.autoescape else text % values

    def ngettext(self, one: str, many: str, count: int) -> str:
        return self.gettext(one if count == 1 else many)


def read(path: Path) -> dict[str, str]:
    """What a .po file says, by its English; nothing where there is no file."""
    if not path.exists():
        return {}
    with path.open("rb") as file:
        return {str(each.id): str(each.string) for each in read_po(file) if each.id and each.string}


def faults(path: Path) -> list[str]:
    """Why locale/CODE/LC_MESSAGES/messages.po cannot be used: its language, what is in it, or a sentence that cannot be filled in."""
    code = path.parents[1].name
    try:
        Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        return [f"there is no language “{code}”; the folder is called by its code, like de or pt-BR"]
    try:
        with path.open("rb") as file:
            said = {str(each.id): str(each.string) for each in read_po(file, abort_invalid=True) if each.id}
    except PoFileError as fault:
        return [f"line {fault.lineno + 1}: {str(fault).rpartition(' on ')[0]}"]
    except (ValueError, LookupError) as fault:
        return [f"it cannot be read ({type(fault).__name__})"]
    return [why for english, text in said.items() for why in _not_filled(english, text)]


def _not_filled(english: str, text: str) -> list[str]:
    unknown = sorted({*VALUE.findall(text)} - {*VALUE.findall(english)})
    if unknown:
        return [f"“{text}” names %({unknown[0]})s, which “{english}” does not have"]
    if "%" in VALUE.sub("", text).replace("%%", ""):
        return [f"“{text}” has a % that begins no %(name)s"]
    return []
