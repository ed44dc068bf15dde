"""Do the attacks that belong to no single page come to nothing? Each named by its id."""

import asyncio
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import httpx2
import pytest
from dev_journeys import choose, come_back, set_out
from entrance import BASE_URL, NOW, PASSWORD, Browser, Clock, running, set_cookies, settings_for, words
from genkan.settings import ProviderSettings
from hostile import HostileProvider
from starlette.applications import Starlette
from starlette.routing import Route

pytestmark = pytest.mark.anyio

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
TABLES = (
    "users",
    "user_authentications",
    "user_oauths",
    "sessions",
    "oauth_attempts",
    "waiting_identities",
    "throttle",
    "mailed_tokens",
    "outbox",
    "events",
    "changes",
)
PAGES = (
    "/",
    "/login",
    "/signup",
    "/account",
    "/account/security",
    "/account/security/unlink/example",
    "/account/confirm",
    "/logout",
    "/oauth/finish",
    "/healthz",
    "/readyz",
    "/.well-known/jwks.json",
    "/nowhere",
    "/dev/provider",
    "/account/name",
    "/account/username",
    "/account/email",
    "/account/password",
    "/account/language",
    f"/undo/{'A' * 43}",
    "/undo",
)
POSTS = (
    "/login",
    "/signup",
    "/logout",
    "/oauth/finish",
    "/account/security/unlink/example",
    "/account/confirm",
    "/signup/username",
    "/signup/password",
    "/dev/provider/authorize",
    "/dev/provider/token",
)

NOTED_BY_THE_POSTMAN = ("claimed_until", "sent_at", "tries")


async def state_of(app: Starlette) -> str:
    """All that is in the database, but for what the postman notes meanwhile."""
    db = app.state.services.db
    return str(
        [
            sorted(
                str({name: value for name, value in row._mapping.items() if name not in NOTED_BY_THE_POSTMAN})
                for row in await db._rows(f"SELECT * FROM {table}", {})
            )
            for table in TABLES
        ]
    )


def posts_of(app: Starlette) -> list[str]:
    """Every path that takes a POST, with something in place of its parameters; but for what a provider posts (form_post)."""
    taking = [route for route in app.routes if isinstance(route, Route) and "POST" in (route.methods or ())]
    return sorted({re.sub(r"{[^}]*}", "x", route.path) for route in taking} - {"/oauth/x/callback"})


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[HostileProvider, HostileProvider]]:
    with HostileProvider().running() as first, HostileProvider().running() as second:
        yield first, second


async def through(
    browser: Browser, server: HostileProvider, name: str, *, at: str | None = None, intent: str = "signup"
) -> httpx2.Response:
    """Through a provider of the tests; `at`: the callback of which one it comes back to."""
    server.now = NOW
    url = (await browser.get(f"/oauth/{name}?intent={intent}")).headers["location"]
    code = server.code_at(url, f"{BASE_URL}/oauth/{name}/callback")
    state = parse_qs(urlsplit(url).query)["state"][0]
    return await browser.get(f"/oauth/{at or name}/callback?code={code}&state={state}&iss={server.issuer}")


async def test_LK_03_the_same_sub_of_two_issuers_is_two_people(database_url: str, servers: Any) -> None:
    first, second = servers
    first.misbehave()
    second.misbehave(claims={"sub": "person-1"}, userinfo={"email": "second@example.com"})
    providers = (first.settings(name="one"), second.settings(name="two"))
    async with running(settings_for(database_url, providers=providers)) as app, Browser(app) as browser:
        for server, name in ((first, "one"), (second, "two")):
            assert (await through(browser, server, name)).headers["location"] == "/account"
            await browser.log_out()
        assert await app.state.services.db.value("SELECT COUNT(*) AS n FROM users") == 2


async def test_OA_07_a_state_counts_at_its_own_provider_only(database_url: str, servers: Any) -> None:
    first, second = servers
    providers = (first.settings(name="one"), second.settings(name="two"))
    async with running(settings_for(database_url, providers=providers)) as app, Browser(app) as browser:
        second.calls.clear()
        answer = await through(browser, first, "one", at="two")
        assert answer.headers["location"] == "/login"
        assert second.asked("token") == 0


