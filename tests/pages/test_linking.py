"""When an address is here already, who gets what? Each cell of the table in docs/linking.md. (N6, PH-*, LK-07, RV-05)"""

from collections.abc import AsyncIterator, Awaitable, Callable
from mailbox import newest
from pathlib import Path
from typing import Any

import pytest
from entrance import NOW, PASSWORD, Browser, Clock, provider, running, settings_for, words
from genkan.accounts import leaving as leaving_accounts
from genkan.accounts import login, session, signup
from genkan.accounts.login import Waits
from genkan.accounts.services import Services, Visitor
from genkan.accounts.session import Arrival
from genkan.errors import AccountLeaving
from genkan.oauth import Profile
from rows import value
from starlette.applications import Starlette

pytestmark = pytest.mark.anyio

DOCS = Path(__file__).parents[2] / "docs" / "linking.md"
ADDRESS = "hana@example.com"
VISITOR = Visitor(address="192.0.2.1")

PROVES = "new; the mailbox proves it"
LEADS = "new; the mailbox leads to the account"
AT_ONCE = "asked; new and proven"
SHOWN = "shown its ways; logs in; linked"
ONE_ALREADY = "shown its ways; logs in; not linked: one identity of a provider"
STAYS = "shown its ways; logs in and stays; linked"
IN = "logged in"
ARRIVALS = ("by password", "by provider, verified", "by provider, unverified", "by provider, no address")
FREE = (PROVES, AT_ONCE, f"asked; {PROVES}", f"asked; {PROVES}")
HELD = (LEADS, SHOWN, f"asked; {LEADS}", f"asked; {LEADS}")
TABLE = {
    "nothing": FREE,
    "an unproven claim": FREE,
    "an account with a password": HELD,
    "an account by another provider": HELD,
    "an account by the same provider, another identity": (LEADS, ONE_ALREADY, *HELD[2:]),
    "an account by the same provider and identity": (LEADS, IN, IN, IN),
    "an account that is leaving": (LEADS, STAYS, *HELD[2:]),
    "an account that was deleted": FREE,
}
CELLS = [(here, how, TABLE[here][place]) for here in TABLE for place, how in enumerate(ARRIVALS)]


def profile(name: str, identity: str, *, email: str | None = ADDRESS, verified: bool = True) -> Profile:
    issuer = "https://accounts.google.com" if name == "google" else "http://127.0.0.1:8000/dev/provider"
    return Profile(
        provider=name,
        identity=identity,
        issuer=issuer,
        name="Hana",
        email=email,
        email_verified=verified and bool(email),
    )


async def nothing(services: Services) -> str | None:
    return None


async def claim(services: Services) -> str | None:
    arrival = await signup.with_password(
        services, VISITOR, name="Hana", email=ADDRESS, username="hana", password=PASSWORD, now=NOW
    )
    return arrival.user_id


async def with_password(services: Services) -> str | None:
    await claim(services)
    await services.db.run("UPDATE users SET email_proven_at = :now", now=NOW)
    return str(await services.db.value("SELECT id FROM users"))


def by_provider(name: str, identity: str) -> Callable[[Services], Awaitable[str | None]]:
    async def made(services: Services) -> str | None:
        async with services.db.transaction():
            arrival = await signup.with_identity(
                services, VISITOR, profile(name, identity), name="Hana", email=ADDRESS, now=NOW
            )
        return arrival.user_id if arrival else None

    return made


async def leaving(services: Services) -> str | None:
    id = await with_password(services)
    await services.db.run("UPDATE users SET leaves_at = :at", at=NOW + 86_400)
    return id


async def deleted(services: Services) -> str | None:
    await with_password(services)
    await by_provider("example", "person")(services)
    await services.db.run("DELETE FROM users")
    return None


HERE = {
    "nothing": nothing,
    "an unproven claim": claim,
    "an account with a password": with_password,
    "an account by another provider": by_provider("google", "person"),
    "an account by the same provider, another identity": by_provider("example", "somebody else"),
    "an account by the same provider and identity": by_provider("example", "person"),
    "an account that is leaving": leaving,
    "an account that was deleted": deleted,
}
SAID: dict[str, dict[str, Any]] = {
    "by provider, verified": {},
    "by provider, unverified": {"verified": False},
    "by provider, no address": {"email": None},
}


