"""/account/devices: does it show every login, end any of them at once, and tell the other browser why? (RV-06, RV-07, RV-11)"""

import json
import re
import sqlite3
import statistics
import time
from mailbox import letters, newest
from typing import Any

import pytest
from dev_journeys import come_back
from entrance import PASSWORD, Browser, Clock, running, set_cookies, settings_for, words
from genkan.accounts import session
from genkan.accounts.services import Visitor
from genkan.accounts.session import ENDED, MOST
from genkan.errors import WrongCredentials
from starlette.applications import Starlette

pytestmark = pytest.mark.anyio

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"
)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


async def rows(app: Starlette, sql: str, **values: Any) -> list[Any]:
    return [tuple(row._mapping.values()) for row in await app.state.services.db._rows(sql, values)]


async def kinds(app: Starlette) -> list[str]:
    return [row[0] for row in await rows(app, "SELECT kind FROM events ORDER BY happened_at, kind")]


async def prove(app: Starlette, clock: Clock) -> None:
    await app.state.services.db.run("UPDATE users SET email_proven_at = :now", now=clock.now)


async def others(browser: Browser) -> list[str]:
    """The ids of the devices that can be ended."""
    return re.findall(r'action="/account/devices/([\w-]{22})/end"', (await browser.get("/account/devices")).text)


async def test_shows_every_login_this_one_first(browser: Browser, other_browser: Browser, clock: Clock) -> None:
    other_browser.headers["User-Agent"] = FIREFOX
    browser.headers["User-Agent"] = CHROME
    await browser.sign_up()
    clock.now += 3 * 3600
    await come_back(other_browser, "verified", intent="signup")  # somebody else
    await other_browser.log_in()
    page = words(await browser.get("/account/devices"))
    assert page.index("Chrome, Windows") < page.index("This device") < page.index("Firefox, Linux")
    for text in (
        "Active now",
        "Active in the last 10 minutes",
        "Password",
        "this machine",
        "21 September 2026, 14:13 UTC",
    ):
        assert text in page, text
    assert "Example ID" not in page
    clock.now += 7200
    assert "Last active 2 hours ago" in words(await browser.get("/account/devices"))


async def test_a_login_by_a_provider_has_its_name(browser: Browser) -> None:
    await come_back(browser, "verified", intent="signup")
    page = words(await browser.get("/account/devices"))
    assert "Example ID" in page
    assert "Unknown device" in page
    assert "You are not logged in anywhere else." in page
    assert "Log out of all other devices" not in page


async def test_RV_06_one_is_ended_and_is_out_at_its_next_click_and_told_why(
    app: Starlette, browser: Browser, other_browser: Browser
) -> None:
    await browser.sign_up()
    await other_browser.log_in()
    (id,) = await others(browser)
    answer = await browser.submit(f"/account/devices/{id}/end")
    assert (answer.status_code, answer.headers["location"]) == (303, "/account/devices")
    assert "That device was logged out." in words(await browser.get("/account/devices"))
    out = await other_browser.get("/account/devices")
    assert (out.status_code, out.headers["location"]) == (303, "/login?next=/account/devices")
    assert set_cookies(out)["jwt"]["max-age"] == "0"
    assert ENDED["elsewhere"] in words(await other_browser.get("/login"))
    assert ENDED["elsewhere"] not in words(await other_browser.get("/login"))
    assert "session_ended" in await kinds(app)


async def test_the_start_page_tells_it_too(browser: Browser, other_browser: Browser) -> None:
    await browser.sign_up()
    await other_browser.log_in()
    await browser.submit("/account/devices/others/end")
    assert (await other_browser.get("/")).headers["location"] == "/login"
    assert ENDED["elsewhere"] in words(await other_browser.get("/login"))


