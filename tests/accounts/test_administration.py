"""Does what the team does to an account hold at once, is it written down, and can nobody lose the last admin? (RV-*)"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from mailbox import letters, newest
from typing import Any

import pytest
from account_life import NEW, id_of, rows, sign_up_proven, without_mail
from dev_journeys import come_back
from entrance import PASSWORD, Browser, Clock, running, words
from genkan.accounts import acts, administration, creation, directory, logged_in
from genkan.accounts.administration import COMMAND, Actor
from genkan.accounts.creation import Asked
from genkan.accounts.events import KINDS as EVENTS
from genkan.accounts.session import ENDED
from genkan.errors import (
    AccountDisabled,
    AddressTaken,
    EmailEmpty,
    EmailFormat,
    LastAdmin,
    NameEmpty,
    NoSuchUser,
    NowhereToMail,
    PasswordShort,
    Refused,
    SeveralUsers,
    UsernameEmpty,
    UsernameTaken,
)
from genkan.records import users
from starlette.applications import Starlette

pytestmark = pytest.mark.anyio

ADMIN = Actor("an-admin", "192.0.2.99")


async def acts_of(app: Starlette) -> list[tuple[Any, ...]]:
    found = await rows(app, "SELECT kind, actor_id, subject_id, address FROM acts ORDER BY happened_at, kind")
    return [tuple(row.values()) for row in found]


async def test_RV_04_a_disabled_account_is_out_everywhere_and_no_way_leads_in(
    app: Starlette, browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    """Sessions, the jar, a provider's state under way, and every mailed code and link."""
    user_id = await sign_up_proven(app, browser, clock)
    await come_back(other_browser, "no-address", intent="login")
    await other_browser.submit("/oauth/finish", action="link")
    await other_browser.log_in()
    assert (await other_browser.get("/account")).status_code == 200
    async with Browser(app) as third:
        await third.submit("/reset", email="hanako@example.com")
        link = (await newest(app, "reset")).path
        start = await browser.get("/oauth/example?intent=login")

        await administration.disable(app.state.services, ADMIN, user_id, now=clock.now)

        assert [await each.is_signed_in() for each in (browser, other_browser)] == [False, False]
        assert ENDED["disabled"] in words(await other_browser.get("/login"))
        refused = await third.log_in()
        assert (refused.status_code, AccountDisabled.text in words(refused)) == (403, True)
        assert AccountDisabled.text not in words(await third.log_in(password="some other password"))
        await third.get(link)
        assert (await third.submit("/reset/new", new_password=NEW)).status_code == 410
        await third.submit("/reset", email="hanako@example.com")
        assert [each.template for each in await letters(app)].count("reset") == 1  # none to a closed account
        await browser.choose(start.headers["location"], "hanako")
        assert not await browser.is_signed_in()
    live = await rows(app, "SELECT id FROM sessions WHERE ended_at IS NULL")
    kept = await rows(app, "SELECT purpose FROM mailed_tokens WHERE user_id IS NOT NULL")
    assert live == []
    assert {row["purpose"] for row in kept} <= {"undo", "stay"}
    assert ("disabled", "an-admin", user_id, "192.0.2.99") in await acts_of(app)


async def test_RV_04_a_provider_opens_no_account_that_is_disabled(
    app: Starlette, browser: Browser, clock: Clock
) -> None:
    await come_back(browser, "verified", intent="signup")
    assert await browser.is_signed_in()
    user_id = (await rows(app, "SELECT id FROM users"))[0]["id"]
    await administration.disable(app.state.services, COMMAND, user_id, now=clock.now)
    answer = await come_back(browser, "verified", intent="login")
    assert AccountDisabled.text in words(await browser.get(answer.headers["location"]))
    assert not await browser.is_signed_in()


async def test_a_login_that_was_under_way_when_the_account_was_closed_opens_nothing(
    app: Starlette, browser: Browser, clock: Clock
) -> None:
    """Between the password and the session there is the hashing: whoever is closed in that moment stays out."""
    user_id = await sign_up_proven(app, browser, clock)
    await browser.log_out()
    login = asyncio.create_task(browser.log_in())
    await administration.disable(app.state.services, COMMAND, user_id, now=clock.now)
    await login
    assert not await browser.is_signed_in()
    await administration.enable(app.state.services, COMMAND, user_id, now=clock.now)
    assert not await browser.is_signed_in()


