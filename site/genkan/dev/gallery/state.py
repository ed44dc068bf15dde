"""/dev/gallery/pages/login/wrong-password: one state and nothing beside it, as people get it; of a mail, its HTML part."""

from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from genkan.design import showing, states
from genkan.design.drawing import drawn
from genkan.design.states import State
from genkan.dev.gallery import answer, choices, shelf
from genkan.dev.gallery.choices import Choices
from genkan.dev.mail import LETTER_POLICY
from genkan.errors import NotFound
from genkan.web.mails import Mail
from genkan.web.render import Renderer

PATH: Final = f"{shelf.PATH}/{{room}}/{{name}}/{{state}}"
SCHEME: Final = "color-scheme: light dark"
SPACED: Final = '<div class="stack" data-gap="large">{}</div>'  # as most parts stand in their pages


async def show(request: Request) -> Response:
    renderer, chosen = request.app.state.renderer, choices.of(request)
    asked = request.path_params
    state = shelf.state(renderer, f"{asked['room']}/{asked['name']}", asked["state"])
    if state is None:
        raise NotFound
    if asked["room"] == "emails":
        return _letter(mail(renderer, state, chosen), chosen)
    common = states.common(renderer.templates.root / "templates")
    html = drawn(lambda: showing.page(renderer, state, chosen.language, common))
    if state.part is not None:
        return answer.alone(request, SPACED.format(html), f"{state.template}, {state.name}", chosen)
    return answer.inside(request, html, chosen)


def mail(renderer: Renderer, state: State, chosen: Choices) -> Mail:
    """Raises CannotDraw."""
    return drawn(lambda: showing.mail(renderer, state, chosen.language))


def _letter(mail: Mail, chosen: Choices) -> Response:
    """Mail programs follow the system; light or dark is put into the mail's own styles. Its links open beside."""
    html = mail.html.replace("<head>", '<head><base target="_blank">', 1)
    if chosen.theme != choices.USUAL.theme:
        html = html.replace(choices.DARK, "all" if chosen.theme == "dark" else "not all")
        html = html.replace(SCHEME, f"color-scheme: {chosen.theme}")
    return HTMLResponse(html, headers=answer.FRAMED | {"Content-Security-Policy": LETTER_POLICY})


route: Final = Route(PATH, show, methods=["GET"])
