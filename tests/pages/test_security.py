"""/account/security: does it show every way in, and what would be left without it? (prov.*)"""

import pytest
from dev_journeys import come_back
from entrance import Browser, Clock, running, settings_for, words
from genkan.settings import ProviderSettings
from starlette.applications import Starlette
from ways_journeys import come_back_to, value

pytestmark = pytest.mark.anyio


async def test_only_for_who_is_logged_in(browser: Browser) -> None:
    assert (await browser.get("/account/security")).headers["location"] == "/login?next=/account/security"


async def test_says_of_the_only_way_that_it_is_the_only_one(browser: Browser) -> None:
    await browser.sign_up()
    page = await browser.get("/account/security")
    assert "Password Last used here Set on 21 September 2026 This is your only way to log in. Change password" in words(
        page
    )
    assert "Example ID Not linked Link Example ID" in words(page)
    assert 'href="/account/password"' in page.text
    assert 'href="/account/devices"' in page.text


async def test_without_a_password_offers_to_set_one_and_no_unlinking(browser: Browser) -> None:
    await come_back(browser, "verified", intent="signup")
    page = await browser.get("/account/security")
    assert "No password set Set a password" in words(page)
    assert "Set a password or link another account before you unlink it." in words(page)
    assert "/account/security/unlink/" not in page.text


async def test_each_way_says_what_could_be_used_without_it(browser: Browser) -> None:
    await browser.sign_up()
    await come_back_to(browser, "verified", "link")
    page = words(await browser.get("/account/security"))
    assert "Without it you can still use: Example ID" in page
    assert "Without it you can still use: Password" in page


async def test_a_login_by_a_provider_is_the_last_use_of_it(app: Starlette, browser: Browser, clock: Clock) -> None:
    await browser.sign_up()
    await come_back_to(browser, "verified", "link")
    assert await value(app, "SELECT used_at FROM user_oauths") is None
    await browser.log_out()
    clock.now += 86_400
    await come_back(browser, "verified", intent="login")
    assert await value(app, "SELECT used_at FROM user_oauths") == clock.now
    page = words(await browser.get("/account/security")).replace("&nbsp;", " ")
    assert "Example ID Last used here Linked on 21 September 2026 · Last used 22 September 2026" in page


async def test_when_the_password_was_changed_last(app: Starlette, browser: Browser, clock: Clock) -> None:
    await browser.sign_up()
    await app.state.services.db.run("UPDATE user_authentications SET changed_at = :now", now=clock.now + 86_400)
    assert "Last changed 22 September 2026" in words(await browser.get("/account/security"))


@pytest.mark.parametrize(("name", "label"), [("github", "GitHub"), ("okta", "Okta")])
async def test_LK_14_a_provider_that_was_switched_off_is_shown_counts_for_nothing_and_can_be_unlinked(
    app: Starlette, browser: Browser, clock: Clock, name: str, label: str
) -> None:
    await browser.sign_up()
    await app.state.services.db.run(
        "INSERT INTO user_oauths (id, user_id, provider, identity, issuer, created_at)"
        " SELECT 'x', id, :name, '1', 'x', :now FROM users",
        name=name,
        now=clock.now,
    )
    page = words(await browser.get("/account/security"))
    assert f"{label} Switched off" in page
    assert "Set on 21 September 2026 This is your only way to log in." in page
    answer = await browser.submit(f"/account/security/unlink/{name}")
    assert answer.headers["location"] == "/account/security"
    assert f"{label} was unlinked" in words(await browser.get("/account/security"))


async def test_an_identity_of_an_issuer_that_was_replaced_counts_for_nothing(app: Starlette, browser: Browser) -> None:
    await browser.sign_up()
    await come_back_to(browser, "verified", "link")
    await app.state.services.db.run("UPDATE user_oauths SET issuer = 'https://earlier.example'")
    assert "Example ID Switched off" in words(await browser.get("/account/security"))


@pytest.mark.parametrize("names", [(), ("google",), ("google", "github", "line", "microsoft")])
async def test_shows_as_many_providers_as_there_are(database_url: str, names: tuple[str, ...]) -> None:
    providers = tuple(ProviderSettings(name, "id", "secret") for name in names)
    settings = settings_for(database_url, providers=providers, dev_provider=False)
    async with running(settings) as app, Browser(app) as browser:
        await browser.sign_up()
        page = await browser.get("/account/security")
        assert page.text.count("intent=link") == len(names)
        assert ("Linked accounts" in page.text) == bool(names)
