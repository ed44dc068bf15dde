"""/verify: does an address count only when its mailbox has answered, once, for the account that asked? (RS-*, PH-*, BF-14, EN-07)"""

import asyncio
import json
import re
from mailbox import letters, newest

import asyncpg
import pytest
from account_life import id_of
from databases_for_tests import empty
from dev_journeys import come_back
from entrance import PASSWORD, Browser, Clock, running, settings_for, words
from genkan.accounts import addresses, mailed, verify
from genkan.accounts.digests import digest
from genkan.accounts.services import Visitor
from genkan.records import users
from genkan.records.users import User
from rows import everything, prove_all, value
from starlette.applications import Starlette

pytestmark = pytest.mark.anyio

VISITOR = Visitor(address="192.0.2.1")


async def signed_up(app: Starlette, browser: Browser, username: str = "hanako", **changes: str) -> User:
    assert (await browser.sign_up(username, **changes)).status_code == 303
    id = await value(app, "SELECT user_id FROM user_authentications WHERE username = :name", name=username)
    found = await users.by_id(app.state.services.db, id)
    assert found is not None
    return found


async def is_proven(app: Starlette, user: User) -> bool:
    found = await users.by_id(app.state.services.db, user.id)
    return found is not None and found.email_proven_at is not None


async def by_code(browser: Browser, code: str) -> int:
    return (await browser.submit("/verify", action="prove", code=code)).status_code


async def by_link(browser: Browser, path: str) -> int:
    await browser.get(path)
    return (await browser.submit("/verify/link")).status_code


async def test_a_sign_up_mails_a_code_and_a_link_with_its_own_transaction(app: Starlette, browser: Browser) -> None:
    await browser.sign_up()
    mail = await newest(app, "verify", to="hanako@example.com")
    assert (mail.language, mail.details) == ("en", {"minutes": 15, "name": "Hanako Yamada", "username": "hanako"})
    assert re.fullmatch(r"/verify/[A-Za-z0-9_-]{43}", mail.path)
    assert re.fullmatch(r"[0-9]{8}", mail.code)
    await browser.sign_up()  # refused: the username is taken
    assert len(await letters(app)) == 1


async def test_the_code_proves_the_address(app: Starlette, browser: Browser, clock: Clock) -> None:
    user = await signed_up(app, browser)
    page = words(await browser.get("/account"))
    assert "Your email address is not confirmed yet." in page
    page = words(await browser.get("/verify"))
    assert "We sent an email to hanako@example.com" in page
    mail = await newest(app, "verify")
    answer = await browser.submit("/verify", action="prove", code=f" {mail.code[:4]} {mail.code[4:]} ")
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    page = words(await browser.get("/account"))
    assert "Your email address is confirmed." in page
    assert "not confirmed yet" not in page
    assert await value(app, "SELECT email_proven_at FROM users") == clock.now
    assert (
        await value(app, "SELECT COUNT(*) AS n FROM events WHERE user_id = :id AND kind = 'email_proven'", id=user.id)
        == 1
    )
    details = await value(app, "SELECT details FROM events WHERE user_id = :id AND kind = 'email_proven'", id=user.id)
    assert json.loads(details) == {"email": "h•••@example.com"}
    assert "Your email address is confirmed." in words(await browser.get("/verify"))


@pytest.mark.parametrize("typed", ["{0}-{1}", "{0}　{1}", "full"])
async def test_a_code_is_read_however_it_is_spaced_and_in_any_width(
    app: Starlette, browser: Browser, typed: str
) -> None:
    user = await signed_up(app, browser)
    code = (await newest(app, "verify")).code
    wide = code.translate({ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)})
    await by_code(browser, wide if typed == "full" else typed.format(code[:4], code[4:]))
    assert await is_proven(app, user)


