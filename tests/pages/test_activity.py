"""/account/activity: does it say in words what happened, to its person alone, page by page? (IN-02)"""

import io
import json
import re
from pathlib import Path

import pytest
from dev_journeys import come_back
from entrance import Browser, Clock, running, settings_for, words
from genkan import log
from genkan.accounts import events, sweep
from genkan.accounts.events import KEPT, KINDS, PAGE
from genkan.accounts.services import Visitor
from genkan.accounts.tokens import LASTS
from genkan.errors import Message
from genkan.pages.activity import SENTENCES, sentence
from starlette.applications import Starlette

pytestmark = pytest.mark.anyio

TESTS = Path(__file__).parents[1]
# Which test brings each kind about, as `file: a word of the test that stands beside the kind`.
BROUGHT_ABOUT_BY = {
    "signup": "pages/test_devices.py",
    "login": "pages/test_devices.py",
    "login_new_device": "pages/test_devices.py",
    "login_blocked": "pages/test_devices.py",
    "logout": "pages/test_devices.py",
    "session_ended": "pages/test_devices.py",
    "sessions_ended": "pages/test_devices.py",
    "data_downloaded": "pages/test_data.py",
    "leaving": "pages/test_delete.py",
    "stayed": "pages/test_delete.py",
}
# Kinds that no page brings about yet.
ELSEWHERE = {
    "confirmed",
    "name_changed",
    "username_changed",
    "email_proven",
    "email_changed",
    "password_changed",
    "password_set",
    "way_added",
    "way_removed",
    "recovery_asked",
    "recovered",
    "undone",
}


def test_every_kind_has_its_sentence_and_no_sentence_is_of_another() -> None:
    assert {name.partition(" ")[0] for name in SENTENCES} == KINDS
    assert SENTENCES.keys() >= KINDS


def test_every_kind_is_brought_about_by_a_test_that_names_it() -> None:
    assert BROUGHT_ABOUT_BY.keys() | ELSEWHERE == KINDS
    assert not BROUGHT_ABOUT_BY.keys() & ELSEWHERE
    for kind, place in BROUGHT_ABOUT_BY.items():
        assert f'"{kind}"' in (TESTS / place).read_text() or f"'{kind}'" in (TESTS / place).read_text(), kind


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("details", [{}, {"method": "password"}, {"method": "example", "old": None, "odd": "%(x)s"}])
def test_a_sentence_needs_no_detail(kind: str, details: dict[str, object]) -> None:
    message = sentence(kind, details)
    assert message.text % dict(message.values)


def test_a_sentence_says_its_details() -> None:
    values = {"old": "hanako", "new": "hana", "method": None}
    assert _said(sentence("username_changed", values)) == "The username was changed from hanako to hana."
    assert _said(sentence("email_changed", {"new_email": "h•••@example.com"})).endswith("h•••@example.com.")
    assert _said(sentence("way_added", {"provider_label": "Example ID"})).startswith("Example ID was added")


def _said(message: Message) -> str:
    return message.text % dict(message.values)


