"""/undo: does the link of a mail take back what it says, once, for 72 hours, and by its button only? (RS-*, CA-07)"""

import asyncio
import contextvars

import pytest
from account_life import NEW, follow, id_of, kinds, new_address_answers, rows, sign_up_proven, take_back, undo_links
from entrance import PASSWORD, Browser, Clock, set_cookies, words
from genkan.accounts import changes, mailed
from genkan.accounts.digests import digest, random_id
from genkan.accounts.services import Visitor
from genkan.records import user_authentications, user_oauths, users
from starlette.applications import Starlette

pytestmark = pytest.mark.anyio

HANAKO = "hanako@example.com"
GOOGLE = {"provider": "google", "identity": "person-1", "issuer": "https://accounts.google.com"}


async def renamed(app: Starlette, browser: Browser, clock: Clock) -> str:
    """hanako is hana now; the link that takes it back."""
    await sign_up_proven(app, browser, clock)
    await browser.submit("/account/username", username="hana")
    return (await undo_links(app, HANAKO))[0]


async def changed(app: Starlette, user_id: str, kind: str, *, now: int, **before: str | int | None) -> None:
    """A change as another page makes it."""
    services = app.state.services
    async with services.db.transaction():
        user = await users.by_id(services.db, user_id)
        assert user is not None
        await changes.made(services, Visitor("203.0.113.7"), kind, user=user, now=now, before=before)


async def test_CA_07_the_token_leaves_the_address_at_once_and_goes_nowhere(
    app: Starlette, browser: Browser, clock: Clock
) -> None:
    link = await renamed(app, browser, clock)
    answer = await browser.get(link)
    assert (answer.status_code, answer.headers["location"]) == (303, "/undo")
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    cookie = set_cookies(answer)["undo"]
    assert (bool(cookie["httponly"]), int(cookie["max-age"])) == (True, 900)
    page = await browser.get("/undo")
    assert page.headers["cache-control"] == "no-store"
    assert link.rpartition("/")[2] not in page.text


