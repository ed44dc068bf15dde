"""/account, /logout, /, /healthz and /.well-known: do they show what is there, to its person only, and end it for good? (RV-*, CA-*)"""

import asyncio
import re
import sqlite3
from mailbox import newest

import jwt
import pytest
from account_life import without_mail
from dev_journeys import choose, come_back, set_out
from entrance import PASSWORD, Browser, Clock, running, set_cookies, settings_for, words
from genkan.accounts import sweep
from genkan.app import _sweep
from starlette.applications import Starlette
from ways_journeys import come_back_to

pytestmark = pytest.mark.anyio


async def test_shows_name_address_username_and_every_way_in(browser: Browser) -> None:
    await browser.sign_up("hanako")
    page = words(await browser.get("/account"))
    for word in ("Hanako Yamada", "hanako@example.com", "hanako", "not confirmed", "Password", "Last used here"):
        assert word in page


async def test_shows_what_can_be_changed_and_where(browser: Browser) -> None:
    await browser.sign_up("hanako")
    page = (await browser.get("/account")).text
    links = dict(re.findall(r'<a class="change" id="[^"]*" href="/account/([^"]*)" aria-label="([^"]*)"', page))
    assert links == {
        "name": "Change name",
        "email": "Change email address",
        "username": "Change username",
        "password": "Change password",
        "language": "Change language of emails",
    }
    for path in ("/verify", "/account/security", "/account/delete"):
        assert f'href="{path}"' in page
    assert "Set, last changed 21 September 2026" in page


async def test_who_has_no_password_and_no_address_is_offered_both(app: Starlette, browser: Browser) -> None:
    await come_back(browser, "nothing", intent="login")
    await browser.submit("/oauth/finish", action="create", name="Sakura", email="sakura@example.com")
    await app.state.services.db.run("UPDATE users SET email = NULL, email_key = NULL")
    page = (await browser.get("/account")).text
    assert 'aria-label="Set a password"' in page
    assert 'aria-label="Add email address"' in page
    assert 'href="/account/username"' not in page
    assert 'href="/verify">Add an email address' in page


async def test_where_mails_have_nowhere_to_go_nothing_needs_one(database_url: str) -> None:
    async with running(without_mail(database_url)) as app, Browser(app) as browser:
        assert not app.state.services.can_mail
        await browser.sign_up("hanako")
        page = (await browser.get("/account")).text
        assert 'href="/account/email"' not in page
        assert 'href="/verify"' not in page
        assert 'href="/account/username"' in page


async def test_costs_two_statements(app: Starlette, browser: Browser) -> None:
    await browser.sign_up("hanako")
    db, asked = app.state.services.db, []
    rows = db._rows

    mine = asyncio.current_task()

    async def counting(sql: str, values: dict[str, object]) -> object:
        if asyncio.current_task() is mine:  # not the sweep, and not the sender of mails
            asked.append(sql)
        return await rows(sql, values)

    db._rows = counting
    assert (await browser.get("/account")).status_code == 200
    assert len(asked) == 2


async def test_shows_a_provider_as_the_way_used_here(browser: Browser) -> None:
    await come_back(browser, "verified", intent="signup")
    page = words(await browser.get("/account"))
    assert "Example ID" in page
    assert "Last used here" in page


async def test_XS_02_what_a_provider_says_is_text(browser: Browser) -> None:
    await come_back(browser, "verified", intent="login")
    await browser.submit("/oauth/finish", action="create", name="<img src=x onerror=alert(1)>", email="a@example.com")
    page = await browser.get("/account")
    assert "<img src=x" not in page.text
    assert "&lt;img src=x" in page.text


async def test_RV_01_logging_out_ends_the_session_for_whoever_copied_the_cookie(
    browser: Browser, other_browser: Browser
) -> None:
    await browser.sign_up()
    other_browser.cookies.set("jwt", browser.cookies["jwt"])
    assert await other_browser.is_signed_in()
    answer = await browser.log_out()
    assert (answer.status_code, answer.headers["location"]) == (303, "/logout")
    assert set_cookies(answer)["jwt"]["max-age"] == "0"
    assert not await other_browser.is_signed_in()