async def test_OA_01_no_request_goes_out_for_a_callback_that_nobody_began(database_url: str, servers: Any) -> None:
    first, _ = servers
    async with (
        running(settings_for(database_url, providers=(first.settings(name="one"),))) as app,
        Browser(app) as browser,
    ):
        first.calls.clear()
        for query in ("code=x", f"code=x&state={'A' * 43}"):
            assert (await browser.get(f"/oauth/one/callback?{query}")).headers["location"] == "/login"
        assert first.calls == []


async def test_PR_01_a_provider_that_is_down_hurts_nobody_else(database_url: str) -> None:
    down = ProviderSettings("down", "c", "s", label="Down", issuer="http://127.0.0.1:1")
    async with running(settings_for(database_url, providers=(down,))) as app, Browser(app) as browser:
        for intent, heading in (("login", "Log in"), ("signup", "Create an account")):
            answer = await browser.get(f"/oauth/down?intent={intent}")
            assert answer.status_code == 503
            assert "Down is not responding" in words(answer)
            assert f"<h1>{heading}</h1>" in answer.text
        assert (await browser.sign_up()).status_code == 303


async def test_RL_14_many_at_once_draw_no_value_twice(app: Starlette, browser: Browser) -> None:
    starts = await asyncio.gather(*(browser.get("/oauth/example") for _ in range(60)))
    states = [parse_qs(urlsplit(each.headers["location"]).query)["state"][0] for each in starts]
    assert len(set(states)) == 60


async def test_CS_18_htmx_speaks_to_this_site_only(browser: Browser) -> None:
    assert "connect-src 'self'" in (await browser.get("/login")).headers["content-security-policy"]


def test_CS_12_secrets_are_compared_in_constant_time() -> None:
    """Nonces and the built-in provider's secret; states and tokens are looked up by their digests."""
    house = Path(__file__).parents[2] / "site" / "genkan"
    for place in ("oauth/id_token.py", "oauth/providers/line.py", "dev/provider.py"):
        assert "hmac.compare_digest(" in (house / place).read_text()


async def test_RD_11_where_somebody_came_from_is_nowhere_to_go(browser: Browser) -> None:
    headers = {"Referer": "https://evil.example/", "Origin": browser.origin}
    answer = await browser.post("/logout", headers=headers)
    assert answer.headers["location"] == "/logout"
    assert "evil" not in (await browser.get("/account", headers=headers)).headers["location"]


async def test_CK_01_every_cookie_of_every_page_has_every_attribute(database_url: str) -> None:
    async with running(settings_for(database_url, base_url="https://id.example.com")) as app, Browser(app) as browser:
        answers = [
            await browser.sign_up(),
            await browser.log_out(),
            await browser.log_in(),
            await browser.get("/login?lang=ja"),
            await browser.get("/oauth/example"),
        ]
        answers.append(await browser.get("/oauth/example/callback?state=x"))
        answers += [await browser.get(path) for path in (*PAGES, "/stay/x")]
        found = {name: cookie for answer in answers for name, cookie in set_cookies(answer).items()}
        assert found.keys() == {
            f"__Host-{name}"
            for name in ("jwt", "known", "last", "notice", "lang", "attempt", "waiting", "stay", "undo")
        }
        for cookie in found.values():
            assert (cookie["path"], cookie["domain"], cookie["samesite"]) == ("/", "", "lax")
            assert (bool(cookie["secure"]), bool(cookie["httponly"])) == (True, True)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": BASE_URL},
    ],
    ids=str,
)
async def test_CS_02_no_post_of_another_site_changes_anything(
    app: Starlette, browser: Browser, headers: dict[str, str]
) -> None:
    await browser.sign_up()
    await come_back(browser, "no-address", intent="login")
    before = await state_of(app)
    fields = {"username": "evil", "password": PASSWORD, "name": "x", "email": "e@example.com", "action": "link"}
    assert len(posts_of(app)) > 12
    for path in posts_of(app):
        answer = await browser.post(path, data=fields, headers=headers)
        assert answer.status_code == 403, path
        assert "set-cookie" not in answer.headers
    assert await state_of(app) == before


async def test_CS_07_no_field_and_no_header_makes_another_method_of_a_request(browser: Browser) -> None:
    await browser.sign_up()
    await browser.get("/account?_method=DELETE", headers={"X-HTTP-Method-Override": "POST"})
    await browser.get("/logout?_method=POST", headers={"X-HTTP-Method-Override": "POST", "X-HTTP-Method": "POST"})
    assert await browser.is_signed_in()


