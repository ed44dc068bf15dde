"""/oauth/…?intent=link and confirm: only from our own pages, only in the session that set out, and nothing moves? (LK-*, OA-*, CS-*)"""

import asyncio
import json
from mailbox import newest

import pytest
from dev_journeys import cancel, choose, come_back, set_out
from entrance import PASSWORD, Browser, Clock, running, set_cookies, settings_for, words
from genkan.accounts import ways
from genkan.accounts.services import Visitor
from genkan.errors import SessionChanged
from genkan.oauth import Profile
from genkan.settings import ProviderSettings
from starlette.applications import Starlette
from ways_journeys import (
    come_back_to,
    everything,
    grow_stale,
    is_fresh,
    prove_address,
    set_out_to,
    start_url,
    value,
)

pytestmark = pytest.mark.anyio
SECURITY = "/account/security"
STARTS = "SELECT COUNT(*) AS n FROM oauth_attempts"
LINKED = "SELECT COUNT(*) AS n FROM user_oauths"


async def test_links_another_provider_and_it_lets_its_person_in(app: Starlette, browser: Browser) -> None:
    await browser.sign_up()
    answer = await come_back_to(browser, "verified", "link")
    assert (answer.status_code, answer.headers["location"]) == (303, SECURITY)
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "jwt" not in set_cookies(answer)
    assert "Example ID is now linked." in words(await browser.get(SECURITY))
    await browser.log_out()
    assert (await come_back(browser, "verified", intent="login")).headers["location"] == "/account"
    assert await value(app, "SELECT COUNT(*) AS n FROM users") == 1


async def test_it_is_written_down_mailed_and_can_be_taken_back(app: Starlette, browser: Browser, clock: Clock) -> None:
    await browser.sign_up()
    await prove_address(app, clock)
    await come_back_to(browser, "no-address", "link")
    before = await value(app, "SELECT before FROM changes WHERE kind = 'way_added'")
    assert json.loads(str(before)) == {"provider": "example", "identity": "person-3"}
    assert await value(app, "SELECT details FROM events WHERE kind = 'way_added'") == '{"provider_label": "Example ID"}'
    assert (await newest(app, "way_added")).path.startswith("/undo/")


async def test_the_question_at_the_end_of_a_sign_in_is_written_down_too(
    app: Starlette, browser: Browser, clock: Clock
) -> None:
    await browser.sign_up()
    await prove_address(app, clock)
    await come_back(browser, "no-address", intent="login")
    answer = await browser.submit("/oauth/finish", action="link")
    assert answer.headers["location"] == "/account"
    assert (await newest(app, "way_added")).details["provider_label"] == "Example ID"
    assert await value(app, "SELECT COUNT(*) AS n FROM changes WHERE kind = 'way_added'") == 1


async def test_an_identity_that_has_been_ones_own_is_no_fault(app: Starlette, browser: Browser) -> None:
    await browser.sign_up()
    await come_back_to(browser, "verified", "link")
    url = await link_start(app, browser)
    await browser.get(await choose(browser, (await browser.get(url)).headers["location"], "verified"))
    page = await browser.get(SECURITY)
    assert (page.status_code, "is linked to your account already" in words(page)) == (200, True)
    assert await value(app, LINKED) == 1


async def link_start(app: Starlette, browser: Browser) -> str:
    """The start of a link as the page would show it if the provider were not linked yet: out of another tab."""
    identity = await app.state.services.db._rows("SELECT * FROM user_oauths", {})
    kept = dict(identity[0]._mapping)
    await app.state.services.db.run("DELETE FROM user_oauths")
    url = await start_url(browser, "link")
    await app.state.services.db.run(
        "INSERT INTO user_oauths (id, user_id, provider, identity, issuer, created_at)"
        " VALUES (:id, :user_id, :provider, :identity, :issuer, :created_at)",
        **{name: kept[name] for name in ("id", "user_id", "provider", "identity", "issuer", "created_at")},
    )
    return url


async def test_a_second_one_of_the_same_provider_is_refused_kindly(app: Starlette, browser: Browser) -> None:
    await browser.sign_up()
    await come_back_to(browser, "verified", "link")
    url = await link_start(app, browser)
    await browser.get(await choose(browser, (await browser.get(url)).headers["location"], "no-address"))
    page = await browser.get(SECURITY)
    assert (page.status_code, "Unlink that one before you link this one" in words(page)) == (409, True)
    assert await value(app, LINKED) == 1


