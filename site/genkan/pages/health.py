"""/healthz and /readyz: does the process live, and does the database answer? Nothing more is told."""

from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from genkan.accounts import health

BACK_IN: Final = 5  # seconds


async def lives(request: Request) -> Response:
    return PlainTextResponse("ok")


async def is_ready(request: Request) -> Response:
    """503 by faults.py where the database does not answer, and here when nobody should be sent to us any more."""
    if request.app.state.is_stopping:
        return PlainTextResponse("stopping", status_code=503, headers={"Retry-After": str(BACK_IN)})
    await health.ready(request.app.state.services)
    return PlainTextResponse("ok")


routes = [
    Route("/healthz", lives, methods=["GET"]),
    Route("/readyz", is_ready, methods=["GET"]),
]
