"""/reset: does whoever holds the mailbox get back in, once, and does nobody learn from it who has an account? (RS-*, EN-*, PH-*, HH-01)"""

import asyncio
import ipaddress
import re
from mailbox import Letter, letters, newest
from typing import Any

import httpx2
import pytest
from dev_journeys import come_back
from entrance import BASE_URL, PASSWORD, Browser, Clock, running, set_cookies, settings_for, words
from genkan.accounts import recovery, sweep
from genkan.accounts.throttle import MOST_IN_A_ROW
from genkan.db import UniqueViolation
from rows import everything, prove_all, value
from starlette.applications import Starlette

pytestmark = pytest.mark.anyio

NEW = "nine cranes over the harbour"


@pytest.fixture
async def hanako(app: Starlette, browser: Browser, clock: Clock) -> Browser:
    """Somebody who has an account, a proven address and a live session."""
    await browser.sign_up("hanako")
    await prove_all(app, clock.now)
    clock.now += 1
    return browser


async def asked(app: Starlette, browser: Browser, address: str = "hanako@example.com") -> Letter:
    answer = await browser.submit("/reset", email=address)
    assert (answer.status_code, answer.headers["location"]) == (303, "/reset/sent")
    return await newest(app, "reset", to=address)


async def by_link(browser: Browser, path: str, password: str = NEW, **more: str) -> httpx2.Response:
    opened = await browser.get(path)
    assert opened.headers["location"] == "/reset/new"
    return await browser.submit("/reset/new", new_password=password, **more)


async def test_a_forgotten_password_is_reset_by_the_code_in_the_same_browser(
    app: Starlette, hanako: Browser, other_browser: Browser
) -> None:
    login = await other_browser.get("/login")
    assert 'href="/reset"' in login.text
    mail = await asked(app, other_browser)
    assert mail.details == {"minutes": 15, "name": "Hanako Yamada"}
    sent = words(await other_browser.get("/reset/sent"))
    assert "If hanako@example.com is the confirmed address of an account, we sent it an email." in sent
    typed = await other_browser.submit("/reset/sent", action="code", code=f"{mail.code[:4]} {mail.code[4:]}")
    assert (typed.status_code, typed.headers["location"]) == (303, "/reset/new")
    page = await other_browser.get("/reset/new")
    assert "For h•••@example.com" in words(page)
    assert '<input type="text" name="username" value="hanako" autocomplete="username" readonly hidden>' in page.text
    done = await other_browser.submit("/reset/new", new_password=NEW)
    assert (done.status_code, done.headers["location"]) == (303, "/login")
    assert "Your password was changed. Log in with the new one." in words(await other_browser.get("/login"))
    assert (await other_browser.log_in(password=PASSWORD)).status_code == 422
    assert (await other_browser.log_in(password=NEW)).status_code == 303


async def test_RS_09_nobody_is_logged_in_by_it(app: Starlette, hanako: Browser, other_browser: Browser) -> None:
    mail = await asked(app, other_browser)
    answer = await by_link(other_browser, mail.path)
    assert answer.headers["location"] == "/login"
    assert "jwt" not in set_cookies(answer)
    assert not await other_browser.is_signed_in()


async def test_the_link_works_in_any_browser(app: Starlette, hanako: Browser, other_browser: Browser) -> None:
    mail = await asked(app, hanako)
    assert (await by_link(other_browser, mail.path)).status_code == 303
    assert (await other_browser.log_in(password=NEW)).status_code == 303


async def test_the_code_works_only_where_it_was_asked_for(
    app: Starlette, hanako: Browser, other_browser: Browser
) -> None:
    mail = await asked(app, hanako)
    assert (await other_browser.get("/reset/sent")).headers["location"] == "/reset"
    answer = await other_browser.submit("/reset/sent", action="code", code=mail.code)
    assert answer.headers["location"] == "/reset"
    await other_browser.submit("/reset", email="somebody@example.com")
    assert (await other_browser.submit("/reset/sent", action="code", code=mail.code)).status_code == 422


