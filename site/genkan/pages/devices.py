"""/account/devices: where is a person logged in? Each can be ended from here, or all others at once."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from genkan.accounts import devices
from genkan.accounts.devices import Device
from genkan.errors import Message
from genkan.web import forms, notices, session, show, visitor
from genkan.web.devices import place
from genkan.web.htmx import is_partial
from genkan.web.notices import OURS
from genkan.web.redirects import see_other
from genkan.web.session import Person


@session.signed_in
async def show_devices(request: Request, person: Person) -> Response:
    return show.page(request, "devices", await _context(request, person))


@session.signed_in
async def end_one(request: Request, person: Person) -> Response:
    """Ends nothing that could not be begun again, so it asks for no proof."""
    await forms.read(request, ())
    await devices.end(
        request.app.state.services,
        visitor.of(request),
        request.path_params["id"],
        user_id=person.id,
        here=person.session_id,
        now=request.app.state.now(),
    )
    return await _ended(request, person, "device ended")


@session.signed_in
async def end_others(request: Request, person: Person) -> Response:
    await forms.read(request, ())
    count = await devices.end_others(
        request.app.state.services,
        visitor.of(request),
        user_id=person.id,
        here=person.session_id,
        now=request.app.state.now(),
    )
    return await _ended(request, person, "devices ended", count=str(count))


async def _ended(request: Request, person: Person, notice: str, **values: str) -> Response:
    """The list anew: for htmx the section alone, with what is said beside it."""
    if is_partial(request):
        said = Message(OURS[notice][2], values)
        return show.page(request, "devices", await _context(request, person) | {"said": said})
    return notices.leave(request, see_other(request, "/account/devices"), notice, **values)


async def _context(request: Request, person: Person) -> dict[str, object]:
    now = request.app.state.now()
    found = await devices.logged_in(request.app.state.services, person.id, here=person.session_id, now=now)
    return {"devices": [described(request, each, person, now=now) for each in found], "said": None}


def described(request: Request, device: Device, person: Person, *, now: int) -> dict[str, object]:
    """A device as templates show it. person: who looks at it."""
    client = request.app.state.clients.get(device.method)
    return {
        "id": device.id,
        "name": device.browser,
        "address": device.address,
        "place": place(device.address),
        "method": device.method,
        "label": client.label if client else device.method.capitalize(),
        "since": device.created_at,
        "seen": device.last_seen_at,
        "ago": now - device.last_seen_at,
        "here": device.id == person.session_id,
    }


routes = [
    Route("/account/devices", show_devices, methods=["GET"]),
    Route("/account/devices/others/end", end_others, methods=["POST"]),
    Route("/account/devices/{id}/end", end_one, methods=["POST"]),
]