async def test_RV_06_somebody_elses_and_an_unknown_session_and_ones_own_are_not_found(
    app: Starlette, browser: Browser, other_browser: Browser
) -> None:
    await browser.sign_up("hanako")
    await other_browser.sign_up("jiro")
    ids = [row[0] for row in await rows(app, "SELECT id FROM sessions")]
    answers = [await browser.submit(f"/account/devices/{id}/end") for id in [*ids, "A" * 22, "x", "%00", "' OR 1=1--"]]
    assert {answer.status_code for answer in answers} == {404}
    assert len({re.sub(r"Reference: \w+", "", words(answer)) for answer in answers[:3]}) == 1
    assert await browser.is_signed_in()
    assert await other_browser.is_signed_in()


async def test_RV_06_and_take_the_same_time(app: Starlette, browser: Browser, other_browser: Browser) -> None:
    """As a ratio of medians, in turns: the same statement answers both."""
    await browser.sign_up("hanako")
    await other_browser.sign_up("jiro")
    theirs = (
        await rows(
            app,
            "SELECT sessions.id FROM sessions JOIN user_authentications ON "
            "user_authentications.user_id = sessions.user_id WHERE username = 'jiro'",
        )
    )[0][0]
    taken: dict[str, list[float]] = {theirs: [], "A" * 22: []}
    for _ in range(40):
        for id, times in taken.items():
            began = time.perf_counter()
            await browser.submit(f"/account/devices/{id}/end")
            times.append(time.perf_counter() - began)
    first, second = (statistics.median(times) for times in taken.values())
    assert 0.5 < first / second < 2


async def test_RV_07_all_others_are_ended_and_this_one_stays(app: Starlette, browser: Browser, clock: Clock) -> None:
    await browser.sign_up()
    elsewhere = [Browser(app) for _ in range(3)]
    for each in elsewhere:
        await each.log_in()
    await browser.submit("/account/devices/others/end")
    assert "Logged out of all other devices: 3." in words(await browser.get("/account/devices"))
    assert [await each.is_signed_in() for each in elsewhere] == [False] * 3
    assert await browser.is_signed_in()
    assert (await rows(app, "SELECT details FROM events WHERE kind = 'sessions_ended'")) == [('{"count": 3}',)]
    await browser.submit("/account/devices/others/end")
    assert (await kinds(app)).count("sessions_ended") == 1  # nothing happened, so nothing is written down


async def test_htmx_gets_the_section_alone_and_the_sentence_beside_it(browser: Browser, other_browser: Browser) -> None:
    await browser.sign_up()
    await other_browser.log_in()
    (id,) = await others(browser)
    answer = await browser.post(f"/account/devices/{id}/end", headers=PARTIAL)
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<section class="stack" id="devices"')
    assert '<div id="status" hx-swap-oob="innerHTML">' in answer.text
    assert "That device was logged out." in answer.text
    out = await other_browser.post("/account/devices/others/end", headers=PARTIAL)
    assert (out.status_code, out.headers["hx-redirect"]) == (200, "/login?next=/account/devices/others/end")


@pytest.mark.parametrize("path", ["/account/devices", "/account/devices/others/end"])
async def test_nobody_sees_or_ends_anything_without_being_logged_in(browser: Browser, path: str) -> None:
    answer = await (browser.get(path) if path == "/account/devices" else browser.submit(path))
    assert (answer.status_code, answer.headers["location"]) == (303, f"/login?next={path}")


async def test_RV_11_the_fifty_first_login_ends_the_oldest_and_the_list_is_bounded(
    app: Starlette, browser: Browser, clock: Clock
) -> None:
    await browser.sign_up()
    newest_one = Browser(app)
    for _ in range(MOST):
        clock.now += 1
        newest_one = Browser(app)
        await newest_one.log_in()
    assert (await rows(app, "SELECT COUNT(*) AS n FROM sessions WHERE ended_at IS NULL")) == [(MOST,)]
    assert await newest_one.is_signed_in()
    assert len(await others(newest_one)) == MOST - 1
    assert (await browser.get("/account")).status_code == 303
    assert ENDED["cap"] in words(await browser.get("/login"))


@pytest.mark.parametrize(("word", "told"), [*ENDED.items(), ("a word of later", ENDED["other"])])
async def test_every_reason_has_its_sentence(app: Starlette, browser: Browser, word: str, told: str) -> None:
    await browser.sign_up()
    await app.state.services.db.run("UPDATE sessions SET ended_at = 1, end_reason = :word", word=word)
    assert (await browser.get("/account")).status_code == 303
    assert told in words(await browser.get("/login"))


