"""/admin/users/{id}/…: does each act of the team ask first, do what it says to that account alone, and get written down twice?"""

import json
from mailbox import letters

import pytest
from account_life import id_of, rows, sign_up_proven
from admin_house import sign_up_admin
from entrance import PASSWORD, Browser, Clock, words
from genkan.accounts import administration
from genkan.accounts.acts import COMMAND
from genkan.pages.admin_act import ACTS
from genkan.web.admins import AdminRoute
from rows import everything
from starlette.applications import Starlette
from ways_journeys import confirm_by_password, grow_stale

pytestmark = pytest.mark.anyio
DONE = ("disable", "end-sessions", "recover", "delete")  # to an account that is open


@pytest.fixture
async def hanako(app: Starlette, other_browser: Browser, clock: Clock) -> str:
    """Somebody whose address has answered; their id."""
    return await sign_up_proven(app, other_browser, clock)


@pytest.fixture
async def aiko(app: Starlette, browser: Browser, hanako: str) -> str:
    """The only admin, in `browser`; their id."""
    return await sign_up_admin(app, browser)


async def acts(app: Starlette) -> list[dict[str, object]]:
    """What was written down of the team, but that there is an admin."""
    found = await rows(app, "SELECT actor_id, kind, subject_id, address, details FROM acts ORDER BY happened_at, id")
    return [each for each in found if each["kind"] != "admin_given"]


async def events_of(app: Starlette, user_id: str) -> list[str]:
    sql = "SELECT kind FROM events WHERE user_id = :id AND kind LIKE '%_by_team' ORDER BY happened_at, id"
    return [row["kind"] for row in await rows(app, sql, id=user_id)]


# Each asks first. ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", DONE)
async def test_CS_08_a_question_changes_nothing_and_says_of_whom_it_is(
    app: Starlette, browser: Browser, aiko: str, hanako: str, act: str
) -> None:
    before = await everything(app)
    answer = await browser.get(f"/admin/users/{hanako}/{act}")
    assert answer.status_code == 200
    assert "Hanako Yamada hanako hanako@example.com" in words(answer)
    assert f'<form class="choices" method="post" action="/admin/users/{hanako}/{act}">' in answer.text
    assert await everything(app) == before


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_7_5_1_without_a_young_proof_every_act_asks_for_one_and_does_nothing(
    app: Starlette, browser: Browser, aiko: str, hanako: str, clock: Clock, method: str
) -> None:
    sid = await app.state.services.db.value("SELECT id FROM sessions WHERE user_id = :id", id=hanako)
    grow_stale(clock)
    before = await everything(app)
    for path in [*(f"/admin/users/{hanako}/{act}" for act in ACTS), f"/admin/users/{hanako}/sessions/{sid}/end"]:
        answer = await browser.request(method, path, headers={"Sec-Fetch-Site": "same-origin"})
        assert (answer.status_code, answer.headers["location"]) == (303, f"/account/confirm?next={path}")
    assert await everything(app) == before
    back = await confirm_by_password(browser, PASSWORD, next=f"/admin/users/{hanako}/disable")
    assert back.headers["location"] == f"/admin/users/{hanako}/disable"
    assert (await browser.submit(f"/admin/users/{hanako}/disable")).status_code == 303
    assert (await acts(app))[0]["kind"] == "disabled"


async def test_every_address_below_an_account_that_takes_a_post_is_locked(app: Starlette) -> None:
    posts = [each for each in app.routes if isinstance(each, AdminRoute) and "POST" in (each.methods or ())]
    unlocked = {each.path for each in posts if not hasattr(each.endpoint, "__wrapped__")}
    assert unlocked == {"/admin", "/admin/acts"}  # they only look something up


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}], ids=str)
async def test_CS_02_no_post_of_another_site_does_any_of_it(
    app: Starlette, browser: Browser, aiko: str, hanako: str, headers: dict[str, str]
) -> None:
    before = await everything(app)
    for act in ACTS:
        assert (await browser.post(f"/admin/users/{hanako}/{act}", headers=headers)).status_code == 403
    assert await everything(app) == before


# Each does what it says, and is written down. -----------------------------------------------------------------


async def test_RV_04_7_4_2_to_suspend_ends_every_session_and_lets_nobody_in_until_it_is_lifted(
    app: Starlette, browser: Browser, other_browser: Browser, aiko: str, hanako: str, clock: Clock
) -> None:
    answer = await browser.submit(f"/admin/users/{hanako}/disable")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/admin/users/{hanako}")
    assert "The account is suspended." in words(await browser.get(f"/admin/users/{hanako}"))
    assert not await other_browser.is_signed_in()
    assert (await other_browser.log_in()).status_code != 303
    assert await acts(app) == [
        {"actor_id": aiko, "kind": "disabled", "subject_id": hanako, "address": "127.0.0.1", "details": "{}"}
    ]
    assert (await browser.get(f"/admin/users/{hanako}/disable")).headers["location"] == f"/admin/users/{hanako}"
    assert (await browser.get(f"/admin/users/{hanako}/enable")).status_code == 200
    clock.now += 1
    await browser.submit(f"/admin/users/{hanako}/enable")
    assert "The suspension is lifted." in words(await browser.get(f"/admin/users/{hanako}"))
    assert (await other_browser.log_in()).status_code == 303
    assert [each["kind"] for each in await acts(app)] == ["disabled", "enabled"]
    assert await events_of(app, hanako) == ["disabled_by_team", "enabled_by_team"]


