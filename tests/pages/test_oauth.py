"""/oauth/…: does the built-in provider let people in, once, in their own browser, and never by an address? (OA-*, LK-*, PH-*)"""

import asyncio
from urllib.parse import parse_qs, urlsplit

import pytest
from dev_journeys import cancel, choose, come_back, set_out
from entrance import Browser, Clock, running, set_cookies, settings_for, words
from genkan.settings import ProviderSettings
from starlette.applications import Starlette

pytestmark = pytest.mark.anyio


async def value(app: Starlette, sql: str) -> object:
    return await app.state.services.db.value(sql)


async def test_signs_up_with_no_further_screen_where_all_is_said(app: Starlette, browser: Browser) -> None:
    answer = await come_back(browser, "verified", intent="signup")
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    assert await browser.is_signed_in()
    assert await value(app, "SELECT COUNT(*) AS n FROM user_oauths WHERE provider = 'example'") == 1
    assert await value(app, "SELECT email_proven_at FROM users") is not None
    assert await value(app, "SELECT COUNT(*) AS n FROM user_authentications") == 0


async def test_logs_in_by_provider_and_identity(app: Starlette, browser: Browser, other_browser: Browser) -> None:
    await come_back(browser, "verified", intent="signup")
    answer = await come_back(other_browser, "verified", intent="login")
    assert answer.headers["location"] == "/account"
    assert await value(app, "SELECT COUNT(*) AS n FROM users") == 1


async def test_a_new_identity_on_login_is_asked(app: Starlette, browser: Browser) -> None:
    answer = await come_back(browser, "verified", intent="login")
    assert answer.headers["location"] == "/oauth/finish"
    assert await value(app, "SELECT COUNT(*) AS n FROM users") == 0
    page = await browser.get("/oauth/finish")
    assert "Check your details" in page.text
    created = await browser.submit("/oauth/finish", action="create", name="Hana", email=field(page.text, "email"))
    assert created.headers["location"] == "/account"
    assert await browser.is_signed_in()


def field(html: str, name: str) -> str:
    """What stands in a field of a page, also a hidden one."""
    for tag in html.split("<input")[1:]:
        if f'name="{name}"' in tag.partition(">")[0] and 'value="' in tag:
            return tag.partition('value="')[2].partition('"')[0]
    return ""


async def test_LK_16_what_the_provider_did_not_say_is_asked(app: Starlette, browser: Browser) -> None:
    answer = await come_back(browser, "no-address", intent="signup")
    assert answer.headers["location"] == "/oauth/finish"
    refused = await browser.submit("/oauth/finish", action="create", name="", email="")
    assert refused.status_code == 422
    assert 'href="#complete-email"' in refused.text
    done = await browser.submit("/oauth/finish", action="create", name="Hana", email="hana@example.com")
    assert done.status_code == 303
    assert await value(app, "SELECT email_proven_at FROM users") is None
    assert await value(app, "SELECT email FROM users") == "hana@example.com"


async def test_an_unverified_address_is_a_claim(app: Starlette, browser: Browser) -> None:
    await come_back(browser, "unverified", intent="signup")
    page = await browser.get("/oauth/finish")
    await browser.submit("/oauth/finish", action="create", name="Hana", email=field(page.text, "email"))
    assert await value(app, "SELECT email_proven_at FROM users") is None


async def test_a_verified_address_that_was_changed_is_a_claim(app: Starlette, browser: Browser) -> None:
    await come_back(browser, "verified", intent="login")
    await browser.submit("/oauth/finish", action="create", name="Hana", email="other@example.com")
    assert await value(app, "SELECT email_proven_at FROM users") is None


async def test_LK_06_a_changed_address_is_the_same_person_and_replaces_nothing(
    app: Starlette, browser: Browser
) -> None:
    await come_back(browser, "verified", intent="signup")
    before = await value(app, "SELECT email FROM users")
    answer = await come_back(browser, "changed", intent="login")
    assert answer.headers["location"] == "/account"
    assert await value(app, "SELECT email FROM users") == before


async def test_PH_an_address_that_somebody_else_claimed_is_still_free(
    app: Starlette, browser: Browser, other_browser: Browser
) -> None:
    await come_back(browser, "verified", intent="login")
    address = field((await browser.get("/oauth/finish")).text, "email")
    await other_browser.sign_up("attacker", email=address)
    await browser.submit("/oauth/finish", action="create", name="Hana", email=address)
    assert await browser.is_signed_in()
    owner = await value(app, "SELECT user_id FROM user_oauths")
    assert await value(app, "SELECT id FROM users WHERE email_proven_at IS NOT NULL") == owner
    assert await value(app, "SELECT COUNT(*) AS n FROM users") == 2


