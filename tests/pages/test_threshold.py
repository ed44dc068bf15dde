"""/threshold: where only proven addresses of certain domains count, does nobody get a session, or a token, before theirs has answered?"""

from dataclasses import replace
from mailbox import letters, newest

import httpx2
import pytest
from dev_journeys import come_back
from entrance import PASSWORD, Browser, Clock, running, set_cookies, settings_for, words
from genkan.accounts import admission, sweep, threshold, throttle
from genkan.accounts.arrivals import Unproven
from genkan.accounts.services import Visitor
from genkan.errors import AccountDisabled, SessionEnded
from genkan.settings import Settings
from rows import everything, prove_all, value
from starlette.applications import Starlette

pytestmark = pytest.mark.anyio

DOMAINS = ("example.com", "example.org", "xn--bcher-kva.example")
VISITOR = Visitor(address="192.0.2.1")


@pytest.fixture
def settings(database_url: str) -> Settings:
    return settings_for(database_url, allowed_domains=DOMAINS)


def tokens(answer: httpx2.Response) -> bool:
    """Whether an answer sets the session cookie."""
    return "jwt" in set_cookies(answer)


async def waits(browser: Browser, **changes: str) -> None:
    answer = await browser.sign_up(**changes)
    assert (answer.status_code, answer.headers["location"], tokens(answer)) == (303, "/threshold", False)


async def by_code(browser: Browser, code: str) -> httpx2.Response:
    return await browser.submit("/threshold", action="prove", code=code)


async def test_TH_01_a_sign_up_makes_an_account_and_no_session_and_the_code_lets_in(
    app: Starlette, browser: Browser
) -> None:
    await waits(browser)
    assert (
        await value(app, "SELECT COUNT(*) AS n FROM users"),
        await value(app, "SELECT COUNT(*) AS n FROM sessions"),
    ) == (1, 0)
    assert not await browser.is_signed_in()
    page = await browser.get("/threshold")
    assert "One more step, then you are logged in: we sent an email to hanako@example.com" in words(page)
    mail = await newest(app, "verify", to="hanako@example.com")
    assert (await by_code(browser, "00000000")).status_code == 422
    assert not await browser.is_signed_in()
    answer = await by_code(browser, mail.code)
    assert (answer.status_code, answer.headers["location"], tokens(answer)) == (303, "/account", True)
    assert "Your email address is confirmed." in (await browser.get("/account")).text
    assert [each.template for each in await letters(app)] == ["verify"]  # no mail tells of the login
    assert await value(app, "SELECT provisional_until FROM users") is None
    kinds = await app.state.services.db._rows("SELECT kind FROM events", {})
    assert sorted(row[0] for row in kinds) == ["email_proven", "login", "signup"]


async def test_the_way_that_was_wanted_is_gone_on_afterwards(app: Starlette, browser: Browser) -> None:
    await browser.sign_up(next="/account/security")
    answer = await by_code(browser, (await newest(app, "verify")).code)
    assert answer.headers["location"] == "/account/security"
    assert (await browser.get("/threshold")).headers["location"] == "/login"
    assert (await by_code(browser, "1")).headers["location"] == "/login"


