"""Somebody took over an account. Does its owner get everything back, from the old mailbox alone, whatever was done and in whatever order?"""

from collections.abc import Awaitable, Callable
from mailbox import letters

import pytest
from account_life import NEW, follow, id_of, new_address_answers, rows, sign_up_proven, take_back, undo_links
from entrance import PASSWORD, Browser, Clock
from genkan.accounts import addresses, changes, mailed
from genkan.accounts.digests import digest, random_id
from genkan.accounts.services import Visitor
from genkan.errors import LinkExpired
from genkan.records import mailed_tokens, user_oauths, users
from starlette.applications import Starlette

pytestmark = pytest.mark.anyio

OWNER, ATTACKER = "hanako@example.com", "attacker@example.net"
OWN = {"provider": "google", "identity": "owner", "issuer": "https://accounts.google.com"}
EVIL = {"provider": "example", "identity": "attacker", "issuer": "x"}


class Attack:
    """What somebody with a stolen session, freshly confirmed, and the password can do; a second passes with each step."""

    def __init__(self, app: Starlette, browser: Browser, clock: Clock, user_id: str) -> None:
        self.app, self.browser, self.clock, self.user_id = app, browser, clock, user_id
        self.db = app.state.services.db

    async def name(self) -> None:
        await self.browser.submit("/account/name", name="Evil")

    async def username(self) -> None:
        await self.browser.submit("/account/username", username="evil")

    async def email(self) -> None:
        answer = await self.browser.submit("/account/email", email=ATTACKER)
        assert answer.headers["location"] == "/verify"
        await new_address_answers(self.app, self.user_id, ATTACKER, now=self.clock.now)

    async def password(self) -> None:
        answer = await self.browser.submit("/account/password", password=PASSWORD, new_password=NEW)
        assert answer.status_code == 303

    async def add_way(self) -> None:
        await self._told("way_added", provider="example", identity="attacker")
        await user_oauths.add(self.db, id=random_id(), user_id=self.user_id, now=self.clock.now, **EVIL)

    async def remove_way(self) -> None:
        await self._told("way_removed", **OWN)
        await user_oauths.remove_identity(self.db, user_id=self.user_id, provider="google", identity="owner")

    async def leave(self) -> None:
        await self.db.run("UPDATE users SET leaves_at = :at", at=self.clock.now + 86_400)

    async def prepare_for_later(self) -> None:
        """A code and a link on their way, and an attempt at a provider that is not finished."""
        services, address = self.app.state.services, addresses.parse(ATTACKER)
        async with services.db.transaction():
            for purpose in (mailed.VERIFY, mailed.RESET, mailed.CONFIRM, mailed.STAY):
                await mailed.send(
                    services,
                    purpose,
                    user_id=self.user_id,
                    address=address,
                    holder="attacker",
                    language="en",
                    now=self.clock.now,
                )
        await self.browser.get("/oauth/example")
        session_id = await self.db.value(
            "SELECT id FROM sessions WHERE user_id = :id AND ended_at IS NULL", id=self.user_id
        )
        await self.db.run("UPDATE oauth_attempts SET session_id = :id, intent = 'link'", id=session_id)

    async def run(self, order: tuple[str, ...]) -> None:
        steps: dict[str, Callable[[], Awaitable[None]]] = {step: getattr(self, step) for step in order}
        for step in order:
            await steps[step]()
            self.clock.now += 1
        await self.prepare_for_later()
        self.clock.now += 1

    async def _told(self, kind: str, **before: str) -> None:
        services = self.app.state.services
        async with services.db.transaction():
            user = await users.by_id(self.db, self.user_id)
            assert user is not None
            await changes.made(services, Visitor("203.0.113.7"), kind, user=user, now=self.clock.now, before=before)


STEPS = ("email", "name", "username", "password", "add_way", "remove_way", "leave")
ROTATED = [STEPS[at:-1] + STEPS[:at] for at in range(len(STEPS) - 1)]
ROTATED += [order[::-1] for order in ROTATED]
ORDERS = [(*order, "leave") for order in ROTATED]  # who has left is out themselves, so it comes last


async def taken_over(app: Starlette, owner: Browser, attacker: Browser, clock: Clock, order: tuple[str, ...]) -> str:
    """The account's id, after the attack."""
    user_id = await sign_up_proven(app, owner, clock)
    await user_oauths.add(app.state.services.db, id=random_id(), user_id=user_id, now=clock.now, **OWN)
    for stolen in [each for each in owner.cookies.jar if each.name == "jwt"]:
        attacker.cookies.jar.set_cookie(stolen)
    await Attack(app, attacker, clock, user_id).run(order)
    return user_id


async def is_as_it_was(app: Starlette, user_id: str) -> None:
    user = "SELECT id, email, email_key, email_proven_at IS NOT NULL AS proven, leaves_at FROM users"
    found = await rows(app, user)
    assert [each | {"proven": bool(each["proven"])} for each in found] == [
        {"id": user_id, "email": OWNER, "email_key": OWNER, "proven": True, "leaves_at": None}
    ]
    assert await id_of(app, "hanako") == user_id
    assert await rows(app, "SELECT provider, identity, issuer FROM user_oauths") == [OWN]


