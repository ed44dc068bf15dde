"""Where may a person be sent? To a path on this site, judged as a browser's URL parser would (WHATWG URL)."""

import re
from typing import Final
from urllib.parse import unquote

from starlette.requests import Request
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
FINISH: Final = "/oauth/finish"
# Pages that would send the person in a circle, or out again.
NOT_AGAIN: Final = ("/login", "/logout", "/signup", "/oauth")


def safe_next(value: str | None) -> str:
    """`value` where it is plainly a path here to go on to; else /account."""
    if value is None or len(value) > LONGEST or not PLAIN.fullmatch(value):
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