async def test_7_4_5_every_session_is_ended_by_one_act(
    app: Starlette, browser: Browser, other_browser: Browser, aiko: str, hanako: str
) -> None:
    await Browser(app).log_in()
    assert "Sessions that end at once: 2." in words(await browser.get(f"/admin/users/{hanako}/end-sessions"))
    await browser.submit(f"/admin/users/{hanako}/end-sessions")
    assert "All sessions of the account are over." in words(await browser.get(f"/admin/users/{hanako}"))
    assert not await other_browser.is_signed_in()
    assert await browser.is_signed_in()
    (act,) = await acts(app)
    assert (act["kind"], json.loads(str(act["details"]))) == ("sessions_ended", {"count": 2})


async def test_7_4_5_and_one_session_alone_by_another(
    app: Starlette, browser: Browser, other_browser: Browser, aiko: str, hanako: str
) -> None:
    third = Browser(app)
    sid = await app.state.services.db.value("SELECT id FROM sessions WHERE user_id = :id", id=hanako)
    await third.log_in()
    path = f"/admin/users/{hanako}/sessions/{sid}/end"
    assert "It ends at once." in words(await browser.get(path))
    answer = await browser.submit(path)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/admin/users/{hanako}")
    assert "The session is over." in words(await browser.get(f"/admin/users/{hanako}"))
    assert not await other_browser.is_signed_in()
    assert await third.is_signed_in()
    assert await events_of(app, hanako) == ["sessions_ended_by_team"]
    assert (await browser.get(path)).status_code == 404
    assert (await browser.submit(path)).status_code == 404
    assert len(await acts(app)) == 1


async def test_6_4_6_a_recovery_is_mailed_to_its_person_and_the_admin_sees_neither_link_nor_password(
    app: Starlette, browser: Browser, other_browser: Browser, aiko: str, hanako: str
) -> None:
    before = await app.state.services.db.value(
        "SELECT password FROM user_authentications WHERE user_id = :id", id=hanako
    )
    assert "An email goes to hanako@example.com" in words(await browser.get(f"/admin/users/{hanako}/recover"))
    answer = await browser.submit(f"/admin/users/{hanako}/recover")
    page = await browser.get(f"/admin/users/{hanako}")
    (letter,) = [each for each in await letters(app, to="hanako@example.com") if each.template == "reset_by_team"]
    assert letter.path.startswith("/reset/")
    assert letter.path.rpartition("/")[2] not in answer.text + page.text
    assert "The recovery email is on its way." in words(page)
    after = await app.state.services.db.value(
        "SELECT password FROM user_authentications WHERE user_id = :id", id=hanako
    )
    assert before == after
    assert await other_browser.is_signed_in()
    assert [each["kind"] for each in await acts(app)] == ["recovery_sent"]
    assert await events_of(app, hanako) == ["recovery_sent_by_team"]


async def test_a_recovery_that_has_nowhere_to_go_says_so(app: Starlette, browser: Browser, aiko: str) -> None:
    await Browser(app).sign_up("jiro")
    jiro = await id_of(app, "jiro")
    answer = await browser.submit(f"/admin/users/{jiro}/recover")
    assert answer.headers["location"] == f"/admin/users/{jiro}"
    page = await browser.get(f"/admin/users/{jiro}")
    assert (page.status_code, "This account has no confirmed address" in words(page)) == (409, True)
    assert await acts(app) == []


async def test_RV_05_what_is_deleted_is_gone_at_once_and_the_log_keeps_its_id_alone(
    app: Starlette, browser: Browser, other_browser: Browser, aiko: str, hanako: str
) -> None:
    answer = await browser.submit(f"/admin/users/{hanako}/delete")
    assert (answer.status_code, answer.headers["location"]) == (303, "/admin")
    assert "The account is deleted." in words(await browser.get("/admin"))
    assert (await browser.get(f"/admin/users/{hanako}")).status_code == 404
    assert (await browser.submit(f"/admin/users/{hanako}/delete")).status_code == 404
    assert not await other_browser.is_signed_in()
    left = await everything(app)
    acts_left, others = left.pop("acts"), {name: found for name, found in left.items() if name != "outbox"}
    assert "anako" not in str(others) + str(acts_left)
    assert [each["subject_id"] for each in acts_left if each["kind"] == "deleted"] == [hanako]
    assert f"Deleted account {hanako}" in words(await browser.get(f"/admin/acts?account={hanako}"))