async def test_accounts_are_never_joined_by_address(
    app: Starlette, browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    await browser.sign_up("hanako", email="existing@example.com")
    await app.state.services.db.run("UPDATE users SET email_proven_at = :now", now=clock.now)
    answer = await come_back(other_browser, "existing", intent="signup", address="existing@example.com")
    assert answer.headers["location"] == "/oauth/finish"
    page = await other_browser.get("/oauth/finish")
    assert "You already have an account" in page.text
    assert await value(app, "SELECT COUNT(*) AS n FROM user_oauths") == 0
    refused = await other_browser.submit("/oauth/finish", action="create", name="Hana", email="existing@example.com")
    assert refused.headers["location"] == "/login"
    assert await value(app, "SELECT COUNT(*) AS n FROM users") == 1


async def test_whoever_logs_in_meanwhile_is_asked_once_and_then_linked(
    app: Starlette, browser: Browser, clock: Clock
) -> None:
    await browser.sign_up("hanako", email="existing@example.com")
    await browser.log_out()
    await app.state.services.db.run("UPDATE users SET email_proven_at = :now", now=clock.now)
    await come_back(browser, "existing", intent="login", address="existing@example.com")
    assert (await browser.log_in(next="/oauth/finish")).headers["location"] == "/oauth/finish"
    page = await browser.get("/oauth/finish")
    assert 'value="link"' in page.text
    assert await value(app, "SELECT COUNT(*) AS n FROM user_oauths") == 0
    linked = await browser.submit("/oauth/finish", action="link")
    assert linked.headers["location"] == "/account"
    assert "is now linked" in (await browser.get("/account")).text
    await browser.log_out()
    assert (await come_back(browser, "existing", intent="login", address="x@example.com")).headers[
        "location"
    ] == "/account"


async def test_nobody_links_without_being_signed_in(app: Starlette, browser: Browser) -> None:
    await come_back(browser, "verified", intent="login")
    answer = await browser.submit("/oauth/finish", action="link")
    assert answer.headers["location"] == "/login?next=/oauth/finish"
    assert await value(app, "SELECT COUNT(*) AS n FROM user_oauths") == 0


async def test_LK_10_an_identity_of_somebody_else_is_not_moved(
    app: Starlette, browser: Browser, other_browser: Browser
) -> None:
    await come_back(browser, "verified", intent="login")
    await come_back(other_browser, "verified", intent="signup")
    owner = await value(app, "SELECT user_id FROM user_oauths")
    await browser.sign_up("jirou")
    answer = await browser.submit("/oauth/finish", action="link")
    assert answer.headers["location"] == "/account/security"
    page = await browser.get("/account/security")
    assert (page.status_code, "already belongs to another account" in page.text) == (409, True)
    assert await value(app, "SELECT user_id FROM user_oauths") == owner


async def test_a_waiting_identity_can_be_dropped(browser: Browser) -> None:
    await come_back(browser, "verified", intent="login")
    assert (await browser.submit("/oauth/finish", action="drop")).headers["location"] == "/login"
    assert (await browser.get("/oauth/finish")).headers["location"] == "/login"


async def test_a_waiting_identity_waits_fifteen_minutes_in_its_own_browser(
    browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    await come_back(browser, "verified", intent="login")
    assert (await other_browser.get("/oauth/finish")).status_code == 303
    clock.now += 899
    assert (await browser.get("/oauth/finish")).status_code == 200
    clock.now += 1
    gone = await browser.submit("/oauth/finish", action="create", name="Hana", email="h@example.com")
    assert gone.headers["location"] == "/login"
    page = await browser.get("/login")
    assert (page.status_code, "open for too long" in page.text) == (400, True)


@pytest.mark.parametrize("action", ["", "delete", "CREATE"])
async def test_finish_does_three_things_and_no_others(browser: Browser, action: str) -> None:
    await come_back(browser, "verified", intent="login")
    assert (await browser.submit("/oauth/finish", action=action)).status_code == 400


async def test_OA_08_the_authorization_request_has_all_that_binds_it(browser: Browser) -> None:
    start = await browser.get("/oauth/example?intent=login")
    asked = parse_qs(urlsplit(start.headers["location"]).query)
    assert start.status_code == 303
    assert (asked["response_type"], asked["code_challenge_method"], asked["scope"]) == (
        ["code"],
        ["S256"],
        ["openid email profile"],
    )
    assert len(asked["code_challenge"][0]) == 43
    assert len(asked["state"][0]) == 43
    assert asked["redirect_uri"] == ["http://127.0.0.1:8000/oauth/example/callback"]
    assert {"nonce", "client_id"} <= asked.keys()
    assert "client_secret" not in asked


async def test_CK_01_the_attempts_cookie_lasts_ten_minutes_and_says_nothing(browser: Browser) -> None:
    start = await browser.get("/oauth/example")
    cookie = set_cookies(start)["attempt"]
    assert (cookie["max-age"], bool(cookie["httponly"]), cookie["samesite"], len(cookie.value)) == (
        "600",
        True,
        "lax",
        43,
    )


async def test_OA_23_two_tabs_both_finish_and_a_sixth_drops_the_oldest(browser: Browser) -> None:
    first = await choose(browser, await set_out(browser), "verified")
    second = await choose(browser, await set_out(browser), "verified")
    assert (await browser.get(second)).headers["location"] == "/oauth/finish"
    assert (await browser.get(first)).headers["location"] == "/oauth/finish"


async def test_OA_23_a_sixth_attempt_drops_the_oldest(browser: Browser, clock: Clock) -> None:
    tabs = []
    for _ in range(6):
        tabs.append(await choose(browser, await set_out(browser), "verified"))
        clock.now += 1
    oldest = await browser.get(tabs[0])
    assert oldest.headers["location"] == "/login"
    assert (await browser.get(tabs[1])).headers["location"] == "/oauth/finish"


async def is_refused(  # OA-31: the code goes out of the address, by a 303
    browser: Browser, callback: str, status: int = 400
) -> bool:
    answer = await browser.get(callback)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "jwt" not in set_cookies(answer)
    return (await browser.get("/login")).status_code == status


async def test_OA_10_a_callback_counts_once(browser: Browser) -> None:
    callback = await choose(browser, await set_out(browser, intent="signup"), "verified")
    assert (await browser.get(callback)).headers["location"] == "/account"
    assert await is_refused(browser, callback)


async def test_OA_05_an_attempt_lasts_ten_minutes(browser: Browser, clock: Clock) -> None:
    callback = await choose(browser, await set_out(browser), "verified")
    clock.now += 600
    assert await is_refused(browser, callback)


async def test_OA_03_another_browser_cannot_finish_it(browser: Browser, other_browser: Browser) -> None:
    callback = await choose(browser, await set_out(browser), "verified")
    assert await is_refused(other_browser, callback)
    await other_browser.get("/oauth/example")  # with an attempt of its own, too
    assert await is_refused(other_browser, callback)
    assert (await browser.get(callback)).headers["location"] == "/oauth/finish"  # and has not spent it


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("code=x", id="OA-01 no state"),
        pytest.param("code=x&state=", id="OA-01 empty state"),
        pytest.param("code=x&state=short", id="OA-02 truncated"),
        pytest.param("code=x&state=" + "A" * 43, id="OA-02 unknown"),
        pytest.param("code=x&state=" + "A" * 10_000, id="OA-02 10 KB"),
        pytest.param("error=access_denied", id="OA-16 error without state"),
        pytest.param("error=%3Csvg/onload=alert(1)%3E&error_description=%3Cscript%3E", id="OA-15"),
        pytest.param("access_token=x", id="OA-26"),
        pytest.param("id_token=x&state=" + "A" * 43, id="OA-26 id token"),
        pytest.param("code=x&state=a&state=b", id="OA-17 twice"),
        pytest.param("", id="nothing"),
    ],
)
async def test_what_does_not_answer_an_attempt_is_refused(browser: Browser, query: str) -> None:
    await browser.get("/oauth/example")
    if len(query) > 8000:
        assert (await browser.get(f"/oauth/example/callback?{query}")).status_code == 400
    else:
        assert await is_refused(browser, f"/oauth/example/callback?{query}")