async def test_a_second_one_is_refused_by_the_question_at_the_end_of_a_sign_in_too(
    app: Starlette, browser: Browser
) -> None:
    await browser.sign_up()
    await come_back_to(browser, "verified", "link")
    await come_back(browser, "no-address", intent="login")
    assert (await browser.submit("/oauth/finish", action="link")).headers["location"] == SECURITY
    assert "Another Example ID account is linked to yours" in words(await browser.get(SECURITY))
    assert await value(app, LINKED) == 1


async def test_LK_10_an_identity_of_somebody_else_stays_theirs_and_the_page_says_how_to_go_about_it(
    app: Starlette, browser: Browser, other_browser: Browser
) -> None:
    await come_back(other_browser, "verified", intent="signup")
    owner = await value(app, "SELECT user_id FROM user_oauths")
    await browser.sign_up("jirou")
    answer = await come_back_to(browser, "verified", "link")
    assert answer.headers["location"] == SECURITY
    page = await browser.get(SECURITY)
    assert page.status_code == 409
    assert "This Example ID account already belongs to another account here, so nothing was changed." in words(page)
    assert await value(app, "SELECT user_id FROM user_oauths") == owner
    assert await value(app, "SELECT COUNT(*) AS n FROM events WHERE kind = 'way_added'") == 0


async def test_LK_10_two_people_that_link_the_same_identity_at_once_do_not_share_it(
    app: Starlette, browser: Browser, other_browser: Browser
) -> None:
    callbacks = []
    for one, name in ((browser, "hanako"), (other_browser, "jirou")):
        await one.sign_up(name)
        callbacks.append(await choose(one, await set_out_to(one, "link"), "verified"))
    await asyncio.gather(browser.get(callbacks[0]), other_browser.get(callbacks[1]))
    statuses = [(await one.get(SECURITY)).status_code for one in (browser, other_browser)]
    assert sorted(statuses) == [200, 409]
    assert await value(app, LINKED) == 1


async def test_two_tabs_that_link_at_once_add_one(app: Starlette, browser: Browser) -> None:
    await browser.sign_up()
    tabs = [await choose(browser, await set_out_to(browser, "link"), person) for person in ("verified", "no-address")]
    await asyncio.gather(*(browser.get(tab) for tab in tabs))
    assert await value(app, LINKED) == 1


# Whoever may not set out. --------------------------------------------------------------------------------------


async def test_CS_another_sites_link_begins_nothing_even_with_a_right_ticket(app: Starlette, browser: Browser) -> None:
    await browser.sign_up()
    url = await start_url(browser, "link")
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    answer = await browser.get(url, headers=headers)
    assert (answer.status_code, answer.headers["location"]) == (303, SECURITY)
    assert await value(app, STARTS) == 0


@pytest.mark.parametrize(("intent", "page"), [("link", SECURITY), ("confirm", "/account/confirm")])
@pytest.mark.parametrize("ticket", ["", "&ticket=", "&ticket=x", "&ticket=" + "A" * 43, "&ticket=%E3%81%82"])
async def test_CS_in_a_browser_that_says_nothing_of_sites_nothing_begins_without_the_ticket(
    app: Starlette, browser: Browser, intent: str, page: str, ticket: str
) -> None:
    await browser.sign_up()
    answer = await browser.get(f"/oauth/example?intent={intent}{ticket}")
    assert (answer.status_code, answer.headers["location"]) == (303, page)
    assert await value(app, STARTS) == 0


async def test_CS_a_ticket_is_worth_something_for_its_session_intent_and_provider_only(
    database_url: str, clock: Clock
) -> None:
    google = ProviderSettings("google", "id", "secret")
    async with (
        running(settings_for(database_url, providers=(google,)), clock=clock) as app,
        Browser(app) as browser,
        Browser(app) as attacker,
    ):
        await attacker.sign_up("attacker")
        await browser.sign_up()
        theirs = await start_url(attacker, "link")
        own = await start_url(browser, "link")
        wrong = (
            theirs,
            own.replace("intent=link", "intent=confirm"),
            own.replace("/oauth/example", "/oauth/google"),
        )
        for url in wrong:
            assert (await browser.get(url)).headers["location"].startswith("/account/")
        await browser.log_out()
        await browser.log_in()
        assert (await browser.get(own)).headers["location"] == SECURITY  # of the session before
        assert await value(app, STARTS) == 0


