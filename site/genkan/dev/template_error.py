"""What is seen in development where a template is wrong? The page that says so, in place of the one that could not be made."""

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp

from genkan.web import faults, plain, template_faults
from genkan.web.htmx import is_partial
from genkan.web.render import Renderer

# htmx puts it in place of all that stands, not of the form that was sent.
WHOLE_PAGE = {"HX-Retarget": "body", "HX-Reswap": "innerHTML"}


def last_resort(request: Request, error: Exception) -> ASGIApp:
    """The page that names file and line; for errors that came from no template, the one that production has."""
    renderer: Renderer = request.app.state.renderer
    fault = template_faults.found(error, renderer.templates)
    if fault is None:
        return faults.last_resort(request, error)
    is_part = is_partial(request)
    assets = renderer.assets
    html = plain.rendered(
        renderer.templates.folders,
        "dev/template_error.html",
        fault=fault,
        address=request.scope["path"],
        is_part=is_part,
        stylesheets=(assets.stylesheet, assets.addresses["template_error.css"]),
    )
    if is_part:
        return HTMLResponse(html, status_code=500, headers=WHOLE_PAGE)
    return HTMLResponse(html + renderer.templates.end(), status_code=500)