@pytest.mark.parametrize("change", [str.lower, str.upper, lambda state: state[:-1], lambda state: state * 2])
async def test_OA_02_a_changed_state_is_refused(browser: Browser, change: object) -> None:
    callback = await choose(browser, await set_out(browser), "verified")
    state = parse_qs(urlsplit(callback).query)["state"][0]
    changed = change(state)  # type: ignore[operator]
    assert await is_refused(browser, callback.replace(state, changed))


async def test_cancelling_leads_back_and_says_so(browser: Browser) -> None:
    answer = await browser.get(await cancel(browser, await set_out(browser)))
    assert answer.headers["location"] == "/login"
    page = await browser.get("/login")
    assert "You cancelled logging in with Example ID" in words(page)
    assert page.status_code == 200
    assert "You cancelled" not in (await browser.get("/login")).text  # said once


async def test_cancelling_a_sign_up_leads_back_to_signing_up(browser: Browser) -> None:
    answer = await browser.get(await cancel(browser, await set_out(browser, intent="signup")))
    assert answer.headers["location"] == "/signup"


async def test_OA_18_an_error_beside_a_code_is_an_error(browser: Browser) -> None:
    callback = await choose(browser, await set_out(browser), "verified")
    assert (await browser.get(callback + "&error=access_denied")).headers["location"] == "/login"
    assert await is_refused(browser, callback)


