"""/dev/gallery/components: every component with its parameters, where it is used, and how it looks, each example in a frame."""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from genkan.design import components
from genkan.design.drawing import CannotDraw, drawn
from genkan.dev.gallery import answer, checks, choices, shelf
from genkan.errors import NotFound
from genkan.web.language import DEFAULT
from genkan.web.render import Renderer

PATH: Final = f"{shelf.PATH}/components"


async def show_all(request: Request) -> Response:
    renderer: Renderer = request.app.state.renderer
    templates = renderer.templates.root / "templates"
    found = drawn(lambda: components.read(renderer.templates.environments[DEFAULT], templates))
    known = checks.found(templates.parent, renderer.settings.brand_dir)
    shown = [(each, shelf.findings_in(_files(each.name), known)) for each in found]
    return answer.page(request, "components", choices.of(request), path=PATH, components=shown)


async def show_one(request: Request) -> Response:
    """One example of a component, by itself: what its block in templates/dev/components/NAME.html makes."""
    renderer, chosen = request.app.state.renderer, choices.of(request)
    name, example = request.path_params["name"], request.path_params["example"]
    if example not in [each.name for each in components.examples(renderer.templates.root / "templates", name)]:
        raise NotFound
    context = {"state": lambda template, state: _context(renderer, template, state), "lang": chosen.language}
    template = f"dev/components/{name}.html"
    html = drawn(lambda: renderer.templates.render(template, example, chosen.language, context))
    return answer.alone(request, html, f"{name}, {example}", chosen)


def _files(name: str) -> tuple[str, str]:
    return f"templates/components/{name}.html", f"static/css/components/{name}.css"


def _context(renderer: Renderer, template: str, name: str) -> dict[str, Any]:
    """What a page's template is given in a state: forms and messages for examples to borrow. Raises CannotDraw."""
    found = shelf.state(renderer, template, name)
    if found is None:
        raise CannotDraw(f"{template} has no state “{name}” to borrow from")
    return dict(found.context)


routes: Final = [
    Route(PATH, show_all, methods=["GET"]),
    Route(f"{PATH}/{{name}}/{{example}}", show_one, methods=["GET"]),
]
