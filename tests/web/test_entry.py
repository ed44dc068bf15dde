"""Does every answer carry its headers, its id and one log line, whatever happens? (XS-*, FS-*, CA-*, HH-*, RQ-*)"""

import io
import json
import re
from collections.abc import AsyncIterator

import pytest
from entrance import Browser, running, settings_for
from genkan import log
from genkan.web.entry import ids
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.types import Message, Receive, Scope, Send

pytestmark = pytest.mark.anyio

EVERYWHERE = [
    "/login",
    "/signup",
    "/account",
    "/nowhere",
    "/healthz",
    "/logout",
    "/oauth/finish",
    "/static/nothing",
    "/.well-known/jwks.json",
]


@pytest.mark.parametrize("path", EVERYWHERE)
async def test_XS_09_XS_12_XS_13_FS_05_every_answer_switches_the_browsers_defences_on(
    browser: Browser, path: str
) -> None:
    headers = (await browser.get(path)).headers
    policy = headers["content-security-policy"]
    assert all(
        each in policy
        for each in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'")
    )
    assert "unsafe" not in policy
    assert (headers["x-content-type-options"], headers["cross-origin-opener-policy"]) == ("nosniff", "same-origin")
    assert headers["referrer-policy"] == "same-origin"
    assert "server" not in headers
    assert "access-control-allow-origin" not in headers
    assert "strict-transport-security" not in headers


async def test_over_https_it_also_says_to_stay_there(database_url: str) -> None:
    async with running(settings_for(database_url, base_url="https://id.example.com")) as app, Browser(app) as browser:
        for path in EVERYWHERE:
            assert (await browser.get(path)).headers[
                "strict-transport-security"
            ] == "max-age=63072000; includeSubDomains"


@pytest.mark.parametrize("path", ["/login", "/signup", "/account", "/oauth/finish", "/logout", "/nowhere"])
async def test_CA_01_nothing_private_is_cached(browser: Browser, path: str) -> None:
    headers = (await browser.get(path)).headers
    assert headers["cache-control"] == "no-store"
    assert "etag" not in headers
    assert "last-modified" not in headers


@pytest.mark.parametrize("method", ["TRACE", "FOO", "PUT", "PATCH", "DELETE"])
async def test_RQ_11_other_methods_are_refused_with_those_that_are_not(browser: Browser, method: str) -> None:
    answer = await browser.request(method, "/login")
    assert (answer.status_code, set(answer.headers["allow"].split(", "))) == (405, {"GET", "HEAD", "POST"})


@pytest.mark.parametrize(
    "path", ["/account/x.css", "/account;.js", "/account%2fx.png", "/account/", "//account", "/ACCOUNT"]
)
async def test_CA_06_a_path_that_looks_like_a_file_is_not_the_page(browser: Browser, path: str) -> None:
    await browser.sign_up()
    assert (await browser.get(browser.origin + path)).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/.git/config",
        "/.env",
        "/app.db",
        "/var/genkan.db",
        "/docs",
        "/openapi.json",
        "/metrics",
        "/static/",
        "/static/../run.py",
        "/backup.zip",
    ],
)
async def test_FS_03_nothing_lies_about(browser: Browser, path: str) -> None:
    assert (await browser.get(path)).status_code == 404


async def test_RD_13_a_slash_too_many_leads_nowhere(browser: Browser) -> None:
    answer = await browser.get("/login/")
    assert (answer.status_code, "location" in answer.headers) == (404, False)


@pytest.mark.parametrize("host", ["10.0.0.5", "10.0.0.5:8000", "[fd00::5]:8000"])
async def test_a_load_balancer_may_ask_for_our_health_by_our_address_and_for_nothing_else(
    browser: Browser, host: str
) -> None:
    statuses = [
        (await browser.get(path, headers={"Host": host})).status_code for path in ("/healthz", "/readyz", "/login")
    ]
    assert statuses == [200, 200, 400]
    assert (await browser.get("/healthz", headers={"Host": f"{host}.evil.example"})).status_code == 400


@pytest.mark.parametrize("path", ["/login", "/healthz", "/static/x"])
async def test_HH_11_another_host_gets_nothing(browser: Browser, path: str) -> None:
    answer = await browser.get(path, headers={"Host": "evil.example"})
    assert (answer.status_code, "evil.example" in answer.text) == (400, False)