async def test_CS_08_no_GET_and_no_HEAD_changes_anything(app: Starlette, browser: Browser) -> None:
    await browser.sign_up()
    await come_back(browser, "no-address", intent="login")
    before = await state_of(app)
    for path in PAGES:
        for _ in range(3):
            await browser.get(path)
            await browser.head(path)
    assert await state_of(app) == before


async def test_CS_13_a_form_that_was_open_for_hours_is_as_good_as_new(browser: Browser, clock: Clock) -> None:
    await browser.sign_up()
    await browser.log_out()
    await browser.get("/login")
    clock.now += 3 * 3600
    assert (await browser.log_in()).status_code == 303


@pytest.mark.parametrize("path", [*PAGES, "/static/x"])
async def test_CS_14_no_other_site_may_read_anything(browser: Browser, path: str) -> None:
    for method in ("GET", "OPTIONS"):
        asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
        answer = await browser.request(method, path, headers=asked)
        assert not [name for name in answer.headers if name.startswith("access-control")]


async def test_CS_17_a_page_behind_the_door_sends_htmx_to_the_door(browser: Browser) -> None:
    restored = await browser.get("/account", headers={"HX-History-Restore-Request": "true", "HX-Request": "true"})
    assert (restored.status_code, restored.headers["location"]) == (303, "/login?next=/account")
    part = await browser.get("/account", headers=PARTIAL)
    assert (part.status_code, part.headers["hx-redirect"], part.text) == (200, "/login?next=/account", "")


async def test_CA_09_no_address_stands_in_a_title_or_an_address(browser: Browser) -> None:
    await browser.sign_up()
    page = (await browser.get("/account")).text
    assert "hanako@example.com" not in page.partition("<title>")[2].partition("</title>")[0]
    assert not re.search(r'(href|action|hx-[a-z-]+)="[^"]*hanako', page)
    assert "hx-push-url" not in page


async def test_XS_04_a_providers_name_is_text(database_url: str) -> None:
    odd = ProviderSettings("odd", "c", "s", label="<b>x", issuer="https://odd.example")
    async with running(settings_for(database_url, providers=(odd,))) as app, Browser(app) as browser:
        page = (await browser.get("/login")).text
        assert "<b>x" not in page
        assert "&lt;b&gt;x" in page


@pytest.mark.parametrize(
    "name",
    [
        "<div hx-get=/logout hx-trigger=load>",
        "{{7*7}}",
        "{% import os %}",
        "${7*7}",
        '<form id="login-form" name="body">',
    ],
)
async def test_XS_07_XS_08_XS_15_a_persons_name_is_text(browser: Browser, name: str) -> None:
    await browser.sign_up(name=name)
    page = (await browser.get("/account")).text
    assert "<div hx-get" not in page
    assert '<form id="login-form"' not in page
    assert "49" not in words(await browser.get("/account")).replace(str(NOW), "")
    assert name.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&#34;") in page


@pytest.mark.parametrize("evil", ["/a\r\nX-Evil: 1", "/%0d%0aX-Evil:1", "\r\nSet-Cookie: jwt=x"])
async def test_IN_06_nothing_that_is_sent_becomes_a_header(browser: Browser, evil: str) -> None:
    await browser.sign_up(username="hanako")
    for answer in (await browser.log_in(next=evil), await browser.get("/login", params={"next": evil, "lang": evil})):
        assert "x-evil" not in answer.headers
        assert answer.headers.get("location", "/account") == "/account"


INJECTIONS = [
    "' OR 1=1--",
    '"',
    "\\",
    "%27",
    "'; DROP TABLE users; --",
    "1) UNION SELECT password FROM user_authentications--",
    "\x00",
    "%",
    "_",
    "$1",
    ":id",
]


