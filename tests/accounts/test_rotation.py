"""Is nothing lost when the secret is changed? Logins, mailed codes, known browsers, limits and attempts, before, at and after its time. (JW-16, FA-08)"""

import time
from collections.abc import AsyncIterator
from mailbox import letters, newest
from typing import Any

import jwt
import pytest
from dev_journeys import choose, set_out
from entrance import PASSWORD, Browser, Clock, running, settings_for, words
from genkan.accounts import throttle
from genkan.accounts.services import Visitor
from genkan.accounts.tokens import LASTS, Tokens
from genkan.errors import TooManySignups
from genkan.keys import Keys, leading
from genkan.web.sealed import Seal
from rows import prove_all, value
from starlette.applications import Starlette
from ways_journeys import start_url

pytestmark = pytest.mark.anyio

OLD, NEW = b"the old secret of these tests, 32 bytes: 0123", b"the new secret of these tests, 32 bytes: 4567"
AHEAD = 3600  # seconds from the change to its time
KIDS = tuple(Keys.derive(each).kids[0] for each in (OLD, NEW))


@pytest.fixture
def clock() -> Clock:
    """By what the machine's says: seals have their age by that."""
    return Clock(int(time.time()))


@pytest.fixture
async def before(database_url: str, clock: Clock) -> AsyncIterator[Starlette]:
    """A process that was not started again yet."""
    async with running(settings_for(database_url, secret_key=OLD), clock=clock) as app:
        yield app


@pytest.fixture
async def after(before: Starlette, database_url: str, clock: Clock) -> AsyncIterator[Starlette]:
    """One that was, after `keys rotate`."""
    rotated = {"secret_key": NEW, "secret_key_previous": OLD, "secret_key_since": clock.now + AHEAD}
    async with running(settings_for(database_url, **rotated), clock=clock) as app:
        yield app


@pytest.fixture
async def here(before: Starlette) -> AsyncIterator[Browser]:
    async with Browser(before) as browser:
        yield browser


def over_to(app: Starlette, browser: Browser) -> Browser:
    """The same browser, answered by another process."""
    other = Browser(app)
    other.cookies.jar = browser.cookies.jar
    return other


def kid(browser: Browser) -> Any:
    return jwt.get_unverified_header(browser.cookies["jwt"])["kid"]


async def published(browser: Browser) -> list[dict[str, str]]:
    found: list[dict[str, str]] = (await browser.get("/.well-known/jwks.json")).json()["keys"]
    return found


async def test_JW_16_while_processes_are_started_again_one_by_one_each_understands_the_others(
    before: Starlette, after: Starlette, here: Browser
) -> None:
    await here.sign_up()
    there = over_to(after, here)
    assert await there.is_signed_in()
    await there.log_out()
    await there.log_in()
    assert kid(there) == KIDS[0]
    assert await here.is_signed_in()
    assert [each.template for each in await letters(before)] == ["verify"]  # known all the while: no new device


async def test_JW_16_the_new_secret_signs_from_its_time_on_and_what_the_old_one_signed_counts_to_its_end(
    after: Starlette, here: Browser, clock: Clock
) -> None:
    clock.now += AHEAD - 1
    await here.sign_up()
    clock.now += 1
    async with Browser(after) as other:
        await other.log_in()
        assert (kid(here), kid(other)) == KIDS
        assert await over_to(after, here).is_signed_in()
        clock.now += LASTS - 2
        assert await over_to(after, here).is_signed_in()
        clock.now += 1
        assert not await over_to(after, here).is_signed_in()
        assert await other.is_signed_in()


async def test_JW_16_whatever_the_old_key_signs_after_its_time_is_refused_though_it_is_still_set(
    after: Starlette, here: Browser, clock: Clock
) -> None:
    since = clock.now + AHEAD
    both, old = Tokens(Keys.derive(NEW, OLD, since), "x"), Tokens(Keys.derive(OLD), "x")
    for late, counts in ((-1, True), (0, False), (LASTS, False), (400 * 86_400, False)):
        token = old.issue(user_id="u", session_id="s", now=since + late)
        assert (both.read(token, now=since + late) is not None) is counts


async def test_FA_08_the_keys_are_published_before_they_sign_and_as_long_as_they_verify_and_are_public(
    before: Starlette, after: Starlette, here: Browser, clock: Clock
) -> None:
    there = over_to(after, here)
    assert [each["kid"] for each in await published(here)] == [KIDS[0]]
    for wait in (0, AHEAD, LASTS - 1):
        clock.now += wait
        assert {each["kid"] for each in await published(there)} == set(KIDS)
    clock.now += 1
    [left] = await published(there)
    assert left.keys() == {"kty", "crv", "alg", "use", "kid", "x"}
    assert left["kid"] == KIDS[1]
    answer = await there.get("/.well-known/jwks.json")
    assert answer.headers["cache-control"] == "public, max-age=3600"


