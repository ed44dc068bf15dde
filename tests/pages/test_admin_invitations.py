"""/admin/invitations: can an admin invite, once with a link that is shown and once by mail, see what became of it, and withdraw it?"""

import re
from mailbox import letters

import httpx2
import pytest
from account_life import rows
from admin_house import sign_up_admin
from entrance import BASE_URL, PASSWORD, Browser, Clock, running, settings_for, words
from genkan.accounts import invitations
from genkan.accounts.acts import COMMAND
from genkan.accounts.digests import digest
from rows import everything
from starlette.applications import Starlette
from ways_journeys import confirm_by_password, grow_stale

pytestmark = pytest.mark.anyio
DAY = 86_400
USUAL = {"note": "New colleagues", "email": "", "most": "2", "days": "3"}
LINK = re.compile(rf"{BASE_URL}/invitation/([\w-]{{43}})")


@pytest.fixture
async def aiko(app: Starlette, browser: Browser) -> str:
    """The admin, in `browser`; their id."""
    return await sign_up_admin(app, browser)


async def invite(browser: Browser, **changes: str) -> httpx2.Response:
    return await browser.submit("/admin/invitations/new", **USUAL | changes)


async def kept(app: Starlette) -> list[dict[str, object]]:
    return await rows(app, "SELECT * FROM invitations ORDER BY created_at, id")


async def test_the_link_is_shown_once_and_only_its_digest_is_kept(
    app: Starlette, browser: Browser, aiko: str, clock: Clock
) -> None:
    answer = await invite(browser)
    found = LINK.search(answer.text)
    assert answer.status_code == 200
    assert found
    assert answer.headers["cache-control"] == "no-store"
    assert "Accounts that can be created with it: 2." in words(answer)
    (row,) = await kept(app)
    assert (row["link_hash"], row["note"], row["email"], row["most"]) == (digest(found[1]), "New colleagues", None, 2)
    assert (row["created_by"], row["expires_at"]) == (aiko, clock.now + 3 * DAY)
    assert found[1] not in (await browser.get("/admin/invitations")).text
    assert found[1] not in str(await everything(app))
    did = await rows(app, "SELECT actor_id, kind, address FROM acts WHERE kind = 'invitation_created'")
    assert did == [{"actor_id": aiko, "kind": "invitation_created", "address": "127.0.0.1"}]


async def test_what_is_mailed_is_shown_to_nobody_else(app: Starlette, browser: Browser, aiko: str) -> None:
    answer = await invite(browser, email=" jiro@example.com ")
    assert "It is on its way to jiro@example.com." in words(answer)
    assert not LINK.search(answer.text)
    (letter,) = await letters(app, to="jiro@example.com")
    assert letter.path.startswith("/invitation/")
    assert letter.path.rpartition("/")[2] not in answer.text
    assert "Sent to jiro@example.com" in words(await browser.get("/admin/invitations"))


async def test_the_list_says_what_became_of_each_the_newest_first(
    app: Starlette, browser: Browser, aiko: str, clock: Clock
) -> None:
    for note in ("expired one", "used one", "withdrawn one", "open one"):
        clock.now += 1
        await invite(browser, note=note, days="90" if note == "used one" else "3")
    services = app.state.services
    await services.db.run("UPDATE invitations SET expires_at = :now WHERE note = 'expired one'", now=clock.now)
    await services.db.run("UPDATE invitations SET used = most WHERE note = 'used one'")
    (id,) = [str(each["id"]) for each in await kept(app) if each["note"] == "withdrawn one"]
    await invitations.withdraw(services, COMMAND, id, now=clock.now)
    await services.db.run("UPDATE invitations SET created_by = NULL WHERE note = 'open one'")
    text = words(await browser.get("/admin/invitations")).partition("Newest first")[2]
    notes = ["open one", "withdrawn one", "used one", "expired one"]
    assert sorted(notes, key=text.index) == notes
    assert "withdrawn one 0 of 2 withdrawn Aiko Example" in text
    assert "used one 2 of 2 used up" in text
    assert "expired one 0 of 2 expired" in text
    assert "Command line Withdraw (open one)" in text
    assert text.count("Withdraw (") == 1