async def test_the_link_proves_it_on_another_device_where_nobody_is_logged_in(
    app: Starlette, browser: Browser, other_browser: Browser
) -> None:
    user = await signed_up(app, browser)
    mail = await newest(app, "verify")
    opened = await other_browser.get(mail.path)
    assert (opened.status_code, opened.headers["location"]) == (303, "/verify/link")
    page = await other_browser.get("/verify/link")
    assert "Confirm h•••@example.com" in words(page)
    assert "For the account with the username hanako." in words(page)
    assert mail.path.removeprefix("/verify/") not in page.text
    assert not await is_proven(app, user)
    done = await other_browser.submit("/verify/link")
    assert (done.status_code, done.headers["location"]) == (303, "/login")
    assert "Your email address is confirmed. You can log in now." in words(await other_browser.get("/login"))
    assert await is_proven(app, user)
    assert not await other_browser.is_signed_in()


async def test_CA_07_the_token_leaves_the_address_at_once(app: Starlette, browser: Browser) -> None:
    await browser.sign_up()
    mail = await newest(app, "verify")
    opened = await browser.get(mail.path)
    assert opened.headers["referrer-policy"] == "no-referrer"
    assert opened.headers["location"] == "/verify/link"
    cookie = next(line for line in opened.headers.get_list("set-cookie") if line.startswith("verify_link="))
    assert {"HttpOnly", "Max-Age=900", "SameSite=lax"} <= set(cookie.split("; "))
    done = await browser.submit("/verify/link")
    assert any(line.startswith('verify_link="";') for line in done.headers.get_list("set-cookie"))


async def test_RS_01_a_code_and_its_link_work_once(app: Starlette, browser: Browser) -> None:
    await browser.sign_up()
    mail = await newest(app, "verify")
    assert await by_code(browser, mail.code) == 303
    before = await everything(app)
    assert await by_code(browser, mail.code) == 422
    assert await by_link(browser, mail.path) == 410
    assert await everything(app) == before


async def test_RS_01_the_same_code_twice_at_once_counts_once(app: Starlette, browser: Browser) -> None:
    user = await signed_up(app, browser)
    mail = await newest(app, "verify")
    answers = await asyncio.gather(*(by_code(browser, mail.code) for _ in range(4)))
    assert sorted(answers) == [303, 422, 422, 422]
    assert (
        await value(app, "SELECT COUNT(*) AS n FROM events WHERE user_id = :id AND kind = 'email_proven'", id=user.id)
        == 1
    )


async def test_RS_04_a_newer_mail_takes_the_place_of_the_older(app: Starlette, browser: Browser, clock: Clock) -> None:
    user = await signed_up(app, browser)
    first = await newest(app, "verify")
    clock.now += 60
    assert (await browser.submit("/verify", action="again")).status_code == 303
    second = await newest(app, "verify")
    assert first.code != second.code
    assert [await by_code(browser, first.code), await by_link(browser, first.path)] == [422, 410]
    assert not await is_proven(app, user)
    assert await by_code(browser, second.code) == 303


async def test_another_may_be_asked_for_after_a_minute_and_the_seconds_are_shown(
    app: Starlette, browser: Browser, clock: Clock
) -> None:
    await browser.sign_up()
    clock.now += 18
    assert "You can send it again in 42 seconds." in words(await browser.get("/verify"))
    await browser.submit("/verify", action="again")
    assert "You asked for an email a moment ago." in words(await browser.get("/verify"))
    assert len(await letters(app)) == 1
    clock.now += 42
    assert "You can send it again in" not in words(await browser.get("/verify"))
    await browser.submit("/verify", action="again")
    assert "The email is on its way." in words(await browser.get("/verify"))
    assert len(await letters(app)) == 2


async def test_RS_01_lasts_fifteen_minutes_and_is_asked_for_anew(
    app: Starlette, browser: Browser, clock: Clock
) -> None:
    user = await signed_up(app, browser)
    mail = await newest(app, "verify")
    clock.now += 899
    assert (await browser.get(mail.path)).status_code == 303
    assert (await browser.get("/verify/link")).status_code == 200
    clock.now += 1
    gone = await browser.get("/verify/link")
    assert (gone.status_code, 'href="/verify"' in gone.text) == (410, True)
    assert await by_code(browser, mail.code) == 422
    assert not await is_proven(app, user)
    page = words(await browser.get("/verify"))
    assert "is not confirmed yet. We will send you a code and a link." in page
    await browser.submit("/verify", action="again")
    assert await by_code(browser, (await newest(app, "verify")).code) == 303