@pytest.mark.parametrize("error", ["server_error", "<svg onload=alert(1)>", "invalid_request"])
async def test_OA_15_another_error_is_told_in_our_words_with_a_reference(browser: Browser, error: str) -> None:
    callback = await cancel(browser, await set_out(browser))
    answer = await browser.get(callback.replace("access_denied", error))
    assert answer.headers["location"] == "/login"
    page = await browser.get("/login")
    assert page.status_code == 502
    assert "Reference:" in page.text
    assert "svg" not in words(page)


async def test_a_code_that_is_missing_or_endless_is_a_failure(browser: Browser) -> None:
    for code in ("", "x" * 4097):
        callback = await choose(browser, await set_out(browser), "verified")
        state = parse_qs(urlsplit(callback).query)["state"][0]
        assert await is_refused(browser, f"/oauth/example/callback?state={state}&code={code}", status=502)


async def test_a_code_of_nobody_is_a_failure(browser: Browser) -> None:
    callback = await choose(browser, await set_out(browser), "verified")
    parts = parse_qs(urlsplit(callback).query)
    assert await is_refused(browser, callback.replace(parts["code"][0], "made-up"), status=502)


@pytest.mark.parametrize("iss", ["https://evil.example", "http://127.0.0.1:8000"])
async def test_OA_12_another_issuer_is_refused(browser: Browser, iss: str) -> None:
    callback = await choose(browser, await set_out(browser), "verified")
    head, _, _ = callback.partition("&iss=")
    assert "&iss=" in callback
    assert await is_refused(browser, f"{head}&iss={iss}", status=502)


async def test_OA_13_a_missing_issuer_is_refused_where_the_provider_always_says_it(browser: Browser) -> None:
    callback = await choose(browser, await set_out(browser), "verified")
    assert await is_refused(browser, callback.partition("&iss=")[0], status=502)


@pytest.mark.parametrize(
    "path",
    ["/oauth/OP", "/oauth/op%00", "/oauth/..%2fadmin", "/oauth/example;x", "/oauth/" + "x" * 6000, "/oauth/EXAMPLE"],
)
async def test_OA_32_there_are_no_other_providers(browser: Browser, path: str) -> None:
    assert (await browser.get(path)).status_code == 404
    assert (await browser.get(f"{path}/callback?state=x")).status_code == 404


async def test_OA_30_HEAD_begins_and_ends_nothing(app: Starlette, browser: Browser) -> None:
    callback = await choose(browser, await set_out(browser), "verified")
    refused = [await browser.head(path) for path in ("/oauth/example", callback)]
    assert [(answer.status_code, answer.headers["allow"]) for answer in refused] == [(405, "GET")] * 2
    assert await value(app, "SELECT COUNT(*) AS n FROM oauth_attempts") == 1


async def test_a_provider_that_answers_by_redirect_may_not_post(browser: Browser) -> None:
    answer = await browser.post("/oauth/example/callback", data={"state": "x"})
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")


async def test_an_intent_that_there_is_not_is_refused(browser: Browser) -> None:
    assert (await browser.get("/oauth/example?intent=admin")).status_code == 400


@pytest.mark.parametrize(("intent", "page"), [("login", "/login"), ("signup", "/signup")])
async def test_another_sites_link_begins_nothing(app: Starlette, browser: Browser, intent: str, page: str) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    answer = await browser.get(f"/oauth/example?intent={intent}", headers=headers)
    assert (answer.status_code, answer.headers["location"]) == (303, page)
    assert await value(app, "SELECT COUNT(*) AS n FROM oauth_attempts") == 0


