"""/account/confirm: does it take a real proof of this very person, in this very session, and no other? (7.5.1, 6.8.4, BF-*)"""

import asyncio
from mailbox import letters, newest

import pytest
from dev_journeys import choose, come_back
from entrance import PASSWORD, Browser, Clock, running, settings_for, words
from genkan.accounts import confirm, mailed
from genkan.accounts.services import Visitor
from genkan.errors import SessionChanged
from genkan.settings import ProviderSettings
from starlette.applications import Starlette
from ways_journeys import (
    come_back_to,
    confirm_by_password,
    everything,
    grow_stale,
    is_fresh,
    prove_address,
    set_out_to,
    value,
)

pytestmark = pytest.mark.anyio
CONFIRM = "/account/confirm"


async def stale(browser: Browser, clock: Clock, username: str = "hanako") -> None:
    await browser.sign_up(username)
    grow_stale(clock)


async def test_only_for_who_is_logged_in(browser: Browser) -> None:
    assert (await browser.get(CONFIRM)).headers["location"] == "/login?next=/account/confirm"
    assert (await confirm_by_password(browser, PASSWORD)).headers["location"] == "/login?next=/account/confirm"


async def test_a_login_is_a_proof_for_ten_minutes(browser: Browser, clock: Clock) -> None:
    await browser.sign_up()
    clock.now += 600
    assert await is_fresh(browser)
    clock.now += 1
    assert not await is_fresh(browser)


async def test_the_password_is_a_proof_for_this_session_and_leads_on(
    app: Starlette, browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    await browser.sign_up()
    await other_browser.log_in()
    grow_stale(clock)
    page = await browser.get(f"{CONFIRM}?next=/account/security/unlink/example")
    assert page.status_code == 200
    assert 'name="next" value="/account/security/unlink/example"' in page.text
    cookie = browser.cookies["jwt"]
    answer = await confirm_by_password(browser, PASSWORD, next="/account/security/unlink/example")
    assert (answer.status_code, answer.headers["location"]) == (303, "/account/security/unlink/example")
    assert browser.cookies["jwt"] == cookie
    assert await is_fresh(browser)
    assert not await is_fresh(other_browser)
    assert await value(app, "SELECT details FROM events WHERE kind = 'confirmed'") == '{"method": "password"}'


async def test_back_on_the_page_of_the_ways_in_it_says_that_it_worked(browser: Browser, clock: Clock) -> None:
    await stale(browser, clock)
    await confirm_by_password(browser, PASSWORD)
    assert "You can make your change now." in words(await browser.get("/account/security"))


@pytest.mark.parametrize("next", ["https://evil.example/", "//evil.example", "/login", "/account/confirm", ""])
async def test_RD_leads_on_to_a_page_of_this_site_only(browser: Browser, clock: Clock, next: str) -> None:
    await stale(browser, clock)
    where = (await confirm_by_password(browser, PASSWORD, next=next)).headers["location"]
    assert where in ("/account", CONFIRM if next == CONFIRM else "/account")


async def test_the_form_is_what_password_managers_know(browser: Browser, clock: Clock) -> None:
    await stale(browser, clock)
    page = (await browser.get(CONFIRM)).text
    assert 'id="reauth-form"' in page
    assert '<input type="text" name="username" value="hanako" autocomplete="username" readonly hidden>' in page
    assert 'id="current-password" name="password" type="password" autocomplete="current-password"' in page


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("wrong", "The password is not correct. Try again."),
        ("", "Enter your password"),
        ("x" * 2000, "The password is not correct. Try again."),
        ("\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "The password is not correct. Try again."),
    ],
)
async def test_a_wrong_password_is_told_at_its_field_and_proves_nothing(
    app: Starlette, browser: Browser, clock: Clock, password: str, sentence: str
) -> None:
    await stale(browser, clock)
    answer = await confirm_by_password(browser, password)
    assert answer.status_code == 422
    assert f'<a href="#current-password">{sentence}</a>' in answer.text
    assert f'value="{password}"' not in answer.text or password == ""
    assert 'name="next" value="/account/security"' in answer.text
    assert not await is_fresh(browser)
    assert await value(app, "SELECT COUNT(*) AS n FROM events WHERE kind = 'confirmed'") == 0


