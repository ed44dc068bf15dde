"""/account/security/unlink/{provider}: does it take away that one, never the last, and only for its person? (LK-12, 7.5.1)"""

import asyncio
import json
from mailbox import newest

import pytest
from dev_journeys import come_back
from entrance import Browser, Clock, running, settings_for, words
from genkan.settings import ProviderSettings
from starlette.applications import Starlette
from ways_journeys import come_back_to, everything, grow_stale, prove_address, value

pytestmark = pytest.mark.anyio
UNLINK = "/account/security/unlink/example"
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


async def linked(browser: Browser) -> None:
    await browser.sign_up()
    await come_back_to(browser, "verified", "link")


async def test_GET_asks_and_changes_nothing(app: Starlette, browser: Browser) -> None:
    await linked(browser)
    await browser.get("/account/security")  # the notice is gone
    before = await everything(app)
    page = await browser.get(UNLINK)
    assert (page.status_code, "Unlink Example ID?" in page.text) == (200, True)
    assert "Without it you can still use: Password" in words(page)
    assert (await browser.head(UNLINK)).status_code == 200
    assert await everything(app) == before


async def test_POST_does_it_says_so_and_the_provider_lets_nobody_in_any_more(app: Starlette, browser: Browser) -> None:
    await linked(browser)
    answer = await browser.submit(UNLINK)
    assert (answer.status_code, answer.headers["location"]) == (303, "/account/security")
    assert "Example ID was unlinked." in words(await browser.get("/account/security"))
    assert await value(app, "SELECT COUNT(*) AS n FROM user_oauths") == 0
    await browser.log_out()
    assert (await come_back(browser, "verified", intent="login")).headers["location"] == "/oauth/finish"


async def test_it_is_written_down_mailed_and_can_be_taken_back(app: Starlette, browser: Browser, clock: Clock) -> None:
    await linked(browser)
    await prove_address(app, clock)
    issuer = await value(app, "SELECT issuer FROM user_oauths")
    await browser.submit(UNLINK)
    before = await value(app, "SELECT before FROM changes WHERE kind = 'way_removed'")
    assert json.loads(str(before)) == {"provider": "example", "identity": "person-1", "issuer": issuer}
    assert await value(app, "SELECT COUNT(*) AS n FROM events WHERE kind = 'way_removed'") == 1
    letter = await newest(app, "way_removed")
    assert (letter.recipient, letter.details["provider_label"]) == ("hanako@example.com", "Example ID")
    assert letter.path.startswith("/undo/")


async def test_LK_12_the_last_way_in_is_not_taken_away_and_the_page_says_why(app: Starlette, browser: Browser) -> None:
    await come_back(browser, "verified", intent="signup")
    question = await browser.get(UNLINK)
    assert "This is your only way to log in." in words(question)
    assert f'action="{UNLINK}"' not in question.text
    before = await everything(app)
    answer = await browser.submit(UNLINK)
    assert answer.headers["location"] == "/account/security"
    page = await browser.get("/account/security")
    assert (page.status_code, "This is your only way to log in" in words(page)) == (409, True)
    assert await everything(app) == before


async def test_LK_12_a_provider_that_is_switched_off_is_no_way_that_is_left(app: Starlette, browser: Browser) -> None:
    await come_back(browser, "verified", intent="signup")
    await app.state.services.db.run(
        "INSERT INTO user_oauths (id, user_id, provider, identity, issuer, created_at)"
        " SELECT 'x', id, 'github', '1', 'x', 1 FROM users"
    )
    await browser.submit(UNLINK)
    assert await value(app, "SELECT COUNT(*) AS n FROM user_oauths") == 2