async def test_TH_02_the_right_password_leads_there_too_until_the_address_has_answered(
    app: Starlette, browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    await waits(browser)
    clock.now += 3600
    answer = await other_browser.log_in(keep_asked="1")
    assert (answer.status_code, answer.headers["location"], tokens(answer)) == (303, "/threshold", False)
    assert "has to be confirmed before you are logged in" in words(await other_browser.get("/threshold"))
    sent = await other_browser.submit("/threshold", action="again")
    assert (sent.status_code, len(await letters(app))) == (303, 2)
    assert "The email is on its way" in (await other_browser.get("/threshold")).text
    early = await other_browser.submit("/threshold", action="again")
    assert (early.status_code, len(await letters(app))) == (303, 2)
    answer = await by_code(other_browser, (await letters(app))[-1].code)
    assert set_cookies(answer)["jwt"]["max-age"] == ""  # as it was asked for at the login
    assert await other_browser.is_signed_in()
    assert (await browser.log_in()).headers["location"] == "/account"


async def test_TH_03_the_link_counts_only_in_the_browser_that_waits(
    app: Starlette, browser: Browser, other_browser: Browser
) -> None:
    """Else whoever signs up with somebody else's address would be let in by that person's click."""
    await waits(browser)
    path = (await newest(app, "verify")).path
    await other_browser.get(path)
    page = await other_browser.get("/verify/link")
    assert "works only in the browser in which you created your account" in words(page)
    before = await everything(app)
    assert (await other_browser.submit("/verify/link")).status_code == 403
    assert await everything(app) == before
    await browser.get(path)
    assert "For the account with the username hanako" in words(await browser.get("/verify/link"))
    answer = await browser.submit("/verify/link")
    assert (answer.headers["location"], tokens(answer)) == ("/account", True)
    assert await browser.is_signed_in()


async def test_TH_04_another_accounts_wait_does_not_open_this_ones_link(
    app: Starlette, browser: Browser, other_browser: Browser
) -> None:
    await waits(browser)
    await other_browser.sign_up("mallory")
    await other_browser.get((await newest(app, "verify", to="hanako@example.com")).path)
    assert (await other_browser.submit("/verify/link")).status_code == 403
    assert (
        await by_code(other_browser, (await newest(app, "verify", to="hanako@example.com")).code)
    ).status_code == 422


@pytest.mark.parametrize(
    "email",
    [
        "hanako@example.net",
        "hanako@evil.example.com",
        "hanako@example.com.evil.example",
        "hanako@xexample.com",
        "hanako@example.co",
        "hanako+example.com@example.net",
        "hanako@exаmple.com",  # a Cyrillic а
        "hanako@bucher.example",
    ],
)
async def test_TH_05_another_domain_is_to_be_mended_and_leaves_no_row(
    app: Starlette, browser: Browser, email: str
) -> None:
    before = await everything(app)
    answer = await browser.sign_up(email=email)
    assert answer.status_code == 422
    assert "Use an email address of: example.com, example.org" in answer.text
    assert await everything(app) == before


@pytest.mark.parametrize(
    "email",
    [
        "hanako@example.com.",
        "a@example.com@evil.example",
        '"a@example.com"@evil.example',
        "a@evil.example,b@example.com",
        "hanako@example.com\n",
        "hanako@[example.com]",
    ],
)
async def test_TH_06_what_is_no_address_is_none(app: Starlette, browser: Browser, email: str) -> None:
    answer = await browser.sign_up(email=email)
    found = await value(app, "SELECT email_key FROM users")
    assert (answer.status_code, found) in [(422, None), (303, "hanako@example.com")]


@pytest.mark.parametrize(
    "email",
    [
        "Hanako@EXAMPLE.com",
        "hanako@example.org",
        "hanako+tag@example.com",
        "hanako@bücher.example",
        "hanako@XN--BCHER-KVA.example",
        "hanako@ｅｘａｍｐｌｅ.com",
    ],
)
async def test_the_same_domain_in_another_spelling_is_taken(browser: Browser, email: str) -> None:
    await waits(browser, email=email)


async def test_TH_07_an_address_is_corrected_before_it_has_answered_and_only_to_such_a_domain(
    app: Starlette, browser: Browser
) -> None:
    await waits(browser, email="hanakoo@example.com")
    refused = await browser.submit("/threshold", action="correct", email="hanako@example.net")
    assert (refused.status_code, "Use an email address of" in refused.text) == (422, True)
    old = await newest(app, "verify")
    answer = await browser.submit("/threshold", action="correct", email="hanako@example.org")
    assert answer.headers["location"] == "/threshold"
    assert (await by_code(browser, old.code)).status_code == 422
    await by_code(browser, (await newest(app, "verify", to="hanako@example.org")).code)
    assert await browser.is_signed_in()
    assert (await browser.submit("/threshold", action="nothing")).status_code == 400


async def test_TH_08_an_address_is_not_changed_to_another_domain(app: Starlette, browser: Browser) -> None:
    await waits(browser)
    await by_code(browser, (await newest(app, "verify")).code)
    answer = await browser.submit("/account/email", email="hanako@example.net")
    assert (answer.status_code, "Use an email address of" in answer.text) == (422, True)
    assert (await browser.submit("/account/email", email="hanako@example.org")).status_code == 303


async def test_TH_09_a_provider_that_vouches_lets_in_at_once_and_one_that_does_not_waits(
    app: Starlette, browser: Browser, other_browser: Browser
) -> None:
    assert (await come_back(browser, "verified", intent="signup")).headers["location"] == "/account"
    assert (await come_back(other_browser, "unverified", intent="signup")).headers["location"] == "/oauth/finish"
    answer = await other_browser.submit("/oauth/finish", action="create", name="Jiro", email="jiro@example.com")
    assert (answer.headers["location"], tokens(answer)) == ("/threshold", False)
    again = await come_back(other_browser, "unverified", intent="login")
    assert (again.headers["location"], tokens(again)) == ("/threshold", False)
    await by_code(other_browser, (await newest(app, "verify", to="jiro@example.com")).code)
    assert await other_browser.is_signed_in()


async def test_TH_10_a_providers_address_of_another_domain_is_to_be_mended(app: Starlette, browser: Browser) -> None:
    answer = await come_back(browser, "existing", intent="signup", address="ken@example.net")
    assert answer.headers["location"] == "/oauth/finish"
    before = await everything(app)
    refused = await browser.submit("/oauth/finish", action="create", name="Ken", email="ken@example.net")
    assert (refused.status_code, "Use an email address of" in refused.text) == (422, True)
    assert await everything(app) == before
    answer = await browser.submit("/oauth/finish", action="create", name="Ken", email="ken@example.org")
    assert (answer.headers["location"], tokens(answer)) == ("/threshold", False)  # the provider vouches for another one


async def test_TH_11_codes_are_counted_by_client_and_for_the_whole_site_and_the_link_goes_on(
    app: Starlette, browser: Browser, other_browser: Browser
) -> None:
    await waits(browser)
    services, now = app.state.services, app.state.now()
    for each in range(throttle.CODES_IN_ALL):
        await throttle.count_code(services, Visitor(address=f"192.0.2.{each}"), now=now)
    answer = await by_code(browser, (await newest(app, "verify")).code)
    assert (answer.status_code, "Retry-After" in answer.headers) == (429, True)
    assert "open the link of the email in this browser" in words(answer)
    await browser.get((await newest(app, "verify")).path)
    await browser.submit("/verify/link")
    assert await browser.is_signed_in()


async def test_TH_12_a_right_code_is_not_counted(app: Starlette, browser: Browser) -> None:
    await waits(browser)
    await by_code(browser, (await newest(app, "verify")).code)
    rows = await app.state.services.db._rows("SELECT count FROM throttle WHERE count > 0", {})
    assert len(rows) == 2  # the sign-up, and the mail


async def test_TH_13_the_cookie_is_sealed(browser: Browser) -> None:
    await waits(browser)
    sealed = str(browser.cookies["threshold"])
    browser.cookies.set("threshold", sealed[:-2] + "xx", domain="127.0.0.1")
    assert (await browser.get("/threshold")).headers["location"] == "/login"


async def test_TH_14_a_closed_account_does_not_come_in_by_its_code(app: Starlette, browser: Browser) -> None:
    await waits(browser)
    await app.state.services.db.run("UPDATE users SET disabled_at = 1")
    assert (await by_code(browser, (await newest(app, "verify")).code)).status_code == 403
    found = Unproven(str(await value(app, "SELECT id FROM users")), "password")
    with pytest.raises(AccountDisabled):
        await threshold.enter(app.state.services, VISITOR, found, now=1)


async def test_TH_15_who_has_not_answered_or_is_gone_does_not_enter(app: Starlette, browser: Browser) -> None:
    await waits(browser)
    found = Unproven(str(await value(app, "SELECT id FROM users")), "password")
    for who in (found, replace(found, user_id="nobody")):
        with pytest.raises(SessionEnded):
            await threshold.enter(app.state.services, VISITOR, who, now=app.state.now())
    assert await threshold.waiting(app.state.services, replace(found, user_id="nobody")) is None


async def test_TH_16_an_address_that_is_anothers_by_now_is_told_and_lets_nobody_in(
    app: Starlette, browser: Browser, other_browser: Browser
) -> None:
    await waits(browser, username="first", email="same@example.com")
    await waits(other_browser, username="second", email="same@example.com")
    first, second = [each.code for each in await letters(app)]
    codes = {"first": first, "second": second}
    done = await by_code(browser, codes["first"])
    if done.status_code == 422:  # the two mails were written in the same second
        codes = {"first": second, "second": first}
        done = await by_code(browser, codes["first"])
    assert done.status_code == 303
    answer = await by_code(other_browser, codes["second"])
    assert (answer.status_code, tokens(answer)) == (409, False)
    assert not await other_browser.is_signed_in()


async def test_TH_17_an_account_that_nobody_was_let_in_to_goes_and_its_username_is_free(
    app: Starlette, browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    await waits(browser)
    await waits(other_browser, username="jiro")
    await by_code(other_browser, (await newest(app, "verify", to="jiro@example.com")).code)
    await sweep.ended(app.state.services.db, now=clock.now + admission.PROVISIONAL - 1)
    assert await value(app, "SELECT COUNT(*) AS n FROM users") == 2
    await sweep.ended(app.state.services.db, now=clock.now + admission.PROVISIONAL)
    assert await value(app, "SELECT username FROM user_authentications") == "jiro"


async def test_TH_18_accounts_of_before_are_out_at_once_and_come_back_by_an_address_of_such_a_domain(
    database_url: str, clock: Clock
) -> None:
    """What the setting does to accounts that are there already."""
    async with running(settings_for(database_url), clock=clock) as app, Browser(app) as browser, Browser(app) as other:
        await browser.sign_up("unproven", email="unproven@example.net")
        await other.sign_up("proven", email="proven@example.net")
        await prove_all(app, clock.now)
        await app.state.services.db.run("UPDATE users SET email_proven_at = NULL WHERE email = 'unproven@example.net'")
        before = dict(browser.cookies)
    async with (
        running(settings_for(database_url, allowed_domains=DOMAINS), clock=clock) as app,
        Browser(app) as browser,
    ):
        for name, found in before.items():
            browser.cookies.set(name, found, domain="127.0.0.1")
        assert not await browser.is_signed_in()
        refused = await browser.log_in("proven")
        assert (refused.status_code, tokens(refused)) == (403, False)
        assert "Only people with an email address of example.com" in words(refused)
        assert (await browser.log_in("unproven")).headers["location"] == "/threshold"
        assert "you need a confirmed email address of: example.com" in words(await browser.get("/threshold"))
        await browser.submit("/threshold", action="correct", email="unproven@example.com")
        await by_code(browser, (await newest(app, "verify", to="unproven@example.com")).code)
        assert await browser.is_signed_in()


async def test_TH_19_a_link_mailed_before_that_proves_another_domain_lets_nobody_in(
    database_url: str, clock: Clock
) -> None:
    async with running(settings_for(database_url), clock=clock) as app, Browser(app) as browser:
        await browser.sign_up("hanako", email="hanako@example.net")
        mail = await newest(app, "verify")
    async with (
        running(settings_for(database_url, allowed_domains=DOMAINS), clock=clock) as app,
        Browser(app) as browser,
    ):
        await browser.log_in()
        answer = await by_code(browser, mail.code)
        assert (answer.status_code, tokens(answer)) == (403, False)


async def test_an_account_that_is_let_in_once_the_setting_is_gone_stays(database_url: str, clock: Clock) -> None:
    async with (
        running(settings_for(database_url, allowed_domains=DOMAINS), clock=clock) as app,
        Browser(app) as browser,
    ):
        await waits(browser)
        assert await value(app, "SELECT provisional_until FROM users") == clock.now + admission.PROVISIONAL
    async with running(settings_for(database_url), clock=clock) as app, Browser(app) as browser:
        assert (await browser.log_in()).headers["location"] == "/account"
        assert await value(app, "SELECT provisional_until FROM users") is None


async def test_an_account_that_leaves_meanwhile_is_asked_whether_it_stays(app: Starlette, browser: Browser) -> None:
    await waits(browser)
    await app.state.services.db.run("UPDATE users SET leaves_at = :at", at=app.state.now() + 1000)
    answer = await by_code(browser, (await newest(app, "verify")).code)
    assert answer.headers["location"] == "/stay"


async def test_an_address_of_another_ages_rules_lets_nobody_in(app: Starlette) -> None:
    assert not admission.lets_in(app.state.services, "no address", 1)
    assert not admission.lets_in(app.state.services, None, None)


async def test_a_password_that_is_wrong_tells_nothing_of_it(browser: Browser, other_browser: Browser) -> None:
    await waits(browser)
    answer = await other_browser.log_in(password=PASSWORD + "x")
    assert (answer.status_code, "username or password is not correct" in answer.text) == (422, True)


async def test_TH_20_nor_by_its_link(app: Starlette, browser: Browser) -> None:
    await waits(browser)
    await app.state.services.db.run("UPDATE users SET disabled_at = 1")
    await browser.get((await newest(app, "verify")).path)
    answer = await browser.submit("/verify/link")
    assert (answer.headers["location"], tokens(answer)) == ("/login", False)
    assert "This account is suspended." in (await browser.get("/login")).text