@pytest.mark.parametrize("intent", ["link", "confirm"])
async def test_nobody_sets_out_without_being_logged_in(
    app: Starlette, browser: Browser, other_browser: Browser, clock: Clock, intent: str
) -> None:
    await browser.sign_up()
    await come_back_to(browser, "verified", "link")
    if intent == "confirm":
        grow_stale(clock)
        url = await start_url(browser, intent)
    else:
        url = await link_start(app, browser)
    answer = await other_browser.get(url)
    assert answer.headers["location"].startswith("/login?next=/account/")
    assert await value(app, STARTS) == 0


async def test_7_5_1_linking_needs_a_proof_that_is_young(app: Starlette, browser: Browser, clock: Clock) -> None:
    await browser.sign_up()
    grow_stale(clock)
    answer = await browser.get(await start_url(browser, "link"))
    assert answer.headers["location"] == "/account/confirm?next=/account/security"
    assert await value(app, STARTS) == 0
    await browser.submit("/account/confirm", action="password", password=PASSWORD, next=SECURITY)
    assert (await browser.get(await start_url(browser, "link"))).headers["location"].startswith("http")


# Whoever may not come back. ------------------------------------------------------------------------------------


def plant(browser: Browser, victim: Browser) -> None:
    """The cookie that binds attempts to their browser, in another browser: nobody should be able to, but if."""
    victim.cookies.delete("attempt")
    victim.cookies.set("attempt", browser.cookies["attempt"])


async def confirming(browser: Browser, clock: Clock) -> str:
    """The callback of a confirmation, not opened yet, in the browser of a person whose proof is old."""
    await come_back(browser, "verified", intent="signup")
    grow_stale(clock)
    return await choose(browser, await set_out_to(browser, "confirm"), "verified")


async def linking(browser: Browser) -> str:
    await browser.sign_up()
    return await choose(browser, await set_out_to(browser, "link"), "no-address")


async def test_OA_a_link_that_was_begun_before_logging_out_is_worth_nothing(app: Starlette, browser: Browser) -> None:
    callback = await linking(browser)
    await browser.log_out()
    assert (await browser.get(callback)).headers["location"] == "/login"
    page = await browser.get("/login")
    assert (page.status_code, "You logged out or changed accounts on the way" in words(page)) == (400, True)
    assert await value(app, LINKED) == 0


@pytest.mark.parametrize("username", ["hanako", "jirou"])
async def test_OA_a_link_ends_in_the_session_that_began_it_and_in_no_other(
    app: Starlette, browser: Browser, other_browser: Browser, username: str
) -> None:
    """Somebody else is logged in by then, or the same person anew."""
    await other_browser.sign_up("jirou")
    callback = await linking(browser)
    await browser.log_out()
    await browser.log_in(username)
    assert (await browser.get(callback)).headers["location"] == SECURITY
    assert (await browser.get(SECURITY)).status_code == 400
    assert await value(app, LINKED) == 0


async def test_OA_the_callback_of_a_link_in_another_browser_links_nothing_there(
    app: Starlette, browser: Browser, other_browser: Browser
) -> None:
    """The attacker's identity, to be linked to the victim's account."""
    callback = await linking(browser)
    await other_browser.sign_up("victim")
    await other_browser.get("/oauth/example")  # with an attempt of its own
    assert (await other_browser.get(callback)).headers["location"] == "/login"
    plant(browser, other_browser)
    assert (await other_browser.get(callback)).headers["location"] == SECURITY
    assert await value(app, LINKED) == 0


async def test_OA_a_session_that_is_ended_between_the_start_and_the_callback_is_not_added_to(
    app: Starlette, browser: Browser, clock: Clock
) -> None:
    callback = await linking(browser)
    await app.state.services.db.run("UPDATE sessions SET ended_at = :now, end_reason = 'x'", now=clock.now)
    assert (await browser.get(callback)).headers["location"] == "/login"
    assert await value(app, LINKED) == 0


async def test_a_session_that_ends_at_the_very_moment_is_not_added_to(
    app: Starlette, browser: Browser, clock: Clock
) -> None:
    await browser.sign_up()
    profile = Profile("example", "person-3", "i", None, None, False)
    user_id = str(await value(app, "SELECT id FROM users"))
    for id, session_id in ((user_id, "ended"), ("nobody", "ended")):
        with pytest.raises(SessionChanged):
            await ways.link(
                app.state.services,
                Visitor(address="192.0.2.1"),
                profile,
                user_id=id,
                session_id=session_id,
                label="Example ID",
                now=clock.now,
            )
    assert await value(app, LINKED) == 0