async def test_GET_logout_only_asks(browser: Browser) -> None:
    await browser.sign_up()
    answer = await browser.get("/logout")
    assert (answer.status_code, "Log out of Genkan?" in answer.text) == (200, True)
    assert await browser.is_signed_in()


async def test_afterwards_it_says_that_you_are_out_and_who_is_not(browser: Browser) -> None:
    await come_back(browser, "verified", intent="signup")
    await browser.log_out()
    page = words(await browser.get("/logout"))
    assert "You are logged out" in page
    assert "still logged in to Example ID" in page


@pytest.mark.parametrize(
    "path",
    [
        *("", "/name", "/username", "/email", "/language", "/password", "/security", "/security/unlink/example"),
        *("/devices", "/activity", "/data", "/delete"),
    ],
)
async def test_7_4_4_every_page_of_an_account_has_the_way_out(browser: Browser, path: str) -> None:
    await browser.sign_up()
    await come_back_to(browser, "verified", "link")
    page = await browser.get(f"/account{path}")
    assert (page.status_code, page.text.count('action="/logout"')) == (200, 1)


async def test_logging_out_twice_is_no_fault(browser: Browser) -> None:
    assert [(await browser.log_out()).status_code for _ in range(2)] == [303, 303]


async def test_CA_03_over_https_the_browser_forgets_what_it_cached(database_url: str) -> None:
    async with running(settings_for(database_url, base_url="https://id.example.com")) as app, Browser(app) as browser:
        await browser.sign_up()
        assert browser.cookies["__Host-jwt"]
        assert (await browser.log_out()).headers["clear-site-data"] == '"cache", "storage"'


async def test_a_live_cookie_is_taken_by_another_process_and_after_a_restart(
    app: Starlette, browser: Browser, database_url: str
) -> None:
    await browser.sign_up()
    async with running(settings_for(database_url)) as other, Browser(other) as elsewhere:
        elsewhere.cookies.set("jwt", browser.cookies["jwt"])
        assert await elsewhere.is_signed_in()
        await browser.log_out()
        assert not await elsewhere.is_signed_in()


async def test_JW_16_the_secret_is_changed_and_nobody_is_logged_out_while_the_old_one_is_still_known(
    database_url: str, clock: Clock
) -> None:
    """13.3.4: old and new stand side by side for the two days that the old one's tokens last; then it is taken out."""
    old, new = b"the old secret of these tests, 32 bytes: 0123", b"the new secret of these tests, 32 bytes: 4567"
    async with running(settings_for(database_url, secret_key=old), clock=clock) as app, Browser(app) as browser:
        await browser.sign_up()
        before = browser.cookies["jwt"]
    both = settings_for(database_url, secret_key=new, secret_key_previous=old)
    for _ in range(2):  # two processes
        async with running(both, clock=clock) as app, Browser(app) as browser, Browser(app) as other:
            browser.cookies.set("jwt", before)
            assert await browser.is_signed_in()
            await other.log_in()
            after = other.cookies["jwt"]
            published = {key["kid"] for key in (await browser.get("/.well-known/jwks.json")).json()["keys"]}
            assert {jwt.get_unverified_header(each)["kid"] for each in (before, after)} == published
    async with running(settings_for(database_url, secret_key=new), clock=clock) as app:
        for token, counts in ((before, False), (after, True)):
            async with Browser(app) as browser:
                browser.cookies.set("jwt", token)
                assert await browser.is_signed_in() is counts


