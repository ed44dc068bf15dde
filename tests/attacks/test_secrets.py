"""Is any secret left anywhere, after every journey? The database, the log, every cookie and every page are searched. (LG-*, CK-*)"""

import io
import json
import re
from collections.abc import Iterator
from mailbox import letters
from urllib.parse import parse_qs, urlsplit

import pytest
from account_life import NEW, sign_up_proven
from dev_journeys import cancel, come_back, set_out
from entrance import PASSWORD, SECRET, Browser, Clock, running, settings_for
from genkan import log
from genkan.oauth import open_transport
from hostile import ACCESS_TOKEN, CLIENT_SECRET, REFRESH_TOKEN, HostileProvider
from rows import everything

pytestmark = pytest.mark.anyio

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


@pytest.fixture(scope="module")
def server() -> Iterator[HostileProvider]:
    with HostileProvider().running() as provider:
        yield provider


class Recorder(Browser):
    """A browser that remembers all that came."""

    seen: str = ""
    cookies_set: list[str]

    async def send(self, request, **options):  # type: ignore[no-untyped-def]
        answer = await super().send(request, **options)
        self.seen += answer.text + str(answer.headers.multi_items())
        return answer


async def test_no_secret_is_left_anywhere_after_every_journey(database_url: str, server: HostileProvider) -> None:
    written = io.StringIO()
    clock = Clock()
    server.now = clock.now
    server.calls.clear()
    settings = settings_for(database_url, providers=(server.settings(),))
    with log.to(written):
        async with running(settings, clock=clock, transport=open_transport) as app, Recorder(app) as browser:
            await browser.sign_up("hanako")
            await browser.log_out()
            await browser.log_in("hanako", "a wrong password that is secret")
            await browser.log_in("hanako")
            await browser.submit("/account/password", password=PASSWORD, new_password=NEW)
            await browser.submit("/account/password", password=NEW, new_password="short secret")
            await browser.submit("/account/email", email="new@example.com")
            await browser.log_out()
            for intent in ("signup", "login", "login"):
                url = (await browser.get(f"/oauth/hostile?intent={intent}")).headers["location"]
                code = server.code_at(url, f"{settings.base_url}/oauth/hostile/callback")
                state = parse_qs(urlsplit(url).query)["state"][0]
                answer = await browser.get(f"/oauth/hostile/callback?code={code}&state={state}&iss={server.issuer}")
                assert answer.headers["location"] == "/account"
                assert await browser.is_signed_in()
                await browser.log_out()
            await come_back(browser, "no-address", intent="login")
            await browser.submit("/oauth/finish", action="create", name="Sakura", email="sakura@example.com")
            await browser.log_out()
            await browser.get(await cancel(browser, await set_out(browser)))
            rows = ""
            for table in TABLES:
                rows += str(
                    [dict(row._mapping) for row in await app.state.services.db._rows(f"SELECT * FROM {table}", {})]
                )
    logged = written.getvalue()
    assert server.asked("token") == 3
    provider_tokens = (ACCESS_TOKEN, REFRESH_TOKEN, "eyJhbGciOiJSUzI1NiI", CLIENT_SECRET)
    for secret in (*provider_tokens, PASSWORD, NEW, "short secret", "a wrong password that is secret", SECRET.decode()):
        for place, text in (("database", rows), ("log", logged), ("browser", browser.seen)):
            assert secret not in text, f"{secret} in the {place}"
    for personal in ("hanako@example.com", "new@example.com", "sakura@example.com", "Hanako", "code=", "state="):
        assert personal not in logged, f"{personal} in the log"
    tokens = re.findall(r"eyJhbGci[\w-]+\.[\w-]+\.[\w-]+", browser.seen)
    assert tokens
    assert [
        token for token in tokens if f"jwt={token};" not in browser.seen
    ] == []  # CK-08: in Set-Cookie, and nowhere else
    assert not any(token in rows or token in logged for token in tokens)
    assert max(map(len, re.findall(r"'set-cookie', '([^;]*)", browser.seen))) < 600  # CK-07


async def test_LG_RS_07_no_link_and_no_code_of_a_mail_is_in_the_log_or_the_database_whatever_is_done_with_it(
    database_url: str,
) -> None:
    written, clock = io.StringIO(), Clock()
    with log.to(written):
        async with running(settings_for(database_url), clock=clock) as app, Browser(app) as browser:
            user_id = await sign_up_proven(app, browser, clock)
            await browser.submit("/account/confirm", action="send")
            await browser.submit("/account/username", username="hana")
            await browser.submit("/account/email", email="new@example.com")
            await browser.submit("/reset", email="hanako@example.com")
            await browser.submit("/account/delete")
            mails = await letters(app)
            secrets = [each.code for each in mails if each.code] + [each.path.rpartition("/")[2] for each in mails]
            rows = str(await everything(app))
            for path in [each.path for each in mails if each.path]:
                for odd in (path, f"{path}/", f"{path}.", path[:-1], path.upper(), f"/x{path}", f"/static{path}"):
                    await browser.get(odd)
                    await browser.head(odd)
                    await browser.submit(odd)
                    await browser.get(odd, headers={"Host": "evil.example"})
            for page in ("/reset/sent", "/verify"):
                for code in [each.code for each in mails if each.code]:
                    await browser.submit(page, action="code", code=code)
            rows += str(await everything(app))
    assert {each.template for each in mails} >= {"verify", "reset", "confirm", "username_changed", "leaving"}
    assert user_id in rows
    for secret in filter(None, secrets):
        for text in (rows, written.getvalue()):
            assert secret not in text
            assert secret[:-1] not in text
            assert secret.upper() not in text
    assert '"path": "/undo/(token)"' in written.getvalue()


async def test_LG_05_everything_that_counts_is_an_event(database_url: str) -> None:
    written = io.StringIO()
    with log.to(written):
        async with running(settings_for(database_url)) as app, Browser(app) as browser:
            await browser.sign_up("hanako")
            await browser.sign_up("hanako")
            await browser.log_out()
            await browser.log_in("hanako", "wrong")
            await browser.log_in("hanako")
            await come_back(browser, "no-address", intent="login")
            await browser.submit("/oauth/finish", action="link")
            await browser.get("/oauth/example/callback?state=x")
            await browser.submit("/verify", action="prove", code="1")
            await browser.submit("/reset", email="hanako@example.com")
            await browser.submit("/reset/sent", action="code", code="1")
            await browser.submit("/reset", email="nowhere")
            await browser.submit("/reset/new", new_password=NEW)
            await browser.submit("/undo")
            await browser.submit("/stay")
            await browser.submit("/account/confirm", action="password", password="wrong")
            await browser.post("/logout", headers={"Sec-Fetch-Site": "cross-site"})
    events = [json.loads(line) for line in written.getvalue().splitlines()]
    names = {each["event"] for each in events}
    assert names >= {
        "request",
        "request refused",
        "login",
        "login refused",
        "signup",
        "signup refused",
        "logout",
        "linked",
        "oauth failed",
        "verify refused",
        "reset asked",
        "reset refused",
        "link refused",
        "confirm refused",
    }
    assert all(
        re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", each["at"])
        and (each.get("request") or "mail" in each["event"])
        for each in events
    )
    assert [each["event"] for each in events].count("link refused") == 3
    login = next(each for each in events if each["event"] == "login")
    assert login.keys() >= {"method", "user", "address", "request", "at"}
