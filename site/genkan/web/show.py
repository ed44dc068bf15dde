"""How does a page handler answer? With a page, and the notice that was left for it."""

from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from genkan.errors import GenkanError
from genkan.web import notices, render


def page(
    request: Request, name: str, context: Mapping[str, Any] | None = None, *, status: int | None = None
) -> Response:
    """templates/pages/{name}.html with the status of its notice, unless another is given."""
    notice = notices.read(request)
    request.state.notice = notice
    shown = status or (notice.status if notice else 200)
    return notices.taken(request, render.page(request, name, status=shown, **(context or {})))


def form_anew(request: Request, name: str, make: Callable[[], Mapping[str, Any]], *key: str) -> Response:
    """An empty form. make: its context; key: what it depends on besides language and address."""
    notice = notices.read(request)
    request.state.notice = notice
    if notice is not None:
        return page(request, name, make())
    return render.same_for_all(request, name, make, *key)


def form_again(request: Request, name: str, error: GenkanError, context: Mapping[str, Any]) -> Response:
    """The same page with what is to be mended; Retry-After where waiting mends it."""
    response = page(request, name, context, status=error.status)
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    return response
