"""Before which doors must a person have shown lately that it is them? The whole table is walked. (7.5.1, 7.5.3)"""

import pytest
from dev_journeys import come_back
from entrance import Browser, Clock
from genkan.pages.sensitive import NEEDS_CONFIRMING
from starlette.applications import Starlette
from starlette.routing import Route
from ways_journeys import come_back_to, everything, grow_stale

pytestmark = pytest.mark.anyio

# Pages of an account that need no proof, and why.
NEEDS_NONE = {
    "/account": "shows",
    "/account/security": "shows",
    "/account/devices": "shows",
    "/account/devices/{id}/end": "ends a session, which only takes away",
    "/account/devices/others/end": "the same",
    "/account/activity": "shows",
    "/account/data": "shows",
    "/account/name": "changes no way in",
    "/account/language": "changes no way in",
    "/account/password": "asks for the current password itself, or for a proof where there is none (test_account_password.py)",
    "/account/confirm": "is where the proof is given",
}


# Those of admins are walked by test_admin_act.py and test_admin_invitations.py: for everybody else they are not there.
OF_EVERYBODY = [each for each in NEEDS_CONFIRMING if not each.startswith("/admin")]


def filled(path: str) -> str:
    return path.replace("{provider}", "example")


@pytest.mark.parametrize("path", OF_EVERYBODY)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_7_5_1_without_a_young_proof_a_sensitive_door_asks_for_one_and_changes_nothing(
    app: Starlette, browser: Browser, clock: Clock, path: str, method: str
) -> None:
    await browser.sign_up()
    await come_back_to(browser, "verified", "link")
    grow_stale(clock)
    before = await everything(app)
    route = next(each for each in app.routes if isinstance(each, Route) and each.path == path)
    if method not in (route.methods or ()):
        assert (await browser.get(filled(path))).status_code == 405
        return
    answer = await browser.request(method, filled(path), headers={"Sec-Fetch-Site": "same-origin"})
    back = NEEDS_CONFIRMING[path] or filled(path)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/account/confirm?next={back}")
    assert await everything(app) == before


async def test_every_page_of_an_account_is_in_the_table_or_is_known_to_need_no_proof(app: Starlette) -> None:
    paths = {route.path for route in app.routes if isinstance(route, Route) and route.path.startswith("/account")}
    assert paths == set(OF_EVERYBODY) | NEEDS_NONE.keys()
    assert not NEEDS_CONFIRMING.keys() & NEEDS_NONE.keys()
    assert NEEDS_CONFIRMING.keys() <= {route.path for route in app.routes if isinstance(route, Route)}


async def test_7_5_1_the_question_at_the_end_of_a_sign_in_adds_no_way_without_a_young_proof(
    app: Starlette, browser: Browser, clock: Clock
) -> None:
    await come_back(browser, "verified", intent="login")
    await browser.sign_up()
    grow_stale(clock)
    await come_back(browser, "verified", intent="login")
    before = await everything(app)
    answer = await browser.submit("/oauth/finish", action="link")
    assert answer.headers["location"] == "/account/confirm?next=/oauth/finish"
    assert await everything(app) == before