async def test_logging_out_of_what_is_gone_is_no_event(app: Starlette, clock: Clock) -> None:
    await session.end(app.state.services, Visitor(address="9.9.9.9"), "gone", now=clock.now)
    assert await kinds(app) == []


async def test_whoever_logged_out_is_told_nothing_of_the_kind(browser: Browser, other_browser: Browser) -> None:
    await browser.sign_up()
    other_browser.cookies.set("jwt", browser.cookies["jwt"])
    await browser.log_out()
    await other_browser.get("/account")
    assert "Log in to see that page." in words(await other_browser.get("/login"))


# Last seen. ---------------------------------------------------------------------------------------------------


async def seen(app: Starlette) -> int:
    found: int = (await rows(app, "SELECT last_seen_at FROM sessions"))[0][0]
    return found


async def test_when_a_device_was_seen_is_noted_every_ten_minutes(
    app: Starlette, browser: Browser, clock: Clock
) -> None:
    await browser.sign_up()
    begun = clock.now
    clock.now += 599
    await browser.get("/account")
    assert await seen(app) == begun
    clock.now += 1
    await browser.get("/account")
    assert await seen(app) == begun + 600


async def test_inside_somebodys_transaction_nothing_is_noted(app: Starlette, browser: Browser, clock: Clock) -> None:
    await browser.sign_up()
    services = app.state.services
    async with services.db.transaction():
        assert await session.live(services, browser.cookies["jwt"], now=clock.now + 900) is not None
    assert await seen(app) == clock.now


async def test_a_locked_database_keeps_no_page_back(sqlite_url: str, clock: Clock) -> None:
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    async with running(settings_for(sqlite_url), clock=clock) as app, Browser(app) as browser:
        await browser.sign_up()
        clock.now += 900
        other.execute("BEGIN IMMEDIATE")
        app.state.services.db._database._backend.patience = 0.05
        assert (await browser.get("/account")).status_code == 200
        other.execute("ROLLBACK")
    other.close()


# New devices. -------------------------------------------------------------------------------------------------


