"""/healthz and /readyz: does the process live, and does the database answer? Nothing more is told."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from genkan.accounts import health


async def lives(request: Request) -> Response:
    return PlainTextResponse("ok")


async def is_ready(request: Request) -> Response:
    """503 by faults.py where the database does not answer."""
    await health.ready(request.app.state.services)
    return PlainTextResponse("ok")


routes = [
    Route("/healthz", lives, methods=["GET"]),
    Route("/readyz", is_ready, methods=["GET"]),
]
