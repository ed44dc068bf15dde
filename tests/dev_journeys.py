"""How do tests go through the built-in provider? As a browser without a window would, form by form."""

from urllib.parse import urlencode

import httpx2
from entrance import Browser


async def set_out(browser: Browser, *, intent: str = "login", next: str = "") -> str:
    """The authorization URL that a click on "Continue with Example ID" leads to."""
    query = urlencode({"intent": intent} | ({"next": next} if next else {}))
    return (await browser.get(f"/oauth/example?{query}")).headers["location"]


async def choose(browser: Browser, authorization_url: str, person: str, address: str = "") -> str:
    """Be a person there. Returns the callback that it leads to, not yet opened."""
    assert (await browser.get(authorization_url)).status_code == 200
    answer = await browser.submit(authorization_url, person=person, address=address)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def cancel(browser: Browser, authorization_url: str) -> str:
    return await choose(browser, authorization_url, "")


async def come_back(browser: Browser, person: str, *, intent: str, address: str = "") -> httpx2.Response:
    """The whole way; the callback's answer."""
    return await browser.get(await choose(browser, await set_out(browser, intent=intent), person, address))
