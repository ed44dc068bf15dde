"""/account/activity: does it say in words what happened, to its person alone, page by page? (IN-02)"""

import io
import json
import re
from collections.abc import Awaitable, Callable
from mailbox import newest
from typing import NamedTuple

import pytest
from account_life import NEW, id_of, take_back
from dev_journeys import come_back
from entrance import PASSWORD, Browser, Clock, running, settings_for, words
from genkan import log
from genkan.accounts import administration, creation, events, sweep
from genkan.accounts.creation import Asked
from genkan.accounts.events import KEPT, KINDS, PAGE
from genkan.accounts.services import Visitor
from genkan.accounts.tokens import LASTS
from genkan.errors import Message
from genkan.pages.activity import SENTENCES, sentence
from starlette.applications import Starlette
from ways_journeys import come_back_to

pytestmark = pytest.mark.anyio


class Life(NamedTuple):
    """hanako, whose address has answered, in one browser; another browser, that nobody was in."""

    app: Starlette
    browser: Browser
    other: Browser
    clock: Clock

    async def types_code(self, browser: Browser, address: str) -> None:
        code = (await newest(self.app, "verify", to=address)).code
        assert (await browser.submit("/verify", action="prove", code=code)).status_code == 303

    async def is_back(self) -> Browser:
        assert (await self.browser.log_in()).headers["location"] == "/account"
        return self.browser


async def nothing_more(life: Life) -> Browser:
    return life.browser


async def logs_in_again(life: Life) -> Browser:
    await life.browser.log_out()
    return await life.is_back()


async def logs_in_elsewhere(life: Life) -> Browser:
    await life.other.log_in()
    return life.other


async def is_guessed_at(life: Life) -> Browser:
    for _ in range(9):
        await life.other.log_in(password="a wrong password")
    return life.browser


async def confirms(life: Life) -> Browser:
    await life.browser.submit("/account/confirm", action="password", password=PASSWORD)
    return life.browser


async def changes_name(life: Life) -> Browser:
    await life.browser.submit("/account/name", name="Hana")
    return life.browser


async def changes_username(life: Life) -> Browser:
    await life.browser.submit("/account/username", username="hana")
    return life.browser


async def changes_address(life: Life) -> Browser:
    await life.browser.submit("/account/email", email="hana@example.org")
    await life.types_code(life.browser, "hana@example.org")
    return life.browser


async def changes_password(life: Life) -> Browser:
    await life.browser.submit("/account/password", password=PASSWORD, new_password=NEW)
    return life.browser


async def sets_a_password(life: Life) -> Browser:
    await come_back(life.other, "no-address", intent="login")
    await life.other.submit("/oauth/finish", action="create", name="Sakura", email="sakura@example.com")
    await life.other.submit("/account/password", username="sakura", new_password=NEW)
    return life.other


async def adds_a_way(life: Life) -> Browser:
    await come_back_to(life.browser, "no-address", "link")
    return life.browser


async def removes_a_way(life: Life) -> Browser:
    await adds_a_way(life)
    await life.browser.submit("/account/security/unlink/example")
    return life.browser


async def resets(life: Life) -> Browser:
    await life.other.submit("/reset", email="hanako@example.com")
    await life.other.get((await newest(life.app, "reset")).path)
    await life.other.submit("/reset/new", new_password=NEW)
    await life.other.log_in(password=NEW)
    return life.other


async def ends_a_device(life: Life) -> Browser:
    await life.other.log_in()
    page = await life.browser.get("/account/devices")
    await life.browser.submit(re.findall(r'action="(/account/devices/[\w-]{22}/end)"', page.text)[0])
    return life.browser


async def ends_all_devices(life: Life) -> Browser:
    await life.other.log_in()
    await life.browser.submit("/account/devices/others/end")
    return life.browser


async def takes_back(life: Life) -> Browser:
    await changes_username(life)
    await take_back(life.other, (await newest(life.app, "username_changed")).path)
    return await life.is_back()


async def downloads(life: Life) -> Browser:
    await life.browser.submit("/account/data/json")
    return life.browser