@pytest.fixture
async def app(database_url: str, clock: Clock) -> AsyncIterator[Starlette]:
    async with running(settings_for(database_url, providers=(provider("google"),)), clock=clock) as app:
        yield app


async def rows_of(app: Starlette, user_id: str | None) -> list[str]:
    """All that belongs to one account and says how its person comes in."""
    found = []
    for sql in (
        "SELECT name, email, email_key, email_proven_at, disabled_at, leaves_at FROM users WHERE id = :id",
        "SELECT username, password, changed_at FROM user_authentications WHERE user_id = :id",
        "SELECT provider, identity, issuer FROM user_oauths WHERE user_id = :id",
    ):
        rows = await app.state.services.db._rows(sql, {"id": user_id})
        found += sorted(str(tuple(row._mapping.values())) for row in rows)
    return found


async def arrived(app: Starlette, browser: Browser, how: str) -> str:
    """What happens before a mailbox answers: 'logged in', 'shown', 'asked', or 'new'."""
    if how == "by password":
        assert (await browser.sign_up("newcomer", email=ADDRESS)).headers["location"] == "/account"
        return "new"
    found = profile("example", "person", **SAID[how])
    outcome = await login.with_profile(app.state.services, VISITOR, found, intent="login", next="/account", now=NOW)
    if isinstance(outcome, Arrival):
        browser.cookies.set("jwt", outcome.token)
        return IN
    assert isinstance(outcome, Waits)
    browser.cookies.set("waiting", outcome.token)
    page = words(await browser.get("/oauth/finish"))
    if "You already have an account" in page:
        return "shown"
    assert "Check your details" in page
    created = await browser.submit("/oauth/finish", action="create", name="Hana", email=ADDRESS)
    assert created.headers["location"] == "/account"
    return "asked"


@pytest.mark.parametrize(("here", "how", "outcome"), CELLS, ids=[f"{here} – {how}" for here, how, _ in CELLS])
async def test_N6_an_address_that_is_here_already(
    app: Starlette, browser: Browser, other_browser: Browser, here: str, how: str, outcome: str
) -> None:
    owner = await HERE[here](app.state.services)
    before = await rows_of(app, owner)
    begins = await arrived(app, browser, how)
    assert outcome.startswith(begins)
    mine = await value(app, "SELECT MAX(user_id) AS id FROM sessions WHERE user_id <> :id", id=owner or "")
    if begins == IN:
        assert await browser.is_signed_in()
        assert mine is None
    elif begins == "shown":
        assert mine is None
        if outcome == STAYS:
            await is_asked_to_stay(app, owner or "")
            before = await rows_of(app, owner)
        await joins(app, browser, owner or "", before, added=outcome != ONE_ALREADY)
        before = await rows_of(app, owner)
    elif outcome == AT_ONCE:
        assert await value(app, "SELECT id FROM users WHERE email_proven_at IS NOT NULL") == mine
    else:
        await answers(app, other_browser, mine, owner, leads=LEADS in outcome, here=here)
    assert await rows_of(app, owner) == before


async def is_asked_to_stay(app: Starlette, owner: str) -> None:
    """An account that is leaving lets nobody in before its person has said that it stays."""
    services = app.state.services
    with pytest.raises(AccountLeaving) as leaves:
        async with services.db.transaction():
            await session.begin(services, VISITOR, user_id=owner, method="password", now=NOW)
    user = await leaving_accounts.by_login(services, owner, leaves_at=leaves.value.leaves_at)
    await leaving_accounts.stay(services, VISITOR, user, now=NOW)


