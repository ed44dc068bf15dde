"""/admin/users/{id}: does it show what the team has to know of an account, and no secret?"""

import pytest
from account_life import id_of, sign_up_proven
from admin_house import sign_up_admin
from dev_journeys import come_back
from entrance import Browser, Clock, running, settings_for, words
from genkan.accounts import administration
from genkan.accounts.acts import Actor
from starlette.applications import Starlette
from ways_journeys import come_back_to

pytestmark = pytest.mark.anyio
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SECRETS = (
    "SELECT password FROM user_authentications",
    "SELECT identity FROM user_oauths",
    "SELECT link_hash FROM mailed_tokens",
    "SELECT code_hash FROM mailed_tokens",
    "SELECT holder_hash FROM mailed_tokens",
)


@pytest.fixture
async def hanako(app: Starlette, other_browser: Browser, clock: Clock) -> str:
    """Somebody whose address has answered, in a Firefox, with a password and a provider; their id."""
    other_browser.headers["User-Agent"] = FIREFOX
    id = await sign_up_proven(app, other_browser, clock)
    clock.now += 1
    await come_back_to(other_browser, "verified", "link")
    clock.now += 1
    return id


@pytest.fixture
async def aiko(app: Starlette, browser: Browser, hanako: str) -> str:
    """The admin, in `browser`; their id."""
    return await sign_up_admin(app, browser)


async def test_the_page_says_who_it_is_by_which_ways_they_come_in_and_where_they_are(
    browser: Browser, aiko: str, hanako: str
) -> None:
    answer = await browser.get(f"/admin/users/{hanako}")
    text = words(answer)
    assert answer.status_code == 200
    assert "Email address hanako@example.com confirmed Username hanako" in text
    assert f"Id {hanako}" in text
    assert "Ways to log in Password Since" in text
    assert "Example ID" in text.partition("Ways to log in")[2]
    assert "Sessions Firefox, Linux Active in the last 10 minutes" in text
    assert "127.0.0.1" not in text  # "this machine", in words
    assert text.count("End session") == 1
    assert "End all sessions" not in text
    assert "What happened lately Example ID was added as a way to log in." in text
    assert "This account was created." in text
    assert "What the team did Nothing." in text


async def test_13_3_1_no_secret_of_the_account_is_on_it(
    app: Starlette, browser: Browser, other_browser: Browser, aiko: str, hanako: str
) -> None:
    await other_browser.submit("/reset", email="hanako@example.com")
    page = (await browser.get(f"/admin/users/{hanako}")).text
    secrets = [row[0] for sql in SECRETS for row in await app.state.services.db._rows(sql, {})]
    assert len(secrets) > 6
    assert [each for each in [*secrets, other_browser.cookies["jwt"]] if each in page] == []
    assert "$argon2" not in page


async def test_what_the_team_did_stands_on_it_and_who_it_was(
    app: Starlette, browser: Browser, aiko: str, hanako: str, clock: Clock
) -> None:
    services = app.state.services
    await administration.disable(services, Actor(aiko, "203.0.113.9"), hanako, now=clock.now)
    await administration.enable(services, Actor("A" * 22), hanako, now=clock.now + 1)
    await administration.end_sessions(services, Actor(None), hanako, now=clock.now + 2)
    text = words(await browser.get(f"/admin/users/{hanako}"))
    did = text.partition("What the team did")[2]
    assert "Suspension lifted" in did
    assert "A" * 22 in did
    assert "Account suspended" in did
    assert "Aiko Example" in did
    assert "All of it, in the audit log" in did
    assert "The people who run this site suspended this account." in text
    assert "Logged in nowhere." in text


@pytest.mark.usefixtures("aiko")
async def test_what_can_be_done_depends_on_how_the_account_stands(
    app: Starlette, browser: Browser, hanako: str, clock: Clock
) -> None:
    def leads(page: str) -> set[str]:
        return {each for each in ("disable", "enable", "recover", "delete") if f"/admin/users/{hanako}/{each}" in page}

    assert leads((await browser.get(f"/admin/users/{hanako}")).text) == {"disable", "recover", "delete"}
    await administration.disable(app.state.services, Actor(None), hanako, now=clock.now)
    answer = await browser.get(f"/admin/users/{hanako}")
    assert leads(answer.text) == {"enable", "delete"}
    assert "suspended" in words(answer).partition("Who it is")[0]
    assert "Suspended" in words(answer)


async def test_nobody_is_sent_a_way_back_without_an_address_that_has_answered(
    app: Starlette, browser: Browser, aiko: str
) -> None:
    await Browser(app).sign_up("jiro")
    jiro = await id_of(app, "jiro")
    page = (await browser.get(f"/admin/users/{jiro}")).text
    assert "/recover" not in page
    assert "not confirmed" in page
    answer = await browser.get(f"/admin/users/{jiro}/recover")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/admin/users/{jiro}")


async def test_an_account_without_password_and_address_has_its_page_too(
    app: Starlette, browser: Browser, aiko: str
) -> None:
    third = Browser(app)
    await come_back(third, "no-address", intent="signup")
    await third.submit("/oauth/finish", action="create", name="Sakura Example", email="sakura@example.com")
    await app.state.services.db.run("UPDATE users SET email = NULL, email_key = NULL WHERE name = 'Sakura Example'")
    sakura = await app.state.services.db.value("SELECT id FROM users WHERE name = 'Sakura Example'")
    await app.state.services.db.run("UPDATE user_oauths SET provider = 'gone' WHERE user_id = :id", id=sakura)
    text = words(await browser.get(f"/admin/users/{sakura}"))
    assert "Email address Not set Username Not set" in text
    assert "Switched off" in text
    await app.state.services.db.run("DELETE FROM user_oauths WHERE user_id = :id", id=sakura)
    assert "No way to log in." in words(await browser.get(f"/admin/users/{sakura}"))


async def test_an_account_that_is_leaving_says_when(
    browser: Browser, other_browser: Browser, aiko: str, hanako: str
) -> None:
    await other_browser.submit("/account/delete")
    text = words(await browser.get(f"/admin/users/{hanako}"))
    assert "to be deleted" in text.partition("Who it is")[0]
    assert "as the person asked" in text


async def test_an_admin_sees_which_account_and_which_session_is_their_own(browser: Browser, aiko: str) -> None:
    text = words(await browser.get(f"/admin/users/{aiko}"))
    assert "administrator you" in text
    assert "This device" in text


async def test_RV_06_an_account_that_is_not_there_is_not_found(browser: Browser, aiko: str) -> None:
    for id in ("A" * 22, "x", "%00", "' OR 1=1--"):
        assert (await browser.get(f"/admin/users/{id}")).status_code == 404


async def test_where_no_mails_are_sent_no_recovery_is_offered(sqlite_url: str, clock: Clock) -> None:
    settings = settings_for(sqlite_url, environment="production", base_url="https://id.example.com", dev_provider=False)
    async with running(settings, clock=clock) as app, Browser(app) as browser, Browser(app) as other:
        hanako = await sign_up_proven(app, other, clock)
        await sign_up_admin(app, browser)
        assert "/recover" not in (await browser.get(f"/admin/users/{hanako}")).text
        assert "The person is not told" in words(await browser.get(f"/admin/users/{hanako}/disable"))
