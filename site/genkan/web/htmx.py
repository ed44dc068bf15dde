"""Does htmx ask, and for a part of the page only? Its headers decide the shape of an answer, never a permission."""

from starlette.requests import HTTPConnection


def is_partial(request: HTTPConnection) -> bool:
    """True where htmx will swap the answer into the page that stands."""
    headers = request.headers
    return (
        headers.get("hx-request") == "true"
        and headers.get("hx-request-type") == "partial"
        and headers.get("hx-history-restore-request") != "true"
    )
