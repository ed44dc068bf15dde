"""Do connections have an end, whatever is sent on them? Driven by real sockets. (RQ-*, HH-*, RL-02, L5, L6)"""

import asyncio
import contextlib
import http.client
import re
import resource
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import replace

import pytest
from browsing import free_socket, serving
from genkan.server import ConnectionLimits, Server, configured
from genkan.server.leaving import Leaving
from genkan.server.limits import within_files
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.types import Receive, Scope, Send

Address = tuple[str, int]

QUICK = ConnectionLimits(
    head_time=0.4, body_time=0.9, body_gap=0.4, idle_time=1, read_time=0.5, linger_time=0.3, parting_time=0.2,
    connections=40,
)  # fmt: skip
LARGE = 400 * 65_536  # bytes of an answer that no system keeps for its reader


class Noted:
    """What the app saw."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.heard: list[str] = []
        self.go_on = threading.Event()


NOTED = Noted()


async def say(request: Request) -> Response:
    NOTED.paths.append(request.url.path)
    body = await request.body()
    return PlainTextResponse(f"{request.method} {request.url.path} {len(body)}")


async def large(request: Request) -> Response:
    async def parts() -> AsyncIterator[bytes]:
        for _ in range(400):
            yield b"x" * 65_536

    return StreamingResponse(parts())


async def whole(request: Request) -> Response:
    return Response(b"x" * LARGE)


async def slow(request: Request) -> Response:
    await request.body()
    await asyncio.sleep(0.8)
    return PlainTextResponse("slow")


async def refuses(request: Request) -> Response:
    return PlainTextResponse("too much", status_code=413)


async def speaks_first(scope: Scope, receive: Receive, send: Send) -> None:
    """Begins to answer, and only then reads."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"before ", "more_body": True})
    for _ in range(2):
        NOTED.heard.append((await receive())["type"])
    await send({"type": "http.response.body", "body": b"after"})


async def waits(request: Request) -> Response:
    while not NOTED.go_on.is_set():
        await asyncio.sleep(0.02)
    return PlainTextResponse("done")


APP = Starlette(
    routes=[
        Route("/large", large),
        Route("/whole", whole),
        Route("/slow", slow, methods=["GET", "POST"]),
        Route("/refuses", refuses, methods=["POST"]),
        Mount("/speaks-first", speaks_first),
        Route("/waits", waits),
        Route("/{path:path}", say, methods=["GET", "POST"]),
    ]
)


@pytest.fixture(scope="module")
def address() -> Iterator[Address]:
    bound = free_socket()
    with serving(APP, bound, QUICK):
        yield bound.getsockname()


@contextlib.contextmanager
def connected(address: Address) -> Iterator[socket.socket]:
    with socket.create_connection(address, timeout=5) as client:
        yield client


def answer(client: socket.socket) -> bytes:
    """All that comes until the server closes. Fails when it does not, or when it breaks off."""
    parts = []
    while part := client.recv(65_536):
        parts.append(part)
    return b"".join(parts)


def whole_answer(client: socket.socket) -> bytes:
    """One answer of `say`, to its end, the connection left open."""
    said = b""
    while not said.endswith(b"GET /a 0"):
        said += client.recv(65_536)
    return said


def sent(address: Address, *parts: bytes, every: float = 0.0) -> bytes:
    with connected(address) as client:
        for part in parts:
            with contextlib.suppress(ConnectionError):
                client.sendall(part)
            time.sleep(every)
        return answer(client)


def statuses(said: bytes) -> list[int]:
    return [int(each) for each in re.findall(rb"HTTP/1\.1 ([0-9]{3}) ", said)]


GET = b"GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
KEPT = b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"
CHUNKED = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"


def test_answers_and_does_not_say_what_it_is(address: Address) -> None:
    said = sent(address, GET)
    assert (statuses(said), said.endswith(b"GET /a 0")) == ([200], True)
    assert b"\r\nserver:" not in said.lower()
    assert b"\r\ndate: " in said