async def test_says_what_happened_the_newest_first_by_days(
    browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    other_browser.headers["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    await browser.sign_up()
    clock.now += 86_400
    await other_browser.log_in()
    clock.now += 5
    await other_browser.log_out()
    page = words(await browser.get("/account/activity"))
    expected = [
        "22 September 2026",
        "Logged out.",
        "Logged in with a password, in a browser that was new to this account.",
        "21 September 2026",
        "This account was created.",
    ]
    assert page.count("14:13") == 3
    places = [page.index(each) for each in expected]
    assert places == sorted(places)
    assert page.count("Firefox, Linux&nbsp;· this machine") == 2


async def test_a_provider_has_its_name_even_when_it_is_gone(database_url: str, clock: Clock) -> None:
    async with running(settings_for(database_url), clock=clock) as app, Browser(app) as browser:
        await come_back(browser, "verified", intent="signup")
        await browser.log_out()
        await come_back(browser, "verified", intent="login")
        assert "Logged in with Example ID." in words(await browser.get("/account/activity"))
        app.state.clients = {}
        assert "Logged in with Example." in words(await browser.get("/account/activity"))


async def test_in_japanese_too(browser: Browser) -> None:
    await browser.sign_up()
    page = words(await browser.get("/account/activity?lang=ja"))
    assert "2026年9月21日" in page
    assert "アカウントを作成しました。" in page


async def fill(app: Starlette, count: int, clock: Clock) -> str:
    user_id: str = await app.state.services.db.value("SELECT id FROM users")
    visitor = Visitor(address="9.9.9.9")
    for number in range(count):
        await events.record(
            app.state.services,
            visitor,
            "sessions_ended",
            user_id=user_id,
            now=clock.now + number // 3,
            count=number + 1,
        )
    return user_id


async def test_fifty_a_page_none_twice_and_none_left_out(app: Starlette, browser: Browser, clock: Clock) -> None:
    await browser.sign_up()
    await fill(app, 2 * PAGE + 9, clock)
    found: list[str] = []
    address, pages = "/account/activity", 0
    while address:
        page = await browser.get(address)
        pages += 1
        found += re.findall(r"logged out: (\d+)\.", page.text)
        older = re.search(r'class="links__one" href="([^"]+)">Older', page.text)
        address = older[1] if older else ""
    assert pages == 3
    assert sorted(map(int, found)) == list(range(1, 2 * PAGE + 10))
    assert "Newest" in page.text


@pytest.mark.parametrize("cursor", ["x", "1790000000", "[1,2]", "' OR 1=1--", "%00", "A" * 3000])
async def test_IN_02_a_cursor_that_we_did_not_seal_is_refused(browser: Browser, cursor: str) -> None:
    await browser.sign_up()
    assert (await browser.get("/account/activity", params={"before": cursor})).status_code == 400


async def test_IN_02_a_seal_of_another_purpose_is_none(app: Starlette, browser: Browser) -> None:
    await browser.sign_up()
    other = app.state.notice_seal.close([1, "x"])
    assert (await browser.get("/account/activity", params={"before": other})).status_code == 400


async def test_IN_02_somebody_elses_cursor_shows_nothing_of_theirs(
    app: Starlette, browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    await browser.sign_up()
    await fill(app, PAGE + 5, clock)
    page = (await browser.get("/account/activity")).text
    address = re.search(r'class="links__one" href="([^"]+)">Older', page)
    assert address is not None
    await other_browser.sign_up("jiro")
    assert "All other devices" not in (await other_browser.get(address[1])).text


async def test_14_2_7_after_ninety_days_it_is_not_shown(app: Starlette, browser: Browser, clock: Clock) -> None:
    await browser.sign_up()
    clock.now += KEPT + 1
    await browser.log_in()
    page = words(await browser.get("/account/activity"))
    assert "This account was created." not in page
    await app.state.services.db.run("DELETE FROM events")
    assert "Nothing happened." in words(await browser.get("/account/activity"))


async def test_14_2_7_a_sweep_throws_away_what_is_kept_no_longer(
    app: Starlette, browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    await browser.sign_up()
    await other_browser.log_in()
    await browser.submit("/account/devices/others/end")
    db = app.state.services.db
    for later, events_left, sessions_left in ((60, 3, 2), (LASTS, 3, 0), (KEPT + 1, 0, 0)):
        await sweep.ended(db, now=clock.now + later)
        assert await db.value("SELECT COUNT(*) AS n FROM events") == events_left
        assert await db.value("SELECT COUNT(*) AS n FROM sessions") == sessions_left


async def test_LG_05_the_team_gets_a_line_for_each_event_and_none_of_nobody(database_url: str) -> None:
    written = io.StringIO()
    with log.to(written):
        async with running(settings_for(database_url)) as app, Browser(app) as browser:
            await browser.sign_up()
            await browser.log_out()
            for _ in range(10):
                await browser.log_in("a-typed-secret", "a wrong password")
            found = await app.state.services.db._rows("SELECT kind FROM events ORDER BY kind", {})
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    told = [each for each in lines if each["event"] == "account event"]
    assert sorted(each["kind"] for each in told) == [row[0] for row in found] == ["logout", "signup"]
    assert all(each["user"] and each["address"] == "127.0.0.1" and each["request"] for each in told)
    assert "a-typed-secret" not in written.getvalue()
