"""Which language does a person read? `?lang=`, else the cookie, else what the browser asks for, else English."""

from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import parse_qsl, quote, urlencode

from starlette.requests import HTTPConnection

from genkan.web import cookies

LANGUAGES: Final = {"ja": "日本語", "en": "English"}  # each by its own name
DEFAULT: Final = "en"
COOKIE: Final = "lang"
COOKIE_LASTS: Final = 365 * 86_400  # seconds
LONGEST_HEADER: Final = 200  # characters of Accept-Language that are looked at
MOST_PARAMETERS: Final = 20


def of(request: HTTPConnection) -> str:
    """The code of the language that this request is answered in."""
    asked = asked_for(request)
    if asked is not None:
        return asked
    kept = cookies.read(request, COOKIE)
    return kept if kept in LANGUAGES else preferred(request.headers.get("accept-language", "")[:LONGEST_HEADER])


def asked_for(request: HTTPConnection) -> str | None:
    """The language that the address names; it is to be remembered."""
    if not request.scope["query_string"]:
        return None
    found = [value for key, value in _query(request) if key == "lang" and value in LANGUAGES]
    return found[-1] if found else None


@lru_cache(512)
def preferred(header: str) -> str:
    """The language of ours that the browser likes best (RFC 9110 §12.5.4)."""
    liked = [_weighed(each) for each in header.split(",")]
    ours = [(weight, code) for weight, code in liked if code in LANGUAGES and weight > 0]
    return max(ours, key=lambda each: each[0])[1] if ours else DEFAULT


class Link(NamedTuple):
    code: str
    name: str
    url: str


def links(request: HTTPConnection) -> tuple[Link, ...]:
    """The same page in each language, each by its own name."""
    return links_of(request.scope["path"], tuple(each for each in _query(request) if each[0] != "lang"))


@lru_cache(512)
def links_of(path: str, kept: tuple[tuple[str, str], ...] = ()) -> tuple[Link, ...]:
    """The same for any path. kept: names and values of the query that stay."""
    here = quote(path)
    return tuple(Link(code, name, f"{here}?{urlencode([*kept, ('lang', code)])}") for code, name in LANGUAGES.items())


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
        return float(weight.strip().removeprefix("q=") or 1), code.strip().lower().partition("-")[0]
    except ValueError:
        return 0.0, ""