async def test_an_account_that_is_opened_again_is_as_before(app: Starlette, browser: Browser, clock: Clock) -> None:
    user_id = await sign_up_proven(app, browser, clock)
    for _ in range(2):  # the second time there is nothing to do, and nothing is written down
        await administration.disable(app.state.services, COMMAND, user_id, now=clock.now)
    clock.now += 1
    for _ in range(2):
        await administration.enable(app.state.services, COMMAND, user_id, now=clock.now)
    assert [kind for kind, *_ in await acts_of(app)] == ["disabled", "enabled"]
    told = [each for each in await letters(app) if each.template in ("disabled", "enabled")]
    assert [(each.template, each.recipient, each.path, each.code) for each in told] == [
        ("disabled", "hanako@example.com", "", ""),
        ("enabled", "hanako@example.com", "", ""),
    ]
    assert (await browser.log_in()).headers["location"] == "/account"


async def test_RV_05_whoever_comes_with_the_name_and_address_of_a_deleted_account_gets_nothing_of_it(
    app: Starlette, browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    user_id = await sign_up_proven(app, browser, clock)
    async with Browser(app) as third:
        await third.submit("/reset", email="hanako@example.com")
    links = [each.path for each in await letters(app) if each.path]

    await administration.delete(app.state.services, COMMAND, user_id, now=clock.now)

    for table in ("users", "user_authentications", "sessions", "events", "changes"):
        assert await rows(app, f"SELECT * FROM {table}") == [], table
    assert [each.template for each in await letters(app)] == ["deleted"]
    assert not await browser.is_signed_in()
    await other_browser.sign_up("hanako", name="Another", email="hanako@example.com")
    await rows(app, "UPDATE users SET email_proven_at = 1 RETURNING id")
    assert not await browser.is_signed_in()
    page = words(await other_browser.get("/account/activity"))
    assert page.count("This account was created.") == 1
    for link in links:
        assert (await browser.get(link)).status_code == 303
        for page_path in ("/reset/new", "/undo", "/verify/link"):
            assert (await browser.get(page_path)).status_code in (410, 404, 303), (link, page_path)
    assert ("deleted", None, user_id, "") in await acts_of(app)


async def test_a_person_sees_their_sessions_end_and_why(app: Starlette, browser: Browser, clock: Clock) -> None:
    user_id = await sign_up_proven(app, browser, clock)
    live = await logged_in.of_user(app.state.services, user_id, now=clock.now)
    assert [(each.username, each.method) for each in live] == [("hanako", "password")]
    ended = await administration.end_sessions(app.state.services, ADMIN, user_id, session_id=live[0].id, now=clock.now)
    assert ended == 1
    assert not await browser.is_signed_in()
    assert ENDED["by_team"] in words(await browser.get("/login"))
    assert await logged_in.one(app.state.services, live[0].id, now=clock.now) is None
    for id in (live[0].id, None):
        assert not await administration.end_sessions(app.state.services, ADMIN, user_id, session_id=id, now=clock.now)
    assert [kind for kind, *_ in await acts_of(app)] == ["sessions_ended"]


async def test_nobodys_session_is_ended_in_the_name_of_another(
    app: Starlette, browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    await browser.sign_up("hanako")
    await other_browser.sign_up("jiro")
    theirs = (await logged_in.of_user(app.state.services, await id_of(app, "jiro"), now=clock.now))[0]
    count = await administration.end_sessions(
        app.state.services, ADMIN, await id_of(app, "hanako"), session_id=theirs.id, now=clock.now
    )
    assert (count, await other_browser.is_signed_in()) == (0, True)


async def test_a_reset_ends_password_and_sessions_and_mails_a_link_that_works_once(
    app: Starlette, browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    user_id = await sign_up_proven(app, browser, clock)
    clock.now += 1
    assert await administration.reset(app.state.services, ADMIN, user_id, now=clock.now) is None
    assert not await browser.is_signed_in()
    assert ENDED["reset_by_team"] in words(await browser.get("/login"))
    assert (await browser.log_in()).status_code == 422
    letter = await newest(app, "reset_by_team", to="hanako@example.com")
    assert letter.code == "" or "code" not in letter.details
    clock.now += 71 * 3600
    assert (await other_browser.get(letter.path)).headers["location"] == "/reset/new"
    page = words(await other_browser.get("/reset/new"))
    assert "h•••@example.com" in page
    done = await other_browser.submit("/reset/new", new_password=NEW)
    assert (done.status_code, done.headers["location"]) == (303, "/login")
    assert (await other_browser.log_in(password=NEW)).headers["location"] == "/account"
    await browser.get(letter.path)
    assert (await browser.submit("/reset/new", new_password=PASSWORD)).status_code == 410


async def test_RS_01_a_link_of_the_team_runs_out_after_three_days_and_a_newer_one_takes_its_place(
    app: Starlette, browser: Browser, clock: Clock
) -> None:
    user_id = await sign_up_proven(app, browser, clock)
    links = []
    for _ in range(2):
        await administration.send_recovery(app.state.services, ADMIN, user_id, now=clock.now)
        clock.now += 1
        links.append((await newest(app, "reset_by_team")).path)
    assert await browser.is_signed_in()  # nothing is over until the link is used
    await browser.get(links[0])
    assert (await browser.get("/reset/new")).status_code in (410, 200)
    tokens = await rows(app, "SELECT id FROM mailed_tokens WHERE purpose = 'handed'")
    assert len(tokens) == 1
    clock.now += 72 * 3600
    for link in links:
        await browser.get(link)
        assert (await browser.get("/reset/new")).status_code == 410


async def test_where_no_mail_can_be_sent_a_reset_gives_a_link_to_be_handed_over(
    database_url: str, clock: Clock
) -> None:
    async with running(without_mail(database_url), clock=clock) as app, Browser(app) as browser:
        await browser.sign_up()
        user_id = await id_of(app, "hanako")
        clock.now += 1
        with pytest.raises(NowhereToMail):
            await administration.send_recovery(app.state.services, ADMIN, user_id, now=clock.now)
        link = await administration.reset(app.state.services, ADMIN, user_id, now=clock.now)
        assert link is not None
        page = words(await browser.get("/reset/new"))
        assert "Send a new link" not in page  # there is nowhere to ask for one
        await browser.get(link)
        page = words(await browser.get("/reset/new"))
        assert ("For hanako" in page, "•••" in page) == (True, False)
        assert (await browser.submit("/reset/new", new_password="short")).status_code == 422
        assert (await browser.submit("/reset/new", new_password=NEW)).status_code == 303
        assert (await browser.log_in(password=NEW)).headers["location"] == "/account"
        assert await rows(app, "SELECT email_proven_at FROM users") == [{"email_proven_at": None}]
        for path in ("/reset", "/reset/sent"):
            assert (await browser.get(path)).status_code in (404, 303)


async def test_a_link_dies_with_a_change_of_password_of_address_and_with_the_account(
    app: Starlette, browser: Browser, clock: Clock
) -> None:
    user_id = await sign_up_proven(app, browser, clock)
    services = app.state.services
    for change in (
        "UPDATE user_authentications SET changed_at = :now RETURNING id",
        "UPDATE users SET email = 'other@example.com', email_key = 'other@example.com', email_proven_at = :now - 1 RETURNING id",
        "UPDATE users SET disabled_at = :now RETURNING id",
    ):
        await administration.send_recovery(services, COMMAND, user_id, now=clock.now)
        link = (await newest(app, "reset_by_team")).path
        await rows(app, change, now=clock.now)
        await browser.get(link)
        assert (await browser.submit("/reset/new", new_password=NEW)).status_code == 410, change
        clock.now += 10
    with pytest.raises(NowhereToMail):
        await administration.send_recovery(services, COMMAND, user_id, now=clock.now)


async def test_the_last_admin_stays_one_unless_it_is_meant(app: Starlette, clock: Clock) -> None:
    services, now = app.state.services, clock.now
    first, second = [
        await creation.create(services, COMMAND, Asked(name=name, username=name, password=PASSWORD), now=now)
        for name in ("hanako", "jiro")
    ]
    for _ in range(2):
        await administration.set_admin(services, COMMAND, first, True, now=now)
    attempts: list[Callable[..., Awaitable[object]]] = [administration.disable, administration.delete]
    for verb in attempts:
        with pytest.raises(LastAdmin):
            await verb(services, COMMAND, first, now=now)
    with pytest.raises(LastAdmin):
        await administration.set_admin(services, COMMAND, first, False, now=now)
    await administration.set_admin(services, COMMAND, second, True, now=now)
    await administration.disable(services, COMMAND, second, now=now)
    with pytest.raises(LastAdmin):  # the other one cannot act
        await administration.set_admin(services, COMMAND, first, False, now=now)
    await administration.disable(services, COMMAND, first, now=now, force=True)
    await administration.delete(services, COMMAND, first, now=now, force=True)
    await administration.set_admin(services, COMMAND, second, False, now=now, force=True)
    found = await rows(app, "SELECT is_admin FROM users")
    assert [bool(each["is_admin"]) for each in found] == [False]


async def test_of_two_admins_who_take_each_others_place_at_once_one_stays(app: Starlette, clock: Clock) -> None:
    services, now = app.state.services, clock.now
    ids = [
        await creation.create(services, COMMAND, Asked(name=name, username=name, password=PASSWORD), now=now)
        for name in ("hanako", "jiro")
    ]
    for id in ids:
        await administration.set_admin(services, COMMAND, id, True, now=now)
    done = await asyncio.gather(
        *(
            administration.disable(services, Actor(id), other, now=now)
            for id, other in zip(ids, ids[::-1], strict=True)
        ),
        return_exceptions=True,
    )
    assert sorted(type(each).__name__ for each in done) == ["LastAdmin", "NoneType"]


async def test_an_account_that_is_not_there_is_said(app: Starlette, clock: Clock) -> None:
    verbs: list[Callable[..., Awaitable[object]]] = [
        administration.disable,
        administration.enable,
        administration.delete,
        administration.end_sessions,
        administration.send_recovery,
        administration.reset,
    ]
    for verb in verbs:
        with pytest.raises(NoSuchUser):
            await verb(app.state.services, COMMAND, "nobody", now=clock.now)
    assert await directory.one(app.state.services, "nobody") is None
    assert await acts_of(app) == []


async def test_acts_have_words_pages_and_neither_name_nor_address_of_anybody(
    app: Starlette, browser: Browser, clock: Clock
) -> None:
    services, user_id = app.state.services, await sign_up_proven(app, browser, clock)
    for _ in range(3):
        clock.now += 1
        await administration.disable(services, ADMIN, user_id, now=clock.now)
        await administration.enable(services, ADMIN, user_id, now=clock.now)
    await administration.end_everybodys(services, ADMIN, now=clock.now)
    every = await acts.page(services, after=None)
    assert len(every) == 7
    assert {each.kind for each in every} <= acts.KINDS
    assert [each for each in every if "hanako" in json.dumps([each.details, each.subject_id])] == []
    pages, after = [], None
    while found := await acts.page(services, after=after, most=2):
        pages += found
        after = found[-1].cursor
    assert pages == every
    theirs = await acts.page(services, after=None, subject_id=user_id)
    assert theirs == [each for each in every if each.subject_id == user_id]
    assert await acts.page(services, after="1.x", subject_id=user_id) == []
    for odd in ("", "x.y", "١.x", "9" * 40 + ".a", "1", "1.\0"):
        assert len(await acts.page(services, after=odd)) in (0, 7)


async def test_the_persons_log_says_what_was_done_and_not_who_did_it(
    app: Starlette, browser: Browser, clock: Clock
) -> None:
    user_id = await sign_up_proven(app, browser, clock)
    await administration.end_sessions(app.state.services, ADMIN, user_id, now=clock.now)
    found = await rows(app, "SELECT kind, address, details FROM events WHERE kind LIKE '%by_team'")
    assert found == [{"kind": "sessions_ended_by_team", "address": "", "details": '{"count": 1}'}]
    assert {each for each in EVENTS if each.endswith("by_team")} == {
        f"{kind}_by_team"
        for kind in (
            "created", "disabled", "enabled", "sessions_ended", "recovery_sent", "password_ended", "admin_given",
            "admin_taken",
        )
    }  # fmt: skip


async def test_everybody_is_logged_out_some_at_a_time(app: Starlette, browser: Browser, clock: Clock) -> None:
    user_id = await sign_up_proven(app, browser, clock)
    await rows(
        app,
        "INSERT INTO sessions (id, user_id, method, created_at, expires_at) "
        "SELECT 's' || value, :user_id, 'password', 1, :end FROM "
        + (
            "json_each(:list)"
            if app.state.services.db.is_sqlite
            else "json_array_elements_text(CAST(:list AS JSON)) AS t(value)"
        )
        + " RETURNING id",
        user_id=user_id,
        end=clock.now + 1000,
        list=json.dumps(list(range(1, 700))),
    )
    live = [each async for each in logged_in.everybody(app.state.services, now=clock.now)]
    assert len({each.id for each in live}) == len(live) == 700
    assert await administration.end_everybodys(app.state.services, COMMAND, now=clock.now) == 700
    assert not await browser.is_signed_in()
    found = await rows(app, "SELECT details FROM acts")
    assert found == [{"details": '{"count": 700}'}]


# Whom the team finds.


async def test_IN_03_is_found_by_id_username_address_and_a_part_of_the_name_as_it_stands(
    app: Starlette, browser: Browser, clock: Clock
) -> None:
    services = app.state.services
    asked = Asked(name="花子 100%_Yamada!", email="Hanako@Example.com", username="Hana.Ko", password=PASSWORD)
    user_id = await creation.create(services, COMMAND, asked, now=clock.now)
    other = await creation.create(
        services, COMMAND, Asked(name="Jiro Yamada", username="jiro", password=PASSWORD), now=clock.now
    )
    for text in (user_id, "hana.ko", "HANA.KO", "hanako@EXAMPLE.com", "花", "100%_", "％＿yama", " a!"):
        assert [each.id for each in await directory.find(services, text)] == [user_id], text
    assert {each.id for each in await directory.find(services, "yamada")} == {user_id, other}
    for text in ("", "  ", "%", "nobody", "a@b", "\0", "\udcff", "_", "x" * 5000, "' OR 1=1 --"):
        found = [each.id for each in await directory.find(services, text)]
        assert found in ([], [user_id]), text
    entry = await directory.the_one(services, "hana.ko")
    assert (entry.name, entry.username, entry.is_admin) == ("花子 100%_Yamada!", "Hana.Ko", False)
    assert [each.method for each in await directory.ways_of(services, user_id)] == ["password"]
    for text in ("花", "nobody", "\udcff"):
        with pytest.raises(NoSuchUser):
            await directory.the_one(services, text)


async def test_of_those_who_claim_an_address_the_one_who_has_it_proven_is_meant(
    app: Starlette, browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    services = app.state.services
    await browser.sign_up("hanako", email="same@example.com")
    await other_browser.sign_up("jiro", email="same@example.com")
    with pytest.raises(SeveralUsers) as several:
        await directory.the_one(services, "same@example.com")
    assert str(several.value.values["ids"]).count(", ") == 1
    jiro = await id_of(app, "jiro")
    await rows(app, "UPDATE users SET email_proven_at = 1 WHERE id = :id RETURNING id", id=jiro)
    assert (await directory.the_one(services, "same@example.com")).id == jiro


async def test_a_page_begins_where_the_last_one_ended(app: Starlette, clock: Clock) -> None:
    services = app.state.services
    for at in range(5):
        await users.add(
            services.db, id=f"u{at}", name="N", email=None, email_key=None, email_proven_at=None, now=at // 2
        )
    found, after = [], None
    while some := await directory.page(services, after=after, most=2):
        found += [each.id for each in some]
        after = some[-1].cursor
    assert found == ["u4", "u3", "u2", "u1", "u0"]


# Accounts that the team makes.


async def test_everything_that_is_wrong_with_a_new_account_is_said_at_once(app: Starlette, clock: Clock) -> None:
    services = app.state.services
    await creation.create(
        services, COMMAND, Asked("Hanako", "hanako@example.com", "hanako", PASSWORD, is_proven=True), now=clock.now
    )
    for asked, wrong in (
        (Asked(""), [NameEmpty, EmailEmpty]),
        (Asked("", "no", "HANAKO", "short"), [NameEmpty, EmailFormat, PasswordShort, UsernameTaken]),
        (Asked("J", "HANAKO@example.com", password=PASSWORD), [UsernameEmpty, AddressTaken]),
    ):
        with pytest.raises(Refused) as refused:
            await creation.create(services, COMMAND, asked, now=clock.now)
        assert {type(each) for each in refused.value.errors} == set(wrong)
    assert len(await rows(app, "SELECT id FROM users")) == 1


async def test_of_two_who_make_the_same_account_at_once_the_second_is_refused_whole(
    app: Starlette, clock: Clock
) -> None:
    for asked, error in (
        (Asked("H", "h@example.com", "hanako", PASSWORD), UsernameTaken),
        (Asked("J", "j@example.com", "", None, is_proven=True), AddressTaken),
    ):
        done = await asyncio.gather(
            *(creation.create(app.state.services, COMMAND, asked, now=clock.now) for _ in range(2)),
            return_exceptions=True,
        )
        refused = [each for each in done if isinstance(each, Refused)]
        assert [[type(one) for one in each.errors] for each in refused] == [[error]]
    assert len(await rows(app, "SELECT id FROM users")) == 2


@pytest.mark.parametrize("username", ["", "jiro"])
async def test_whoever_is_invited_chooses_a_password_and_has_shown_that_the_mailbox_is_theirs(
    app: Starlette, browser: Browser, clock: Clock, username: str
) -> None:
    asked = Asked(name="Jiro", email="jiro@example.com", username=username, language="ja")
    user_id = await creation.create(app.state.services, COMMAND, asked, now=clock.now)
    clock.now += 1
    letter = await newest(app, "welcome_by_team", to="jiro@example.com")
    assert letter.language == "ja"
    assert (await browser.log_in("jiro", "!")).status_code == 422  # there is no password yet
    await browser.get(letter.path)
    typed = {} if username else {"username": "jiro"}
    assert (await browser.submit("/reset/new", new_password=NEW, **typed)).status_code == 303
    assert (await browser.log_in("jiro@example.com", NEW)).headers["location"] == "/account"
    assert await rows(app, "SELECT id, email_proven_at FROM users") == [{"id": user_id, "email_proven_at": clock.now}]


async def test_EN_an_invitation_proves_no_address_that_another_account_has_proven_meanwhile(
    app: Starlette, browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    asked = Asked(name="Jiro", email="same@example.com", username="jiro")
    await creation.create(app.state.services, COMMAND, asked, now=clock.now)
    await other_browser.sign_up("hanako", email="same@example.com")
    hanako = await id_of(app, "hanako")
    await rows(app, "UPDATE users SET email_proven_at = 1 WHERE id = :id RETURNING id", id=hanako)
    clock.now += 1
    await browser.get((await newest(app, "welcome_by_team")).path)
    assert (await browser.submit("/reset/new", new_password=NEW)).status_code == 303
    found = await rows(app, "SELECT id FROM users WHERE email_proven_at IS NOT NULL")
    assert found == [{"id": hanako}]
    assert (await browser.log_in("jiro", NEW)).headers["location"] == "/account"


async def test_nobody_is_invited_where_no_mail_can_be_sent(database_url: str, clock: Clock) -> None:
    async with running(without_mail(database_url), clock=clock) as app:
        with pytest.raises(NowhereToMail):
            await creation.create(app.state.services, COMMAND, Asked("Jiro", "jiro@example.com"), now=clock.now)
        assert await rows(app, "SELECT id FROM users") == []
