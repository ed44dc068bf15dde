"""Which languages are there? English, and one for each catalog: with its own name, its direction and its dates."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from babel import Locale
from babel.dates import format_date, format_datetime, format_time, format_timedelta

from genkan.web import pseudo
from genkan.web.direction import SIDES

ENGLISH: Final = "en"  # is in the templates themselves
CATALOG: Final = "LC_MESSAGES/messages.po"
DATES: Final = {"en": "d MMMM y", "ja": "y年M月d日"}  # where a language's long form is not what we want
MOMENTS: Final = {"en": "d MMMM y, HH:mm 'UTC'", "ja": "y年M月d日 H:mm（'UTC'）"}
CLOSED: Final = {"ja"}  # no space between a figure and its word
REMEMBERED: Final = 256  # days


@dataclass(frozen=True, slots=True)
class Language:
    """code: as in <html lang>, and of the catalog's folder; name: in the language itself; direction: ltr or rtl."""

    code: str
    name: str
    direction: str


@dataclass(frozen=True, slots=True, eq=False)
class Languages:
    """every: that can be asked for, by code; listed: those that are offered, and the name of each."""

    every: Mapping[str, Language]
    listed: Mapping[str, str]

    def shown(self, code: str) -> Mapping[str, str]:
        """Those that are offered, and the one in use."""
        return self.listed if code in self.listed else {**self.listed, code: self.every[code].name}


def found(folders: Iterable[Path], *, with_pseudo: bool = False) -> Languages:
    """The languages of these folders of catalogs (`de/LC_MESSAGES/messages.po`), by their codes."""
    there = {path.parents[1].name for folder in folders for path in folder.glob(f"*/{CATALOG}")}
    ours = {code: _language(code) for code in sorted({*there, ENGLISH})}
    made = {code: Language(code, each.name, each.direction) for code, each in pseudo.MADE.items() if with_pseudo}
    return Languages(ours | made, {code: each.name for code, each in ours.items()})


def words(language: Language) -> dict[str, Any]:
    """What a template may use of a language, beside its catalog."""
    start_side, end_side = SIDES[language.direction]
    return {
        "direction": language.direction,
        "start_side": start_side,  # left or right: for mails, and for what has no styles
        "end_side": end_side,
        "day": lambda at: day(at // 86_400, language.code),
        "moment": lambda at: moment(at, language.code),
        "ago": lambda seconds: ago(seconds, language.code),
    }


@lru_cache(REMEMBERED)
def day(number: int, code: str) -> str:
    """A day in words. number: days since 1970-01-01, UTC."""
    at = datetime.fromtimestamp(number * 86_400, UTC)
    return pseudo.said(code, format_date(at, DATES.get(_spoken(code), "long"), locale=_locale(code)))


def moment(at: int, code: str) -> str:
    """Day and time in words, with the zone. at: unix seconds."""
    then, locale, own = datetime.fromtimestamp(at, UTC), _locale(code), MOMENTS.get(_spoken(code))
    if own is not None:
        return pseudo.said(code, format_datetime(then, own, locale=locale))
    time = f"{format_time(then, 'short', locale=locale)} UTC"
    return str(locale.datetime_formats["long"].format(time, day(at // 86_400, code)))


def ago(seconds: int, code: str) -> str:
    """How long ago, in words."""
    said = format_timedelta(-seconds, add_direction=True, locale=_locale(code))
    return pseudo.said(code, said.replace(" ", "") if _spoken(code) in CLOSED else said)


def _language(code: str) -> Language:
    locale = _locale(code)
    name = locale.get_display_name(locale) or code
    return Language(code, name[:1].upper() + name[1:], locale.text_direction)


@lru_cache(64)
def _locale(code: str) -> Locale:
    return Locale.parse(_spoken(code), sep="-")


def _spoken(code: str) -> str:
    """The language that a made-up one is made of."""
    return ENGLISH if code in pseudo.MADE else code