async def joins(app: Starlette, browser: Browser, owner: str, before: list[str], *, added: bool) -> None:
    """Whoever logs in by a way that the account has is asked once more, and then the identity is theirs."""
    assert await rows_of(app, owner) == before
    async with app.state.services.db.transaction():
        arrival = await session.begin(app.state.services, VISITOR, user_id=owner, method="password", now=NOW)
    assert isinstance(arrival, Arrival)
    browser.cookies.set("jwt", arrival.token)
    assert 'value="link"' in (await browser.get("/oauth/finish")).text
    assert await rows_of(app, owner) == before
    await browser.submit("/oauth/finish", action="link")
    after = await rows_of(app, owner)
    identity = "('example', 'person', 'http://127.0.0.1:8000/dev/provider')"
    assert [each for each in after if each not in before] == [identity] * added
    assert set(before) <= set(after)


async def answers(app: Starlette, browser: Browser, mine: str, owner: str | None, *, leads: bool, here: str) -> None:
    """The mailbox presses the button of the new account's mail."""
    await app.state.services.db.run("DELETE FROM outbox WHERE user_id <> :mine", mine=mine)
    mail = await newest(app, "verify", to=ADDRESS)
    await browser.get(mail.path)
    answer = await browser.submit("/verify/link")
    proven = await value(app, "SELECT id FROM users WHERE email_proven_at IS NOT NULL")
    if not leads:
        assert (answer.status_code, proven) == (303, mine)
        return
    assert (answer.status_code, proven) == (409, owner)
    shown = words(answer)
    ways = {
        "The username is hana.": "password" in here or "leaving" in here,
        "Continue with Google": "another provider" in here,
        "Continue with Example ID": "same provider" in here,
    }
    assert {way: way in shown for way in ways} == ways


@pytest.mark.parametrize(
    ("here", "has", "has_not"),
    [
        ("an account with a password", ["Log in and add Example ID", "hana"], ["Continue with"]),
        ("an account by another provider", ["Continue with Google"], ["Log in and add", "The username"]),
        ("an account that is leaving", ["Log in and add Example ID"], ["Continue with"]),
    ],
)
async def test_N6_the_page_offers_only_what_the_account_has(
    app: Starlette, browser: Browser, here: str, has: list[str], has_not: list[str]
) -> None:
    await HERE[here](app.state.services)
    assert await arrived(app, browser, "by provider, verified") == "shown"
    page = await browser.get("/oauth/finish")
    assert [each for each in has if each not in words(page)] == []
    assert [each for each in has_not if each in words(page)] == []
    assert "next=/oauth/finish" in page.text


async def test_EN_10_an_unvouched_address_hears_nothing_of_the_account(app: Starlette, browser: Browser) -> None:
    await with_password(app.state.services)
    found = profile("example", "person", verified=False)
    outcome = await login.with_profile(app.state.services, VISITOR, found, intent="signup", next="/account", now=NOW)
    assert isinstance(outcome, Waits)
    browser.cookies.set("waiting", outcome.token)
    page = words(await browser.get("/oauth/finish"))
    assert ("Check your details" in page, "hana " in page.replace("hana@example.com", "")) == (True, False)


async def test_RV_05_LK_07_who_comes_back_after_a_purge_is_somebody_new(app: Starlette, browser: Browser) -> None:
    services = app.state.services
    old = await with_password(services)
    async with services.db.transaction():
        arrival = await session.begin(services, VISITOR, user_id=str(old), method="password", now=NOW)
    assert isinstance(arrival, Arrival)
    await services.db.run("DELETE FROM users")
    await browser.sign_up("hana", email=ADDRESS)
    new = await value(app, "SELECT id FROM users")
    assert new != old
    browser.cookies.clear()
    browser.cookies.set("jwt", arrival.token)
    assert not await browser.is_signed_in()
    assert await value(app, "SELECT COUNT(*) AS n FROM user_oauths") == 0


def test_the_docs_have_the_same_table() -> None:
    lines = DOCS.read_text().partition("| here already |")[2].splitlines()[2:]
    rows = [[cell.strip() for cell in line.strip("| ").split("|")] for line in lines[: len(TABLE)]]
    assert {row[0]: tuple(row[1:]) for row in rows} == TABLE
