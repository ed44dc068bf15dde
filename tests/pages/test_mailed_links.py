"""Does opening a mailed link change anything? Scanners open every link many times, by GET and by HEAD, and go where it leads. (RS-08)"""

from mailbox import letters

import pytest
from account_life import sign_up_proven
from entrance import Browser, Clock
from rows import everything
from starlette.applications import Starlette

pytestmark = pytest.mark.anyio


async def mailed(app: Starlette, browser: Browser, other_browser: Browser, clock: Clock) -> dict[str, str]:
    """A link of each kind that counts still, by the name of its page."""
    await sign_up_proven(app, browser, clock)
    clock.now += 1  # a mail of the second in which the password was set is dead
    await browser.submit("/account/username", username="hana")
    await browser.submit("/account/email", email="hana.new@example.com")
    await browser.submit("/reset", email="hanako@example.com")
    await sign_up_proven(app, other_browser, clock, "jiro")
    await other_browser.submit("/account/delete")
    return {each.path.split("/")[1]: each.path for each in await letters(app) if each.path}


async def test_RS_08_fifty_GETs_and_HEADs_of_every_mailed_address_change_no_row(
    app: Starlette, browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    links = await mailed(app, browser, other_browser, clock)
    assert links.keys() == {"verify", "undo", "reset", "stay"}
    before = await everything(app)
    for path in links.values():
        async with Browser(app, follow_redirects=True) as scanner:
            for method in ("GET", "HEAD") * 25:
                assert (await scanner.request(method, path)).status_code == 200, path
    assert await everything(app) == before
