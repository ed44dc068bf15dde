"""Which language does a person read? `?lang=`, else the cookie, else what the browser asks for, else English."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import parse_qsl, quote, urlencode

from starlette.requests import HTTPConnection

from genkan.web import cookies, locales
from genkan.web.locales import Languages

OURS: Final = Path(__file__).parents[3] / "templates" / "locale"
LANGUAGES: Final = locales.found([OURS]).listed  # that come with Genkan, each by its own name; a site may have more
DEFAULT: Final = locales.ENGLISH
COOKIE: Final = "lang"
COOKIE_LASTS: Final = 365 * 86_400  # seconds
LONGEST_HEADER: Final = 200  # characters of Accept-Language that are looked at
MOST_PARAMETERS: Final = 20


def of(request: HTTPConnection) -> str:
    """The code of the language that this request is answered in."""
    asked = asked_for(request)
    if asked is not None:
        return asked
    kept, there = cookies.read(request, COOKIE), _there(request)
    if kept is not None and kept in there.every:
        return kept
    return preferred(request.headers.get("accept-language", "")[:LONGEST_HEADER], there)


def asked_for(request: HTTPConnection) -> str | None:
    """The language that the address names; it is to be remembered."""
    if not request.scope["query_string"]:
        return None
    found = [value for key, value in _query(request) if key == "lang" and value in _there(request).every]
    return found[-1] if found else None


def offered(request: HTTPConnection) -> Mapping[str, str]:
    """The languages to choose from: code → name in the language itself."""
    return _there(request).shown(of(request))


@lru_cache(512)
def preferred(header: str, there: Languages) -> str:
    """The language of those that are offered that the browser likes best (RFC 9110 §12.5.4)."""
    ours = {code.lower(): code for code in there.listed}
    liked = [(weight, _nearest(tag, ours)) for weight, tag in map(_weighed, header.split(",")) if weight > 0]
    found = [each for each in liked if each[1] in ours]
    return ours[max(found, key=lambda each: each[0])[1]] if found else DEFAULT


class Link(NamedTuple):
    code: str
    name: str
    url: str


def links(request: HTTPConnection, code: str) -> tuple[Link, ...]:
    """The same page in each language, each by its own name. code: of the one in use."""
    kept = tuple(each for each in _query(request) if each[0] != "lang")
    return links_of(request.scope["path"], _there(request), code, kept)


@lru_cache(512)
def links_of(path: str, there: Languages, code: str, kept: tuple[tuple[str, str], ...] = ()) -> tuple[Link, ...]:
    """The same for any path. kept: names and values of the query that stay."""
    here, shown = quote(path), there.shown(code)
    return tuple(Link(each, name, f"{here}?{urlencode([*kept, ('lang', each)])}") for each, name in shown.items())


def _there(request: HTTPConnection) -> Languages:
    there: Languages = request.app.state.renderer.languages
    return there


def _query(request: HTTPConnection) -> list[tuple[str, str]]:
    if not request.scope["query_string"]:
        return []
    raw = request.scope["query_string"].decode("latin-1")
    try:
        return parse_qsl(raw, keep_blank_values=True, errors="replace", max_num_fields=MOST_PARAMETERS)
    except ValueError:
        return []


def _weighed(part: str) -> tuple[float, str]:
    code, _, weight = part.partition(";")
    try:
        return float(weight.strip().removeprefix("q=") or 1), code.strip().lower()
    except ValueError:
        return 0.0, ""


def _nearest(tag: str, ours: Mapping[str, str]) -> str:
    """The tag, or its beginning, that is one of ours; "" where there is none (RFC 4647 §3.4)."""
    while tag and tag not in ours:
        tag = tag.rpartition("-")[0]
    return tag