async def attacker_has_nothing(app: Starlette, attacker: Browser) -> None:
    db, now = app.state.services.db, app.state.now()
    assert not await attacker.is_signed_in()
    for username in ("hanako", "evil", OWNER, ATTACKER):
        for password in (PASSWORD, NEW):
            assert (await attacker.log_in(username, password)).status_code in (422, 429)
    assert await user_oauths.by_identity(db, provider="example", identity="attacker") is None
    for link in await undo_links(app, ATTACKER):
        assert (await follow(attacker, link)).status_code == 410
        assert (await attacker.submit("/undo")).status_code == 410
    for purpose in ("verify", "reset", "confirm", "stay"):
        assert await mailed_tokens.of_holder(db, holder_hash=digest("attacker"), purpose=purpose, now=now) is None
    assert await rows(app, "SELECT state_hash FROM oauth_attempts") == []
    left = await rows(app, "SELECT DISTINCT email FROM mailed_tokens")
    assert [each["email"] for each in left] == [OWNER]


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
async def test_the_oldest_link_of_the_old_mailbox_takes_back_everything(
    app: Starlette, browser: Browser, other_browser: Browser, clock: Clock, order: tuple[str, ...]
) -> None:
    user_id = await taken_over(app, browser, other_browser, clock, order)
    browser.cookies.clear()
    answer = await take_back(browser, (await undo_links(app, OWNER))[0])
    assert (answer.status_code, answer.headers["location"]) == (303, "/reset/new")
    await is_as_it_was(app, user_id)
    mailed_first = min(order.index(step) for step in STEPS if step not in ("name", "leave"))
    name = await app.state.services.db.value("SELECT name FROM users")
    assert (name == "Hanako Yamada") is (order.index("name") > mailed_first)  # a name alone is told by no mail
    await attacker_has_nothing(app, other_browser)
    reset = await mailed.by_link(app.state.services, browser.cookies["reset_link"], mailed.RESET, now=clock.now)
    assert (reset.user_id, reset.email) == (user_id, OWNER)


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
async def test_the_link_of_the_address_takes_back_all_that_came_after_it_and_older_ones_the_rest(
    app: Starlette, browser: Browser, other_browser: Browser, clock: Clock, order: tuple[str, ...]
) -> None:
    user_id = await taken_over(app, browser, other_browser, clock, order)
    browser.cookies.clear()
    links = await undo_links(app, OWNER)
    for link in links[::-1]:  # that of the address is the newest one there
        assert (await take_back(browser, link)).status_code == 303
        assert await app.state.services.db.value("SELECT email FROM users") == OWNER
        assert not await other_browser.is_signed_in()
    await is_as_it_was(app, user_id)
    await attacker_has_nothing(app, other_browser)


async def test_no_link_of_the_attackers_mailbox_takes_away_the_owners(
    app: Starlette, browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    """Whoever took the account over has links too; using one must not end those that are older."""
    user_id = await taken_over(app, browser, other_browser, clock, STEPS)
    mine = await undo_links(app, ATTACKER)
    assert len(mine) == 4
    assert (await take_back(other_browser, mine[0])).headers["location"] == "/reset/new"
    assert await app.state.services.db.value("SELECT email FROM users") == ATTACKER
    browser.cookies.clear()
    assert (await take_back(browser, (await undo_links(app, OWNER))[0])).headers["location"] == "/reset/new"
    await is_as_it_was(app, user_id)
    with pytest.raises(LinkExpired):
        await mailed.by_link(app.state.services, other_browser.cookies["reset_link"], mailed.RESET, now=clock.now)
    await attacker_has_nothing(app, other_browser)


async def test_whatever_the_owner_repairs_by_hand_the_attacker_cannot_keep_broken(
    app: Starlette, browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    """The owner puts the address back as an ordinary change; its link goes to the attacker, who uses it. The older one still counts."""
    user_id = await taken_over(app, browser, other_browser, clock, STEPS)
    await new_address_answers(app, user_id, OWNER, now=clock.now)
    clock.now += 1
    newest = (await undo_links(app, ATTACKER))[-1]
    assert (await take_back(other_browser, newest)).status_code == 303
    assert await app.state.services.db.value("SELECT email FROM users") == ATTACKER
    browser.cookies.clear()
    assert (await take_back(browser, (await undo_links(app, OWNER))[0])).status_code == 303
    await is_as_it_was(app, user_id)
    await attacker_has_nothing(app, other_browser)


async def test_every_change_is_told_to_the_mailbox_that_the_account_had_before_it(
    app: Starlette, browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    await taken_over(app, browser, other_browser, clock, STEPS)
    told = [(each.template, each.recipient) for each in await letters(app) if each.path.startswith("/undo/")]
    assert told == [
        ("email_changed", OWNER),
        ("username_changed", ATTACKER),
        ("password_changed", ATTACKER),
        ("way_added", ATTACKER),
        ("way_removed", ATTACKER),
    ]