async def test_CA_07_the_token_leaves_the_address_at_once(app: Starlette, hanako: Browser) -> None:
    mail = await asked(app, hanako)
    token = mail.path.removeprefix("/reset/")
    opened = await hanako.get(mail.path)
    assert (opened.status_code, opened.headers["location"]) == (303, "/reset/new")
    assert opened.headers["referrer-policy"] == "no-referrer"
    page = await hanako.get("/reset/new")
    assert token not in page.text
    assert re.findall(r'(?:src|href|action)="(?:https?:)?//[^"]*"', page.text) == []
    done = await hanako.submit("/reset/new", new_password=NEW)
    assert {set_cookies(done)[name]["max-age"] for name in ("reset", "reset_link")} == {"0"}


async def test_RS_01_a_link_and_its_code_work_once(app: Starlette, hanako: Browser, clock: Clock) -> None:
    mail = await asked(app, hanako)
    assert (await by_link(hanako, mail.path)).status_code == 303
    before = await everything(app)
    again = await by_link(hanako, mail.path, password="another password of hers")
    assert (again.status_code, "This link has expired" in words(again)) == (410, True)
    assert 'href="/reset"' in again.text
    assert await everything(app) == before


async def test_RS_01_the_same_link_twice_at_once_sets_one_password(
    app: Starlette, hanako: Browser, other_browser: Browser
) -> None:
    mail = await asked(app, hanako)
    tried = [f"password number {number} of mine" for number in range(4)]
    for browser in (hanako, other_browser):
        await browser.get(mail.path)
    answers = await asyncio.gather(
        *(
            browser.submit("/reset/new", new_password=each)
            for each, browser in zip(tried, [hanako, other_browser] * 2, strict=True)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [303, 410, 410, 410]
    won = tried[[answer.status_code for answer in answers].index(303)]
    assert [(await hanako.log_in(password=each)).status_code == 303 for each in tried] == [
        each == won for each in tried
    ]
    assert await value(app, "SELECT COUNT(*) AS n FROM events WHERE kind = 'recovered'") == 1


async def test_RS_01_lasts_fifteen_minutes(app: Starlette, hanako: Browser, clock: Clock) -> None:
    mail = await asked(app, hanako)
    await hanako.get(mail.path)
    clock.now += 899
    assert (await hanako.get("/reset/new")).status_code == 200
    clock.now += 1
    assert (await hanako.get("/reset/new")).status_code == 410
    assert (await hanako.submit("/reset/new", new_password=NEW)).status_code == 410
    assert (await hanako.get("/reset/sent")).headers["location"] == "/reset"


async def test_RS_04_a_newer_mail_takes_the_place_of_the_older_in_whatever_browser(
    app: Starlette, hanako: Browser, other_browser: Browser, clock: Clock
) -> None:
    first = await asked(app, hanako)
    clock.now += 1
    second = await asked(app, other_browser)
    assert (await by_link(hanako, first.path)).status_code == 410
    assert (await by_link(hanako, second.path)).status_code == 303


async def test_RS_04_asked_for_again_after_a_minute(app: Starlette, hanako: Browser, clock: Clock) -> None:
    first = await asked(app, hanako)
    clock.now += 18
    assert "You can send it again in 42 seconds." in words(await hanako.get("/reset/sent"))
    await hanako.submit("/reset/sent", action="again")
    assert "You asked for an email a moment ago." in words(await hanako.get("/reset/sent"))
    clock.now += 42
    await hanako.submit("/reset/sent", action="again")
    assert "The email is on its way." in words(await hanako.get("/reset/sent"))
    assert len([each for each in await letters(app) if each.template == "reset"]) == 2
    assert (await hanako.submit("/reset/sent", action="code", code=first.code)).status_code == 422
    second = await newest(app, "reset")
    assert (await hanako.submit("/reset/sent", action="code", code=second.code)).status_code == 303


async def test_a_code_can_be_tried_five_times(app: Starlette, hanako: Browser) -> None:
    mail = await asked(app, hanako)
    wrong = f"{(int(mail.code) + 1) % 10**8:08d}"
    answers = [words(await hanako.submit("/reset/sent", action="code", code=wrong)) for _ in range(6)]
    assert ["The code is not correct." in each for each in answers] == [True] * 5 + [False]
    assert (await hanako.submit("/reset/sent", action="code", code=mail.code)).status_code == 422


@pytest.mark.parametrize("link", ["null", "[]", "0", "%00", "%FF", "%20", "undefined", "x" * 43, "あ", "x" * 4000])
async def test_RS_05_whatever_else_is_opened_is_no_link(app: Starlette, hanako: Browser, link: str) -> None:
    await asked(app, hanako)
    before = await everything(app)
    answer = await hanako.get(f"/reset/{link}")
    if answer.status_code == 303:
        answer = await hanako.submit("/reset/new", new_password=NEW)
    assert 400 <= answer.status_code < 500
    assert await everything(app) == before


async def test_RS_05_without_a_link_there_is_nothing_to_set(hanako: Browser) -> None:
    hanako.cookies.set("reset_link", "")
    assert (await hanako.get("/reset/new")).status_code == 410
    assert (await hanako.submit("/reset/new", new_password=NEW)).status_code == 410


@pytest.mark.parametrize("value", ["", "short", "x" * 5000])
async def test_RS_05_a_browser_cookie_that_is_not_ours_is_none(hanako: Browser, value: str) -> None:
    hanako.cookies.set("reset", value)
    assert (await hanako.get("/reset/sent")).headers["location"] == "/reset"
    assert (await hanako.submit("/reset/sent", action="again")).headers["location"] == "/reset/sent"
    assert (await hanako.submit("/reset/sent", action="code", code="12345678")).headers["location"] == "/reset"


async def test_RS_06_the_link_of_one_account_is_no_other_accounts(
    app: Starlette, hanako: Browser, other_browser: Browser, clock: Clock
) -> None:
    await other_browser.sign_up("jiro")
    await prove_all(app, clock.now)
    clock.now += 1
    mail = await asked(app, other_browser, "jiro@example.com")
    await by_link(other_browser, mail.path, username="hanako", email="hanako@example.com")
    assert (await other_browser.log_in("hanako", NEW)).status_code == 422
    assert (await other_browser.log_in("jiro", NEW)).status_code == 303
    assert (await other_browser.log_in("hanako", PASSWORD)).status_code == 303


async def test_RS_06_a_link_to_confirm_an_address_does_not_reset(app: Starlette, browser: Browser) -> None:
    await browser.sign_up()
    mail = await newest(app, "verify")
    await prove_all(app, 1)
    answer = await by_link(browser, mail.path.replace("/verify/", "/reset/"))
    assert answer.status_code == 410


async def test_RS_07_the_database_has_no_code_no_link_and_no_password(app: Starlette, hanako: Browser) -> None:
    mail = await asked(app, hanako)
    rows = str(await everything(app))
    assert mail.code not in rows
    assert mail.path.removeprefix("/reset/") not in rows
    await by_link(hanako, mail.path)
    assert NEW not in str(await everything(app))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE users SET email = 'b@example.com', email_key = 'b@example.com'",
        "UPDATE users SET email_proven_at = NULL",
        "UPDATE users SET disabled_at = 1",
        "UPDATE user_authentications SET changed_at = :now",
    ],
)
async def test_RS_10_a_mail_is_dead_once_address_or_password_changed(
    app: Starlette, hanako: Browser, clock: Clock, change: str
) -> None:
    mail = await asked(app, hanako)
    await hanako.get(mail.path)
    values = {"now": clock.now} if ":now" in change else {}
    await app.state.services.db.run(change, **values)
    assert (await hanako.get("/reset/new")).status_code == 410
    assert (await hanako.submit("/reset/new", new_password=NEW)).status_code == 410
    assert await value(app, "SELECT COUNT(*) AS n FROM events WHERE kind = 'recovered'") == 0


