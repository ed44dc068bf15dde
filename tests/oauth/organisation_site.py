"""What do GitHub and Discord say of a membership? Their hosts as one real server on this machine, with a switch for every answer."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import uvicorn
from browsing import free_socket, serving
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

TOKEN = "access-token-of-the-one-login"


class Hosts:
    """answers: by method and path, the body, or a status and a body, or something to await. asked: every path, with its token."""

    def __init__(self) -> None:
        self._socket = free_socket()
        self.base = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.answers: dict[str, Any] = {}
        self.asked: list[tuple[str, str]] = []
        self.server: uvicorn.Server | None = None

    @contextmanager
    def running(self) -> Iterator["Hosts"]:
        routes = [Route("/{path:path}", self._answer, methods=["GET", "POST"])]
        with serving(Starlette(routes=routes), self._socket) as self.server:
            yield self

    async def _answer(self, request: Request) -> Response:
        path = request.url.path
        self.asked.append((path, request.headers.get("authorization", "")))
        found = self.answers.get(path, (404, {"message": "Not Found"}))
        if callable(found):
            answer: Response = await found(request)
            return answer
        status, body = found if isinstance(found, tuple) else (200, found)
        return Response(json.dumps(body), status, media_type="application/json")


class Led(httpx2.AsyncBaseTransport):
    """Whatever goes to another host goes to this one server instead, over a real connection."""

    def __init__(self, inner: httpx2.AsyncBaseTransport, base: str) -> None:
        self._inner = inner
        self._base = base

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        url = httpx2.URL(self._base).copy_with(raw_path=request.url.raw_path)
        led = httpx2.Request(request.method, url, headers=request.headers, content=await request.aread())
        led.headers["Host"] = url.netloc.decode()
        return await self._inner.handle_async_request(led)
