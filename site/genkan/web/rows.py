"""How is one row of /account changed? In its place where htmx asks, else on a page of its own; afterwards it is the row again."""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from genkan.errors import GenkanError, Message
from genkan.web import notices, render, show
from genkan.web.forms import Form
from genkan.web.htmx import is_partial
from genkan.web.redirects import HOME, see_other
from genkan.web.session import Person

SAVED: Final = "saved"  # the notice


def form(request: Request, page: str, shown: Form, **context: Any) -> Response:
    """templates/pages/{page}.html: whole, or its form alone."""
    return show.page(request, page, _context(request, shown, context))


def form_again(request: Request, page: str, shown: Form, error: GenkanError, **context: Any) -> Response:
    """The same with what is to be mended."""
    return show.form_again(request, page, error, _context(request, shown.refused(error), context))


def saved(request: Request, person: Person, row: str, **context: Any) -> Response:
    """The row as it is now, and that it was saved. person: as they are now; row: the block of account.html."""
    if not is_partial(request):
        return notices.leave(request, see_other(request, HOME), SAVED)
    request.state.person = person
    return render.block(request, "account", row, said=Message(notices.OURS[SAVED][2]), **context)


def _context(request: Request, shown: Form, context: dict[str, Any]) -> dict[str, Any]:
    return {"form": shown, "in_place": is_partial(request), **context}