async def test_RS_10_a_mail_is_dead_once_its_address_is_another_accounts(
    app: Starlette, hanako: Browser, other_browser: Browser
) -> None:
    mail = await asked(app, hanako)
    await app.state.services.db.run("UPDATE users SET email = NULL, email_key = NULL, email_proven_at = NULL")
    await other_browser.sign_up("jiro", email="hanako@example.com")
    await app.state.services.db.run("UPDATE users SET email_proven_at = 1 WHERE email IS NOT NULL")
    await app.state.services.db.run("UPDATE user_authentications SET created_at = 1")
    assert (await by_link(hanako, mail.path)).status_code == 410
    assert (await hanako.log_in("jiro", NEW)).status_code == 422


async def test_RV_03_every_session_ends_and_every_code_and_attempt_is_dead(
    app: Starlette, hanako: Browser, other_browser: Browser, clock: Clock
) -> None:
    await other_browser.log_in()
    db = app.state.services.db
    await hanako.get("/oauth/example")
    session = await value(app, "SELECT MAX(id) AS id FROM sessions")
    await db.run("UPDATE oauth_attempts SET session_id = :id", id=session)
    await db.run(
        "INSERT INTO mailed_tokens SELECT 'undo', 'undo', id, email, email_key, 'h', 'l', 'c', 0, NULL, 1, :later FROM users",
        later=clock.now + 9999,
    )
    await db.run(
        "INSERT INTO mailed_tokens SELECT 'confirm', 'confirm', id, email, email_key, 'h', 'm', 'c', 0, NULL, 1, :later FROM users",
        later=clock.now + 9999,
    )
    mail = await asked(app, hanako)
    await by_link(hanako, mail.path)
    assert [await hanako.is_signed_in(), await other_browser.is_signed_in()] == [False, False]
    assert await value(app, "SELECT COUNT(*) AS n FROM sessions WHERE end_reason = 'recovered'") == 2
    assert await value(app, "SELECT COUNT(*) AS n FROM oauth_attempts") == 0
    left = await value(app, "SELECT COUNT(*) AS n FROM mailed_tokens WHERE purpose <> 'undo'")
    assert (left, await value(app, "SELECT COUNT(*) AS n FROM mailed_tokens WHERE purpose = 'undo'")) == (0, 3)