async def test_a_code_can_be_tried_five_times(app: Starlette, browser: Browser) -> None:
    user = await signed_up(app, browser)
    mail = await newest(app, "verify")
    wrong = f"{(int(mail.code) + 1) % 10**8:08d}"
    said = [words(await browser.submit("/verify", action="prove", code=wrong)) for _ in range(6)]
    assert ["The code is not correct." in each for each in said] == [True] * 5 + [False]
    assert "This code cannot be used any more." in said[5]
    assert await by_code(browser, mail.code) == 422
    assert not await is_proven(app, user)


@pytest.mark.parametrize("code", ["", " ", "-", "null", "[]", "0", "0" * 8, "x" * 5000, "１２３"])
async def test_RS_05_whatever_else_is_typed_is_no_code(app: Starlette, browser: Browser, code: str) -> None:
    user = await signed_up(app, browser)
    assert await by_code(browser, code) == 422
    assert not await is_proven(app, user)


@pytest.mark.parametrize(
    "link", ["null", "[]", "0", "%00", "%FF", "%20", "..%2f", "undefined", "x" * 43, "あ", "x" * 4000]
)
async def test_RS_05_whatever_else_is_opened_is_no_link(app: Starlette, browser: Browser, link: str) -> None:
    await browser.sign_up()
    before = await everything(app)
    answer = await browser.get(f"/verify/{link}")
    if answer.status_code == 303:
        answer = await browser.submit("/verify/link")
    assert 400 <= answer.status_code < 500
    assert await everything(app) == before


async def test_RS_05_without_a_link_there_is_nothing_to_confirm(browser: Browser) -> None:
    assert [(await browser.get("/verify/link")).status_code, (await browser.submit("/verify/link")).status_code] == [
        410,
        410,
    ]


async def test_RS_06_a_code_is_its_own_accounts_only(app: Starlette, browser: Browser, other_browser: Browser) -> None:
    first = await signed_up(app, browser)
    code = (await newest(app, "verify")).code
    second = await signed_up(app, other_browser, "jiro")
    assert await by_code(other_browser, code) == 422
    assert [await is_proven(app, each) for each in (first, second)] == [False, False]


async def test_RS_06_a_link_proves_its_own_account_whoever_is_logged_in(
    app: Starlette, browser: Browser, other_browser: Browser
) -> None:
    first = await signed_up(app, browser)
    path = (await newest(app, "verify")).path
    second = await signed_up(app, other_browser, "jiro")
    await other_browser.get(path)
    done = await other_browser.submit("/verify/link")
    assert done.headers["location"] == "/login"
    assert [await is_proven(app, each) for each in (first, second)] == [True, False]


async def test_RS_06_a_link_to_reset_does_not_prove(app: Starlette, browser: Browser) -> None:
    user = await signed_up(app, browser)
    path = (await newest(app, "verify")).path.replace("/verify/", "/reset/")
    await browser.get(path)
    assert (await browser.get("/reset/new")).status_code == 410
    assert not await is_proven(app, user)


async def test_RS_07_the_database_has_no_code_and_no_link(app: Starlette, browser: Browser) -> None:
    await browser.sign_up()
    mail = await newest(app, "verify")
    rows = str(await everything(app))
    assert mail.code not in rows
    assert mail.path.removeprefix("/verify/") not in rows


async def test_RS_10_a_mistyped_address_is_corrected_and_its_mails_are_dead(app: Starlette, browser: Browser) -> None:
    user = await signed_up(app, browser, email="hanaki@example.com")
    wrong = await newest(app, "verify")
    answer = await browser.submit("/verify", action="correct", email="hanako@example.com")
    assert (answer.status_code, answer.headers["location"]) == (303, "/verify")
    assert await value(app, "SELECT email FROM users") == "hanako@example.com"
    assert [await by_code(browser, wrong.code), await by_link(browser, wrong.path)] == [422, 410]
    assert not await is_proven(app, user)
    assert await by_code(browser, (await newest(app, "verify", to="hanako@example.com")).code) == 303
    assert await is_proven(app, user)


