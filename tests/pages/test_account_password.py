"""/account/password: is a password changed by whoever knows it, and is everybody else out afterwards? (PW-14, RV-03, RS-10)"""

import asyncio
from mailbox import newest

import pytest
from account_life import NEW, PARTIAL, id_of, kinds, rows, sign_up_proven
from dev_journeys import come_back
from entrance import PASSWORD, Browser, Clock, set_cookies, words
from genkan.accounts import addresses, mailed, password
from genkan.accounts.services import Visitor
from genkan.errors import CurrentPasswordWrong, LinkExpired, Refused
from genkan.records import user_authentications
from starlette.applications import Starlette

pytestmark = pytest.mark.anyio

PATH = "/account/password"


async def test_the_password_managers_contract(browser: Browser) -> None:
    await browser.sign_up()
    page = (await browser.get(PATH)).text
    form = page[page.index('id="password-form"') : page.index("</form>", page.index('id="password-form"'))]
    assert '<input type="text" name="username" value="hanako" autocomplete="username" readonly hidden>' in form
    for part in (
        'id="current-password" name="password" type="password" autocomplete="current-password"',
        'id="new-password" name="new_password" type="password" autocomplete="new-password"',
        'passwordrules="minlength: 15; allowed: unicode;"',
    ):
        assert part in form
    assert "maxlength" not in form