async def leaves_and_stays(life: Life) -> Browser:
    await life.browser.submit("/account/delete")
    await life.browser.submit("/stay")
    return await life.is_back()


def does(verb: Callable[..., Awaitable[object]], *more: object) -> Callable[[Life], Awaitable[Browser]]:
    """The team does something to hanako, who then logs in again."""

    async def done(life: Life) -> Browser:
        services, user_id = life.app.state.services, await id_of(life.app, "hanako")
        await verb(services, administration.COMMAND, user_id, *more, now=life.clock.now)
        if verb is administration.disable:
            await administration.enable(services, administration.COMMAND, user_id, now=life.clock.now)
        if verb is administration.reset:
            await come_by_link(life, (await newest(life.app, "reset_by_team")).path)
        return await life.is_back()

    return done


async def come_by_link(life: Life, link: str) -> None:
    await life.browser.get(link)
    await life.browser.submit("/reset/new", new_password=PASSWORD)


async def is_made_an_admin_and_not_any_more(life: Life) -> Browser:
    services, user_id = life.app.state.services, await id_of(life.app, "hanako")
    for is_admin in (True, False):
        await administration.set_admin(
            services, administration.COMMAND, user_id, is_admin, now=life.clock.now, force=True
        )
    return life.browser


async def is_created(life: Life) -> Browser:
    asked = Asked(name="Jiro", username="jiro", password=PASSWORD)
    await creation.create(life.app.state.services, administration.COMMAND, asked, now=life.clock.now)
    await life.other.log_in("jiro")
    return life.other


# How each kind comes about, and in which browser its person then reads of it.
BROUGHT_ABOUT_BY: dict[str, Callable[[Life], Awaitable[Browser]]] = {
    "signup": nothing_more,
    "login": logs_in_again,
    "login_new_device": logs_in_elsewhere,
    "login_blocked": is_guessed_at,
    "logout": logs_in_again,
    "confirmed": confirms,
    "name_changed": changes_name,
    "username_changed": changes_username,
    "email_proven": nothing_more,
    "email_changed": changes_address,
    "password_changed": changes_password,
    "password_set": sets_a_password,
    "way_added": adds_a_way,
    "way_removed": removes_a_way,
    "recovered": resets,
    "session_ended": ends_a_device,
    "sessions_ended": ends_all_devices,
    "undone": takes_back,
    "data_downloaded": downloads,
    "leaving": leaves_and_stays,
    "stayed": leaves_and_stays,
    "created_by_team": is_created,
    "disabled_by_team": does(administration.disable),
    "enabled_by_team": does(administration.disable),
    "sessions_ended_by_team": does(administration.end_sessions),
    "recovery_sent_by_team": does(administration.send_recovery),
    "password_ended_by_team": does(administration.reset),
    "admin_given_by_team": is_made_an_admin_and_not_any_more,
    "admin_taken_by_team": is_made_an_admin_and_not_any_more,
}


def test_every_kind_has_its_sentence_and_no_sentence_is_of_another() -> None:
    assert {name.partition(" ")[0] for name in SENTENCES} == KINDS
    assert SENTENCES.keys() >= KINDS


@pytest.mark.parametrize("kind", sorted(KINDS | BROUGHT_ABOUT_BY.keys()))
async def test_every_kind_comes_about_through_real_pages_and_is_shown_to_its_person(
    app: Starlette, browser: Browser, other_browser: Browser, clock: Clock, kind: str
) -> None:
    life = Life(app, browser, other_browser, clock)
    await browser.sign_up()
    await life.types_code(browser, "hanako@example.com")
    clock.now += 1
    reader = await BROUGHT_ABOUT_BY[kind](life)
    found = await app.state.services.db._rows("SELECT kind FROM events", {})
    assert kind in [row[0] for row in found]
    page = words(await reader.get("/account/activity"))
    sentences = [text for name, text in SENTENCES.items() if name.partition(" ")[0] == kind]
    assert any(all(part.strip() in page for part in re.split(r"%\(\w+\)s", text)) for text in sentences)


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