async def test_OA_the_state_of_a_confirmation_logs_nobody_in(app: Starlette, browser: Browser, clock: Clock) -> None:
    callback = await confirming(browser, clock)
    await browser.log_out()
    answer = await browser.get(callback)
    assert (answer.headers["location"], "jwt" in set_cookies(answer)) == ("/login", False)
    assert not await browser.is_signed_in()


async def test_OA_the_state_of_a_login_confirms_no_session_that_is_there(
    app: Starlette, browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    """It begins a session of its own, of whoever the provider names."""
    await come_back(other_browser, "verified", intent="signup")
    await browser.sign_up("jirou")
    grow_stale(clock)
    session = await value(app, "SELECT id FROM sessions WHERE method = 'password'")
    await browser.get(await choose(browser, await set_out(browser), "verified"))
    assert (
        await value(app, f"SELECT COUNT(*) AS n FROM sessions WHERE id = '{session}' AND confirmed_at = {clock.now}")
        == 0
    )
    assert await value(app, "SELECT COUNT(*) AS n FROM events WHERE kind = 'confirmed'") == 0


async def test_OA_the_state_of_a_link_counts_once(app: Starlette, browser: Browser) -> None:
    callback = await linking(browser)
    await browser.get(callback)
    await browser.submit("/account/security/unlink/example")
    assert (await browser.get(callback)).headers["location"] == "/login"
    assert await value(app, LINKED) == 0


async def test_OA_a_confirmation_that_was_begun_by_another_session_confirms_nothing(
    browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    callback = await confirming(browser, clock)
    await come_back(other_browser, "verified", intent="login")
    grow_stale(clock)
    plant(browser, other_browser)
    clock.now -= 601
    assert (await other_browser.get(callback)).headers["location"] == "/account/confirm?next=/account/security"
    clock.now += 601
    assert not await is_fresh(other_browser)


# What goes wrong leads back to where it was begun. -------------------------------------------------------------


async def test_cancelling_a_link_leads_back_and_says_so(browser: Browser) -> None:
    await browser.sign_up()
    answer = await browser.get(await cancel(browser, await set_out_to(browser, "link")))
    assert answer.headers["location"] == SECURITY
    page = await browser.get(SECURITY)
    assert (page.status_code, "You cancelled at Example ID" in words(page)) == (200, True)


async def test_a_confirmation_that_fails_leads_back_with_where_the_person_wanted(
    browser: Browser, clock: Clock
) -> None:
    callback = await confirming(browser, clock)
    answer = await browser.get(callback + "&error=server_error")
    assert answer.headers["location"] == "/account/confirm?next=/account/security"
    page = await browser.get(answer.headers["location"])
    assert (page.status_code, "gave an answer that cannot be used" in words(page)) == (502, True)
    assert not await is_fresh(browser)


async def test_PR_a_provider_that_is_down_leads_back(database_url: str) -> None:
    down = ProviderSettings("down", "c", "s", label="Down", issuer="http://127.0.0.1:1")
    async with running(settings_for(database_url, providers=(down,))) as app, Browser(app) as browser:
        await browser.sign_up()
        answer = await browser.get(await start_url(browser, "link", provider="down"))
        assert answer.headers["location"] == SECURITY
        page = await browser.get(SECURITY)
        assert (page.status_code, "Down is not responding" in words(page)) == (503, True)


async def test_a_flood_of_starts_is_stopped_and_told(app: Starlette, browser: Browser) -> None:
    object.__setattr__(app.state.services.limits, "oauth_starts_per_address", 0)
    await browser.sign_up()
    assert (await browser.get(await start_url(browser, "link"))).headers["location"] == SECURITY
    page = await browser.get(SECURITY)
    assert (page.status_code, "Wait 10 minutes" in words(page)) == (429, True)


async def test_LK_14_a_provider_that_is_switched_off_meanwhile_links_nothing(app: Starlette, browser: Browser) -> None:
    callback = await linking(browser)
    app.state.clients = {}
    assert (await browser.get(callback)).status_code == 404
    assert await value(app, LINKED) == 0


async def test_CS_11_the_ticket_is_in_no_address_that_goes_elsewhere(app: Starlette, browser: Browser) -> None:
    await browser.sign_up()
    url = await start_url(browser, "link")
    ticket = url.partition("ticket=")[2]
    answer = await browser.get(url)
    assert ticket not in answer.headers["location"]
    assert ticket not in await everything(app)