@pytest.mark.parametrize("wait", [0, AHEAD])
async def test_a_code_and_a_link_that_were_mailed_before_count_in_every_process(
    before: Starlette, after: Starlette, here: Browser, clock: Clock, wait: int
) -> None:
    clock.now += AHEAD - 60 if wait else 0
    await here.sign_up()
    await prove_all(before, clock.now)
    async with Browser(before) as lost:
        clock.now += 1
        await lost.submit("/reset", email="hanako@example.com")
        letter = await newest(before, "reset")
        clock.now += 60
        there = over_to(after, lost)
        typed = await there.submit("/reset/sent", action="code", code=letter.code)
        assert (typed.status_code, typed.headers.get("location")) == (303, "/reset/new")
        opened = await there.get(letter.path)
        assert (opened.status_code, opened.headers.get("location")) == (303, "/reset/new"), opened.text
        done = await there.submit("/reset/new", new_password="nine cranes over the harbour")
        assert (done.status_code, done.headers.get("location")) == (303, "/login"), words(done)


async def test_a_browser_that_is_known_stays_so_when_the_new_secret_leads(
    before: Starlette, after: Starlette, here: Browser, clock: Clock
) -> None:
    await here.sign_up()
    await here.log_out()
    clock.now += AHEAD
    there = over_to(after, here)
    await there.log_in()
    await there.log_out()
    await there.log_in()  # by the mark that it has now, of the new secret
    assert {each.template for each in await letters(before)} == {"verify"}
    assert await value(after, "SELECT COUNT(*) FROM events WHERE kind = 'login_new_device'") == 0


async def test_BF_failures_that_were_counted_before_are_counted_on(
    before: Starlette, after: Starlette, here: Browser, clock: Clock
) -> None:
    await here.sign_up()
    clock.now += AHEAD - 60
    async with Browser(before) as stranger:
        answers = [await stranger.log_in(password="wrong") for _ in range(5)]
        clock.now += 60
        answers += [await over_to(after, stranger).log_in(password="wrong") for _ in range(4)]
        assert [each.status_code for each in answers] == [422] * 8 + [429]
    assert (await over_to(after, here).log_in()).status_code == 303  # the owner's browser has its own lane


async def test_BF_a_login_that_turns_out_well_forgives_what_was_counted_under_either_secret(
    before: Starlette, after: Starlette, here: Browser, clock: Clock
) -> None:
    await here.sign_up()
    clock.now += AHEAD - 60
    async with Browser(before) as stranger:
        for _ in range(7):
            await stranger.log_in(password="wrong")
        clock.now += 60
        assert (await over_to(after, stranger).log_in()).status_code == 303
    assert await value(after, "SELECT COUNT(*) FROM throttle WHERE count = 7") == 1  # what the address is counted by


async def test_a_count_that_both_secrets_have_is_not_lost_by_being_taken_over(
    database_url: str, after: Starlette, clock: Clock
) -> None:
    """Where two clocks differ, one process may count under the new secret while another one still does under the old."""
    services, visitor = after.state.services, Visitor(address="198.51.100.7")
    for late in (0, -1, 0):
        await throttle.count_signup(services, visitor, now=clock.now + AHEAD + late)
    assert await value(after, "SELECT MAX(count) FROM throttle") == 3
    with pytest.raises(TooManySignups):
        for _ in range(services.limits.signups_per_address):
            await throttle.count_signup(services, visitor, now=clock.now + AHEAD)


async def test_an_attempt_at_a_provider_that_was_begun_before_is_finished_after(
    before: Starlette, after: Starlette, here: Browser, clock: Clock
) -> None:
    clock.now += AHEAD - 5
    there = over_to(after, here)
    url = await choose(there, await set_out(there, intent="signup"), "verified")
    clock.now += 5
    assert (await there.get(url)).status_code == 303
    assert (await there.is_signed_in(), kid(there)) == (True, KIDS[1])


async def test_a_page_that_was_open_when_the_secret_was_changed_still_starts_what_it_shows(
    before: Starlette, after: Starlette, here: Browser, clock: Clock
) -> None:
    clock.now += AHEAD - 5
    await here.sign_up()
    shown = await start_url(here, "link")
    clock.now += 5
    there = over_to(after, here)
    assert await start_url(there, "link") != shown
    assert (await there.get(shown)).headers["location"].startswith(here.origin + "/dev/provider")


def test_what_the_old_secret_seals_after_its_time_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    since = int(time.time())
    old, both, early = Seal((OLD,), "a"), Seal((NEW, OLD), "a", since), Seal((NEW, OLD), "a", since + 60)
    late = old.close("late")
    assert (both.open(late, seconds=60), early.open(late, seconds=60)) == (None, "late")
    assert (old.open(early.close(1), seconds=60), old.open(both.close(1), seconds=60)) == (1, None)
    assert both.open(both.close(None), seconds=60) is None
    assert leading(("new", "old"), since, since) == "new"


async def test_where_no_time_is_known_the_newest_leads_at_once(database_url: str, clock: Clock) -> None:
    settings = settings_for(database_url, secret_key=NEW, secret_key_previous=OLD)
    async with running(settings, clock=clock) as app, Browser(app) as browser:
        await browser.sign_up(password=PASSWORD)
        assert kid(browser) == KIDS[1]
        assert {each["kid"] for each in await published(browser)} == set(KIDS)
