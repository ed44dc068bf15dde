"""What do tests of an account's life share? Addresses that have answered, links of mails, and what is left afterwards."""

from mailbox import letters
from typing import Any

import httpx2
from entrance import Browser, Clock, settings_for
from genkan.accounts import addresses, changes
from genkan.accounts.services import Visitor
from genkan.records import users
from genkan.settings import Settings
from starlette.applications import Starlette

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
NEW = "another nine lanterns there"  # a password


def without_mail(database_url: str) -> Settings:
    return settings_for(database_url, environment="production", base_url="https://id.example.com", dev_provider=False)


async def rows(app: Starlette, sql: str, **values: Any) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in await app.state.services.db._rows(sql, values)]


async def id_of(app: Starlette, username: str) -> str:
    found = await app.state.services.db.value(
        "SELECT user_id FROM user_authentications WHERE username = :username", username=username
    )
    assert found, f"nobody is {username}"
    return str(found)


async def kinds(app: Starlette) -> list[str]:
    """The events of all accounts but for people's coming and going, the oldest first."""
    found = await rows(app, "SELECT kind FROM events ORDER BY happened_at, id")
    return [row["kind"] for row in found if row["kind"] not in ("signup", "login", "login_new_device", "logout")]


async def sign_up_proven(app: Starlette, browser: Browser, clock: Clock, username: str = "hanako") -> str:
    """A new account whose address has answered; its id."""
    await browser.sign_up(username)
    user_id = await id_of(app, username)
    await app.state.services.db.run("UPDATE users SET email_proven_at = :now WHERE id = :id", now=clock.now, id=user_id)
    return user_id


async def new_address_answers(app: Starlette, user_id: str, written: str, *, now: int) -> None:
    """The account has another address from now on, as if its mailbox had answered."""
    services, address = app.state.services, addresses.parse(written)
    async with services.db.transaction():
        user = await users.by_id(services.db, user_id)
        assert user is not None
        key = addresses.parse(user.email).key if user.email else None
        before = {"email": user.email, "email_key": key, "email_proven_at": user.email_proven_at}
        masked = addresses.masked(address.written)
        await changes.made(
            services, Visitor("203.0.113.7"), "email_changed", user=user, now=now, before=before, new_email=masked
        )
        await users.put_back_email(
            services.db, id=user_id, email=address.written, email_key=address.key, email_proven_at=now
        )


async def undo_links(app: Starlette, mailbox: str) -> list[str]:
    """Those that were mailed to one mailbox, the oldest first."""
    return [each.path for each in await letters(app, to=mailbox) if each.path.startswith("/undo/")]


async def follow(browser: Browser, link: str) -> httpx2.Response:
    """Open a mailed link, and the page that it leads to."""
    opened = await browser.get(link)
    assert (opened.status_code, opened.headers["location"]) == (303, "/undo")
    return await browser.get("/undo")


async def take_back(browser: Browser, link: str) -> httpx2.Response:
    await follow(browser, link)
    return await browser.submit("/undo")