@pytest.mark.parametrize("text", INJECTIONS)
async def test_IN_01_nothing_that_is_typed_is_SQL(app: Starlette, browser: Browser, text: str) -> None:
    await browser.sign_up()
    before = await app.state.services.db.value("SELECT COUNT(*) AS n FROM users")
    answers = [
        await browser.log_in(text, text + PASSWORD),
        await browser.submit("/signup", name=text, email=text, username=text, password=text),
        await browser.submit("/signup/username", username=text),
        await browser.submit("/oauth/finish", action=text),
        await browser.submit("/account/name", name=text),
        await browser.submit("/account/username", username=text),
        await browser.submit("/account/email", email=text),
        await browser.submit("/account/language", language=text),
        await browser.submit("/account/password", password=text, new_password=text),
        await browser.get("/undo", headers={"Cookie": f"undo={quote(text)}"}),
        await browser.get("/oauth/example/callback", params={"state": text, "code": text}),
        await browser.get("/login", headers={"Cookie": "jwt=x; known=x; waiting=x; notice=x; lang=x"}),
    ]
    assert all(answer.status_code < 500 for answer in answers)
    assert await app.state.services.db.value("SELECT COUNT(*) AS n FROM users") == before


async def test_EN_10_whose_address_is_proven_is_said_only_to_whom_a_provider_vouches_for(
    app: Starlette, browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    await browser.sign_up("hanako", email="jiro@example.com")
    await app.state.services.db.run("UPDATE users SET email_proven_at = :now", now=clock.now)
    await come_back(other_browser, "unverified", intent="signup")  # jiro@example.com, not verified
    assert "already have an account" not in (await other_browser.get("/oauth/finish")).text.replace(
        "I already have an account", ""
    )


async def test_EN_11_ids_say_nothing_of_how_many_there_are(app: Starlette, browser: Browser) -> None:
    ids = []
    for each in range(5):
        await browser.sign_up(f"user{each}")
        ids.append(
            await app.state.services.db.value(
                "SELECT user_id FROM user_authentications WHERE username = :name", name=f"user{each}"
            )
        )
    assert len({id[:6] for id in ids}) == 5
    assert all(len(id) == 22 for id in ids)


async def test_BF_16_a_429_says_when_and_is_kept_nowhere(browser: Browser) -> None:
    for _ in range(8):
        await browser.log_in(password="wrong wrong wrong")
    for headers in ({}, PARTIAL):
        answer = await browser.post("/login", data={"username": "hanako", "password": "x"}, headers=headers)
        assert answer.status_code == 429
        assert int(answer.headers["retry-after"]) <= 300
        assert answer.headers["cache-control"] == "no-store"
        assert "Wait 5 minutes" in words(answer)
        assert ("<html" in answer.text) is not bool(headers)


async def test_BF_03_a_hundred_guesses_at_once_are_counted_as_a_hundred(browser: Browser) -> None:
    answers = await asyncio.gather(*(browser.log_in(password=f"guess number {each} is wrong") for each in range(40)))
    assert sorted(answer.status_code for answer in answers) == [422] * 8 + [429] * 32


async def test_BF_04_many_accounts_from_one_address_are_one_address(database_url: str) -> None:
    async with running(settings_for(database_url, login_tries_per_address=5)) as app, Browser(app) as browser:
        answers = [(await browser.log_in(f"user{each}", "a wrong password")).status_code for each in range(7)]
        assert answers == [422] * 5 + [429] * 2


async def test_BF_09_a_limit_outlives_the_process(database_url: str) -> None:
    for expected in (422, 429):
        async with running(settings_for(database_url)) as app, Browser(app) as browser:
            answers = [(await browser.log_in(password="a wrong password")).status_code for _ in range(8)]
            assert answers == [expected] * 8


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "CF-Connecting-IP"])
async def test_BF_08_no_header_dodges_a_limit(database_url: str, header: str) -> None:
    async with running(settings_for(database_url, login_tries_per_address=3)) as app, Browser(app) as browser:
        answers = [
            (
                await browser.post(
                    "/login", data={"username": f"u{each}", "password": "wrong"}, headers={header: f"10.0.0.{each}"}
                )
            ).status_code
            for each in range(5)
        ]
        assert answers == [422] * 3 + [429] * 2


@pytest.mark.parametrize("jump", [3600, -3600, 2 * 86_400, 2_145_916_800 - NOW, 2_147_483_700 - NOW])
async def test_RV_10_RL_13_whatever_the_clock_does_new_logins_work(browser: Browser, clock: Clock, jump: int) -> None:
    await browser.sign_up()
    clock.now += jump
    assert await browser.is_signed_in() is (0 <= jump < 172_800)
    assert (await browser.log_in()).status_code == 303
    assert await browser.is_signed_in()