async def test_RV_04_8_3_2_an_account_that_is_disabled_is_out_at_once_in_every_process_and_nothing_leads_back(
    app: Starlette, browser: Browser, other_browser: Browser, clock: Clock, database_url: str
) -> None:
    await come_back(browser, "verified", intent="signup")
    clock.now += 1
    callback = await choose(other_browser, await set_out(other_browser), "verified")
    await other_browser.submit("/reset", email="hanako@example.com")
    mailed = (await newest(app, "reset")).path
    async with running(settings_for(database_url), clock=clock) as other, Browser(other) as elsewhere:
        elsewhere.cookies.set("jwt", browser.cookies["jwt"])
        assert await elsewhere.is_signed_in()
        await app.state.services.db.run("UPDATE users SET disabled_at = :now", now=clock.now)
        for each in (browser, elsewhere):
            assert (await each.get("/account")).headers["location"] == "/login?next=/account"
            assert (await each.submit("/account/name", name="Evil")).headers["location"].startswith("/login")
    assert "jwt" not in set_cookies(await other_browser.get(callback))
    await other_browser.get(mailed)
    assert (await other_browser.submit("/reset/new", username="evil", new_password=PASSWORD)).status_code == 410
    assert await app.state.services.db.value("SELECT COUNT(*) AS n FROM user_authentications") == 0
    assert await app.state.services.db.value("SELECT name FROM users") != "Evil"


async def test_home_leads_in_or_to_the_door(browser: Browser) -> None:
    assert (await browser.get("/")).headers["location"] == "/login"
    await browser.sign_up()
    assert (await browser.get("/")).headers["location"] == "/account"


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
async def test_FS_07_health_says_ok_and_nothing_else(browser: Browser, path: str) -> None:
    answer = await browser.get(path)
    assert (answer.status_code, answer.text, answer.headers["content-type"]) == (200, "ok", "text/plain; charset=utf-8")


async def test_readyz_is_503_once_the_server_is_to_stop_and_the_process_still_lives(
    app: Starlette, browser: Browser
) -> None:
    app.state.is_stopping = True
    answer = await browser.get("/readyz")
    assert (answer.status_code, answer.headers["retry-after"], answer.text) == (503, "5", "stopping")
    assert (await browser.get("/healthz")).status_code == 200


async def test_readyz_is_503_where_the_database_does_not_answer(app: Starlette, browser: Browser) -> None:
    await app.state.services.db.run("ALTER TABLE schema_version RENAME TO elsewhere")
    try:
        assert (await browser.get("/healthz")).status_code == 200
    finally:
        await app.state.services.db.run("ALTER TABLE elsewhere RENAME TO schema_version")


async def test_a_sweep_takes_what_has_run_out_and_leaves_the_rest(
    app: Starlette, browser: Browser, clock: Clock
) -> None:
    await browser.sign_up()
    await browser.get("/oauth/example")
    db = app.state.services.db
    await sweep.ended(db, now=clock.now)
    assert [await db.value(f"SELECT COUNT(*) AS n FROM {table}") for table in ("sessions", "oauth_attempts")] == [1, 1]
    await sweep.ended(db, now=clock.now + 200_000)
    assert [await db.value(f"SELECT COUNT(*) AS n FROM {table}") for table in ("sessions", "oauth_attempts")] == [0, 0]


async def test_a_sweep_that_fails_is_no_end_of_the_site(sqlite_url: str) -> None:
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    async with running(settings_for(sqlite_url)) as app, Browser(app) as browser:
        other.execute("BEGIN EXCLUSIVE")
        app.state.services.db._database._backend.patience = 0.05
        task = asyncio.create_task(_sweep(app))
        await asyncio.sleep(0.3)
        assert not task.done()
        task.cancel()
        other.execute("ROLLBACK")
        assert (await browser.get("/login")).status_code == 200
    other.close()


async def test_other_programs_verify_with_the_published_keys(browser: Browser) -> None:
    await browser.sign_up()
    published = await browser.get("/.well-known/jwks.json")
    assert published.headers["content-type"] == "application/jwk-set+json"
    assert published.headers["cache-control"] == "public, max-age=3600"
    key = jwt.PyJWKSet.from_dict(published.json()).keys[0]
    claims = jwt.decode(
        browser.cookies["jwt"],
        key,
        algorithms=["EdDSA"],
        audience=browser.origin,
        issuer=browser.origin,
        options={"verify_exp": False, "verify_iat": False},
    )
    assert claims["sub"]


async def test_change_password_has_its_fixed_address_and_others_are_not_found(browser: Browser) -> None:
    answer = await browser.get("/.well-known/change-password")
    assert (answer.status_code, answer.headers["location"]) == (303, "/account/password")
    assert (
        await browser.get("/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200")
    ).status_code == 404
