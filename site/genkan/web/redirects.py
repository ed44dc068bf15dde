"""Where may a person be sent? To a path on this site, judged as a browser's URL parser would (WHATWG), or by one to an application."""

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import quote, unquote

from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response

from genkan.web.htmx import is_partial

HOME: Final = "/account"
LONGEST: Final = 2048  # characters
# A plain path: segments of unreserved characters (RFC 3986 §2.3) and escapes, one slash at a time; then, maybe, a query.
SEGMENT: Final = r"(?:[A-Za-z0-9_~.!$'()*+,=-]|%[0-9A-Fa-f]{2})+"
PLAIN: Final = re.compile(
    rf"/|(?:/{SEGMENT})+/?(?:\?(?:[A-Za-z0-9_~.!$'()*+,=:@/?&;-]|%[0-9A-Fa-f]{{2}})*)?|/\?[A-Za-z0-9_~.=&%-]*"
)
# What an escape must not stand for: controls, slash, backslash, percent (a second decoding), at.
HIDDEN: Final = re.compile(r"%(?:[01][0-9A-F]|7F|2F|5C|25|40)", re.IGNORECASE)
DOTS: Final = re.compile(r"/\.{1,2}(?:/|$)")
# What follows the origin of an application: its own matter, but no controls, plain or escaped, and nothing that browsers mend.
THERE: Final = re.compile(r"(?:/(?:[A-Za-z0-9_~.!$'()*+,=:@/?&;-]|%(?![01]|7[Ff])[0-9A-Fa-f]{2})*)?")
ONWARD: Final = "/auth/onward?next="  # and an address of an application: the way that leads there (pages/onward.py)
FINISH: Final = "/oauth/finish"
# Pages that would send the person in a circle, or out again.
NOT_AGAIN: Final = ("/login", "/logout", "/signup", "/oauth", "/auth")


def next_for(request: HTTPConnection, value: str | None) -> str:
    """`safe_next` on this site."""
    return safe_next(value, request.app.state.settings.app_origins)


def safe_next(value: str | None, apps: Sequence[str] = ()) -> str:
    """`value` where it is plainly a path here to go on to; for an address of one of the apps the path here that leads there;
    else /account. What it has answered, it answers again. apps: origins."""
    if value is None or len(value) > LONGEST:
        return HOME
    address = app_address(unquote(value.removeprefix(ONWARD)) if value.startswith(ONWARD) else value, apps)
    if address is not None:
        onward = ONWARD + quote(address, safe="/:")
        return onward if len(onward) <= LONGEST else HOME
    return _path(value)


def app_address(value: str, apps: Sequence[str]) -> str | None:
    """An address of one of the apps, as a browser would open it; None for every other."""
    for origin in apps:
        if value.startswith(origin) and THERE.fullmatch(value, len(origin)):
            return value if len(value) > len(origin) else f"{value}/"
    return None


def _path(value: str) -> str:
    if not PLAIN.fullmatch(value):
        return HOME
    path = value.partition("?")[0]
    if HIDDEN.search(value) or DOTS.search(unquote(path)):
        return HOME
    first = unquote(path).lower().rstrip("/")
    if first != FINISH and any(first == each or first.startswith(f"{each}/") for each in NOT_AGAIN):
        return HOME
    return value


def see_other(request: Request, path: str) -> Response:
    """303 to a path of ours (RFC 9110 §15.4.4); to htmx a 200 that makes the browser really navigate."""
    if is_partial(request):
        return Response(status_code=200, headers={"HX-Redirect": path, "Cache-Control": "no-store"})
    return RedirectResponse(path, status_code=303, headers={"Cache-Control": "no-store"})
