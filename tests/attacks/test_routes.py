"""Does every page keep what all pages promise? The table of routes is walked, so that no new page is forgotten. (CS-02, CS-08, CA-01)"""

import re
from mailbox import newest

import pytest
from entrance import Browser, Clock
from rows import everything
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route

pytestmark = pytest.mark.anyio

# Asked by the browser before it knows whether it may, or a step of a journey that has to be written down.
WRITES = {"/oauth/{provider}", "/oauth/{provider}/callback"}
KEPT_BY_OTHERS = ("/static/", "/.well-known/", "/favicon.ico", "/apple-touch-icon.png")  # the same for everybody


def routes(app: Starlette, method: str) -> list[str]:
    found = [each for each in app.routes if isinstance(each, Route) and method in (each.methods or ())]
    return [_filled(each) for each in found if not each.path.startswith("/dev/")]


def _filled(route: BaseRoute) -> str:
    assert isinstance(route, Route)
    return re.sub(r"{provider[^}]*}", "example", re.sub(r"{(?!provider)[^}]*}", "A" * 43, route.path))


async def state_of(app: Starlette) -> str:
    """All that is in the database."""
    return str(await everything(app))


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
    ids=str,
)
async def test_CS_02_no_post_of_another_site_changes_anything_on_any_page(
    app: Starlette, browser: Browser, headers: dict[str, str]
) -> None:
    await browser.sign_up()
    before = await state_of(app)
    posts = [path for path in routes(app, "POST") if not path.endswith("/callback")]
    assert len(posts) > 8
    for path in posts:
        answer = await browser.post(path, data={"action": "x"}, headers=headers)
        assert answer.status_code == 403, path
        assert "set-cookie" not in answer.headers
    assert await state_of(app) == before


async def test_CS_08_no_GET_and_no_HEAD_of_any_page_changes_anything(
    app: Starlette, browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    await browser.sign_up()
    await app.state.services.db.run("UPDATE users SET email_proven_at = :now", now=clock.now)
    await other_browser.sign_up("jiro", email="jiro@example.com")
    await app.state.services.db.run("UPDATE users SET email_proven_at = :now", now=clock.now)
    await other_browser.submit("/account/delete")
    mailed = (await newest(app, "leaving")).path
    before = await state_of(app)
    skipped = {_filled(each) for each in app.routes if isinstance(each, Route) and each.path in WRITES}
    gets = [path for path in routes(app, "GET") if path not in skipped]
    assert len(gets) > 10
    for path in [*gets, mailed, "/stay"]:
        await browser.get(path)
        await browser.head(path)
    assert await state_of(app) == before


async def test_CA_01_no_page_is_kept_by_anybody(app: Starlette, browser: Browser) -> None:
    for _ in range(2):
        for path in routes(app, "GET"):
            answer = await browser.get(path)
            if not path.startswith(KEPT_BY_OTHERS):
                assert answer.headers["cache-control"] == "no-store", path
                assert not {"etag", "last-modified"} & set(answer.headers)
        await browser.sign_up()


async def test_PH_09_no_page_behind_the_door_answers_somebody_outside(app: Starlette, browser: Browser) -> None:
    behind = [path for path in routes(app, "GET") if path.startswith("/account")]
    assert len(behind) >= 5
    for path in behind:
        answer = await browser.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/login?next={path}")
    for path in [path for path in routes(app, "POST") if path.startswith("/account")]:
        answer = await browser.submit(path)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/login?next={path}")