@pytest.mark.parametrize(
    ("signup", "said"),
    [("open", "Sign-up is open"), ("closed", "Sign-up is closed"), ("invitation", "Nobody is invited.")],
)
async def test_the_list_says_whether_invitations_count_at_all(
    app: Starlette, browser: Browser, aiko: str, signup: str, said: str
) -> None:
    object.__setattr__(app.state.settings, "signup", signup)
    assert said in words(await browser.get("/admin/invitations"))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"most": "0"}, "How many accounts must be a number from 1 to 1000"),
        ({"most": "1001"}, "How many accounts must be a number from 1 to 1000"),
        ({"most": "x"}, "How many accounts must be a number from 1 to 1000"),
        ({"most": "٣"}, "How many accounts must be a number from 1 to 1000"),
        ({"most": "9" * 5000}, "How many accounts must be a number from 1 to 1000"),
        ({"days": ""}, "How many days must be a number from 1 to 90"),
        ({"days": "91"}, "How many days must be a number from 1 to 90"),
        ({"note": "n" * 201}, "Note must be 200 characters or fewer"),
        ({"email": "jiro@"}, "Enter an email address in the correct format, like name@example.com"),
    ],
    ids=str,
)
async def test_what_cannot_be_meant_is_asked_for_again_and_nothing_is_made(
    app: Starlette, browser: Browser, aiko: str, changes: dict[str, str], said: str
) -> None:
    answer = await invite(browser, **changes)
    assert answer.status_code == 422
    assert said in words(answer)
    assert await kept(app) == []


async def test_all_that_is_to_be_mended_is_said_at_once_and_what_was_typed_stays(browser: Browser, aiko: str) -> None:
    answer = await invite(browser, note="n" * 201, email="jiro@", most="0", days="x")
    assert answer.text.count("field__error") == 4
    assert 'value="jiro@"' in answer.text
    assert "Error: Invite somebody" in words(answer)


async def test_one_is_withdrawn_after_a_question(app: Starlette, browser: Browser, aiko: str, clock: Clock) -> None:
    await invite(browser)
    ((id, used),) = [(each["id"], each["used"]) for each in await kept(app)]
    path = f"/admin/invitations/{id}/withdraw"
    before = await everything(app)
    question = words(await browser.get(path))
    assert "New colleagues" in question
    assert f"Accounts that were created with it stay: {used}." in question
    assert await everything(app) == before
    answer = await browser.submit(path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/admin/invitations")
    assert "The invitation is withdrawn." in words(await browser.get("/admin/invitations"))
    assert [each["withdrawn_at"] for each in await kept(app)] == [clock.now]
    assert (await browser.get(path)).status_code == 404
    assert (await browser.submit(path)).status_code == 404
    did = await rows(app, "SELECT actor_id FROM acts WHERE kind = 'invitation_withdrawn'")
    assert did == [{"actor_id": aiko}]


async def test_one_that_is_not_there_is_not_found(browser: Browser, aiko: str) -> None:
    for id in ("A" * 22, "x", "%00", "' OR 1=1--"):
        assert (await browser.get(f"/admin/invitations/{id}/withdraw")).status_code == 404
        assert (await browser.submit(f"/admin/invitations/{id}/withdraw")).status_code == 404


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_7_5_1_to_invite_and_to_withdraw_need_a_young_proof(
    app: Starlette, browser: Browser, aiko: str, clock: Clock, method: str
) -> None:
    await invite(browser)
    (id,) = [each["id"] for each in await kept(app)]
    grow_stale(clock)
    before = await everything(app)
    for path in ("/admin/invitations/new", f"/admin/invitations/{id}/withdraw"):
        answer = await browser.request(method, path, headers={"Sec-Fetch-Site": "same-origin"})
        assert (answer.status_code, answer.headers["location"]) == (303, f"/account/confirm?next={path}")
    assert await everything(app) == before
    await confirm_by_password(browser, PASSWORD)
    assert (await browser.get("/admin/invitations/new")).status_code == 200


async def test_IN_09_whatever_else_is_posted_is_not_looked_at(app: Starlette, browser: Browser, aiko: str) -> None:
    await invite(browser, used="-5", created_by="x", id="x", link_hash="x", lasts="999999999")
    (row,) = await kept(app)
    assert (row["used"], row["created_by"]) == (0, aiko)
    assert row["id"] != "x"


async def test_where_no_mails_are_sent_none_is_asked_for(sqlite_url: str, clock: Clock) -> None:
    settings = settings_for(sqlite_url, environment="production", base_url="https://id.example.com", dev_provider=False)
    async with running(settings, clock=clock) as app, Browser(app) as browser:
        await sign_up_admin(app, browser)
        assert "invitation-email" not in (await browser.get("/admin/invitations/new")).text
        answer = await invite(browser, email="jiro@example.com")
        assert "https://id.example.com/invitation/" in answer.text
        assert [each["email"] for each in await kept(app)] == [None]
