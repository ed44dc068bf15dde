"""/login: does it let in whoever knows the password, and tell everybody else the same? (EN-*, BF-*, CK-*)"""

import asyncio
import threading

import httpx2
import jwt
import pytest
from entrance import PASSWORD, Browser, Clock, set_cookies, words
from genkan.accounts import sweep
from genkan.accounts.tokens import LASTS
from genkan.accounts.tries import KNOWN, Place, rank
from genkan.errors import WrongCredentials
from starlette.applications import Starlette

pytestmark = pytest.mark.anyio


async def test_a_person_signs_up_logs_out_and_logs_in(browser: Browser) -> None:
    assert (await browser.sign_up()).headers["location"] == "/account"
    assert (await browser.log_out()).status_code == 303
    assert not await browser.is_signed_in()
    answer = await browser.log_in()
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    assert "Hanako Yamada" in (await browser.get("/account")).text


async def test_the_cookie_and_the_token_are_those_of_the_contract(browser: Browser, clock: Clock) -> None:
    await browser.sign_up()
    cookie = set_cookies(await browser.log_in())["jwt"]
    assert (cookie["max-age"], cookie["path"], cookie["samesite"], cookie["domain"]) == ("172800", "/", "lax", "")
    assert (bool(cookie["httponly"]), bool(cookie["secure"])) == (True, False)
    header = jwt.get_unverified_header(cookie.value)
    claims = jwt.decode(cookie.value, options={"verify_signature": False})
    assert (header["alg"], header["typ"]) == ("EdDSA", "JWT")
    assert claims.keys() == {"iss", "aud", "sub", "sid", "iat", "exp"}
    assert (claims["iss"], claims["iat"], claims["exp"]) == (browser.origin, clock.now, clock.now + 172_800)


async def test_goes_on_to_where_the_person_wanted(browser: Browser) -> None:
    await browser.sign_up()
    answer = await browser.log_in(next="/reports?year=2026")
    assert answer.headers["location"] == "/reports?year=2026"
    assert (await browser.log_in(next="//evil.example")).headers["location"] == "/account"


@pytest.mark.parametrize("username", ["hanako", "HANAKO", " hanako ", "ｈａｎａｋｏ"])
async def test_a_username_is_known_in_any_case_and_width(browser: Browser, username: str) -> None:
    await browser.sign_up("hanako")
    assert (await browser.log_in(username)).status_code == 303


async def test_PW_05_a_password_is_verified_exactly_as_it_is(browser: Browser) -> None:
    await browser.sign_up(password=" Seven lanterns by the river\t")
    tried = ["Seven lanterns by the river", " seven lanterns by the river\t", " Seven lanterns by the river\t"]
    assert [(await browser.log_in(password=each)).status_code for each in tried] == [422, 422, 303]


async def test_EN_01_a_wrong_password_and_an_unknown_user_get_one_answer(
    browser: Browser, other_browser: Browser
) -> None:
    await browser.sign_up()
    wrong = await other_browser.log_in("hanako", "not the password at all")
    unknown = await other_browser.log_in("hamako", "not the password at all")
    masked = [answer.text.replace("hanako", "NAME").replace("hamako", "NAME") for answer in (wrong, unknown)]
    assert masked[0] == masked[1]
    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert [name for name, _ in wrong.headers.items()] == [name for name, _ in unknown.headers.items()]
    assert len(wrong.content) == len(unknown.content)
    assert WrongCredentials.text in words(wrong)
    assert "set-cookie" not in wrong.headers


async def test_EN_01_and_costs_the_same_hash(app: Starlette, browser: Browser) -> None:
    await browser.sign_up()
    hasher = app.state.services.hasher
    assert not await hasher.verify("x" * 20, None)  # a hash is made for nobody, too: see tests/accounts/test_hashing.py


@pytest.mark.parametrize("password", ["", " ", "None", "null", "!", "x" * 257, "x" * 4097])
async def test_PH_09_nothing_opens_an_account_without_a_password(browser: Browser, password: str) -> None:
    answer = await browser.log_in("nobody-here", password)
    assert answer.status_code == 422
    assert "jwt" not in set_cookies(answer)


@pytest.mark.parametrize("username", ["a b", "a@b@c", "@", "x" * 500, "nobody@example.com", "' OR 1=1--", "%", "\x1f"])
async def test_IN_01_whatever_is_typed_as_a_name_is_nobodys(browser: Browser, username: str) -> None:
    assert (await browser.log_in(username)).status_code == 422


async def test_an_empty_form_says_what_is_missing_in_both_fields(browser: Browser) -> None:
    answer = await browser.submit("/login", username="", password="")
    assert answer.status_code == 422
    assert 'href="#username"' in answer.text
    assert 'href="#current-password"' in answer.text


async def test_CA_08_keeps_the_name_and_never_the_password(browser: Browser) -> None:
    answer = await browser.log_in("hanako", "a password that is wrong")
    assert 'value="hanako"' in answer.text
    assert "a password that is wrong" not in answer.text