# To that account alone. ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", DONE)
async def test_RV_06_IN_09_whatever_else_is_posted_is_not_looked_at(
    app: Starlette, browser: Browser, aiko: str, hanako: str, act: str
) -> None:
    await Browser(app).sign_up("jiro")
    jiro = await id_of(app, "jiro")
    more = {
        "id": jiro,
        "user_id": jiro,
        "session_id": "x",
        "is_admin": "1",
        "force": "1",
        "act": "delete",
        "actor_id": jiro,
    }
    before = await rows(app, "SELECT * FROM users WHERE id = :id", id=jiro)
    await browser.submit(f"/admin/users/{hanako}/{act}", **more)
    assert await rows(app, "SELECT * FROM users WHERE id = :id", id=jiro) == before
    assert await app.state.services.db.value("SELECT COUNT(*) FROM users WHERE is_admin") == 1
    assert [(each["actor_id"], each["subject_id"]) for each in await acts(app)] == [(aiko, hanako)]


async def test_RV_06_a_session_of_another_account_is_not_found_by_way_of_this_one(
    app: Starlette, browser: Browser, other_browser: Browser, aiko: str, hanako: str
) -> None:
    sid = await app.state.services.db.value("SELECT id FROM sessions WHERE user_id = :id", id=hanako)
    await Browser(app).sign_up("jiro")
    jiro = await id_of(app, "jiro")
    for user, session in ((jiro, sid), (hanako, "A" * 22), ("A" * 22, sid), (hanako, "%00"), (hanako, "' OR 1=1--")):
        path = f"/admin/users/{user}/sessions/{session}/end"
        assert (await browser.get(path)).status_code == 404
        assert (await browser.submit(path)).status_code == 404
    assert await other_browser.is_signed_in()
    assert await acts(app) == []


async def test_what_is_no_act_and_whoever_is_nobody_is_not_found(browser: Browser, aiko: str, hanako: str) -> None:
    for path in (f"/admin/users/{hanako}/promote", f"/admin/users/{'A' * 22}/disable", "/admin/users/x/delete"):
        assert (await browser.get(path)).status_code == 404
        assert (await browser.submit(path)).status_code == 404


async def test_what_is_no_form_is_refused(browser: Browser, aiko: str, hanako: str) -> None:
    for path in (f"/admin/users/{hanako}/disable", f"/admin/users/{hanako}/sessions/x/end", "/admin", "/admin/acts"):
        answer = await browser.post(path, json={"a": 1}, headers={"Sec-Fetch-Site": "same-origin"})
        assert answer.status_code == 415
    assert (await browser.put(f"/admin/users/{hanako}/disable")).status_code == 405


# To oneself. --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", ["disable", "delete"])
async def test_the_last_admin_can_neither_be_suspended_nor_deleted(
    app: Starlette, browser: Browser, aiko: str, act: str
) -> None:
    before = await everything(app)
    answer = await browser.submit(f"/admin/users/{aiko}/{act}", force="1")
    assert answer.headers["location"] == f"/admin/users/{aiko}"
    page = await browser.get(f"/admin/users/{aiko}")
    assert (page.status_code, "This is the last admin." in words(page)) == (409, True)
    assert await everything(app) == before


@pytest.mark.parametrize(
    ("act", "is_in"), [("disable", False), ("delete", False), ("end-sessions", False), ("enable", True)]
)
async def test_one_of_two_admins_is_out_when_it_was_their_own_account(
    app: Starlette, browser: Browser, other_browser: Browser, aiko: str, hanako: str, act: str, is_in: bool
) -> None:
    await administration.set_admin(app.state.services, COMMAND, hanako, True, now=app.state.now())
    answer = await browser.submit(f"/admin/users/{aiko}/{act}")
    assert answer.headers["location"] == (f"/admin/users/{aiko}" if is_in else "/")
    assert await browser.is_signed_in() == is_in
    assert (await browser.get("/admin")).status_code == (200 if is_in else 404)
    assert (await other_browser.get("/admin")).status_code == 200


async def test_an_admin_who_ends_their_own_session_is_led_out(app: Starlette, browser: Browser, aiko: str) -> None:
    sid = await app.state.services.db.value("SELECT id FROM sessions WHERE user_id = :id", id=aiko)
    assert (await browser.submit(f"/admin/users/{aiko}/sessions/{sid}/end")).headers["location"] == "/"
    assert not await browser.is_signed_in()


async def test_an_admin_may_act_on_another_and_each_is_named(
    app: Starlette, browser: Browser, other_browser: Browser, aiko: str, hanako: str
) -> None:
    await administration.set_admin(app.state.services, COMMAND, hanako, True, now=app.state.now())
    await other_browser.submit(f"/admin/users/{aiko}/disable")
    assert (await browser.get("/admin")).status_code == 404
    assert [(each["actor_id"], each["subject_id"]) for each in await acts(app)] == [(hanako, aiko)]