@pytest.mark.parametrize(
    "header",
    [
        "X-Forwarded-Host",
        "X-Host",
        "Forwarded",
        "X-Forwarded-Proto",
        "X-Original-URL",
        "X-Rewrite-URL",
        "X-Forwarded-Prefix",
        "X-HTTP-Method-Override",
    ],
)
async def test_HH_02_HH_09_no_header_changes_where_we_are(browser: Browser, header: str) -> None:
    plain = await browser.get("/oauth/example")
    changed = await browser.get("/oauth/example", headers={header: "evil.example"})
    assert changed.headers["location"].partition("state=")[0] == plain.headers["location"].partition("state=")[0]
    assert (await browser.get("/login", headers={header: "/account"})).text == (await browser.get("/login")).text


async def test_CS_01_another_sites_form_does_nothing(app: Starlette, browser: Browser) -> None:
    answer = await browser.post(
        "/signup", data={"name": "x"}, headers={"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


async def in_parts(body: bytes) -> AsyncIterator[bytes]:
    """A body that does not say how long it is."""
    for start in range(0, len(body), 10_000):
        yield body[start : start + 10_000]


@pytest.mark.parametrize("says_so", [True, False])
async def test_RQ_01_a_body_beyond_64_kilobytes_is_refused_by_a_page(browser: Browser, says_so: bool) -> None:
    body = b"username=" + b"x" * 70_000
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    answer = await browser.post("/login", content=body if says_so else in_parts(body), headers=headers)
    assert answer.status_code == 413
    assert "larger than this page takes" in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [(b"{}", "application/json", 415), (b"a=%ff", "application/x-www-form-urlencoded", 422)],
)
async def test_a_form_that_is_none_is_refused_plainly(browser: Browser, content: bytes, kind: str, status: int) -> None:
    for path in ("/login", "/signup", "/logout", "/oauth/finish", "/signup/username", "/signup/password"):
        answer = await browser.post(path, content=content, headers={"Content-Type": kind})
        assert answer.status_code == status, path


async def broken(request: Request) -> Response:
    raise RuntimeError("a secret that must not be seen")


async def half(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    raise RuntimeError("a secret that must not be seen")


async def test_FS_04_an_accident_is_a_500_that_gives_nothing_away(app: Starlette, browser: Browser) -> None:
    app.router.routes[:0] = [Route("/broken", broken)]
    answer = await browser.get("/broken")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert "{{" not in answer.text
    styles = re.findall(r'<link rel="stylesheet" href="([^"]+)">', answer.text)
    assert (await browser.get(styles[0])).status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert (await browser.get("/healthz")).status_code == 200


async def test_LG_whoever_hangs_up_in_the_middle_is_no_accident(app: Starlette) -> None:
    """Or anybody could fill the log with errors."""

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        return None

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/login",
        "raw_path": b"/login",
        "query_string": b"",
        "headers": [(b"host", b"127.0.0.1:8000"), (b"content-length", b"5")],
        "client": None,
    }
    written = io.StringIO()
    with log.to(written):
        await app(scope, receive, send)
    logged = [json.loads(line) for line in written.getvalue().splitlines()]
    assert [(each["level"], each["status"]) for each in logged] == [("info", 400)]


async def test_an_answer_that_breaks_off_is_not_begun_again(app: Starlette) -> None:
    sent = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message["type"])

    app.router.routes[:0] = [Mount("/half", half)]
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/half/way",
        "raw_path": b"/half/way",
        "query_string": b"",
        "headers": [(b"host", b"127.0.0.1:8000")],
        "client": None,
    }
    await app(scope, receive, send)
    assert sent == ["http.response.start"]


async def test_what_is_no_request_is_passed_on(app: Starlette) -> None:
    sent = []

    async def receive() -> dict[str, object]:
        return {"type": "websocket.connect"}

    async def send(message: object) -> None:
        sent.append(message)

    scope = {"type": "websocket", "path": "/login", "headers": [], "query_string": b"", "app": app, "subprotocols": []}
    await app(scope, receive, send)
    assert sent == [{"type": "websocket.close", "code": 1000, "reason": ""}]


async def test_in_development_localhost_leads_to_the_one_address(browser: Browser) -> None:
    answer = await browser.get("/login", headers={"Host": "localhost:8000"})
    assert (answer.status_code, answer.headers["location"]) == (303, "http://127.0.0.1:8000/login")


async def test_RQ_01_a_body_that_does_not_say_its_length_is_refused_too(browser: Browser) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(70):
            yield b"x" * 1000

    answer = await browser.post(
        "/login", content=pieces(), headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code == 413


def test_ids_are_ten_letters_that_nobody_misreads_and_none_comes_twice() -> None:
    made = [each for each, _ in zip(ids(), range(250), strict=False)]
    assert {len(each) for each in made} == {10}
    assert set("".join(made)) <= set("23456789ABCDEFGHJKMNPQRSTVWXYZ")
    assert len(set(made)) == 250