async def test_RL_13_a_limit_ends_in_its_time_though_the_clock_was_set_back(browser: Browser, clock: Clock) -> None:
    await browser.sign_up()
    browser.cookies.clear()
    assert (await wrong_guesses(browser, 9))[-1] == 429
    clock.now -= 2 * 86_400
    assert await wrong_guesses(browser, 9) == [422] * 8 + [429]
    clock.now -= 30  # as clocks of several machines may differ: no way to guess anew
    assert await wrong_guesses(browser, 1) == [429]
    clock.now += 331
    assert (await browser.log_in()).status_code == 303


async def wrong_guesses(browser: Browser, count: int) -> list[int]:
    return [(await browser.log_in(password="a wrong password")).status_code for _ in range(count)]


async def test_RD_14_a_page_with_an_endless_address_leads_to_the_door_all_the_same(browser: Browser) -> None:
    answer = await browser.get("/account?" + "%20" * 2000)
    assert answer.headers["location"] == "/login?next=/account"


async def test_RQ_03_a_huge_field_is_refused(browser: Browser) -> None:
    assert (await browser.submit("/signup", name="x" * 2_000_000)).status_code == 413


async def test_RQ_05_many_semicolons_take_no_time(browser: Browser) -> None:
    """As a ratio: a form of semicolons and one of letters, of the same length."""
    times = {}
    for letter in ("a", ";"):
        began = time.monotonic()
        for _ in range(10):
            await browser.post(
                "/login", content=letter * 60_000, headers={"Content-Type": "application/x-www-form-urlencoded"}
            )
        times[letter] = time.monotonic() - began
    assert times[";"] < times["a"] * 10


@pytest.mark.parametrize(
    "path",
    [
        "/static/../run.py",
        "/static/..%2frun.py",
        "/static/%2e%2e/run.py",
        "/static/..%5crun.py",
        "/static//etc/passwd",
        "/static/%2fetc%2fpasswd",
        "/static/%00",
    ],
)
async def test_FS_01_nothing_outside_is_served(app: Starlette, browser: Browser, path: str) -> None:
    raw = httpx2.Request("GET", browser.origin + "/static/x", headers={"Host": "127.0.0.1:8000"})
    raw.url = raw.url.copy_with(raw_path=path.encode())
    assert (await browser.send(raw)).status_code == 404


async def test_FS_02_ranges_are_not_counted(app: Starlette, browser: Browser) -> None:
    path = app.state.renderer.assets.stylesheet
    whole = await browser.get(path)
    for ranges in ("bytes=" + ",".join("0-1" for _ in range(1000)), "bytes=-99999999", "bytes=5-1"):
        answer = await browser.get(path, headers={"Range": ranges})
        assert (answer.status_code, answer.content == whole.content) == (200, True)


@pytest.mark.parametrize("agent", ["kube-probe/1.30", "GoogleHC/1.0", "x" * 5000])
async def test_FS_07_no_program_is_let_in_by_its_name(browser: Browser, agent: str) -> None:
    assert (await browser.get("/account", headers={"User-Agent": agent})).status_code == 303


async def test_UN_14_two_presses_of_a_button_are_one_account(app: Starlette, browser: Browser) -> None:
    answers = await asyncio.gather(*(browser.sign_up() for _ in range(2)))
    assert sorted(answer.status_code for answer in answers) == [303, 422]
    assert await app.state.services.db.value("SELECT COUNT(*) AS n FROM users") == 1


async def test_HH_03_a_forwarded_scheme_changes_nothing(browser: Browser) -> None:
    for scheme in ("https", "http", "https,http", "javascript"):
        answer = await browser.get("/oauth/example", headers={"X-Forwarded-Proto": scheme, "X-Forwarded-Ssl": "on"})
        assert "redirect_uri=http%3A%2F%2F127.0.0.1%3A8000%2F" in answer.headers["location"]
        assert not set_cookies(answer)["attempt"]["secure"]


async def test_CS_11_no_code_and_no_state_stays_in_an_address(browser: Browser) -> None:
    callback = await choose(browser, await set_out(browser, intent="signup"), "verified")
    answer = await browser.get(callback)
    assert answer.headers["location"] == "/account"
    assert answer.headers["referrer-policy"] == "no-referrer"