async def test_LK_12_of_the_last_two_taken_away_at_once_one_stays(database_url: str) -> None:
    google = ProviderSettings("google", "id", "secret")
    async with running(settings_for(database_url, providers=(google,))) as app, Browser(app) as browser:
        await come_back(browser, "verified", intent="signup")
        for _ in range(5):
            await app.state.services.db.run(
                "INSERT INTO user_oauths (id, user_id, provider, identity, issuer, created_at)"
                " SELECT 'x', id, 'google', '1', 'https://accounts.google.com', 1 FROM users"
            )
            answers = await asyncio.gather(
                browser.submit(UNLINK), browser.submit("/account/security/unlink/google"), browser.submit(UNLINK)
            )
            assert {answer.status_code for answer in answers} <= {303, 404}
            left = await value(app, "SELECT provider FROM user_oauths")
            assert await value(app, "SELECT COUNT(*) AS n FROM user_oauths") == 1
            if left == "google":
                await app.state.services.db.run(
                    "INSERT INTO user_oauths (id, user_id, provider, identity, issuer, created_at)"
                    " SELECT 'y', id, 'example', 'person-1', :issuer, 1 FROM users",
                    issuer=f"{browser.origin}/dev/provider",
                )
                await app.state.services.db.run("DELETE FROM user_oauths WHERE provider = 'google'")


async def test_7_5_1_needs_a_proof_that_is_young(app: Starlette, browser: Browser, clock: Clock) -> None:
    await linked(browser)
    grow_stale(clock)
    for answer in (await browser.get(UNLINK), await browser.submit(UNLINK)):
        assert answer.headers["location"] == f"/account/confirm?next={UNLINK}"
    assert await value(app, "SELECT COUNT(*) AS n FROM user_oauths") == 1


@pytest.mark.parametrize("name", ["google", "password", "nothing", "%00", "Example"])
async def test_what_is_not_linked_is_not_found(browser: Browser, name: str) -> None:
    await linked(browser)
    assert (await browser.get(f"/account/security/unlink/{name}")).status_code == 404
    assert (await browser.submit(f"/account/security/unlink/{name}")).status_code == 404
    assert "Example ID Linked on" in words(await browser.get("/account/security"))


async def test_RV_06_only_ones_own_is_unlinked(app: Starlette, browser: Browser, other_browser: Browser) -> None:
    await linked(browser)
    await other_browser.sign_up("jirou")
    assert (await other_browser.submit(UNLINK)).status_code == 404
    assert await value(app, "SELECT COUNT(*) AS n FROM user_oauths") == 1


async def test_CS_another_site_cannot_unlink(app: Starlette, browser: Browser) -> None:
    await linked(browser)
    before = await everything(app)
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert (await browser.post(UNLINK, headers=headers)).status_code == 403
    assert await everything(app) == before


async def test_nobody_unlinks_without_being_logged_in(browser: Browser, other_browser: Browser) -> None:
    await linked(browser)
    assert (await other_browser.submit(UNLINK)).headers["location"].startswith("/login")


async def test_htmx_gets_the_question_and_then_the_ways_with_a_word_for_the_polite_region(browser: Browser) -> None:
    await linked(browser)
    question = await browser.get(UNLINK, headers=PARTIAL)
    assert question.text.lstrip().startswith('<section class="panel" id="linked"')
    assert "<h1" not in question.text
    answer = await browser.post(UNLINK, headers=PARTIAL | {"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 200
    assert 'id="status" hx-swap-oob="innerHTML"' in answer.text
    assert "Example ID was unlinked." in words(answer)
    assert "This is your only way to log in." in words(answer)
    assert "<html" not in answer.text


async def test_several_identities_of_one_provider_go_together_each_with_its_own_way_back(
    app: Starlette, browser: Browser
) -> None:
    """As an earlier version let them come about."""
    await linked(browser)
    await app.state.services.db.run(
        "INSERT INTO user_oauths (id, user_id, provider, identity, issuer, created_at)"
        " SELECT 'x', id, 'example', 'person-9', 'x', 1 FROM users"
    )
    await browser.submit(UNLINK)
    assert await value(app, "SELECT COUNT(*) AS n FROM user_oauths") == 0
    assert await value(app, "SELECT COUNT(*) AS n FROM changes WHERE kind = 'way_removed'") == 2