async def test_RS_13_the_owner_is_told_with_a_way_to_take_it_back(app: Starlette, hanako: Browser) -> None:
    await by_link(hanako, (await asked(app, hanako)).path)
    told = await newest(app, "recovered", to="hanako@example.com")
    assert told.path.startswith("/undo/")
    assert await value(app, "SELECT kind FROM changes") == "recovered"


async def test_RATE_04_the_count_of_failures_in_a_row_begins_anew(
    app: Starlette, hanako: Browser, other_browser: Browser, clock: Clock
) -> None:
    for number in range(MOST_IN_A_ROW + 4):
        await other_browser.log_in(password="a wrong password")
        clock.now += 301 if number % 8 == 7 else 0
    assert (await other_browser.log_in()).status_code == 422  # the right one, not looked at any more
    await by_link(other_browser, (await asked(app, other_browser)).path)
    assert (await other_browser.log_in(password=NEW)).status_code == 303


async def test_the_throttled_are_told_that_they_can_reset(hanako: Browser, other_browser: Browser) -> None:
    answers = [await other_browser.log_in(password="a wrong password") for _ in range(9)]
    assert (answers[-1].status_code, "or reset your password" in words(answers[-1])) == (429, True)


# Pre-hijacking: what somebody added before the owner proved the address is theirs no longer.