async def test_RS_10_a_claim_that_was_changed_by_other_means_is_not_proven_by_an_old_mail(
    app: Starlette, browser: Browser
) -> None:
    user = await signed_up(app, browser)
    mail = await newest(app, "verify")
    await app.state.services.db.run("UPDATE users SET email = 'b@example.com', email_key = 'b@example.com'")
    assert [await by_code(browser, mail.code), await by_link(browser, mail.path)] == [422, 410]
    assert not await is_proven(app, user)


async def test_an_address_that_cannot_be_one_is_refused_with_what_was_typed(app: Starlette, browser: Browser) -> None:
    await browser.sign_up()
    answer = await browser.submit("/verify", action="correct", email="nobody at home")
    assert (answer.status_code, 'value="nobody at home"' in answer.text) == (422, True)
    assert "Enter an email address in the correct format" in words(answer)
    assert len(await letters(app)) == 1


async def test_LK_16_an_account_without_an_address_adds_one(app: Starlette, browser: Browser) -> None:
    await browser.sign_up()
    await app.state.services.db.run("UPDATE users SET email = NULL, email_key = NULL")
    await app.state.services.db.run("DELETE FROM mailed_tokens")
    assert "Add an email address" in words(await browser.get("/account"))
    page = await browser.get("/verify")
    assert (page.status_code, "Your account has no email address yet." in words(page)) == (200, True)
    await browser.submit("/verify", action="again")  # there is nowhere to send it
    assert len(await letters(app)) == 1
    await browser.submit("/verify", action="correct", email="hana@example.com")
    assert await by_code(browser, (await newest(app, "verify", to="hana@example.com")).code) == 303


async def test_a_provider_that_does_not_vouch_leads_to_the_same_mail(app: Starlette, browser: Browser) -> None:
    await come_back(browser, "no-address", intent="signup")
    await browser.submit("/oauth/finish", action="create", name="Hana", email="hana@example.com")
    mail = await newest(app, "verify", to="hana@example.com")
    assert mail.details["username"] is None
    await browser.get(mail.path)
    assert "username" not in words(await browser.get("/verify/link"))
    assert await by_code(browser, mail.code) == 303


async def test_a_provider_that_vouches_leads_to_no_mail(app: Starlette, browser: Browser) -> None:
    await come_back(browser, "verified", intent="signup")
    assert await letters(app) == []
    page = await browser.get("/verify")
    assert "Your email address is confirmed." in words(page)