async def test_a_login_from_a_browser_that_is_new_is_told_by_mail_with_a_way_back(
    app: Starlette, browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    await browser.sign_up()
    await prove(app, clock)
    other_browser.headers["User-Agent"] = FIREFOX
    await other_browser.log_in()
    letter = await newest(app, "login_new_device", to="hanako@example.com")
    assert re.fullmatch(r"/undo/[\w-]{43}", letter.path)
    assert (letter.details["device"], letter.details["method"]) == ("Firefox, Linux", "password")
    assert await kinds(app) == ["login_new_device", "signup"]
    kept = await rows(app, "SELECT kind, before FROM changes")
    assert kept == [("login_new_device", "{}")]


async def test_6_3_5_somebody_who_gets_in_after_many_failures_is_told_by_mail_and_the_failures_by_the_log(
    app: Starlette, browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    await browser.sign_up()
    await prove(app, clock)
    for _ in range(9):
        await other_browser.log_in(password="a wrong password")
    assert "login_new_device" not in {each.template for each in await letters(app)}
    clock.now += 301
    assert (await other_browser.log_in()).status_code == 303
    assert (await newest(app, "login_new_device", to="hanako@example.com")).path.startswith("/undo/")
    assert "Too many wrong passwords." in words(await browser.get("/account/activity"))


async def test_a_browser_that_has_been_inside_is_not_new(
    app: Starlette, browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    await browser.sign_up()
    await prove(app, clock)
    await browser.log_out()
    await browser.log_in()
    assert sorted(await kinds(app)) == ["login", "logout", "signup"]
    assert {each.template for each in await letters(app)} <= {"verify"}


async def test_an_address_that_is_only_a_claim_gets_no_mail(
    app: Starlette, browser: Browser, other_browser: Browser
) -> None:
    await browser.sign_up()
    await other_browser.log_in()
    assert "login_new_device" in await kinds(app)
    assert {each.template for each in await letters(app)} <= {"verify"}


async def test_a_provider_counts_alike(app: Starlette, browser: Browser, other_browser: Browser) -> None:
    await come_back(browser, "verified", intent="signup")
    await come_back(other_browser, "verified", intent="login")
    assert await kinds(app) == ["login_new_device", "signup"]
    assert (await newest(app, "login_new_device")).details["method"] == "example"


async def test_BF_02_an_account_that_is_blocked_says_so_once_a_window(
    app: Starlette, browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    await browser.sign_up()
    for _ in range(2):
        for _ in range(12):
            await other_browser.log_in(password="a wrong password")
        clock.now += 301
    assert (await kinds(app)).count("login_blocked") == 2


async def test_EN_01_of_a_name_that_is_nobodys_nothing_is_written_down(app: Starlette, browser: Browser) -> None:
    for _ in range(12):
        await browser.log_in("nobody-here", "a wrong password")
    assert await kinds(app) == []


async def test_somebody_who_is_gone_by_now_gets_no_session(app: Starlette, clock: Clock) -> None:
    with pytest.raises(WrongCredentials):
        await session.begin(
            app.state.services, Visitor(address="9.9.9.9"), user_id="gone", method="password", now=clock.now
        )


# Keep me logged in on this device. ----------------------------------------------------------------------------


async def test_the_box_is_ticked_at_first_and_stays_as_it_was_left(browser: Browser) -> None:
    box = re.compile(r'<input class="check__input" id="keep" name="keep" type="checkbox" value="1"( checked)?>')
    found = [
        box.search(answer.text)
        for answer in (
            await browser.get("/login"),
            await browser.log_in(keep_asked="1"),
            await browser.log_in(keep_asked="1", keep="1"),
        )
    ]
    assert [each[1] if each else "gone" for each in found] == [" checked", None, " checked"]


@pytest.mark.parametrize(
    ("fields", "max_age"),
    [
        pytest.param({"keep_asked": "1", "keep": "1"}, "172800", id="ticked"),
        pytest.param({"keep_asked": "1"}, "", id="not ticked"),
        pytest.param({}, "172800", id="not asked"),
    ],
)
async def test_a_cookie_ends_with_the_window_only_where_the_person_wants_it(
    browser: Browser, fields: dict[str, str], max_age: str
) -> None:
    await browser.sign_up()
    await browser.log_out()
    cookie = set_cookies(await browser.log_in(**fields))["jwt"]
    assert (cookie["max-age"], cookie["expires"]) == (max_age, "")
    assert bool(cookie["httponly"])


async def test_the_choice_goes_on_with_the_session_that_takes_its_place(
    app: Starlette, browser: Browser, clock: Clock
) -> None:
    await browser.sign_up()
    await browser.log_in(keep_asked="1")
    services = app.state.services
    ((user_id, held),) = await rows(app, "SELECT user_id, id FROM sessions")
    before = await kinds(app)
    async with services.db.transaction():
        visitor = Visitor(address="9.9.9.9", session_id=held)
        renewed = await session.renew(services, visitor, user_id=user_id, method="password", now=clock.now)
    assert not renewed.is_kept
    assert await kinds(app) == before
    assert not await browser.is_signed_in()
    browser.cookies.delete("jwt")
    browser.cookies.set("jwt", renewed.token)
    assert await browser.is_signed_in()
    assert set_cookies(await browser.log_in())["jwt"]["max-age"] == ""


async def test_the_choice_of_one_person_is_not_the_next_ones(browser: Browser) -> None:
    await browser.sign_up("hanako")
    await browser.log_in("hanako", keep_asked="1")
    assert set_cookies(await browser.sign_up("jiro"))["jwt"]["max-age"] == "172800"


async def test_details_are_fixed_words(app: Starlette, browser: Browser, other_browser: Browser) -> None:
    await browser.sign_up()
    await other_browser.log_in()
    found = [json.loads(row[0]) for row in await rows(app, "SELECT details FROM events")]
    assert found == [{"method": "password"}] * 2
    assert PASSWORD not in str(found)
