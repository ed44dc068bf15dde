"""/account/delete and /stay: is an account that leaves closed at once, kept if its person wants, and gone without a trace? (RV-04, RV-05, LK-07)"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from mailbox import letters, newest
from pathlib import Path
from typing import Any

import pytest
from dev_journeys import come_back, set_out
from entrance import PASSWORD, Browser, Clock, running, set_cookies, settings_for, words
from genkan.accounts import leaving, mailed, sweep
from genkan.accounts.addresses import parse
from genkan.accounts.services import Visitor
from genkan.accounts.session import ENDED
from genkan.errors import AccountLeaving, LinkExpired, NotFound
from genkan.records import users
from starlette.applications import Starlette

pytestmark = pytest.mark.anyio

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
DAYS_14 = 14 * 86_400
SCHEMA = Path(__file__).parents[2] / "schema.sql"


async def rows(app: Starlette, sql: str, **values: Any) -> list[Any]:
    return [tuple(row._mapping.values()) for row in await app.state.services.db._rows(sql, values)]


async def tables(app: Starlette) -> dict[str, str]:
    """All that is in the database, by table."""
    names = re.findall(r"CREATE TABLE (\w+)", SCHEMA.read_text())
    return {name: str(await rows(app, f"SELECT * FROM {name}")) for name in names}


async def prove(app: Starlette, clock: Clock) -> None:
    await app.state.services.db.run("UPDATE users SET email_proven_at = :now", now=clock.now)


async def test_GET_explains_and_does_nothing(app: Starlette, browser: Browser, clock: Clock) -> None:
    await browser.sign_up()
    page = words(await browser.get("/account/delete"))
    assert "deleted on 5 October 2026" in page
    assert "log in again within 14 days" in page
    await prove(app, clock)
    assert "We send you an email with a link" in words(await browser.get("/account/delete"))
    assert await rows(app, "SELECT leaves_at FROM users") == [(None,)]


async def test_asks_for_a_proof_that_is_not_old(browser: Browser, clock: Clock) -> None:
    await browser.sign_up()
    clock.now += 601
    for answer in (await browser.get("/account/delete"), await browser.submit("/account/delete")):
        assert (answer.status_code, answer.headers["location"]) == (303, "/account/confirm?next=/account/delete")
    assert await browser.is_signed_in()


async def test_RV_04_every_session_ends_at_once_and_is_told_why(
    app: Starlette, browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    await browser.sign_up()
    await other_browser.log_in()
    answer = await browser.submit("/account/delete")
    assert (answer.status_code, answer.headers["location"]) == (303, "/stay")
    assert set_cookies(answer)["jwt"]["max-age"] == "0"
    assert [await each.is_signed_in() for each in (browser, other_browser)] == [False, False]
    assert ENDED["leaving"] in words(await other_browser.get("/login"))
    assert await rows(app, "SELECT leaves_at FROM users") == [(clock.now + DAYS_14,)]
    assert ("leaving",) in await rows(app, "SELECT kind FROM events")


async def test_RV_04_a_session_that_was_overlooked_is_not_live_either(app: Starlette, browser: Browser) -> None:
    await browser.sign_up()
    await app.state.services.db.run("UPDATE users SET leaves_at = 1")
    assert not await browser.is_signed_in()


async def test_RV_04_what_was_mailed_or_begun_leads_in_no_more_but_an_undo_does(
    app: Starlette, browser: Browser, clock: Clock
) -> None:
    await browser.sign_up()
    await prove(app, clock)
    services, db = app.state.services, app.state.services.db
    user_id = await db.value("SELECT id FROM users")
    async with db.transaction():
        for purpose in mailed.PURPOSES.values():
            await mailed.issue(
                services,
                purpose,
                user_id=user_id,
                address=parse("hanako@example.com"),
                holder=purpose.name,
                now=clock.now,
            )
    await set_out(browser)
    await come_back(browser, "no-address", intent="login")
    await set_out(browser)
    assert len(await rows(app, "SELECT provider FROM waiting_identities")) == 1
    await browser.submit("/account/delete")
    assert sorted(await rows(app, "SELECT purpose FROM mailed_tokens")) == [("stay",), ("undo",)]
    assert await rows(app, "SELECT state_hash FROM oauth_attempts") == []
    assert await rows(app, "SELECT provider FROM waiting_identities") == []


async def test_the_page_afterwards_says_when_and_calls_it_off(app: Starlette, browser: Browser) -> None:
    await browser.sign_up()
    await browser.submit("/account/delete")
    page = await browser.get("/stay")
    assert "will be deleted on 5 October 2026" in words(page)
    assert "Hanako Yamada" in words(page)
    answer = await browser.submit("/stay")
    assert answer.headers["location"] == "/login"
    assert "Your account stays." in words(await browser.get("/login"))
    assert (await browser.get("/stay")).status_code == 410
    assert (await browser.log_in()).headers["location"] == "/account"
    assert ("stayed",) in await rows(app, "SELECT kind FROM events")


async def test_the_mailed_link_calls_it_off_logged_out_on_another_device(
    app: Starlette, browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    await browser.sign_up()
    await prove(app, clock)
    await browser.submit("/account/delete")
    letter = await newest(app, "leaving", to="hanako@example.com")
    assert letter.details["leaves_at"] == clock.now + DAYS_14
    clock.now += DAYS_14 - 1
    answer = await other_browser.get(letter.path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/stay")
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert set_cookies(answer)["stay"]["httponly"]
    assert "Keep my account" in words(await other_browser.get("/stay"))
    assert (await rows(app, "SELECT leaves_at FROM users"))[0][0] is not None  # a GET changes nothing
    assert (await other_browser.submit("/stay")).headers["location"] == "/login"
    assert (await other_browser.log_in()).headers["location"] == "/account"
    await browser.get(letter.path)
    for again in (await browser.get("/stay"), await browser.submit("/stay")):  # RS-01
        assert again.status_code == 410
        assert "This link cannot be used" in words(again)


async def test_RS_06_a_link_keeps_its_own_account_only_whoever_has_logged_in_there(
    app: Starlette, browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    await browser.sign_up("hanako")
    await other_browser.sign_up("jiro")
    await prove(app, clock)
    for each in (browser, other_browser):
        await each.submit("/account/delete")
    await browser.get((await newest(app, "leaving", to="jiro@example.com")).path)
    assert (await browser.submit("/stay", user_id="hanako")).headers["location"] == "/login"
    assert await rows(app, "SELECT email FROM users WHERE leaves_at IS NULL") == [("jiro@example.com",)]


@pytest.mark.parametrize("link", ["A" * 43, "x", "null", "[]", "0", "%00", "A" * 4000])
async def test_RS_05_an_odd_link_is_an_expired_one(browser: Browser, link: str) -> None:
    first = await browser.get(f"/stay/{link}")
    assert first.status_code in (303, 404)
    assert (await browser.get("/stay")).status_code == 410
    assert (await browser.submit("/stay")).status_code == 410


async def test_without_anything_shown_stay_has_nothing_to_keep(browser: Browser) -> None:
    assert [(await browser.get("/stay")).status_code, (await browser.submit("/stay")).status_code] == [410, 410]


async def test_a_proof_of_an_earlier_time_does_not_count(app: Starlette, browser: Browser, clock: Clock) -> None:
    await browser.sign_up()
    await browser.submit("/account/delete")
    old = browser.cookies["stay"]
    await browser.submit("/stay")
    clock.now += 60
    await browser.log_in()
    await browser.submit("/account/delete")
    browser.cookies.delete("stay")
    browser.cookies.set("stay", old)
    assert (await browser.submit("/stay")).status_code == 410


async def test_two_who_keep_it_at_once_keep_it_once(app: Starlette, browser: Browser, clock: Clock) -> None:
    await browser.sign_up()
    await browser.submit("/account/delete")
    services, visitor = app.state.services, Visitor(address="9.9.9.9")
    user_id = await services.db.value("SELECT id FROM users")
    user = await leaving.by_login(services, user_id, leaves_at=clock.now + DAYS_14)
    await leaving.stay(services, visitor, user, now=clock.now)
    with pytest.raises(LinkExpired):
        await leaving.stay(services, visitor, user, now=clock.now)


async def test_an_account_that_stays_has_nothing_to_call_off(app: Starlette, browser: Browser) -> None:
    await browser.sign_up()
    user_id = await app.state.services.db.value("SELECT id FROM users")
    for id in (user_id, "gone"):
        with pytest.raises(LinkExpired):
            await leaving.by_login(app.state.services, id, leaves_at=1)


async def test_two_sweeps_at_once_purge_once(app: Starlette, browser: Browser, clock: Clock) -> None:
    await browser.sign_up()
    await browser.submit("/account/delete")
    services = app.state.services
    await asyncio.gather(*(leaving.purge(services, now=clock.now + DAYS_14) for _ in range(2)))
    assert await rows(app, "SELECT id FROM users") == []


async def test_an_account_that_another_sweep_has_purged_meanwhile_is_left_to_it(
    app: Starlette, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stale(*_: Any, **__: Any) -> list[users.Due]:
        return [users.Due("gone")]

    monkeypatch.setattr(users, "due", stale)
    assert await leaving.purge(app.state.services, now=clock.now) == 0


async def test_whoever_is_gone_cannot_leave(app: Starlette, clock: Clock) -> None:
    with pytest.raises(NotFound):
        await leaving.leave(
            app.state.services, Visitor(address="9.9.9.9"), user_id="gone", browser="", waiting="", now=clock.now
        )


async def test_leaving_twice_keeps_the_first_day(app: Starlette, browser: Browser, clock: Clock) -> None:
    await browser.sign_up()
    await browser.submit("/account/delete")
    user_id = await app.state.services.db.value("SELECT id FROM users")
    again = await leaving.leave(
        app.state.services, Visitor(address="9.9.9.9"), user_id=user_id, browser="", waiting="", now=clock.now + 99
    )
    assert again == clock.now + DAYS_14


async def test_every_way_in_leads_to_the_question_and_a_wrong_password_learns_nothing(
    app: Starlette, browser: Browser, other_browser: Browser
) -> None:
    await browser.sign_up()
    wrong_before = words(await other_browser.log_in(password="a wrong password"))
    await browser.submit("/account/delete")
    assert words(await other_browser.log_in(password="a wrong password")) == wrong_before
    answer = await other_browser.log_in()
    assert (answer.status_code, answer.headers["location"]) == (303, "/stay")
    assert "jwt" not in set_cookies(answer)
    assert "will be deleted" in words(await other_browser.get("/stay"))
    headers = PARTIAL | {"Origin": browser.origin}
    answer = await other_browser.post("/login", data={"username": "hanako", "password": PASSWORD}, headers=headers)
    assert (answer.status_code, answer.headers["hx-redirect"]) == (200, "/stay")
    assert await rows(app, "SELECT count FROM throttle WHERE expires_at > 2000000000000") == []  # forgiven
    for _ in range(9):
        assert (await other_browser.log_in()).headers["location"] == "/stay"


async def test_a_provider_leads_there_too_and_undone_every_way_is_open(
    app: Starlette, browser: Browser, clock: Clock
) -> None:
    await come_back(browser, "verified", intent="signup")
    user_id = await app.state.services.db.value("SELECT id FROM users")
    hashed = await app.state.services.hasher.hash(PASSWORD)
    await app.state.services.db.run(
        "INSERT INTO user_authentications (id, user_id, username, username_key, password, created_at)"
        " VALUES ('a', :user_id, 'hanako', 'hanako', :password, 1)",
        user_id=user_id,
        password=hashed,
    )
    await browser.submit("/account/delete")
    answer: Any = await come_back(browser, "verified", intent="login")
    assert (answer.status_code, answer.headers["location"]) == (303, "/stay")
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "jwt" not in browser.cookies
    letter = await newest(app, "leaving")
    await browser.get(letter.path)
    await browser.submit("/stay")
    ways: list[Callable[[], Awaitable[Any]]] = [
        lambda: browser.log_in("hanako"),
        lambda: browser.log_in("hanako@example.com"),
        lambda: come_back(browser, "verified", intent="login"),
    ]
    for way in ways:
        came = await way()
        assert came.headers["location"] == "/account"
        assert await browser.is_signed_in()
        await browser.log_out()


async def test_names_and_addresses_stay_reserved_meanwhile(
    app: Starlette, browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    await come_back(browser, "verified", intent="signup")
    await browser.log_out()
    await browser.sign_up("jiro")
    await browser.submit("/account/delete")
    assert (await other_browser.sign_up("jiro")).status_code == 422


async def test_an_address_that_is_only_a_claim_gets_no_mail(app: Starlette, browser: Browser) -> None:
    await browser.sign_up()
    await browser.submit("/account/delete")
    assert {each.template for each in await letters(app)} <= {"verify"}


async def test_nothing_is_purged_before_its_time(app: Starlette, browser: Browser, clock: Clock) -> None:
    await browser.sign_up()
    await browser.submit("/account/delete")
    await leaving.purge(app.state.services, now=clock.now + DAYS_14 - 1)
    assert len(await rows(app, "SELECT id FROM users")) == 1
    await browser.submit("/stay")
    await leaving.purge(app.state.services, now=clock.now + DAYS_14)
    assert len(await rows(app, "SELECT id FROM users")) == 1


async def test_RV_05_LK_07_after_a_whole_life_nothing_is_left_and_the_next_one_has_nothing_of_it(
    database_url: str,
) -> None:
    clock = Clock()
    settings = settings_for(database_url)
    async with running(settings, clock=clock) as app, Browser(app) as browser, Browser(app) as other:
        other.headers["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
        for each in (browser, other):
            each.headers["X-Forwarded-For"] = "203.0.113.77"
        await browser.sign_up("hanako", name="Hanako Hapax")
        await prove(app, clock)
        user_id = await app.state.services.db.value("SELECT id FROM users")
        old_token = browser.cookies["jwt"]
        await come_back(browser, "no-address", intent="login")  # an identity that waits, and is linked
        await browser.submit("/oauth/finish", action="link")
        identity = (await rows(app, "SELECT identity FROM user_oauths"))[0][0]
        for _ in range(12):
            await other.log_in(password="a wrong password")
        clock.now += 301
        await other.log_in()
        await browser.get("/account/activity")
        await browser.submit("/account/devices/others/end")
        await browser.log_in()
        for path in ("/account/data/json", "/account/data/html"):
            assert (await browser.submit(path)).status_code == 200
        await set_out(browser)
        await come_back(other, "unverified", intent="login")
        async with Browser(app) as stranger:
            await stranger.log_in(password="a wrong password")
        assert (await browser.submit("/account/delete")).headers["location"] == "/stay"
        clock.now += DAYS_14
        await sweep.ended(app.state.services.db, now=clock.now)
        await leaving.purge(app.state.services, now=clock.now)
        left = await tables(app)
        for trace in ("hanako", "Hapax", user_id, identity, "203.0.113.77", "127.0.0.1", "Firefox", "example.com"):
            assert [name for name, text in left.items() if trace.lower() in text.lower()] == [], trace
        assert left["throttle"] == "[]"
        assert (await other.log_in()).status_code == 422
        other.cookies.delete("jwt")
        other.cookies.set("jwt", old_token)
        assert not await other.is_signed_in()
        await browser.sign_up("hanako", name="Somebody Else")
        assert await rows(app, "SELECT id FROM users WHERE id = :id", id=user_id) == []
        assert (await rows(app, "SELECT COUNT(*) AS n FROM events"))[0][0] == 1
        assert (await rows(app, "SELECT COUNT(*) AS n FROM user_oauths"))[0][0] == 0
        page = words(await browser.get("/account"))
        assert "Somebody Else" in page
        assert "Hapax" not in page
        await browser.log_out()
        answer: Any = await come_back(browser, "no-address", intent="login")
        assert answer.headers["location"] == "/oauth/finish"  # the identity is nobody's


async def test_the_signal_is_no_failure_that_a_form_would_catch() -> None:
    assert not issubclass(AccountLeaving, NotFound.__mro__[1])
