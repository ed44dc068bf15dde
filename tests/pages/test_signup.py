"""/signup: does it make one account, of what was typed, or say what to mend? (UN-*, PW-*, EN-04, BF-15)"""

import asyncio
from dataclasses import replace

import pytest
from entrance import PASSWORD, Browser, Clock, running, set_cookies, words
from genkan.settings import Settings
from starlette.applications import Starlette

pytestmark = pytest.mark.anyio

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


async def count(app: Starlette, table: str) -> object:
    return await app.state.services.db.value(f"SELECT COUNT(*) AS n FROM {table}")


async def test_makes_a_user_a_password_login_and_a_session_in_one_go(app: Starlette, browser: Browser) -> None:
    answer = await browser.sign_up()
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    assert [await count(app, table) for table in ("users", "user_authentications", "user_oauths", "sessions")] == [
        1,
        1,
        0,
        1,
    ]
    assert await browser.is_signed_in()


async def test_PW_10_the_password_is_kept_as_argon2id_and_salted(app: Starlette, browser: Browser) -> None:
    await browser.sign_up("hanako")
    await browser.sign_up("jiro")
    first, second = [
        await app.state.services.db.value("SELECT password FROM user_authentications WHERE username = :name", name=name)
        for name in ("hanako", "jiro")
    ]
    assert first.startswith("$argon2id$v=19$")
    assert first != second


async def test_says_every_field_that_is_to_be_mended_at_once(browser: Browser) -> None:
    answer = await browser.submit("/signup", name="", email="nowhere", username="a b", password="short")
    assert answer.status_code == 422
    for field in ("signup-name", "signup-email", "signup-username", "new-password"):
        assert f'href="#{field}"' in answer.text
    assert 'value="nowhere"' in answer.text
    assert "short" not in answer.text.replace("shorten", "")


async def test_IN_09_what_is_not_asked_is_not_taken(app: Starlette, browser: Browser) -> None:
    await browser.sign_up(is_admin="1", email_verified="1", email_proven_at="1", id="1", user_id="1", sub="x")
    row = await app.state.services.db.value("SELECT email_proven_at FROM users")
    assert row is None
    assert await app.state.services.db.value("SELECT id FROM users") != "1"


async def test_a_taken_username_is_said_at_once_in_any_case(browser: Browser, other_browser: Browser) -> None:
    await browser.sign_up("hanako")
    answer = await other_browser.sign_up("Hanako", email="other@example.com")
    assert (answer.status_code, "This username is taken" in answer.text) == (422, True)


async def test_EN_04_whether_an_address_has_an_account_is_never_said(browser: Browser, other_browser: Browser) -> None:
    await browser.sign_up("hanako", email="same@example.com")
    answer = await other_browser.sign_up("jirou", email="same@example.com")
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")


async def test_an_address_is_a_claim_and_lets_nobody_in(browser: Browser) -> None:
    await browser.sign_up("hanako", email="hanako@example.com")
    await browser.log_out()
    assert (await browser.log_in("hanako@example.com")).status_code == 422


async def test_a_proven_address_lets_in_like_the_username(app: Starlette, browser: Browser, clock: Clock) -> None:
    await browser.sign_up("hanako", email="Hanako@Example.com")
    await app.state.services.db.run("UPDATE users SET email_proven_at = :now", now=clock.now)
    assert (await browser.log_in("hanako@example.COM")).status_code == 303


async def test_two_hundred_sign_ups_at_once_are_two_hundred_users(app: Starlette, browser: Browser) -> None:
    answers = await asyncio.gather(*(browser.sign_up(f"user{each}") for each in range(200)))
    assert {answer.status_code for answer in answers} == {303}
    assert await count(app, "users") == 200


async def test_the_same_username_fifty_times_at_once_has_one_winner(app: Starlette, browser: Browser) -> None:
    answers = await asyncio.gather(*(browser.sign_up("same", email=f"e{each}@example.com") for each in range(50)))
    assert sorted(answer.status_code for answer in answers) == [303] + [422] * 49
    assert [await count(app, table) for table in ("users", "user_authentications")] == [1, 1]


async def test_BF_15_a_flood_of_sign_ups_from_one_address_is_stopped(settings: Settings, clock: Clock) -> None:
    async with running(replace(settings, signups_per_address=3), clock=clock) as app, Browser(app) as browser:
        answers = [await browser.sign_up(f"user{each}") for each in range(4)]
        assert [answer.status_code for answer in answers] == [303, 303, 303, 429]
        assert int(answers[-1].headers["retry-after"]) == 600
        clock.now += 600
        assert (await browser.sign_up("later")).status_code == 303


async def test_RL_an_overfull_hashing_queue_is_a_503_that_says_when(settings: Settings) -> None:
    async with running(settings) as app, Browser(app) as browser:
        app.state.services.hasher.close()
        hasher = type(app.state.services.hasher)(memory_kib=65_536, time_cost=2, threads=1, queue=0)
        object.__setattr__(app.state.services, "hasher", hasher)
        answers = await asyncio.gather(*(browser.sign_up(f"user{each}") for each in range(8)))
        refused = [answer for answer in answers if answer.status_code == 503]
        assert {answer.status_code for answer in answers} == {303, 503}
        assert all(int(answer.headers["retry-after"]) >= 1 for answer in refused)
        assert "Hanako Yamada" in refused[0].text  # what was typed is still there


async def test_says_whether_a_username_is_free(browser: Browser) -> None:
    await browser.sign_up("hanako")
    expected = {
        "jirou": "This username is free.",
        "hanako": "This username is taken.",
        "a b": "Username can have",
        "": "",
    }
    for username, sentence in expected.items():
        answer = await browser.post("/signup/username", data={"username": username}, headers=PARTIAL)
        assert answer.status_code == 200
        assert sentence in words(answer)
        assert "<form" not in answer.text


@pytest.mark.parametrize(
    ("password", "sentence"),
    [("short", "15 characters or more"), ("", ""), (PASSWORD, ""), ("hanako hanako hanako", "your own name")],
)
async def test_advises_on_a_password_without_repeating_it(browser: Browser, password: str, sentence: str) -> None:
    typed = {"name": "Hanako", "email": "h@example.com", "username": "hanako", "password": password}
    answer = await browser.post("/signup/password", data=typed, headers=PARTIAL)
    assert (answer.status_code, sentence in words(answer)) == (200, True)
    assert not password or password not in answer.text


async def test_XS_01_what_was_typed_comes_back_as_text(browser: Browser) -> None:
    evil = '"><svg onload=alert(1)>{{7*7}}@x'
    answer = await browser.submit("/signup", name=evil, email=evil, username=evil, password="x")
    assert "<svg onload" not in answer.text
    assert "{{7*7}}" in answer.text


async def test_sets_no_cookie_for_who_is_refused(browser: Browser) -> None:
    assert "jwt" not in set_cookies(await browser.sign_up(password="short"))


async def test_when_already_logged_in_the_page_says_so(browser: Browser) -> None:
    await browser.sign_up()
    assert (await browser.get("/signup")).status_code == 200