async def test_N6_an_address_that_is_proven_elsewhere_leads_to_the_account_that_has_it(
    app: Starlette, browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    owner = await signed_up(app, browser)
    clock.now += 1
    late = await signed_up(app, other_browser, "hanako2", email="hanako@example.com")
    mail = await newest(app, "verify", to="hanako@example.com")
    await prove_all_of(app, owner)
    before = await everything(app)
    answer = await other_browser.submit("/verify", action="prove", code=mail.code)
    assert answer.status_code == 409
    assert "You already have an account" in words(answer)
    assert "The username is hanako." in words(answer)
    assert "Log out, then log in there" in words(answer)
    after = await everything(app)
    assert {name: after[name] for name in after if name != "mailed_tokens"} == {
        name: before[name] for name in before if name != "mailed_tokens"
    }
    assert (await is_proven(app, owner), await is_proven(app, late)) == (True, False)


async def prove_all_of(app: Starlette, user: User) -> None:
    await app.state.services.db.run("UPDATE users SET email_proven_at = 1 WHERE id = :id", id=user.id)


async def test_N6_and_so_does_its_link_with_nobody_logged_in(app: Starlette, browser: Browser) -> None:
    await come_back(browser, "verified", intent="signup")
    address = await value(app, "SELECT email FROM users")
    await browser.log_out()
    await browser.sign_up("late", email=address)
    await browser.log_out()
    await browser.get((await newest(app, "verify", to=address)).path)
    answer = await browser.submit("/verify/link")
    assert (answer.status_code, "Continue with Example ID" in words(answer)) == (409, True)
    assert "The username is" not in words(answer)


async def test_whoever_proves_an_address_a_moment_later_hears_who_has_it(postgresql: str) -> None:
    """The other account's transaction is under way still. Only PostgreSQL lets two write at once."""
    await empty(postgresql)
    rival = await asyncpg.connect(postgresql)
    async with running(settings_for(postgresql)) as app, Browser(app) as browser, Browser(app) as other:
        await browser.sign_up("hanako", email="both@example.com")
        await other.sign_up("jiro", email="both@example.com")
        code = next(each.code for each in await letters(app) if each.details["username"] == "hanako")
        async with rival.transaction():
            await rival.execute("UPDATE users SET email_proven_at = 1 WHERE id = $1", (await id_of(app, "jiro")))
            answer = asyncio.create_task(browser.submit("/verify", action="prove", code=code))
            while not await rival.fetchval("SELECT COUNT(*) FROM pg_locks WHERE NOT granted"):
                await asyncio.sleep(0.01)
        assert (await answer).status_code == 409
        assert "jiro" in words(await answer)
    await rival.close()


async def test_of_two_accounts_that_prove_one_address_at_once_one_does(app: Starlette, browser: Browser) -> None:
    services = app.state.services
    names = ("hanako", "hanako2", "hanako3")
    ids = [(await signed_up(app, browser, name, email="hanako@example.com")).id for name in names]
    codes = [await code_of(app, id) for id in ids]
    proofs = await asyncio.gather(
        *(verify.by_code(services, VISITOR, id, code, now=1) for id, code in zip(ids, codes, strict=True))
    )
    assert sorted(proof.elsewhere is None for proof in proofs) == [False, False, True]
    assert await value(app, "SELECT COUNT(*) AS n FROM users WHERE email_proven_at IS NOT NULL") == 1


async def code_of(app: Starlette, user_id: str) -> str:
    id = await value(app, "SELECT id FROM mailed_tokens WHERE user_id = :id", id=user_id)
    return mailed.code(app.state.services.mail_keys[0], id)


async def test_a_proven_address_stays_in_force_until_the_new_one_is_proven(
    app: Starlette, browser: Browser, clock: Clock
) -> None:
    user = await signed_up(app, browser)
    await by_code(browser, (await newest(app, "verify")).code)
    user = await users.by_id(app.state.services.db, user.id) or user
    clock.now += 60
    await browser.submit("/reset", email="hanako@example.com")
    await verify.ask(app.state.services, VISITOR, user, addresses.parse("Hana@example.org"), now=clock.now)
    assert await value(app, "SELECT email FROM users") == "hanako@example.com"
    page = words(await browser.get("/verify"))
    assert "We sent an email to Hana@example.org" in page
    assert "This is not my address" not in page
    assert await by_code(browser, (await newest(app, "verify", to="Hana@example.org")).code) == 303
    assert await value(app, "SELECT email FROM users") == "Hana@example.org"
    assert await value(app, "SELECT email_proven_at FROM users") == clock.now
    told = await newest(app, "email_changed", to="hanako@example.com")
    assert told.path.startswith("/undo/")
    assert told.details["new_email"] == "H•••@example.org"
    to_new = await newest(app, "email_changed_new", to="Hana@example.org")
    assert to_new.path == ""
    assert to_new.details == {"happened_at": clock.now, "device": "", "place": "127.0.0.1"}
    before = await value(app, "SELECT before FROM changes")
    assert '"email": "hanako@example.com", "email_key": "hanako@example.com"' in before
    assert await value(app, "SELECT COUNT(*) AS n FROM mailed_tokens WHERE purpose = 'reset'") == 0


async def test_RS_14_nothing_that_is_posted_proves_or_changes_a_proven_address(
    app: Starlette, browser: Browser
) -> None:
    user = await signed_up(app, browser, email_proven_at="1", email_verified="1")
    assert not await is_proven(app, user)
    await by_code(browser, (await newest(app, "verify")).code)
    before = await everything(app)
    await browser.submit("/verify", action="correct", email="evil@example.com", email_verified="1")
    await browser.submit("/verify", action="again")
    assert await everything(app) == before


@pytest.mark.parametrize("action", ["", "delete", "PROVE"])
async def test_the_page_does_three_things_and_no_others(browser: Browser, action: str) -> None:
    await browser.sign_up()
    assert (await browser.submit("/verify", action=action)).status_code == 400


async def test_whoever_is_not_signed_in_logs_in_first(browser: Browser) -> None:
    assert (await browser.get("/verify")).headers["location"] == "/login?next=/verify"
    assert (await browser.submit("/verify", action="again")).headers["location"] == "/login?next=/verify"


async def test_BF_14_one_mailbox_gets_five_mails_in_six_hours_whoever_asks(
    app: Starlette, browser: Browser, clock: Clock
) -> None:
    for number in range(7):
        await browser.sign_up(f"user{number}", email="victim@example.com")
        clock.now += 61
    assert len(await letters(app, to="victim@example.com")) == 5
    page = await browser.submit("/verify", action="again")
    assert (page.status_code, page.headers["location"]) == (303, "/verify")
    assert "The email is on its way." in words(await browser.get("/verify"))
    assert len(await letters(app, to="victim@example.com")) == 5
    clock.now += 6 * 3600
    await browser.submit("/login", username="user6", password=PASSWORD)
    await browser.submit("/verify", action="again")
    assert len(await letters(app, to="victim@example.com")) == 6


async def test_BF_14_beyond_that_there_is_no_code_that_could_be_guessed(app: Starlette, browser: Browser) -> None:
    """Else whoever makes accounts without end had five guesses at somebody's address with each."""
    for number in range(6):
        user = await signed_up(app, browser, f"user{number}", email="victim@example.com")
    assert len(await letters(app, to="victim@example.com")) == 5
    services = app.state.services
    id = await value(app, "SELECT id FROM mailed_tokens WHERE holder_hash = :holder", holder=digest(user.id))
    assert await by_code(browser, mailed.code(services.mail_keys[0], id)) == 422
    assert await by_link(browser, f"/verify/{mailed.link_token(services.mail_keys[0], id)}") == 410
    assert not await is_proven(app, user)


async def test_BF_14_one_client_asks_for_thirty_mails_an_hour(app: Starlette, browser: Browser, clock: Clock) -> None:
    await browser.sign_up()
    asked = []
    for number in range(31):
        asked.append(await browser.submit("/verify", action="correct", email=f"somebody{number}@example.com"))
    assert [each.status_code for each in asked] == [303] * 30 + [429]
    assert int(asked[-1].headers["retry-after"]) == 3600
    assert "Too many emails were asked for from your network." in words(asked[-1])


async def test_where_mails_have_nowhere_to_go_there_is_none_of_this(database_url: str) -> None:
    silent = settings_for(database_url, environment="production", base_url="https://id.example.com", dev_provider=False)
    async with running(silent) as app, Browser(app) as browser:
        assert (await browser.sign_up()).status_code == 303
        assert await letters(app) == []
        assert await value(app, "SELECT COUNT(*) AS n FROM mailed_tokens") == 0
        assert "/verify" not in (await browser.get("/account")).text
        for path in ("/verify", "/verify/link", "/verify/x", "/reset"):
            assert (await browser.get(path)).status_code == 404
        assert (await browser.get("/reset/x")).headers[
            "location"
        ] == "/reset/new"  # the team hands links over without mails, too
        await browser.log_out()
        assert "/reset" not in (await browser.get("/login")).text
        refused = [await browser.log_in(password="a wrong password") for _ in range(9)][-1]
        assert (refused.status_code, "reset your password" in words(refused)) == (429, False)


async def test_PH_what_is_unproven_receives_nothing_but_its_proof(app: Starlette, browser: Browser) -> None:
    await browser.sign_up()
    await browser.submit("/reset", email="hanako@example.com")
    assert {each.template for each in await letters(app)} == {"verify"}
    await prove_all(app, 1)