async def test_PH_the_owner_takes_back_an_account_that_another_made_with_their_address(
    app: Starlette, browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    await browser.sign_up("attacker", email="victim@example.com")
    await come_back(browser, "unverified", intent="login")
    await browser.submit("/oauth/finish", action="link")
    clock.now += 3600
    await browser.log_in("attacker")
    await browser.submit("/verify", action="again")
    await other_browser.get((await newest(app, "verify", to="victim@example.com")).path)
    await other_browser.submit("/verify/link")  # the owner presses the button of a mail that they did not ask for
    clock.now += 60
    mail = await asked(app, other_browser, "victim@example.com")
    assert (await by_link(other_browser, mail.path)).status_code == 303
    assert not await browser.is_signed_in()
    assert (await browser.log_in("attacker")).status_code == 422
    assert (await come_back(browser, "unverified", intent="login")).headers["location"] == "/oauth/finish"
    assert (await other_browser.log_in("attacker", NEW)).status_code == 303
    assert (await newest(app, "recovered")).details["ways_removed"] == 1


async def test_PH_a_provider_that_came_with_the_proof_stays(app: Starlette, browser: Browser, clock: Clock) -> None:
    await come_back(browser, "verified", intent="signup")
    address = await value(app, "SELECT email FROM users")
    clock.now += 60
    mail = await asked(app, browser, address)
    assert (await by_link(browser, mail.path, username="hanako")).status_code == 303
    assert await value(app, "SELECT COUNT(*) AS n FROM user_oauths") == 1


async def test_PH_an_address_that_is_only_claimed_resets_nothing(app: Starlette, browser: Browser) -> None:
    await browser.sign_up("attacker", email="victim@example.com")
    await browser.submit("/reset", email="victim@example.com")
    assert [each.template for each in await letters(app)] == ["verify"]
    id = await value(app, "SELECT id FROM mailed_tokens WHERE purpose = 'reset'")
    assert await value(app, "SELECT user_id FROM mailed_tokens WHERE id = :id", id=id) is None


# Which way did I use?


async def test_whoever_forgot_only_the_way_sees_it_and_uses_it(
    app: Starlette, browser: Browser, other_browser: Browser
) -> None:
    await come_back(browser, "verified", intent="signup")
    mail = await asked(app, other_browser, await value(app, "SELECT email FROM users"))
    await other_browser.get(mail.path)
    page = await other_browser.get("/reset/new")
    assert "Or log in as you did before" in words(page)
    assert 'href="/oauth/example?intent=login"' in page.text
    assert 'id="reset-username"' in page.text


async def test_an_account_without_a_password_chooses_a_username_too(
    app: Starlette, browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    await other_browser.sign_up("taken")
    await come_back(browser, "verified", intent="signup")
    address = await value(app, "SELECT email FROM users WHERE email_proven_at IS NOT NULL")
    clock.now += 1
    mail = await asked(app, browser, address)
    empty = await by_link(browser, mail.path, password="")
    assert (empty.status_code, 'href="#reset-username"' in empty.text, 'href="#new-password"' in empty.text) == (
        422,
        True,
        True,
    )
    taken = await by_link(browser, mail.path, username="taken")
    assert (taken.status_code, "This username is taken." in words(taken)) == (422, True)
    assert 'value="taken"' in taken.text
    assert NEW not in taken.text
    assert (await by_link(browser, mail.path, username="Sakura")).status_code == 303
    assert (await browser.log_in("sakura", NEW)).status_code == 303


@pytest.mark.parametrize(
    "password", ["", "short", "hanako@example.com", "Hanako Yamada 1", "x" * 300, "qwertyuiopasdfgh"]
)
async def test_PW_08_a_new_password_is_held_to_the_same_rules(app: Starlette, hanako: Browser, password: str) -> None:
    mail = await asked(app, hanako)
    answer = await by_link(hanako, mail.path, password=password)
    assert (answer.status_code, 'href="#new-password"' in answer.text) == (422, True)
    assert (await by_link(hanako, mail.path)).status_code == 303


async def test_whoever_came_to_add_a_provider_goes_on_with_it(app: Starlette, browser: Browser, clock: Clock) -> None:
    await browser.sign_up("ken", email="ken@example.com")
    await browser.log_out()
    await prove_all(app, clock.now)
    clock.now += 1
    await come_back(browser, "existing", intent="login", address="ken@example.com")
    page = await browser.get("/oauth/finish")
    assert 'formaction="/reset"' in page.text
    mail = await asked(app, browser, "ken@example.com")
    answer = await by_link(browser, mail.path)
    assert answer.headers["location"] == "/login?next=/oauth/finish"


# The same answer for everybody.


async def test_EN_06_EN_07_known_unknown_unproven_and_disabled_addresses_get_one_answer(
    app: Starlette, hanako: Browser, clock: Clock
) -> None:
    await hanako.sign_up("claimed", email="kumiko@example.com")
    await hanako.sign_up("closed", email="closed@example.com")
    await app.state.services.db.run(
        "UPDATE users SET disabled_at = 1, email_proven_at = 1 WHERE email = 'closed@example.com'"
    )
    seen = []
    for address in ("hanako@example.com", "nobody@example.com", "kumiko@example.com", "closed@example.com"):
        async with Browser(app) as fresh:
            first = await fresh.submit("/reset", email=address)
            sent = await fresh.get("/reset/sent")
            wrong = await fresh.submit("/reset/sent", action="code", code="12345678")
            early = await fresh.submit("/reset/sent", action="again")
            seen.append([masked(each, address) for each in (first, sent, wrong, early)])
            clock.now += 60
            await fresh.submit("/reset/sent", action="again")
    assert seen[1:] == seen[:1] * 3
    assert {each.recipient for each in await letters(app) if each.template == "reset"} == {"hanako@example.com"}


def masked(answer: httpx2.Response, address: str) -> tuple[int, list[str], str, int]:
    """What an answer shows to somebody who compares: status, names of headers in their order, body, length."""
    body = answer.text.replace(address, "ADDRESS")
    return answer.status_code, [name for name, _ in answer.headers.multi_items()], body, len(body)


async def test_EN_06_the_same_rows_are_written_for_nobody(app: Starlette, hanako: Browser) -> None:
    counted = []
    for address in ("hanako@example.com", "nobody@example.com"):
        async with Browser(app) as fresh:
            before = await everything(app)
            await fresh.submit("/reset", email=address)
            after = await everything(app)
            counted.append({name: len(after[name]) - len(before[name]) for name in after})
    assert counted[0] == counted[1]
    assert (counted[0]["mailed_tokens"], counted[0]["outbox"]) == (1, 1)


async def test_EN_06_what_is_written_for_nobody_is_never_sent_and_swept(
    app: Starlette, hanako: Browser, clock: Clock
) -> None:
    await hanako.submit("/reset", email="nobody@example.com")
    await asked(app, hanako)
    left = "SELECT COUNT(*) AS n FROM outbox WHERE template = 'reset'"
    assert await value(app, f"{left} AND recipient = '' AND dead_at IS NOT NULL") == 1
    clock.now += 901
    await sweep.ended(app.state.services.db, now=clock.now)
    assert await value(app, left) == 1
    assert await value(app, f"{left} AND recipient = 'hanako@example.com'") == 1


async def test_BF_14_one_mailbox_gets_five_mails_in_six_hours_and_nobody_is_told(
    app: Starlette, hanako: Browser, clock: Clock
) -> None:
    locations = set()
    for _ in range(8):
        async with Browser(app) as stranger:
            locations.add((await stranger.submit("/reset", email="HANAKO@example.com")).headers["location"])
            assert (await stranger.get("/reset/sent")).status_code == 200
    assert locations == {"/reset/sent"}
    sent = [each for each in await letters(app) if each.template == "reset"]
    assert len(sent) == 4  # with the one of the sign-up five
    clock.now += 6 * 3600
    await asked(app, hanako)


async def test_BF_14_a_hundred_clients_are_no_hundred_mails(database_url: str, clock: Clock) -> None:
    settings = settings_for(database_url, trusted_proxies=(ipaddress.ip_network("127.0.0.1"),))
    async with running(settings, clock=clock) as app, Browser(app) as browser:
        await browser.sign_up()
        await prove_all(app, clock.now)
        seen = set()
        for number in range(100):
            async with Browser(app, headers={"X-Forwarded-For": f"203.0.113.{number}"}) as stranger:
                answer = await stranger.submit("/reset", email="hanako@example.com")
                sent = await stranger.get("/reset/sent")
                seen.add((answer.status_code, answer.headers["location"], sent.status_code, words(sent)))
        assert len(seen) == 1
        assert len(await letters(app, to="hanako@example.com")) == 5


async def test_BF_14_one_client_asks_for_thirty_an_hour(hanako: Browser) -> None:
    asked = [await hanako.submit("/reset", email=f"somebody{number}@example.com") for number in range(31)]
    assert [each.status_code for each in asked] == [303] * 30 + [429]
    assert int(asked[-1].headers["retry-after"]) == 3600


@pytest.mark.parametrize(
    "address", ["", "nobody at home", "a@b@c", "x" * 400 + "@example.com", "a@example.com\r\nBcc: b@c.d"]
)
async def test_an_address_that_cannot_be_one_is_refused(app: Starlette, hanako: Browser, address: str) -> None:
    before = await everything(app)
    answer = await hanako.submit("/reset", email=address)
    assert (answer.status_code, 'href="#email"' in answer.text) == (422, True)
    assert await everything(app) == before


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:8000.evil.example", "127.0.0.1"])
async def test_HH_01_nothing_of_a_mail_comes_from_the_host(app: Starlette, hanako: Browser, host: str) -> None:
    headers = {"Host": host, "Sec-Fetch-Site": "same-origin"}
    refused = await hanako.post("/reset", data={"email": "hanako@example.com"}, headers=headers)
    assert refused.status_code == 400
    forwarded = {"X-Forwarded-Host": host, "Forwarded": f"host={host}", "Sec-Fetch-Site": "same-origin"}
    taken = await hanako.post("/reset", data={"email": "hanako@example.com"}, headers=forwarded)
    assert taken.headers["location"] == "/reset/sent"
    mail = await newest(app, "reset")
    assert host not in str(mail)
    newest_id = re.findall(r'href="/dev/mail/([^"]+)"', (await hanako.get("/dev/mail")).text)[0]
    sent = await hanako.get(f"/dev/mail/{newest_id}/html")
    links = re.findall(r'href="([^"]*)"', sent.text)
    assert f"{BASE_URL}{mail.path}" in links
    assert [link for link in links if not link.startswith(f"{BASE_URL}/")] == []


@pytest.mark.parametrize("action", ["", "delete", "CODE"])
async def test_the_page_does_two_things_and_no_others(browser: Browser, action: str) -> None:
    assert (await browser.submit("/reset/sent", action=action)).status_code == 400


async def test_a_leaving_account_can_be_taken_back_too(app: Starlette, hanako: Browser, clock: Clock) -> None:
    await app.state.services.db.run("UPDATE users SET leaves_at = :at", at=clock.now + 86_400)
    assert (await by_link(hanako, (await asked(app, hanako)).path)).status_code == 303
    assert (await hanako.log_in(password=NEW)).status_code == 303


async def test_GET_and_HEAD_of_every_mailed_address_change_no_row(
    app: Starlette, hanako: Browser, other_browser: Browser
) -> None:
    reset = await asked(app, hanako)
    await hanako.sign_up("jiro")
    verify = await newest(app, "verify", to="jiro@example.com")
    for link in (reset.path, verify.path):
        await other_browser.get(link)
    before = await everything(app)
    pages = (reset.path, "/reset/new", verify.path, "/verify/link", "/verify", "/reset", "/reset/sent")
    for browser in (other_browser, hanako):
        for path in pages:
            for _ in range(25):
                assert (await browser.get(path)).status_code < 500
                assert (await browser.head(path)).status_code < 500
    assert await everything(app) == before
    assert (await by_link(other_browser, reset.path)).status_code == 303


async def test_whoever_loses_a_race_for_an_address_is_answered_by_how_it_stands_then(
    app: Starlette, hanako: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter, finish, tries = await asked(app, hanako), recovery._finish, []

    async def late(*given: Any, **more: Any) -> str:
        tries.append(1)
        if len(tries) == 1:
            raise UniqueViolation
        return await finish(*given, **more)

    monkeypatch.setattr(recovery, "_finish", late)
    assert (await by_link(hanako, letter.path)).status_code == 303
    assert len(tries) == 2