@pytest.mark.parametrize(
    ("request_", "end"),
    [
        pytest.param(POST % (b"/a", 3) + b"abc", b"POST /a 3", id="a body"),
        pytest.param(CHUNKED + b"2\r\nab\r\n1;what=ever\r\nc\r\n0\r\n\r\n", b"POST / 3", id="RQ-10 chunks with extensions"),
        pytest.param(b"GET http://x/a?b HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /a 0", id="HH-08 an absolute target"),
        pytest.param(b"\r\n" + KEPT, b"GET /a 0", id="an empty line first"),
        pytest.param(b"GET /a HTTP/1.0\r\nHost: [::1]:8000\r\n\r\n", b"GET /a 0", id="HTTP/1.0"),
        pytest.param(b"GET /a HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n", b"GET /a 0", id="RQ-13 h2c is ignored"),
        pytest.param(b"GET /a HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /a 0", id="RQ-13 a websocket is ignored"),
        pytest.param(POST.replace(b"Host", b"Expect: 100-continue\r\nHost") % (b"/a", 3) + b"abc", b"POST /a 3", id="asks before it sends"),
    ],
)  # fmt: skip
def test_what_is_unusual_and_right_is_answered(address: Address, request_: bytes, end: bytes) -> None:
    said = sent(address, request_)
    assert said.endswith(end)
    assert b"101 Switching" not in said


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        pytest.param(b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 20_000 + b"\r\n\r\n", 431, id="RQ-08 a large header"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 20_000_000, 431, id="RQ-08 a header of 20 MB"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: x\r\n" + b"y" * 300_000, 431, id="RQ-08 a name without end"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 100 + b"\r\n", 431, id="RQ-08 many headers"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 100_000 + b"\r\n", 431, id="RQ-08 100,000 headers"),
        pytest.param(b"\r\n" * 200_000, 431, id="RQ-08 nothing but empty lines"),
        pytest.param(b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414, id="RQ-09 a long address"),
        pytest.param(b"GET /?" + b"a=b&" * 2300 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414, id="RQ-09 many parameters"),
        pytest.param(b"GET /" + b"a" * 2_000_000, 414, id="RQ-09 an address without end"),
        pytest.param(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, id="RQ-10 CL and TE"),
        pytest.param(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n0\r\n\r\n", 400, id="RQ-10 TE and CL"),
        pytest.param(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400, id="RQ-10 two lengths"),
        pytest.param(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na", 400, id="RQ-10 two equal lengths"),
        pytest.param(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 1\r\n\r\na", 400, id="RQ-10 a list of lengths"),
        pytest.param(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400, id="RQ-10 a negative length"),
        pytest.param(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\na", 400, id="RQ-10 a length with a sign"),
        pytest.param(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0x1\r\n\r\na", 400, id="RQ-10 a length in hexadecimal"),
        pytest.param(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\na", 400, id="RQ-10 a length beyond numbers"),
        pytest.param(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400, id="RQ-10 gzip, chunked"),
        pytest.param(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400, id="RQ-10 xchunked"),
        pytest.param(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n", 400, id="RQ-10 a coding behind a vertical tab"),
        pytest.param(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n", 400, id="RQ-10 a coding in quotes"),
        pytest.param(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\r\nContent-Length: 1\r\n\r\na", 400, id="RQ-10 no coding and a length"),
        pytest.param(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: identity\r\nContent-Length: 1\r\n\r\na", 400, id="RQ-10 identity and a length"),
        pytest.param(CHUNKED + b"1;\na\r\n0\r\n\r\n", 400, id="RQ-10 an extension that ends with a bare line feed"),
        pytest.param(CHUNKED + b"1;a\rb\r\na\r\n0\r\n\r\n", 400, id="RQ-10 an extension with a bare carriage return"),
        pytest.param(CHUNKED + b"1 \r\na\r\n0\r\n\r\n", 400, id="RQ-10 a space behind a chunk's size"),
        pytest.param(CHUNKED + b"1\r\na\n0\r\n\r\n", 400, id="RQ-10 a chunk that ends with a bare line feed"),
        pytest.param(b"get / HTTP/1.1\r\nHost: x\r\n\r\n", 400, id="RQ-11 a method in small letters"),
        pytest.param(b"GET / HTTP/1.9\r\nHost: x\r\n\r\n", 400, id="RQ-10 a version that there is not"),
        pytest.param(b"GET /\r\n\r\n", 400, id="RQ-10 HTTP/0.9"),
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"a" * 99, 400, id="TLS"),
        pytest.param(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, id="RQ-10 two codings"),
        pytest.param(b"POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, id="RQ-10 chunks in HTTP/1.0"),
        pytest.param(CHUNKED + b"0x1\r\na\r\n0\r\n\r\n", 400, id="RQ-10 a chunk's size with a prefix"),
        pytest.param(CHUNKED + b"fffffffffffffffff\r\na\r\n0\r\n\r\n", 400, id="RQ-10 a chunk's size beyond numbers"),
        pytest.param(CHUNKED + b"1\nb\n0\n\n", 400, id="RQ-10 chunks with bare line feeds"),
        pytest.param(CHUNKED + b"1\r\na\r\n0\r\nHost: evil\r\nCookie: a=b\r\n\r\n", 400, id="RQ-10 headers behind the body"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n", 400, id="RQ-10 a folded header"),
        pytest.param(b"GET / HTTP/1.1\nHost: x\n\n", 400, id="RQ-10 bare line feeds"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: x\rA: b\r\n\r\n", 400, id="RQ-10 a bare carriage return"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: x\r\nA : b\r\n\r\n", 400, id="RQ-10 a space before the colon"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n", 400, id="a zero byte"),
        pytest.param(b"GET / HTTP/1.1\r\n\r\n", 400, id="HH-07 no host"),
        pytest.param(b"GET / HTTP/1.0\r\n\r\n", 400, id="HH-07 no host in HTTP/1.0"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n", 400, id="HH-06 two hosts"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\nHost: x\r\n\r\n", 400, id="HH-06 three hosts"),
        pytest.param(b"GET / HTTP/1.1\r\nHost:\r\n\r\n", 400, id="HH-07 an empty host"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: 127.0.0.1/static/?\r\n\r\n", 400, id="HH-07 a host with a path"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", 400, id="HH-07 a host with a user"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400, id="HH-07 a host with a space"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: " + b"a" * 10_000 + b"/\r\n\r\n", 400, id="HH-07 a host of 10 KB"),
        pytest.param(b"GET http://evil/login HTTP/1.1\r\nHost: x\r\n\r\n", 400, id="HH-08 an absolute target of another host"),
        pytest.param(b"GET http://x HTTP/1.1\r\nHost: x\r\n\r\n", 400, id="HH-08 an absolute target without a path"),
        pytest.param(b"GET http://a@x/ HTTP/1.1\r\nHost: x\r\n\r\n", 400, id="HH-08 an absolute target with a user"),
        pytest.param(b"GET ftp://x/ HTTP/1.1\r\nHost: x\r\n\r\n", 400, id="HH-08 an absolute target of another scheme"),
        pytest.param(b"GET http://x:y/ HTTP/1.1\r\nHost: x\r\n\r\n", 400, id="HH-08 an absolute target with a port of letters"),
        pytest.param(b"GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n", 400, id="RQ-12 a fragment"),
        pytest.param(b"GET /\xe3\x81\x82 HTTP/1.1\r\nHost: x\r\n\r\n", 400, id="RQ-12 bytes above 127"),
        pytest.param(b"GET a HTTP/1.1\r\nHost: x\r\n\r\n", 400, id="RQ-12 no slash"),
        pytest.param(b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 400, id="RQ-11 OPTIONS *"),
        pytest.param(b"FOO / HTTP/1.1\r\nHost: x\r\n\r\n", 400, id="RQ-11 no such method"),
        pytest.param(b"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n", 400, id="RQ-11 CONNECT"),
        pytest.param(b"CONNECT / HTTP/1.1\r\nHost: x\r\n\r\n", 400, id="RQ-11 CONNECT to us"),
        pytest.param(b"POST / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 1\r\n\r\na", 400, id="RQ-13 an upgrade with a body"),
        pytest.param(b"GET /\r\n\r\n", 400, id="HTTP/0.9"),
        pytest.param(b"GET / HTTP/9.9\r\nHost: x\r\n\r\n", 400, id="no such version"),
        pytest.param(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, id="HTTP/2"),
        pytest.param(b"GET / HTTP/2.0\r\nHost: x\r\n\r\n", 400, id="HTTP/2 in small"),
        pytest.param(b"SOURCE / ICE/1.0\r\nHost: x\r\nHost: x\r\n\r\n", 400, id="another protocol"),
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400, id="TLS on a plain port"),
    ],
)  # fmt: skip
def test_what_no_browser_sends_is_refused_and_the_connection_closed(
    address: Address, request_: bytes, status: int
) -> None:
    NOTED.paths.clear()
    said = sent(address, request_ + b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n")
    assert statuses(said) == [status]
    assert "/smuggled" not in NOTED.paths
    first = said.lower()
    assert b"\r\nx-content-type-options: nosniff\r\n" in first
    assert b"\r\ncache-control: no-store\r\n" in first
    assert b"\r\ncontent-security-policy: default-src 'none'" in first
    assert b"\r\nconnection: close\r\n" in first
    assert b"\r\ndate: " in first


def dripped(address: Address, beginning: bytes, drop: bytes) -> tuple[bytes, float]:
    """What is answered to a client that never stops, and never hurries; and after how many seconds."""
    began = time.monotonic()
    with connected(address) as client:
        client.sendall(beginning)
        client.settimeout(0.05)
        while time.monotonic() < began + 5:
            with contextlib.suppress(TimeoutError):
                return client.recv(65_536), time.monotonic() - began
            client.sendall(drop)
    return b"", 5


@pytest.mark.parametrize(
    ("beginning", "drop", "seconds"),
    [
        pytest.param(b"GET /", b"a", QUICK.head_time, id="a byte of the address now and then"),
        pytest.param(b"GET / HTTP/1.1\r\n", b"X: y\r\n", QUICK.head_time, id="a header now and then"),
        pytest.param(b"\r\n", b"\r\n", QUICK.head_time, id="an empty line now and then"),
        pytest.param(POST % (b"/a", 100), b"a", QUICK.body_time, id="a byte of the body now and then"),
        pytest.param(CHUNKED, b"1\r\na\r\n", QUICK.body_time, id="a chunk now and then"),
    ],
)
def test_L6_whoever_dawdles_is_shown_out(address: Address, beginning: bytes, drop: bytes, seconds: float) -> None:
    said, waited = dripped(address, beginning, drop)
    assert statuses(said) == [408]
    assert seconds - 0.1 < waited < seconds + 0.4


@pytest.mark.parametrize("last", [b"GET / HT", POST % (b"/a", 100), KEPT + b"GET /b"])
def test_L6_whoever_stops_in_the_middle_is_shown_out(address: Address, last: bytes) -> None:
    assert statuses(sent(address, *last.partition(b"GET /b"), every=0.05))[-1] == 408


def test_L6_a_pause_in_the_body_is_shorter_than_the_body_may_be(address: Address) -> None:
    began = time.monotonic()
    assert statuses(sent(address, POST % (b"/a", 100), b"a")) == [408]
    assert time.monotonic() - began < QUICK.body_time


def test_L6_whoever_says_nothing_is_shown_out_without_a_word(address: Address) -> None:
    """Browsers open connections in advance: a 408 there would be taken for the answer to their next request."""
    with connected(address) as client:
        assert answer(client) == b""


def test_an_idle_connection_is_closed(address: Address) -> None:
    with connected(address) as client:
        client.sendall(KEPT)
        assert statuses(whole_answer(client)) == [200]
        assert answer(client) == b""


def test_a_second_request_on_a_connection_has_its_own_time(address: Address) -> None:
    with connected(address) as client:
        for _ in range(3):
            client.sendall(KEPT)
            assert statuses(whole_answer(client)) == [200]
            time.sleep(0.3)
        client.sendall(b"GET /")
        assert statuses(answer(client)) == [408]


@pytest.mark.parametrize("path", [b"/large", b"/whole"])
def test_whoever_does_not_read_the_answer_is_cut_off(address: Address, path: bytes) -> None:
    with connected(address) as client:
        client.sendall(b"GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" % path)
        time.sleep(1.5)
        with contextlib.suppress(ConnectionError):
            total = 0
            while part := client.recv(1_000_000):
                total += len(part)
        assert total < LARGE


@pytest.mark.parametrize("path", [b"/large", b"/whole"])
def test_whoever_reads_slowly_but_reads_gets_it_all(address: Address, path: bytes) -> None:
    total = 0
    with connected(address) as client:
        client.sendall(b"GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" % path)
        until = time.monotonic() + 1.5
        while part := client.recv(1_000_000):
            total += len(part)
            if time.monotonic() < until:
                time.sleep(0.05)
    assert total > LARGE


def test_RQ_01_an_answer_before_the_end_of_the_request_arrives_and_is_the_last_one(address: Address) -> None:
    """Also at a client that goes on sending: the system would reset the connection, and the answer with it."""
    said = sent(address, POST % (b"/refuses", 5_000_000), b"a" * 5_000_000, KEPT)
    assert statuses(said) == [413]
    assert b"connection: close" in said


def test_RQ_01_whoever_never_stops_sending_is_cut_off(address: Address) -> None:
    with connected(address) as client:
        client.sendall(POST % (b"/refuses", 500_000_000_000))
        with pytest.raises(ConnectionError):
            for _ in range(60):
                client.sendall(b"a")
                time.sleep(0.02)


def test_RQ_10_nothing_is_smuggled_behind_a_refused_request(address: Address) -> None:
    NOTED.paths.clear()
    said = sent(
        address,
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n",
    )
    assert (statuses(said), NOTED.paths) == ([400], [])


def test_RQ_14_requests_at_once_are_answered_in_order_and_not_without_end(address: Address) -> None:
    said = sent(address, b"".join(b"GET /%d HTTP/1.1\r\nHost: x\r\n\r\n" % each for each in range(1000)))
    paths = [line.split(b" ")[1] for line in said.split(b"\r\n") if line.startswith(b"GET /")]
    assert [int(path.removesuffix(b"HTTP/1.1")[1:]) for path in paths] == list(range(QUICK.pipelined + 1))


def test_RQ_14_a_connection_takes_any_number_of_requests_one_by_one(address: Address) -> None:
    connection = http.client.HTTPConnection(*address, timeout=5)
    for each in range(2000):
        connection.request("GET", f"/{each}", headers={"Host": "x"})
        assert connection.getresponse().read() == f"GET /{each} 0".encode()
    connection.close()


def test_what_is_under_way_is_answered_before_a_fault_behind_it(address: Address) -> None:
    said = sent(address, POST % (b"/slow", 1) + b"a" + b"NONSENSE / \r\n\r\n")
    assert (statuses(said), said.endswith(b"slow"), b"\r\nconnection: close\r\n" in said) == ([200], True, True)


def test_a_fault_in_the_body_behind_one_under_way_is_not_taken_for_its_answer(address: Address) -> None:
    assert sent(address, b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n" + CHUNKED + b"nonsense\r\n") == b""


def test_a_fault_in_the_body_while_the_answer_is_under_way_breaks_it_off(address: Address) -> None:
    NOTED.heard.clear()
    request = CHUNKED.replace(b"POST /", b"POST /speaks-first/")
    with connected(address) as client:
        client.sendall(request + b"1\r\na\r\n")
        said = client.recv(65_536)
        client.sendall(b"nonsense\r\n")
        said += answer(client)
    assert (statuses(said), b"before " in said, b"after" in said) == ([200], True, False)
    until = time.monotonic() + 5
    while len(NOTED.heard) < 2 and time.monotonic() < until:
        time.sleep(0.01)
    assert NOTED.heard == ["http.request", "http.disconnect"]


def test_a_body_that_ends_after_the_answer_has_begun_is_heard(address: Address) -> None:
    NOTED.heard.clear()
    said = sent(
        address, CHUNKED.replace(b"POST /", b"POST /speaks-first/"), b"1\r\na\r\n", b"0\r\n\r\n", KEPT, every=0.05
    )
    assert (statuses(said), b"after" in said) == ([200], True)
    assert NOTED.heard == ["http.request", "http.request"]


def test_L5_beyond_so_many_connections_it_says_503_and_then_nothing(address: Address) -> None:
    with contextlib.ExitStack() as stack:
        clients = [stack.enter_context(connected(address)) for _ in range(60)]
        clients[42].sendall(GET)
        said = answer(clients[42])
        assert (statuses(said), b"\r\nretry-after: 5\r\n" in said) == ([503], True)
        clients[0].sendall(GET)
        assert statuses(answer(clients[0])) == [200]
        assert answer(clients[59]) == b""
    time.sleep(0.5)
    assert statuses(sent(address, GET)) == [200]


def test_RL_02_what_is_under_way_is_finished_when_the_server_is_to_stop() -> None:
    bound = free_socket()
    there = bound.getsockname()
    NOTED.go_on.clear()
    with contextlib.ExitStack() as stack:
        with serving(APP, bound, QUICK) as server:
            idle, half, under_way, more = (stack.enter_context(connected(there)) for _ in range(4))
            idle.sendall(KEPT)
            whole_answer(idle)
            under_way.sendall(b"GET /waits HTTP/1.1\r\nHost: x\r\n\r\n")
            half.sendall(POST % (b"/a", 3))
            more.sendall(b"GET /waits HTTP/1.1\r\nHost: x\r\n\r\n" + KEPT)
            time.sleep(0.1)
            server.should_exit = True
            assert answer(idle) == b""
            half.sendall(b"abc")
            NOTED.go_on.set()
            said = answer(half)
            assert (said.endswith(b"POST /a 3"), b"\r\nconnection: close\r\n" in said) == (True, True)
            assert answer(under_way).endswith(b"done")
            assert statuses(answer(more)) == [200, 200]
        with pytest.raises(ConnectionError):
            socket.create_connection(there, timeout=5)


def test_F11_who_has_said_nothing_yet_when_the_server_is_to_stop_is_heard_for_a_moment() -> None:
    bound = free_socket()
    there = bound.getsockname()
    with contextlib.ExitStack() as stack:
        with serving(APP, bound, replace(QUICK, parting_time=2.0)) as server:
            idle, fresh, half, silent = (stack.enter_context(connected(there)) for _ in range(4))
            idle.sendall(KEPT)
            whole_answer(idle)
            half.sendall(KEPT[:9])
            time.sleep(0.1)
            server.should_exit = True
            time.sleep(0.2)
            for client, said in ((idle, KEPT), (fresh, KEPT), (half, KEPT[9:])):
                client.sendall(said)
                whole = answer(client)
                assert (statuses(whole), b"\r\nconnection: close\r\n" in whole) == ([200], True)
            assert answer(silent) == b""


def test_F11_a_connection_that_comes_while_the_server_leaves_has_one_answer() -> None:
    """It was accepted before the socket was closed, and is made known afterwards."""
    bound = free_socket()
    config = configured(APP, QUICK)
    config.load()
    config.http_protocol_class.is_leaving = True  # type: ignore[attr-defined]
    server = Server(config)
    thread = threading.Thread(target=server.run, args=([bound],), daemon=True)
    thread.start()
    there = bound.getsockname()
    said = sent(there, KEPT)
    assert (statuses(said), b"\r\nconnection: close\r\n" in said) == ([200], True)
    with connected(there) as silent:
        assert answer(silent) == b""
    server.leave()
    thread.join(10)
    assert (server.is_replaced, thread.is_alive()) == (True, False)


def test_L5_there_are_never_more_connections_than_files() -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (512, before[1]))
        assert within_files(QUICK) == QUICK
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == 512
        within = within_files(ConnectionLimits(connections=400))
        assert (within.connections, resource.getrlimit(resource.RLIMIT_NOFILE)[0]) == (400, 480 + 256)
        files = before[1]
        limited = within_files(ConnectionLimits(connections=files))
        assert limited.most_connections + 256 <= files
        assert limited.connections > files // 2
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


class Taken(asyncio.Transport):
    """A transport that keeps what it is given, piece by piece."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[bytes] = []

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.pieces.append(bytes(data))

    def writelines(self, list_of_data: Iterable[bytes | bytearray | memoryview]) -> None:
        self.pieces.append(b"".join(list_of_data))

    def write_eof(self) -> None:
        self.pieces.append(b"(end)")

    def is_closing(self) -> bool:
        return False

    def resume_reading(self) -> None:
        """Nothing to read."""

    def get_write_buffer_size(self) -> int:
        return 0


@pytest.mark.anyio
async def test_head_and_body_go_out_together_and_nothing_is_kept_back() -> None:
    taken = Taken()
    leaving = Leaving(taken, asyncio.get_running_loop(), QUICK)
    for piece in (b"head ", b"body", b"alone"):
        leaving.write(piece)
    assert taken.pieces == [b"head body"]
    await asyncio.sleep(0)
    assert taken.pieces == [b"head body", b"alone"]
    leaving.write(b"last")
    leaving.close()
    leaving.write(b"too late")
    await asyncio.sleep(0)
    assert taken.pieces == [b"head body", b"alone", b"last", b"(end)"]
    leaving.lost()


@pytest.mark.anyio
async def test_what_was_not_sent_when_a_connection_was_lost_is_forgotten() -> None:
    taken = Taken()
    leaving = Leaving(taken, asyncio.get_running_loop(), QUICK)
    leaving.write(b"head ")
    leaving.lost()
    await asyncio.sleep(0)
    assert taken.pieces == []