async def test_RS_08_a_scanner_that_opens_every_link_takes_nothing_back(
    app: Starlette, browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    link = await renamed(app, browser, clock)
    for _ in range(3):
        await other_browser.head(link)
        assert "Your username is “hanako” again." in words(await follow(other_browser, link))
    assert await id_of(app, "hana")
    assert await browser.is_signed_in()
    assert (await take_back(other_browser, link)).headers["location"] == "/reset/new"


async def test_it_takes_back_ends_every_session_and_leads_on_to_a_new_password(
    app: Starlette, browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    link = await renamed(app, browser, clock)
    clock.now += 1
    answer = await take_back(other_browser, link)
    assert (answer.status_code, answer.headers["location"]) == (303, "/reset/new")
    assert not await browser.is_signed_in()
    user_id = await id_of(app, "hanako")
    assert await kinds(app) == ["username_changed", "undone"]
    reasons = await rows(app, "SELECT end_reason FROM sessions WHERE user_id = :id", id=user_id)
    assert [each["end_reason"] for each in reasons] == ["undone"]
    cookies = set_cookies(answer)
    assert (cookies["undo"].value, int(cookies["reset_link"]["max-age"])) == ("", 900)
    left = await rows(app, "SELECT purpose, user_id, email, link_hash, expires_at FROM mailed_tokens")
    assert left == [
        {
            "purpose": "reset",
            "user_id": user_id,
            "email": HANAKO,
            "link_hash": digest(cookies["reset_link"].value),
            "expires_at": clock.now + mailed.RESET.lasts,
        }
    ]


async def test_RS_01_a_link_works_once(app: Starlette, browser: Browser, other_browser: Browser, clock: Clock) -> None:
    link = await renamed(app, browser, clock)
    await take_back(browser, link)
    for answer in (await follow(other_browser, link), await other_browser.submit("/undo")):
        assert (answer.status_code, "This link has expired" in words(answer)) == (410, True)


async def test_two_presses_at_once_are_one(app: Starlette, browser: Browser, clock: Clock) -> None:
    link = await renamed(app, browser, clock)
    await follow(browser, link)
    answers = await asyncio.gather(*(browser.submit("/undo") for _ in range(2)))
    assert sorted(answer.status_code for answer in answers) == [303, 410]
    assert (await kinds(app)).count("undone") == 1


@pytest.mark.parametrize(("later", "status"), [(72 * 3600 - 1, 200), (72 * 3600, 410)])
async def test_it_works_for_72_hours(app: Starlette, browser: Browser, clock: Clock, later: int, status: int) -> None:
    link = await renamed(app, browser, clock)
    clock.now += later
    assert (await follow(browser, link)).status_code == status


@pytest.mark.parametrize(
    "token", ["null", "[]", "0", "%00", "%25", "..%2f", "A" * 42, "A" * 44, "A" * 42 + "=", "é" * 43]
)
async def test_RS_05_what_is_no_token_leads_nowhere(browser: Browser, token: str) -> None:
    answer = await browser.get(f"/undo/{token}")
    assert answer.status_code in (303, 404)  # the router knows no address with a slash or a NUL in it
    assert (await browser.get("/undo")).status_code == 410
    assert "undo" not in browser.cookies


async def test_RS_05_an_unknown_token_and_none_at_all_are_one_answer(browser: Browser) -> None:
    none = await browser.get("/undo")
    unknown = await follow(browser, f"/undo/{'A' * 43}")
    assert (none.status_code, unknown.status_code, none.text == unknown.text) == (410, 410, True)
    assert set_cookies(unknown)["undo"].value == ""
    for cookie in ("", "x", "A" * 43, "A" * 5000):
        assert (await browser.post("/undo", headers={"Cookie": f"undo={cookie}"})).status_code == 410


async def test_RS_06_a_link_takes_back_its_own_account_only(
    app: Starlette, browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    await renamed(app, browser, clock)
    await sign_up_proven(app, other_browser, clock, "jiro")
    await other_browser.submit("/account/username", username="jirosan")
    await take_back(browser, (await undo_links(app, "jiro@example.com"))[0])
    assert await id_of(app, "jiro")
    assert await id_of(app, "hana")
    assert await browser.is_signed_in()


async def test_a_token_of_another_purpose_takes_nothing_back(app: Starlette, browser: Browser, clock: Clock) -> None:
    await sign_up_proven(app, browser, clock)
    await browser.submit("/account/email", email="new@example.com")
    token = await app.state.services.db.value("SELECT id FROM mailed_tokens WHERE email = 'new@example.com'")
    link = mailed.link_token(app.state.services.mail_keys[0], str(token))
    assert (await follow(browser, f"/undo/{link}")).status_code == 410


async def test_every_kind_of_change_goes_back_and_is_said(app: Starlette, browser: Browser, clock: Clock) -> None:
    user_id = await sign_up_proven(app, browser, clock)
    db = app.state.services.db
    await user_oauths.add(db, id=random_id(), user_id=user_id, now=1, **GOOGLE)
    await changed(app, user_id, "login_new_device", now=clock.now)
    await browser.submit("/account/name", name="Evil")
    await browser.submit("/account/username", username="evil")
    await browser.submit("/account/password", password=PASSWORD, new_password=NEW)
    await changed(app, user_id, "way_removed", now=clock.now, **GOOGLE)
    await user_oauths.remove_identity(db, user_id=user_id, provider="google", identity="person-1")
    await changed(app, user_id, "way_added", now=clock.now, provider="example", identity="evil")
    await user_oauths.add(db, id=random_id(), user_id=user_id, provider="example", identity="evil", issuer="x", now=1)
    await new_address_answers(app, user_id, "evil@example.com", now=clock.now)
    await db.run("UPDATE users SET leaves_at = :at", at=clock.now + 1)
    first = await db.value("SELECT id FROM mailed_tokens WHERE change_id = (SELECT id FROM changes WHERE position = 1)")
    link = f"/undo/{mailed.link_token(app.state.services.mail_keys[0], str(first))}"
    said = words(await follow(browser, link))
    for sentence in (
        "Your email address is h•••@example.com again.",
        "Nobody can log in with Example ID, which was added.",
        "You can log in with Google again.",
        "The password that was set stops working.",
        "Your username is “hanako” again.",
        "Your name is “Hanako Yamada” again.",
    ):
        assert sentence in said
        said = said.partition(sentence)[2]  # the newest first
    assert (await browser.submit("/undo")).status_code == 303
    assert await rows(app, "SELECT name, email, email_key, leaves_at FROM users") == [
        {"name": "Hanako Yamada", "email": HANAKO, "email_key": HANAKO, "leaves_at": None}
    ]
    assert await rows(app, "SELECT username, username_key, password FROM user_authentications") == [
        {"username": "hanako", "username_key": "hanako", "password": user_authentications.UNUSABLE}
    ]
    assert await rows(app, "SELECT provider, identity, issuer FROM user_oauths") == [GOOGLE]
    assert await rows(app, "SELECT id FROM changes") == []
    assert [each["details"] for each in await rows(app, "SELECT details FROM events WHERE kind = 'undone'")] == [
        '{"changes": 7}'
    ]


async def test_what_was_changed_twice_is_said_once_with_what_it_was_at_first(
    app: Starlette, browser: Browser, clock: Clock
) -> None:
    await sign_up_proven(app, browser, clock)
    for username, password, chosen in (("hana", PASSWORD, NEW), ("evil", NEW, PASSWORD + "!")):
        await browser.submit("/account/username", username=username)
        clock.now += 1
        await browser.submit("/account/password", password=password, new_password=chosen)
    said = words(await follow(browser, (await undo_links(app, HANAKO))[0]))
    assert "Your username is “hanako” again." in said
    assert "Your username is “hana” again." not in said
    assert said.count("The password that was set stops working.") == 1


async def test_an_address_that_was_added_is_removed(app: Starlette, browser: Browser, clock: Clock) -> None:
    user_id = await sign_up_proven(app, browser, clock)
    await browser.submit("/account/username", username="hana")
    db = app.state.services.db
    await db.run("UPDATE users SET email = NULL, email_key = NULL, email_proven_at = NULL")
    await new_address_answers(app, user_id, "evil@example.com", now=clock.now)
    link = (await undo_links(app, HANAKO))[0]
    assert "The email address that was added is removed." in words(await follow(browser, link))
    await browser.submit("/undo")
    assert await rows(app, "SELECT email, email_key, email_proven_at FROM users") == [
        {"email": None, "email_key": None, "email_proven_at": None}
    ]


async def test_a_username_that_is_somebody_elses_by_now_stays_theirs(
    app: Starlette, browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    link = await renamed(app, browser, clock)
    await other_browser.sign_up("Hanako", email="other@example.com")
    assert (await take_back(browser, link)).status_code == 303
    assert await id_of(app, "hana") != await id_of(app, "Hanako")


async def test_an_address_that_is_proven_elsewhere_by_now_is_only_a_claim_again(
    app: Starlette, browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    user_id = await sign_up_proven(app, browser, clock)
    await new_address_answers(app, user_id, "evil@example.com", now=clock.now)
    other = await sign_up_proven(app, other_browser, clock, "other")
    db = app.state.services.db
    await db.run("UPDATE users SET email = :email, email_key = :email WHERE id = :id", email=HANAKO, id=other)
    assert (await take_back(browser, (await undo_links(app, HANAKO))[0])).status_code == 303
    found = await rows(app, "SELECT id, email, email_proven_at FROM users")
    assert {each["id"]: (each["email"], bool(each["email_proven_at"])) for each in found} == {
        user_id: (HANAKO, False),
        other: (HANAKO, True),
    }


async def test_an_identity_that_is_somebody_elses_by_now_stays_theirs(
    app: Starlette, browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    user_id = await sign_up_proven(app, browser, clock)
    await changed(app, user_id, "way_removed", now=clock.now, **GOOGLE)
    await other_browser.sign_up("jiro")
    jiro = await id_of(app, "jiro")
    await user_oauths.add(app.state.services.db, id=random_id(), user_id=jiro, now=1, **GOOGLE)
    assert (await take_back(browser, (await undo_links(app, HANAKO))[0])).status_code == 303
    assert [each["user_id"] for each in await rows(app, "SELECT user_id FROM user_oauths")] == [jiro]


async def test_a_username_that_is_taken_in_that_very_moment_stays_theirs(
    app: Starlette, browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    """Another account takes it in a transaction that is not kept yet when ours looks, and is when ours writes."""
    link = await renamed(app, browser, clock)
    await other_browser.sign_up("jiro")
    jiro, db = await id_of(app, "jiro"), app.state.services.db
    await follow(browser, link)
    outside = contextvars.copy_context()
    async with db.transaction():
        await user_authentications.rename(db, user_id=jiro, username="hanako", username_key="hanako")
        pressed = asyncio.create_task(browser.submit("/undo"), context=outside)
        while not db.is_sqlite and not await db.value("SELECT 1 AS waits FROM pg_locks WHERE NOT granted"):
            await asyncio.sleep(0.01)
    assert (await pressed).status_code == 303
    assert await id_of(app, "hanako") == jiro
    assert await id_of(app, "hana")


async def test_a_change_that_is_swept_cannot_be_taken_back(app: Starlette, browser: Browser, clock: Clock) -> None:
    link = await renamed(app, browser, clock)
    await app.state.services.db.run("DELETE FROM changes")
    assert (await follow(browser, link)).status_code == 410
    assert (await browser.submit("/undo")).status_code == 410
    assert await id_of(app, "hana")


async def test_what_was_changed_before_stays_and_its_own_link_goes_on_working(
    app: Starlette, browser: Browser, clock: Clock
) -> None:
    first = await renamed(app, browser, clock)
    clock.now += 1
    await browser.submit("/account/password", password=PASSWORD, new_password=NEW)
    second = (await undo_links(app, HANAKO))[1]
    await take_back(browser, second)
    assert await id_of(app, "hana")
    await take_back(browser, first)
    assert await id_of(app, "hanako")
    assert (await follow(browser, second)).status_code == 410


async def test_changes_at_once_have_their_order(app: Starlette, browser: Browser, clock: Clock) -> None:
    user_id = await sign_up_proven(app, browser, clock)
    await asyncio.gather(*(changed(app, user_id, "login_new_device", now=clock.now) for _ in range(12)))
    found = await rows(app, "SELECT position FROM changes ORDER BY position")
    assert [each["position"] for each in found] == list(range(1, 13))


async def test_an_address_is_masked_where_a_later_link_may_be_in_other_hands(
    app: Starlette, browser: Browser, clock: Clock
) -> None:
    user_id = await sign_up_proven(app, browser, clock)
    await new_address_answers(app, user_id, "evil@example.com", now=clock.now)
    await new_address_answers(app, user_id, "evil2@example.com", now=clock.now)
    page = await follow(browser, (await undo_links(app, "evil@example.com"))[0])
    assert "e•••@example.com" in page.text
    assert "evil@example.com" not in page.text.replace("logged in as evil@example.com", "")
