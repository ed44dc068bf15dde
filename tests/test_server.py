"""Do connections have an end, whatever is sent on them? (RQ-*, HH-*, L6)"""

import contextlib
import socket
import time
from collections.abc import Iterator

import pytest
from browsing import free_socket, serving
from genkan.server import ConnectionLimits
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

QUICK = ConnectionLimits(head_time=0.4, body_time=0.6, idle_time=1, read_time=0.4, connections=40)


async def say(request: Request) -> Response:
    body = await request.body()
    return PlainTextResponse(f"{request.method} {request.url.path} {len(body)}")


async def much(request: Request) -> Response:
    async def chunks():  # type: ignore[no-untyped-def]
        for _ in range(2000):
            yield b"x" * 65_536

    return StreamingResponse(chunks())


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[str, int]]:
    bound = free_socket()
    app = Starlette(routes=[Route("/much", much), Route("/{path:path}", say, methods=["GET", "POST"])])
    with serving(app, bound, QUICK):
        yield bound.getsockname()


@contextlib.contextmanager
def connected(address: tuple[str, int]) -> Iterator[socket.socket]:
    with socket.create_connection(address, timeout=5) as client:
        yield client


def answer(client: socket.socket) -> bytes:
    """All that comes until the server closes."""
    parts = []
    with contextlib.suppress(ConnectionError):
        while part := client.recv(65_536):
            parts.append(part)
    return b"".join(parts)


def whole_answer(client: socket.socket) -> bytes:
    """One answer of `say`, to its end, the connection left open."""
    said = b""
    while not said.endswith(b"GET /a 0"):
        said += client.recv(65_536)
    return said


def sent(address: tuple[str, int], request: bytes) -> bytes:
    with connected(address) as client:
        with contextlib.suppress(ConnectionError):
            client.sendall(request)
        client.settimeout(2)
        with contextlib.suppress(TimeoutError):
            return answer(client)
    return b""


GET = b"GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def test_answers(address: tuple[str, int]) -> None:
    said = sent(address, GET)
    assert said.startswith(b"HTTP/1.1 200 OK\r\n")
    assert said.endswith(b"GET /a 0")
    assert b"\r\nserver:" not in said.lower()


@pytest.mark.parametrize(
    "beginning",
    [
        pytest.param([], id="nothing at all"),
        pytest.param([b"GET / HT"], id="half a line"),
        pytest.param([b"GET / HTTP/1.1\r\n", *[b"X: y\r\n"] * 20], id="a header now and then"),
        pytest.param(
            [b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n", *[b"a"] * 20],
            id="a byte of the body now and then",
        ),
        pytest.param(
            [b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", *[b"1\r\na\r\n"] * 20],
            id="a chunk now and then",
        ),
    ],
)
def test_L6_whoever_dawdles_is_shown_out(address: tuple[str, int], beginning: list[bytes]) -> None:
    with connected(address) as client:
        began = time.monotonic()
        with contextlib.suppress(ConnectionError):
            for part in beginning:
                client.sendall(part)
                time.sleep(0.08)
        said = answer(client)
        assert time.monotonic() - began < 4
        assert said == b"" or b" 408 " in said.split(b"\r\n")[0]


def test_an_idle_connection_is_closed(address: tuple[str, int]) -> None:
    with connected(address) as client:
        client.sendall(GET.replace(b"Connection: close\r\n", b""))
        assert b"200 OK" in whole_answer(client)
        client.settimeout(4)
        assert client.recv(1) == b""


def test_a_second_request_on_a_connection_has_its_own_time(address: tuple[str, int]) -> None:
    with connected(address) as client:
        for _ in range(3):
            client.sendall(GET.replace(b"Connection: close\r\n", b""))
            assert b"200 OK" in whole_answer(client)
            time.sleep(0.3)
        client.sendall(b"GET /")
        assert b" 408 " in answer(client)


def test_whoever_does_not_read_the_answer_is_cut_off(address: tuple[str, int]) -> None:
    with connected(address) as client:
        client.sendall(b"GET /much HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(1.2)
        total = len(answer(client))
        assert total < 2000 * 65_536


def test_whoever_reads_slowly_but_reads_gets_it_all(address: tuple[str, int]) -> None:
    with connected(address) as client:
        client.sendall(b"GET /much HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert len(answer(client)) > 2000 * 65_536


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        pytest.param(b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 20_000 + b"\r\n\r\n", b"431", id="RQ-08 a large header"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 101 + b"\r\n", b"431", id="RQ-08 many headers"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 100_000 + b"\r\n", b"431", id="RQ-08 100,000 headers"),
        pytest.param(b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", b"414", id="RQ-09 a long address"),
        pytest.param(b"GET /" + b"a" * 2_000_000, b"414", id="RQ-09 an address without end"),
        pytest.param(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"400", id="RQ-10 CL and TE"),
        pytest.param(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", b"400", id="RQ-10 two lengths"),
        pytest.param(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", b"400", id="RQ-10 a negative length"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n", b"400", id="RQ-10 a folded header"),
        pytest.param(b"GET / HTTP/1.1\nHost: x\n\n", b"400", id="RQ-10 bare line feeds"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: x\r\nA : b\r\n\r\n", b"400", id="RQ-10 a space before the colon"),
        pytest.param(b"GET / HTTP/9.9\r\nHost: x\r\n\r\n", b"400", id="no such version"),
        pytest.param(b"FOO / HTTP/1.1\r\nHost: x\r\n\r\n", b"400", id="RQ-11 no such method"),
        pytest.param(b"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n", b"40", id="RQ-11 CONNECT"),
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"400", id="TLS on a plain port"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n", b"", id="RQ-13 h2c"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n\r\n", b"", id="RQ-13 websocket"),
    ],
)  # fmt: skip
def test_what_no_browser_sends_is_refused_and_the_connection_closed(
    address: tuple[str, int], request_: bytes, status: bytes
) -> None:
    said = sent(address, request_)
    first = said.split(b"\r\n")[0]
    assert b" 500 " not in first
    assert b" 101 " not in first
    if status:
        assert first == b"" or first.startswith(b"HTTP/1.1 " + status), first
    if first.startswith(b"HTTP/1.1 4"):
        assert b"x-content-type-options: nosniff" in said


def test_RQ_10_nothing_is_smuggled_behind_a_refused_request(address: tuple[str, int]) -> None:
    said = sent(
        address,
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n",
    )
    assert b"/smuggled" not in said


def test_RQ_14_a_thousand_requests_at_once_are_answered_in_order(address: tuple[str, int]) -> None:
    with connected(address) as client:
        client.sendall(b"".join(b"GET /%d HTTP/1.1\r\nHost: x\r\n\r\n" % each for each in range(999)) + GET)
        said = answer(client)
    found = [int(part.split(b" ")[0]) for part in said.split(b"GET /")[1:-1]]
    assert found == sorted(found)
    assert len(found) > 100


def test_L5_beyond_so_many_connections_it_says_503(address: tuple[str, int]) -> None:
    with contextlib.ExitStack() as stack:
        clients = [stack.enter_context(connected(address)) for _ in range(60)]
        clients[-1].sendall(GET)
        assert b" 503 " in answer(clients[-1]).split(b"\r\n")[0]
    time.sleep(0.1)
    assert b"200 OK" in sent(address, GET)