async def test_PW_14_RV_03_other_browsers_are_out_and_this_one_goes_on_under_a_new_session(
    app: Starlette, browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    user_id = await sign_up_proven(app, browser, clock)
    await other_browser.log_in()
    old = browser.cookies["jwt"]
    clock.now += 5
    answer = await browser.submit(PATH, password=PASSWORD, new_password=NEW)
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    assert set_cookies(answer)["jwt"].value != old
    assert "Your password was changed. Other devices were logged out." in words(await browser.get("/account"))
    assert not await other_browser.is_signed_in()
    other_browser.cookies.set("jwt", old)
    assert not await other_browser.is_signed_in()
    found = await rows(app, "SELECT ended_at, end_reason FROM sessions WHERE user_id = :id", id=user_id)
    assert sorted(str(each["end_reason"]) for each in found) == ["None", "password_changed"]
    assert await kinds(app) == ["password_changed"]
    assert (await newest(app, "password_changed", to="hanako@example.com")).path.startswith("/undo/")
    changed_at = await app.state.services.db.value("SELECT changed_at FROM user_authentications")
    assert changed_at == clock.now
    other_browser.cookies.clear()
    assert (await other_browser.log_in(password=PASSWORD)).status_code == 422
    assert (await other_browser.log_in(password=NEW)).status_code == 303


@pytest.mark.parametrize(
    ("current", "new", "said"),
    [
        ("a wrong password here", NEW, "Current password is not correct"),
        ("", NEW, "Enter your current password"),
        ("\ud7ff" * 2000, NEW, "Current password is not correct"),
        (PASSWORD, PASSWORD, "New password must be different from the current one"),
        (PASSWORD, "", "Enter a new password"),
        (PASSWORD, "short", "Password must be 15 characters or more"),
        (PASSWORD, "hanako hanako hanako", "Password must not be your own name"),
        (PASSWORD, "hanako@example.com", "Password must not be your own name"),
        (PASSWORD, "passwordpassword", "has appeared in a data leak"),
    ],
)
async def test_PW_14_a_wrong_current_or_a_poor_new_one_changes_nothing(
    app: Starlette, browser: Browser, current: str, new: str, said: str
) -> None:
    await browser.sign_up()
    before = browser.cookies["jwt"]
    for headers in ({}, PARTIAL):
        answer = await browser.post(PATH, data={"password": current, "new_password": new}, headers=headers)
        assert (answer.status_code, said in words(answer)) == (422, True), words(answer)
        for secret in {current, new} - {""}:
            assert f'value="{secret}"' not in answer.text
    assert browser.cookies["jwt"] == before
    assert await kinds(app) == []


async def test_with_htmx_success_is_a_real_navigation(browser: Browser) -> None:
    await browser.sign_up()
    answer = await browser.post(PATH, data={"password": PASSWORD, "new_password": NEW}, headers=PARTIAL)
    assert (answer.status_code, answer.headers["hx-redirect"]) == (200, "/account")


async def test_BF_the_current_password_cannot_be_guessed_here_either(browser: Browser, other_browser: Browser) -> None:
    """A stolen session brings no more tries than the login has, and the owner's own lane stays free."""
    await browser.sign_up()
    other_browser.cookies.set("jwt", browser.cookies["jwt"])
    answers = [
        (await other_browser.submit(PATH, password=f"guess {each} of nine lanterns", new_password=NEW)).status_code
        for each in range(9)
    ]
    assert answers == [422] * 8 + [429]
    again = await other_browser.submit(PATH, password=PASSWORD, new_password=NEW)
    assert (again.status_code, int(again.headers["retry-after"]) <= 300) == (429, True)
    assert (await browser.submit(PATH, password=PASSWORD, new_password=NEW)).status_code == 303
    assert (await browser.log_in(password=NEW)).status_code == 303


async def test_RS_10_codes_and_links_that_were_mailed_before_are_dead_but_what_takes_back_is_not(
    app: Starlette, browser: Browser, clock: Clock
) -> None:
    user_id = await sign_up_proven(app, browser, clock)
    await browser.submit("/account/username", username="hana")
    await browser.submit("/account/email", email="new@example.com")
    services, address = app.state.services, addresses.parse("hanako@example.com")
    async with services.db.transaction():
        await mailed.send(
            services, mailed.RESET, user_id=user_id, address=address, holder="x", language="en", now=clock.now
        )
    links = {name: (await newest(app, name)).path for name in ("verify", "reset", "username_changed")}
    await browser.submit(PATH, password=PASSWORD, new_password=NEW)
    for name, purpose in (("verify", mailed.VERIFY), ("reset", mailed.RESET)):
        with pytest.raises(LinkExpired):
            await mailed.by_link(services, links[name].rpartition("/")[2], purpose, now=clock.now)
    assert await mailed.by_link(services, links["username_changed"].rpartition("/")[2], mailed.UNDO, now=clock.now)


async def test_two_tabs_at_once_are_one_change(app: Starlette, browser: Browser) -> None:
    await browser.sign_up()
    answers = await asyncio.gather(
        *(browser.submit(PATH, password=PASSWORD, new_password=f"{NEW} {each}") for each in range(2))
    )
    assert sorted(answer.status_code for answer in answers)[0] == 303
    assert await kinds(app) == ["password_changed"]


async def test_a_password_that_was_changed_meanwhile_is_not_changed_again(
    app: Starlette, browser: Browser, clock: Clock
) -> None:
    await browser.sign_up()
    services, user_id = app.state.services, await id_of(app, "hanako")
    own = await password.of_user(services, user_id)
    assert own is not None
    await user_authentications.replace_password(
        services.db, user_id=user_id, old=own.password, new="$another", now=clock.now
    )
    session_id = await services.db.value("SELECT id FROM sessions")
    with pytest.raises(Refused) as refused:
        await password.change(
            services,
            Visitor("x", session_id=str(session_id)),
            own,
            user_id=user_id,
            method="password",
            current=PASSWORD,
            new=NEW,
            now=clock.now,
        )
    assert [type(each) for each in refused.value.errors] == [CurrentPasswordWrong]
    assert await kinds(app) == []


async def test_who_has_no_password_chooses_a_username_with_the_first(
    app: Starlette, browser: Browser, other_browser: Browser
) -> None:
    await other_browser.sign_up("jiro")
    await come_back(browser, "verified", intent="signup")
    page = (await browser.get(PATH)).text
    assert "<h1>Set a password</h1>" in page
    assert 'id="password-username" name="username" type="text" value="" autocomplete="username"' in page
    assert "current-password" not in page
    refused = await browser.submit(PATH, username="a b", new_password="short")
    assert [each in words(refused) for each in ("Username can have", "15 characters")] == [True, True]
    refused = await browser.submit(PATH, username="a b", new_password=NEW)
    assert (refused.status_code, "Username can have" in words(refused)) == (422, True)
    refused = await browser.submit(PATH, username="JIRO", new_password=NEW)
    assert (refused.status_code, "is taken" in words(refused)) == (422, True)
    answer = await browser.submit(PATH, username="sakura", new_password=NEW)
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    assert "Your password was set." in words(await browser.get("/account"))
    assert await kinds(app) == ["password_set"]
    letter = await newest(app, "password_set", to="hanako@example.com")
    assert letter.path.startswith("/undo/")
    await browser.log_out()
    assert (await browser.log_in("sakura", NEW)).status_code == 303


async def test_who_has_no_password_shows_first_that_it_is_them(browser: Browser, clock: Clock) -> None:
    await come_back(browser, "verified", intent="signup")
    clock.now += 601
    for answer in (await browser.get(PATH), await browser.submit(PATH, username="evil", new_password=NEW)):
        assert answer.headers["location"] == "/account/confirm?next=/account/password"


async def test_the_current_password_is_proof_enough(browser: Browser, clock: Clock) -> None:
    await browser.sign_up()
    clock.now += 3600
    assert (await browser.submit(PATH, password=PASSWORD, new_password=NEW)).status_code == 303
    assert (await browser.get("/account/username")).status_code == 200


async def test_a_password_that_was_taken_back_is_replaced_after_another_proof(
    app: Starlette, browser: Browser, clock: Clock
) -> None:
    await browser.sign_up()
    await user_authentications.make_unusable(app.state.services.db, await id_of(app, "hanako"))
    page = words(await browser.get("/account"))
    assert "Not set" in page
    assert "Last used here" not in page
    assert "current-password" not in (await browser.get(PATH)).text
    assert (await browser.submit(PATH, new_password=NEW)).status_code == 303
    assert await kinds(app) == ["password_set"]
    assert (await browser.log_in(password=NEW)).status_code == 303


async def test_nothing_that_is_typed_is_a_password_that_was_taken_back(app: Starlette, browser: Browser) -> None:
    await browser.sign_up()
    await user_authentications.make_unusable(app.state.services.db, await id_of(app, "hanako"))
    await browser.log_out()
    for typed in (PASSWORD, "!", " ", "None", "null", ""):
        assert (await browser.log_in(password=typed)).status_code == 422
