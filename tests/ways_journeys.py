"""How do tests link providers and confirm that it is them? By the links and forms of the pages, as a person would."""

import html
import re
from urllib.parse import parse_qs, urlsplit

import httpx2
import rows
from dev_journeys import choose
from entrance import BASE_URL, NOW, Browser, Clock
from hostile import HostileProvider
from starlette.applications import Starlette

STALE = 601  # seconds after which a proof is none any more


async def start_url(
    browser: Browser, intent: str, *, provider: str = "example", next: str = "/account/security"
) -> str:
    """Of the link that a page of ours shows. The page asks first where the proof is old."""
    path = "/account/security" if intent == "link" else f"/account/confirm?next={next}"
    page = await browser.get(path)
    found = re.search(rf'href="(/oauth/{provider}\?intent={intent}[^"]*)"', page.text)
    assert found, page.text
    return html.unescape(found[1])


async def set_out_to(browser: Browser, intent: str, **more: str) -> str:
    """The authorization URL that the link leads to."""
    answer = await browser.get(await start_url(browser, intent, **more))
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def come_back_to(browser: Browser, person: str, intent: str, **more: str) -> httpx2.Response:
    """The whole way through the built-in provider; the callback's answer."""
    return await browser.get(await choose(browser, await set_out_to(browser, intent, **more), person))


async def confirm_by_password(browser: Browser, password: str, next: str = "/account/security") -> httpx2.Response:
    return await browser.submit("/account/confirm", action="password", password=password, next=next)


def callback_of(server: HostileProvider, name: str, authorization_url: str) -> str:
    """The callback that a provider of the tests sends the browser to, as whom its misdeeds say."""
    server.now = server.now or NOW
    code = server.code_at(authorization_url, f"{BASE_URL}/oauth/{name}/callback")
    state = parse_qs(urlsplit(authorization_url).query)["state"][0]
    return f"/oauth/{name}/callback?code={code}&state={state}&iss={server.issuer}"


async def is_fresh(browser: Browser, next: str = "/account/security") -> bool:
    """Whether the proof of this session is young enough: /account/confirm then sends on at once."""
    return (await browser.get(f"/account/confirm?next={next}")).status_code == 303


def grow_stale(clock: Clock) -> None:
    clock.now += STALE


async def everything(app: Starlette) -> str:
    """All that is in the database."""
    return str(await rows.everything(app))


async def value(app: Starlette, sql: str) -> object:
    return await app.state.services.db.value(sql)


async def prove_address(app: Starlette, clock: Clock) -> None:
    await app.state.services.db.run("UPDATE users SET email_proven_at = :now", now=clock.now)
