"""Is a provider believed only by its certificate? (PR-11)"""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from browsing import free_socket
from certificates import DAY, NOW, certificate
from genkan.errors import ProviderDown
from genkan.oauth import open_transport
from genkan.oauth.http import fetch
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

pytestmark = pytest.mark.anyio


async def say(request: Request) -> Response:
    return JSONResponse({"hello": "there"})


@contextmanager
def serving(files: tuple[Path, Path]) -> Iterator[str]:
    bound = free_socket()
    config = uvicorn.Config(
        Starlette(routes=[Route("/", say)]), ssl_certfile=files[0], ssl_keyfile=str(files[1]), log_config=None
    )
    config.load()
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[bound])), daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
    yield f"https://127.0.0.1:{bound.getsockname()[1]}/"
    server.should_exit = True
    thread.join(10)


def trusting(files: tuple[Path, Path]) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(files[0]))


async def test_a_certificate_that_is_trusted_is(tmp_path: Path) -> None:
    files = certificate(tmp_path, "127.0.0.1")
    with serving(files) as url:
        async with open_transport(trusting(files)) as transport:
            assert await fetch(transport, url, what="test") == {"hello": "there"}


async def test_PR_11_one_that_signs_itself_is_not(tmp_path: Path) -> None:
    with serving(certificate(tmp_path, "127.0.0.1")) as url:
        async with open_transport() as transport:
            with pytest.raises(ProviderDown):
                await fetch(transport, url, what="test")


async def test_PR_11_one_of_another_host_is_not(tmp_path: Path) -> None:
    files = certificate(tmp_path, "other.example")
    with serving(files) as url:
        async with open_transport(trusting(files)) as transport:
            with pytest.raises(ProviderDown):
                await fetch(transport, url, what="test")


async def test_PR_11_one_that_has_run_out_is_not(tmp_path: Path) -> None:
    files = certificate(tmp_path, "127.0.0.1", until=NOW - DAY)
    with serving(files) as url:
        async with open_transport(trusting(files)) as transport:
            with pytest.raises(ProviderDown):
                await fetch(transport, url, what="test")


async def test_PR_11_old_versions_of_TLS_are_not_spoken() -> None:
    context = ssl.create_default_context()
    async with open_transport(context):
        assert context.minimum_version == ssl.TLSVersion.TLSv1_2
        assert context.check_hostname
        assert context.verify_mode == ssl.CERT_REQUIRED