async def test_BF_01_the_ninth_guess_is_not_looked_at(browser: Browser, other_browser: Browser) -> None:
    await browser.sign_up()
    guesses = [await other_browser.log_in(password="a wrong password") for _ in range(10)]
    assert [guess.status_code for guess in guesses] == [422] * 8 + [429] * 2
    assert 1 <= int(guesses[-1].headers["retry-after"]) <= 300
    assert (await other_browser.log_in()).status_code == 429  # the right password is not looked at either


async def test_a_strangers_guesses_do_not_lock_the_owner_out_of_a_known_browser(
    browser: Browser, other_browser: Browser
) -> None:
    await browser.sign_up()
    await browser.log_out()
    for _ in range(10):
        await other_browser.log_in(password="a wrong password")
    assert (await browser.log_in()).status_code == 303


async def test_the_known_browser_has_a_limit_of_its_own(browser: Browser) -> None:
    await browser.sign_up()
    guesses = [(await browser.log_in(password="a wrong password")).status_code for _ in range(9)]
    assert guesses == [422] * 8 + [429]


async def test_F6_right_and_wrong_tries_at_once_do_not_wait_for_each_other_in_a_ring(browser: Browser) -> None:
    await browser.sign_up()
    for _ in range(12):
        tries = [PASSWORD, "a wrong password"] * 4
        answers = await asyncio.gather(*(browser.log_in(password=each) for each in tries))
        assert [answer.status_code for answer in answers] == [303, 422] * 4
        await browser.log_in()


async def test_L7_whose_address_has_guessed_waits_behind_those_who_have_not(app: Starlette, browser: Browser) -> None:
    await browser.sign_up()
    turns, go = app.state.services.hasher.turns, threading.Event()
    transports = [httpx2.ASGITransport(app=app, client=(f"192.0.2.{last}", 50_000)) for last in (1, 2)]
    guesser, new = [httpx2.AsyncClient(transport=each, base_url=browser.origin) for each in transports]
    headers = {"Origin": browser.origin, "Sec-Fetch-Site": "same-origin"}

    async def log_in(client: httpx2.AsyncClient, username: str, password: str) -> int:
        answer = await client.post("/login", data={"username": username, "password": password}, headers=headers)
        return answer.status_code

    assert [await log_in(guesser, "hanako", f"wrong, try {each}") for each in range(4)] == [422] * 4
    busy = [asyncio.create_task(turns.run(go.wait, Place())) for _ in range(turns.threads + 1)]
    answers = []
    for client, username in ((guesser, "hanako"), (guesser, "nobody"), (new, "hanako"), (browser, "hanako")):
        answers.append(asyncio.create_task(log_in(client, username, PASSWORD)))
        while turns.under_way < len(busy) + len(answers):
            await asyncio.sleep(0.001)
    ranks = [each.rank for each in turns._line._all]
    go.set()
    assert await asyncio.gather(*answers) == [303, 422, 303, 303]
    await asyncio.gather(*busy)
    assert ranks == [KNOWN, rank(0), rank(4), rank(4)]  # of two at once neither is a failure yet of the other's


async def test_BF_10_after_the_window_it_counts_anew(browser: Browser, other_browser: Browser, clock: Clock) -> None:
    await browser.sign_up()
    for _ in range(10):
        await other_browser.log_in(password="a wrong password")
    clock.now += 301
    assert [(await other_browser.log_in(password="wrong again, sorry")).status_code for _ in range(9)] == [422] * 8 + [
        429
    ]


async def test_EN_01_an_unknown_name_is_limited_alike(browser: Browser) -> None:
    guesses = [(await browser.log_in("nobody", "a wrong password")).status_code for _ in range(10)]
    assert guesses == [422] * 8 + [429] * 2


async def test_EN_01_a_name_is_counted_once_in_all_its_spellings(browser: Browser, other_browser: Browser) -> None:
    """Counted apart, the spellings would tell a name that is nobody's: somebody's are counted together."""
    await browser.sign_up()
    spellings = ["{}", " {}", "{} ", "\u3000{}\t", "{}"]
    for name in ("hanako", "hamako", "hanako@example.com", "hanako@@example.com"):
        typed = [each.format(name.upper() if odd else name) for odd in (0, 1) for each in spellings]
        answers = [(await other_browser.log_in(each, "a wrong password")).status_code for each in typed]
        assert answers == [422] * 8 + [429] * 2