async def test_auth_bypass_the_password_of_another_account_proves_nothing(
    browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    await other_browser.sign_up("jirou", password="another river, another lantern")
    await stale(browser, clock)
    await browser.submit(
        CONFIRM, action="password", username="jirou", user_id="x", password="another river, another lantern"
    )
    assert not await is_fresh(browser)


@pytest.mark.parametrize("action", ["", "PASSWORD", "confirmed", "none"])
async def test_auth_bypass_there_are_three_ways_and_no_others(browser: Browser, clock: Clock, action: str) -> None:
    await stale(browser, clock)
    assert (await browser.submit(CONFIRM, action=action, password=PASSWORD)).status_code == 400
    assert not await is_fresh(browser)


async def test_auth_bypass_whoever_has_no_password_cannot_prove_by_one(browser: Browser, clock: Clock) -> None:
    await come_back(browser, "verified", intent="signup")
    grow_stale(clock)
    assert "reauth-form" not in (await browser.get(CONFIRM)).text
    for password in ("", "x", PASSWORD):
        assert (await confirm_by_password(browser, password)).status_code == 422
    assert not await is_fresh(browser)


async def test_auth_bypass_a_cookie_of_a_session_that_was_ended_confirms_nothing(
    app: Starlette, browser: Browser, clock: Clock
) -> None:
    await stale(browser, clock)
    cookie = browser.cookies["jwt"]
    await browser.log_out()
    browser.cookies.set("jwt", cookie)
    assert (await confirm_by_password(browser, PASSWORD)).headers["location"].startswith("/login")
    assert await value(app, "SELECT COUNT(*) AS n FROM sessions") == 0


async def test_a_session_that_ended_in_the_meantime_is_not_confirmed(
    app: Starlette, browser: Browser, clock: Clock
) -> None:
    await stale(browser, clock)
    user_id, session_id = (
        str(await value(app, "SELECT id FROM users")),
        str(await value(app, "SELECT id FROM sessions")),
    )
    await app.state.services.db.run("UPDATE sessions SET ended_at = :now, end_reason = 'x'", now=clock.now)
    visitor = Visitor(address="192.0.2.1")
    with pytest.raises(SessionChanged):
        await confirm.by_password(
            app.state.services, visitor, PASSWORD, user_id=user_id, session_id=session_id, now=clock.now
        )
    assert await value(app, "SELECT COUNT(*) AS n FROM events WHERE kind = 'confirmed'") == 0


async def test_BF_tries_are_counted_with_those_of_the_login(database_url: str, clock: Clock) -> None:
    settings = settings_for(database_url, login_tries_per_account=3)
    async with running(settings, clock=clock) as app, Browser(app) as browser:
        await stale(browser, clock)
        answers = [await confirm_by_password(browser, "wrong") for _ in range(3)]
        assert [answer.status_code for answer in answers] == [422, 422, 422]
        refused = await confirm_by_password(browser, PASSWORD)
        assert (refused.status_code, "retry-after" in refused.headers) == (429, True)
        assert (await browser.log_in()).status_code == 429
        clock.now += 301
        assert (await confirm_by_password(browser, PASSWORD)).status_code == 303


async def test_CS_another_site_cannot_confirm(app: Starlette, browser: Browser, clock: Clock) -> None:
    await stale(browser, clock)
    before = await everything(app)
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        answer = await browser.post(CONFIRM, data={"action": "password", "password": PASSWORD}, headers=headers)
        assert answer.status_code == 403
    assert await everything(app) == before


async def test_htmx_gets_the_form_again_or_leaves_the_page(browser: Browser, clock: Clock) -> None:
    await stale(browser, clock)
    headers = {"HX-Request": "true", "HX-Request-Type": "partial", "Sec-Fetch-Site": "same-origin"}
    answer = await browser.post(CONFIRM, data={"action": "password", "password": "x"}, headers=headers)
    assert answer.text.lstrip().startswith('<div class="stack" id="confirm">')
    done = await browser.post(CONFIRM, data={"action": "password", "password": PASSWORD}, headers=headers)
    assert done.headers["hx-redirect"] == "/account"


# By a mailed code. ---------------------------------------------------------------------------------------------


async def with_mailbox(app: Starlette, browser: Browser, clock: Clock) -> None:
    await stale(browser, clock)
    await prove_address(app, clock)


async def send(browser: Browser) -> int:
    return (await browser.submit(CONFIRM, action="send", next="/account/security")).status_code


async def type_code(browser: Browser, code: str) -> int:
    return (await browser.submit(CONFIRM, action="code", code=code, next="/account/security")).status_code


@pytest.mark.parametrize("shape", ["{}", "{0[0]} {0[1]}", " {0[0]}-{0[1]} ", "full width"])
async def test_a_mailed_code_is_a_proof_however_it_is_typed(
    app: Starlette, browser: Browser, clock: Clock, shape: str
) -> None:
    await with_mailbox(app, browser, clock)
    assert "code-form" not in (await browser.get(CONFIRM)).text
    answer = await browser.submit(CONFIRM, action="send", next="/account/security")
    assert answer.headers["location"] == "/account/confirm?next=/account/security"
    assert 'id="code-form"' in (await browser.get(CONFIRM)).text
    letter = await newest(app, "confirm")
    assert (letter.recipient, letter.path, letter.details["minutes"]) == ("hanako@example.com", "", 10)
    halves = (letter.code[:4], letter.code[4:])
    typed = {"{}": letter.code, "full width": letter.code.translate({48 + n: 0xFF10 + n for n in range(10)})}
    assert await type_code(browser, typed.get(shape) or shape.format(halves)) == 303
    assert await is_fresh(browser)
    assert await value(app, "SELECT details FROM events WHERE kind = 'confirmed'") == '{"method": "email"}'


async def test_a_code_counts_once_for_ten_minutes_and_five_tries(
    app: Starlette, browser: Browser, clock: Clock
) -> None:
    await with_mailbox(app, browser, clock)
    assert await type_code(browser, "12345678") == 422  # none was sent
    assert await send(browser) == 303
    code = (await newest(app, "confirm")).code
    assert await type_code(browser, "") == 422
    wrong = "00000000" if code != "00000000" else "11111111"
    for _ in range(mailed.TRIES):
        assert "The code is not correct" in (await browser.submit(CONFIRM, action="code", code=wrong)).text
    assert await type_code(browser, code) == 422
    assert "code-form" not in (await browser.get(CONFIRM)).text
    clock.now += 60
    await send(browser)
    second = (await newest(app, "confirm")).code
    clock.now += 600
    assert "cannot be used any more" in (await browser.submit(CONFIRM, action="code", code=second)).text
    await send(browser)
    third = (await newest(app, "confirm")).code
    assert await type_code(browser, third) == 303
    grow_stale(clock)
    assert await type_code(browser, third) == 422


@pytest.mark.parametrize("code", ["null", "[]", "0", "\x00", "12345678" * 40, "あ", "-1", "1e8", " ", "%"])
async def test_RS_05_whatever_else_is_typed_is_no_code(
    app: Starlette, browser: Browser, clock: Clock, code: str
) -> None:
    await with_mailbox(app, browser, clock)
    await send(browser)
    assert 400 <= await type_code(browser, code) < 500
    assert not await is_fresh(browser)


async def test_two_that_type_the_code_at_once_are_one(app: Starlette, browser: Browser, clock: Clock) -> None:
    await with_mailbox(app, browser, clock)
    await send(browser)
    code = (await newest(app, "confirm")).code
    statuses = await asyncio.gather(*(type_code(browser, code) for _ in range(3)))
    assert statuses.count(303) == 1


async def test_a_code_is_worth_something_only_in_the_session_that_asked(
    app: Starlette, browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    await with_mailbox(app, browser, clock)
    await other_browser.log_in()
    grow_stale(clock)
    await send(browser)
    code = (await newest(app, "confirm")).code
    assert await type_code(other_browser, code) == 422
    assert not await is_fresh(other_browser)
    assert await type_code(browser, code) == 303


async def test_BF_14_codes_are_mailed_once_a_minute_and_five_times_in_six_hours(
    app: Starlette, browser: Browser, clock: Clock
) -> None:
    await with_mailbox(app, browser, clock)
    for _ in range(2):
        assert await send(browser) == 303
    assert [each.template for each in await letters(app)] == ["verify", "confirm"]
    for _ in range(8):
        clock.now += 61
        assert await send(browser) == 303
    assert len(await letters(app)) == 5
    clock.now += 6 * 3600
    await send(browser)
    assert len(await letters(app)) == 6


async def test_BF_14_one_client_does_not_make_us_mail_without_end(
    app: Starlette, browser: Browser, clock: Clock
) -> None:
    await with_mailbox(app, browser, clock)
    for _ in range(30):
        assert await send(browser) == 303
        clock.now += 61
    refused = await browser.submit(CONFIRM, action="send")
    assert (refused.status_code, "retry-after" in refused.headers) == (429, True)
    assert "Too many emails were asked for" in words(refused)


async def test_an_address_that_is_not_proven_gets_no_code(app: Starlette, browser: Browser, clock: Clock) -> None:
    await stale(browser, clock)
    assert "Email me a code" not in words(await browser.get(CONFIRM))
    assert await send(browser) == 404
    assert await type_code(browser, "12345678") == 404
    assert [each for each in await letters(app) if each.template == "confirm"] == []


async def test_where_mails_have_nowhere_to_go_there_is_no_code(app: Starlette, browser: Browser, clock: Clock) -> None:
    await with_mailbox(app, browser, clock)
    object.__setattr__(app.state.services, "can_mail", False)
    assert "Email me a code" not in words(await browser.get(CONFIRM))
    assert await send(browser) == 404


async def test_an_address_that_is_lost_in_the_meantime_gets_nothing(
    app: Starlette, browser: Browser, clock: Clock
) -> None:
    await stale(browser, clock)
    user_id = str(await value(app, "SELECT id FROM users"))
    for lost in (user_id, "nobody"):
        await confirm.send_code(
            app.state.services, Visitor(address="192.0.2.1"), user_id=lost, session_id="s", now=clock.now
        )
    assert [each for each in await letters(app) if each.template == "confirm"] == []


# Through a provider. -------------------------------------------------------------------------------------------


async def test_6_8_4_the_provider_is_asked_to_ask_again_and_a_person_of_ones_own_is_a_proof(
    app: Starlette, browser: Browser, clock: Clock
) -> None:
    await come_back(browser, "verified", intent="signup")
    grow_stale(clock)
    url = await set_out_to(browser, "confirm", next="/account/security/unlink/example")
    assert "prompt=login" in url
    assert "max_age=0" in url
    answer = await browser.get(await choose(browser, url, "verified"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/account/security/unlink/example")
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert await is_fresh(browser)
    assert await value(app, "SELECT details FROM events WHERE kind = 'confirmed'") == '{"method": "example"}'
    assert await value(app, "SELECT COUNT(*) AS n FROM sessions") == 1


async def test_auth_bypass_the_person_of_another_account_or_of_none_proves_nothing(
    browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    await come_back(other_browser, "unverified", intent="login")
    await other_browser.submit("/oauth/finish", action="create", name="J", email="jiro@example.com")
    await come_back(browser, "verified", intent="signup")
    grow_stale(clock)
    for person in ("unverified", "no-address"):
        answer = await come_back_to(browser, person, "confirm")
        assert answer.headers["location"] == "/account/confirm?next=/account/security"
        page = await browser.get(answer.headers["location"])
        assert (page.status_code, "is not linked to your account here" in words(page)) == (403, True)
        assert not await is_fresh(browser)


async def test_auth_bypass_an_identity_that_another_issuer_gave_proves_nothing(
    app: Starlette, browser: Browser, clock: Clock
) -> None:
    await come_back(browser, "verified", intent="signup")
    grow_stale(clock)
    callback = await choose(browser, await set_out_to(browser, "confirm"), "verified")
    await app.state.services.db.run("UPDATE user_oauths SET issuer = 'https://earlier.example'")
    await browser.get(callback)
    assert not await is_fresh(browser)


async def test_all_that_a_person_has_is_offered_and_nothing_else(database_url: str, clock: Clock) -> None:
    google = ProviderSettings("google", "id", "secret")
    async with running(settings_for(database_url, providers=(google,)), clock=clock) as app, Browser(app) as browser:
        await browser.sign_up()
        await come_back_to(browser, "verified", "link")
        await prove_address(app, clock)
        grow_stale(clock)
        page = await browser.get(CONFIRM)
        assert "Confirm with Example ID" in words(page)
        assert "Email me a code" in words(page)
        assert "Confirm with Google" not in words(page)


async def test_whoever_can_prove_nothing_is_told_so(app: Starlette, browser: Browser, clock: Clock) -> None:
    await come_back(browser, "verified", intent="signup")
    await app.state.services.db.run("UPDATE users SET email_proven_at = NULL")
    app.state.clients = {}
    grow_stale(clock)
    assert "None of your ways to log in works here just now" in words(await browser.get(CONFIRM))
