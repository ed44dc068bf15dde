"""/account/data: what is kept about a person, and how do they get a copy? As a page to read, or as JSON for programs."""

import json

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from genkan.accounts import own_data
from genkan.web import forms, render, session, show, visitor
from genkan.web.session import Person


@session.signed_in
async def show_data(request: Request, person: Person) -> Response:
    return show.page(request, "data")


@session.signed_in
async def as_json(request: Request, person: Person) -> Response:
    found = await _asked(request, person)
    return _file(Response(json.dumps(found, ensure_ascii=False, indent=2), media_type="application/json"), "json")


@session.signed_in
async def as_html(request: Request, person: Person) -> Response:
    found = await _asked(request, person)
    return _file(render.page(request, "data_file", sections=found, made_at=request.app.state.now()), "html")


async def _asked(request: Request, person: Person) -> dict[str, list[dict[str, object]]]:
    """By POST: a download is written down, and a link that is only looked at must change nothing."""
    await forms.read(request, ())
    return await own_data.download(
        request.app.state.services, visitor.of(request), person.id, now=request.app.state.now()
    )


def _file(response: Response, kind: str) -> Response:
    response.headers["Content-Disposition"] = f'attachment; filename="account.{kind}"'
    response.headers["Cache-Control"] = "no-store"
    return response


routes = [
    Route("/account/data", show_data, methods=["GET"]),
    Route("/account/data/json", as_json, methods=["POST"]),
    Route("/account/data/html", as_html, methods=["POST"]),
]