async def test_RL_16_names_that_are_nobodys_leave_nothing_behind(
    app: Starlette, browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    await browser.sign_up()
    for each in range(5):
        await other_browser.log_in(f"nobody-{each}", "a wrong password")
    await other_browser.log_in("hanako", "a wrong password")
    await sweep.ended(app.state.services.db, now=clock.now + 6 * 3600 + 1)
    kept = await app.state.services.db.value("SELECT COUNT(*) AS n FROM throttle")
    assert kept == 1  # that somebody's password was guessed wrongly, once in a row


async def test_BF_05_success_forgets_the_accounts_failures_not_the_addresss(
    browser: Browser, other_browser: Browser
) -> None:
    await browser.sign_up()
    await other_browser.sign_up("attacker")
    for _ in range(7):
        await other_browser.log_in("hanako", "a wrong password")
    assert (await other_browser.log_in("hanako")).status_code == 303
    assert [(await other_browser.log_in("hanako", "a wrong one again")).status_code for _ in range(8)] == [422] * 8


async def test_BF_02_after_a_hundred_failures_in_a_row_strangers_are_not_listened_to(
    browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    await browser.sign_up()
    await browser.log_out()
    for _ in range(13):
        for _ in range(8):
            assert (await other_browser.log_in(password="a wrong password")).status_code == 422
        clock.now += 301
    assert (await other_browser.log_in()).status_code == 422  # the right one, not looked at
    assert (await browser.log_in()).status_code == 303  # the owner's own browser
    await other_browser.log_out()
    assert (await other_browser.log_in()).status_code == 303  # who thereby has set things right


async def test_CK_02_a_new_login_has_a_new_session_and_ends_the_old(browser: Browser, other_browser: Browser) -> None:
    await browser.sign_up()
    before = browser.cookies["jwt"]
    await browser.log_in()
    assert browser.cookies["jwt"] != before
    other_browser.cookies.set("jwt", before)
    assert not await other_browser.is_signed_in()


async def test_CK_13_two_browsers_have_two_sessions(browser: Browser, other_browser: Browser) -> None:
    await browser.sign_up()
    await other_browser.log_in()
    await browser.log_out()
    assert await other_browser.is_signed_in()


async def test_CK_10_a_session_lasts_two_days_whatever_happens_in_between(browser: Browser, clock: Clock) -> None:
    await browser.sign_up()
    clock.now += LASTS - 60
    assert await browser.is_signed_in()
    clock.now += 61
    assert not await browser.is_signed_in()


async def test_CK_09_a_token_counts_in_its_cookie_only(browser: Browser, other_browser: Browser) -> None:
    await browser.sign_up()
    token = browser.cookies["jwt"]
    for headers, query in [
        ({"Authorization": f"Bearer {token}"}, ""),
        ({"Cookie": f"session={token}"}, ""),
        ({}, f"?token={token}&jwt={token}"),
    ]:
        answer = await other_browser.get(f"/account{query}", headers=headers)
        assert answer.status_code == 303


async def test_CK_11_somebody_who_is_logged_in_is_asked(browser: Browser) -> None:
    await browser.sign_up()
    answer = await browser.get("/login")
    assert (answer.status_code, "hanako@example.com" in answer.text) == (200, True)


async def test_whoever_is_not_signed_in_is_sent_to_login_and_back(browser: Browser) -> None:
    await browser.sign_up()
    await browser.log_out()
    answer = await browser.get("/account?tab=ways")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=/account%3Ftab%3Dways")
    page = await browser.get(answer.headers["location"])
    assert "Log in to see that page." in page.text
    assert 'value="/account?tab=ways"' in page.text


async def test_EN_09_a_disabled_account_is_told_only_to_who_knows_the_password(
    app: Starlette, browser: Browser, clock: Clock
) -> None:
    await browser.sign_up()
    await app.state.services.db.run("UPDATE users SET disabled_at = :now", now=clock.now)
    assert not await browser.is_signed_in()
    assert [(await browser.log_in(password=each)).status_code for each in ("a wrong password", PASSWORD)] == [422, 403]


async def test_RD_09_a_next_given_twice_is_refused(browser: Browser) -> None:
    assert (await browser.get("/login?next=/a&next=//evil")).status_code == 400


async def test_success_tells_htmx_to_navigate(browser: Browser) -> None:
    await browser.sign_up()
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
    answer = await browser.post("/login", data={"username": "hanako", "password": PASSWORD}, headers=headers)
    assert (answer.status_code, answer.headers["hx-redirect"], answer.text) == (200, "/account", "")


async def test_a_refused_form_comes_back_to_htmx_as_the_form_alone(browser: Browser) -> None:
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
    answer = await browser.post("/login", data={"username": "x", "password": "y"}, headers=headers)
    assert answer.status_code == 422
    assert answer.text.lstrip().startswith("<form")
    assert "<html" not in answer.text


async def test_PW_11_a_weaker_hash_is_upgraded_by_logging_in(app: Starlette, browser: Browser) -> None:
    await browser.sign_up()
    services = app.state.services
    from_before = await services.db.value("SELECT password FROM user_authentications")
    hashes = {from_before}
    stronger = type(services.hasher)(memory_kib=16, time_cost=1)
    object.__setattr__(services, "hasher", stronger)
    for _ in range(3):
        assert (await browser.log_in()).status_code == 303
        hashes.add(await services.db.value("SELECT password FROM user_authentications"))
    stronger.close()
    assert sorted("m=16," in each for each in hashes) == [False, True]


async def test_of_the_last_minute_the_refusal_does_not_say_1_minutes(browser: Browser, clock: Clock) -> None:
    for _ in range(8):
        await browser.log_in(password="wrong wrong wrong")
    clock.now += 290
    answer = await browser.log_in()
    assert int(answer.headers["retry-after"]) <= 10
    assert "Wait 2 minutes" in words(answer)
