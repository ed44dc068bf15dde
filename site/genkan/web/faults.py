"""Which page tells of a failure? One for each status, with the request's id and the same headers as any other."""

from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from genkan import log
from genkan.db import DatabaseUnavailable
from genkan.errors import BadRequest, Busy, CrossOrigin, GenkanError, NotFound, TooLarge, UnsupportedType
from genkan.web import render

BY_STATUS: Final[dict[int, type[GenkanError]]] = {
    400: BadRequest,
    403: CrossOrigin,
    404: NotFound,
    413: TooLarge,
    415: UnsupportedType,
}


class MethodNotAllowed(GenkanError):
    status = 405
    text = "This page does not do that. Go back and use its own buttons and links."


def refused(request: Request, error: GenkanError) -> Response:
    """The page of a failure that has a name."""
    response = render.error(request, error.status, message=error.message, retry_after=error.retry_after)
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    return response


async def on_refusal(request: Request, error: Exception) -> Response:
    """For GenkanError that no page caught."""
    assert isinstance(error, GenkanError), "registered for this class only"
    return refused(request, error)


async def on_unavailable(request: Request, error: Exception) -> Response:
    """For a database that does not answer: 503, and nothing was saved."""
    log.failure("database unavailable", error)
    return refused(request, Busy(seconds=DatabaseUnavailable.retry_after))


async def on_http(request: Request, error: Exception) -> Response:
    """For what the router and the body reader say: 404, 405, 413 and the like."""
    assert isinstance(error, HTTPException), "registered for this class only"
    named = MethodNotAllowed() if error.status_code == 405 else BY_STATUS.get(error.status_code, BadRequest)()
    response = refused(request, named)
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    return response


async def on_gone(request: Request, error: Exception) -> Response:
    """For whoever hung up in the middle of what they sent: nobody hears the answer, and it is no fault of ours."""
    return Response(status_code=BadRequest.status)


def last_resort(request: Request, error: Exception) -> Response:
    """500, from a page that needs nothing: no database, no session, no translation."""
    return render.broken(request)
