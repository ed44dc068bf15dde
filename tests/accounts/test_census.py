"""Is it known how many sessions live and how many mails wait, without a look at whole tables?"""

import pytest
from entrance import NOW, Browser, Clock
from genkan.accounts.census import Census, Counter
from genkan.accounts.tokens import LASTS
from starlette.applications import Starlette


@pytest.mark.anyio
async def test_sessions_and_mails_are_counted(app: Starlette, browser: Browser, clock: Clock) -> None:
    services, counter = app.state.services, Counter()
    empty = await counter.taken(services, now=NOW)
    assert (empty.sessions, empty.dead) == (0, 0)
    await browser.sign_up()
    async with Browser(app) as other:
        await other.log_in()
        clock.now += 100
        found = await counter.taken(services, now=clock.now)
        assert found.sessions == 2
        await other.log_out()
    for _ in range(12):  # what has changed meanwhile is seen after some rounds
        found = await counter.taken(services, now=clock.now)
    assert found.sessions == 1
    assert (await counter.taken(services, now=NOW + LASTS)).sessions == 0
    assert (await Counter().taken(services, now=NOW + LASTS - 1)).sessions == 1


@pytest.mark.anyio
async def test_mails_that_wait_are_as_old_as_the_oldest_and_dead_ones_are_counted_apart(
    app: Starlette, browser: Browser
) -> None:
    services = app.state.services
    await services.db.run("DELETE FROM outbox")
    assert await Counter().taken(services, now=NOW) == Census(sessions=0, mails=0, oldest=0, dead=0)
    statement = (
        "INSERT INTO outbox (id, template, recipient, language, details, created_at, due_at, tries, claimed_until, dead_at)"
        " VALUES (:id, 'verify', :recipient, 'en', '{}', :created_at, :due_at, 0, 0, :dead_at)"
    )
    for id, recipient, created_at, dead_at in (
        ("a", "a@example.com", NOW - 50, None),
        ("b", "b@example.com", NOW - 70, None),
        ("c", "c@example.com", NOW - 90, NOW),
        ("nobodys", "", NOW - 95, NOW),
    ):
        await services.db.run(
            statement, id=id, recipient=recipient, created_at=created_at, due_at=NOW + 9000, dead_at=dead_at
        )
    found = await Counter().taken(services, now=NOW)
    assert found == Census(sessions=0, mails=2, oldest=70, dead=1)