async def test_a_flood_of_attempts_from_one_address_is_stopped(app: Starlette, browser: Browser) -> None:
    services = app.state.services
    object.__setattr__(services.limits, "oauth_starts_per_address", 3)
    answers = [await browser.get("/oauth/example") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [303, 303, 303, 429]
    assert int(answers[-1].headers["retry-after"]) == 600


async def test_goes_on_to_where_the_person_wanted(browser: Browser) -> None:
    await come_back(browser, "verified", intent="signup")
    callback = await choose(browser, await set_out(browser, next="/reports"), "verified")
    assert (await browser.get(callback)).headers["location"] == "/reports"


async def test_LK_13_a_disabled_account_stays_closed(app: Starlette, browser: Browser, clock: Clock) -> None:
    await come_back(browser, "verified", intent="signup")
    await app.state.services.db.run("UPDATE users SET disabled_at = :now", now=clock.now)
    callback = await choose(browser, await set_out(browser), "verified")
    assert await is_refused(browser, callback, status=403)


async def test_the_same_identity_of_another_issuer_is_another_person(app: Starlette, browser: Browser) -> None:
    await come_back(browser, "verified", intent="signup")
    await app.state.services.db.run("UPDATE user_oauths SET issuer = 'https://earlier.example'")
    await browser.log_out()
    answer = await come_back(browser, "verified", intent="login")
    assert answer.headers["location"] == "/oauth/finish"
    page = await browser.get("/oauth/finish")
    done = await browser.submit(
        "/oauth/finish", action="create", name="Hana", email=field(page.text, "email") or "a@example.com"
    )
    assert done.headers["location"] == "/login"


async def test_an_identity_that_another_issuer_gave_makes_no_second_account(app: Starlette, browser: Browser) -> None:
    await come_back(browser, "verified", intent="signup")
    await app.state.services.db.run("UPDATE user_oauths SET issuer = 'https://earlier.example'")
    await browser.log_out()
    callback = await choose(browser, await set_out(browser, intent="signup"), "changed")  # with an address that is free
    assert (await browser.get(callback)).headers["location"] == "/signup"
    page = await browser.get("/signup")
    assert (page.status_code, "already belongs to another account" in page.text) == (409, True)
    assert await value(app, "SELECT COUNT(*) AS n FROM users") == 1


async def test_LK_14_a_provider_that_was_switched_off_meanwhile_is_not_found(app: Starlette, browser: Browser) -> None:
    callback = await choose(browser, await set_out(browser), "verified")
    await come_back(browser, "unverified", intent="login")
    app.state.clients = {}
    assert (await browser.get(callback)).status_code == 404
    assert (await browser.get("/oauth/finish")).headers["location"] == "/login"


async def test_LK_two_callbacks_at_once_of_somebody_new_are_one_account(app: Starlette, browser: Browser) -> None:
    tabs = [await choose(browser, await set_out(browser, intent="signup"), "verified") for _ in range(3)]
    answers = await asyncio.gather(*(browser.get(tab) for tab in tabs))
    assert {answer.headers["location"] for answer in answers} == {"/account"}
    assert await value(app, "SELECT COUNT(*) AS n FROM users") == 1


async def test_two_presses_of_create_are_one_account(app: Starlette, browser: Browser) -> None:
    await come_back(browser, "no-address", intent="login")
    fields = {"action": "create", "name": "Hana", "email": "hana@example.com"}
    answers = await asyncio.gather(*(browser.submit("/oauth/finish", **fields) for _ in range(3)))
    assert sorted(answer.headers["location"] for answer in answers) == ["/account", "/login", "/login"]
    assert await value(app, "SELECT COUNT(*) AS n FROM users") == 1


async def test_an_answer_that_is_posted_becomes_a_GET(database_url: str) -> None:
    """As Apple answers: cross-site, so that no cookie of ours comes along."""
    apple = ProviderSettings("apple", "our-client", "", extra={"team_id": "T", "key_id": "K", "private_key": "P"})
    async with running(settings_for(database_url, providers=(apple,))) as app, Browser(app) as browser:
        answer = await browser.post(
            "/oauth/apple/callback",
            data={"state": "the state", "code": "c&d", "user": '{"name":{}}', "id_token": "x"},
            headers={"Origin": "https://appleid.apple.com", "Sec-Fetch-Site": "cross-site"},
        )
        assert answer.status_code == 303
        query = parse_qs(urlsplit(answer.headers["location"]).query)
        assert query == {"state": ["the state"], "code": ["c&d"], "user": ['{"name":{}}']}
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert await is_refused(browser, answer.headers["location"])
        assert (await browser.post("/oauth/apple/callback", data={"code": "x" * 60_000})).status_code == 400


async def test_the_last_used_way_stands_on_top(browser: Browser) -> None:
    assert "Last used" not in (await browser.get("/login")).text
    await come_back(browser, "verified", intent="signup")
    await browser.log_out()
    assert "Last used" in (await browser.get("/login")).text
    assert browser.cookies["last"] == "example"
