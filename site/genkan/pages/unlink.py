"""/account/security/unlink/{provider}: how does a person take a provider away from their account? GET asks, POST does."""

from starlette.requests import Request
from starlette.responses import Response

from genkan import log
from genkan.accounts import ways
from genkan.errors import LastWay, Message, NotFound
from genkan.pages import security
from genkan.web import forms, notices, render, session, show, visitor
from genkan.web.htmx import is_partial
from genkan.web.redirects import see_other
from genkan.web.routes import form_route
from genkan.web.session import Person

BACK = "/account/security"


@session.signed_in
async def show_question(request: Request, person: Person) -> Response:
    row = await security.linked_row(request, person, request.path_params["provider"])
    if row is None:
        raise NotFound
    return show.page(request, "unlink", {"row": row, "is_part": is_partial(request)})


@session.signed_in
async def submit(request: Request, person: Person) -> Response:
    """To htmx the ways in, as they are now."""
    await forms.read(request, ())
    name = request.path_params["provider"]
    label = security.label_of(request, name)
    try:
        await ways.unlink(
            request.app.state.services,
            visitor.of(request),
            name,
            user_id=person.id,
            clients=request.app.state.clients,
            label=label,
            now=request.app.state.now(),
        )
    except LastWay as error:
        return notices.leave(request, see_other(request, BACK), error)
    log.event("unlinked", method=name, user=person.id)
    if is_partial(request):
        said = Message(notices.OURS["unlinked"][2], {"provider": label})
        return render.block(request, "security", "ways", **await security.context(request, person), said=said)
    return notices.leave(request, see_other(request, BACK), "unlinked", provider=label)


routes = [form_route("/account/security/unlink/{provider}", show_question, submit)]
