"""/dev/gallery and /dev/gallery/pages/login: every template with its states, and all states of one at once, each in a frame."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from genkan.design.drawing import CannotDraw
from genkan.design.states import State
from genkan.dev.gallery import answer, checks, choices, shelf, state
from genkan.dev.gallery.choices import Choices
from genkan.dev.gallery.shelf import PATH, Shown
from genkan.errors import NotFound
from genkan.web.render import Renderer

ROOMS: Final = {"pages": "Pages", "errors": "Errors", "emails": "Mails"}


async def show_all(request: Request) -> Response:
    renderer, chosen = request.app.state.renderer, choices.of(request)
    wanted = request.query_params.get("q", "").strip()
    every = shelf.every(renderer)
    found = [each for each in every if is_wanted(each, wanted)]
    rooms = [(room, label, [each for each in found if each.room == room]) for room, label in ROOMS.items()]
    return answer.page(
        request,
        "index",
        chosen,
        path=PATH,
        filters={"q": wanted},
        groups=[each for each in rooms if each[2]],
        count=len(every),
        states=sum(len(each.states) for each in every),
        findings=checks.found(renderer.templates.root, renderer.settings.brand_dir),
    )


async def show_checks(request: Request) -> Response:
    """Every finding; waits for them."""
    renderer = request.app.state.renderer
    found = await asyncio.wrap_future(checks.begun(renderer.templates.root, renderer.settings.brand_dir))
    return answer.page(request, "checks", choices.of(request), path=f"{PATH}/checks", findings=found)


async def show_one(request: Request) -> Response:
    """All its states, or the one that `state` names."""
    renderer, chosen = request.app.state.renderer, choices.of(request)
    shown = shelf.one(renderer, "{room}/{name}".format(**request.path_params))
    if shown is None:
        raise NotFound
    only = request.query_params.get("state", "")
    named = [each for each in shown.states if only in ("", each.name)]
    if only and not named:
        raise NotFound
    return answer.page(
        request,
        "template",
        chosen,
        path=shown.url,
        filters={"state": only},
        shown=shown,
        cards=[_card(renderer, shown, each, chosen) for each in named],
        all_url=shown.url + choices.query(chosen),
        only=only,
    )


def is_wanted(shown: Shown, wanted: str) -> bool:
    """Whether every word stands somewhere in what is said of it: its name, address, files, and states."""
    told = " ".join((shown.name, shown.address, *shown.files, *_told(shown.states))).casefold()
    return all(word in told for word in wanted.casefold().split())


def _told(states: Iterable[State]) -> Iterable[str]:
    return (f"{each.name} {each.about}" for each in states)


def _card(renderer: Renderer, shown: Shown, each: State, chosen: Choices) -> Mapping[str, Any]:
    """What a state's card shows: of a mail also subject and text, or why there is none."""
    card = {
        "state": each,
        "url": f"{shown.url}/{each.name}{choices.inside(chosen)}",
        "only_url": shown.url + choices.query(chosen, state=each.name),
        "mail": None,
        "fault": "",
    }
    if not shown.is_mail:
        return card
    try:
        return card | {"mail": state.mail(renderer, each, chosen)}
    except CannotDraw as fault:
        return card | {"fault": str(fault)}


routes: Final = [
    Route(PATH, show_all, methods=["GET"]),
    Route(f"{PATH}/checks", show_checks, methods=["GET"]),
    Route(f"{PATH}/{{room}}/{{name}}", show_one, methods=["GET"]),
]
