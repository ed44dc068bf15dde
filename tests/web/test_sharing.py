"""Do the applications of a domain have a cookie of their own, as long as the session and no longer? (CK-*, FA-10)"""

import httpx2
import pytest
from entrance import PASSWORD, Browser, Clock, running, set_cookies, settings_for
from genkan.accounts import session
from genkan.accounts.services import Visitor
from neighbourhood import BASE_URL, OWN, SHARED, domain, domain_settings, hana, jiro
from starlette.applications import Starlette

__all__ = ["domain", "hana", "jiro"]
pytestmark = pytest.mark.anyio


def lines(answer: httpx2.Response) -> list[str]:
    """The cookies of the session that an answer sets, without what they hold."""
    found = answer.headers.get_list("set-cookie")
    return [f"{each.partition('=')[0]};{each.partition(';')[2]}" for each in found if "jwt=" in each]


KEPT = [
    f"{OWN}; HttpOnly; Max-Age=172800; Path=/; SameSite=lax; Secure",
    f"{SHARED}; Domain=example.com; HttpOnly; Max-Age=172800; Path=/; SameSite=lax; Secure",
]
UNTIL_THE_WINDOW_CLOSES = [each.replace(" Max-Age=172800;", "") for each in KEPT]
GONE = [each.replace("172800", "0") for each in KEPT]


async def test_CK_01_a_login_sets_both_with_every_attribute(hana: Browser, jiro: Browser) -> None:
    assert lines(await hana.sign_up()) == KEPT
    assert lines(await jiro.log_in(keep="1", keep_asked="1")) == KEPT


async def test_both_live_as_long_as_their_person_wants(hana: Browser, jiro: Browser) -> None:
    await hana.sign_up()
    assert lines(await jiro.log_in(keep_asked="1")) == UNTIL_THE_WINDOW_CLOSES


async def test_both_are_of_one_session_and_tell_no_more(domain: Starlette, hana: Browser, clock: Clock) -> None:
    """JW-18: the same claims, for another audience."""
    await hana.sign_up()
    services = domain.state.services
    own = services.tokens.read(hana.cookies[OWN], now=clock.now)
    assert own == services.shared_tokens.read(hana.cookies[SHARED], now=clock.now)
    assert services.tokens.read(hana.cookies[SHARED], now=clock.now) is None
    assert services.shared_tokens.read(hana.cookies[OWN], now=clock.now) is None


async def test_CA_03_a_logout_drops_both(hana: Browser) -> None:
    await hana.sign_up()
    assert lines(await hana.log_out()) == GONE
    assert not {OWN, SHARED} & set(hana.cookies)


async def test_whoever_was_logged_out_from_elsewhere_loses_both(
    domain: Starlette, hana: Browser, jiro: Browser
) -> None:
    await hana.sign_up()
    await jiro.log_in()
    await jiro.submit("/account/devices/others/end")
    assert lines(await hana.get("/account")) == GONE


async def test_who_leaves_loses_both(hana: Browser) -> None:
    await hana.sign_up()
    assert lines(await hana.submit("/account/delete")) == GONE


async def test_a_new_password_renews_both(domain: Starlette, hana: Browser) -> None:
    await hana.sign_up()
    before = {OWN: hana.cookies[OWN], SHARED: hana.cookies[SHARED]}
    new = "eleven herons in the rice field"
    answer = await hana.submit("/account/password", password=PASSWORD, new_password=new)
    assert lines(answer) == KEPT
    assert (await hana.get("/auth/verify")).status_code == 200
    for name, token in before.items():
        assert (await hana.get("/auth/verify", headers={"Cookie": f"{SHARED}={token}"})).status_code == 401, name


async def test_without_a_domain_there_is_one(database_url: str) -> None:
    async with running(settings_for(database_url, base_url=BASE_URL)) as app, Browser(app) as browser:
        assert lines(await browser.sign_up()) == KEPT[:1]
        assert lines(await browser.get("/account")) == []
        assert lines(await browser.log_out()) == GONE[:1]


async def test_who_was_logged_in_before_there_was_a_domain_has_the_other_after_the_next_page(
    database_url: str, clock: Clock
) -> None:
    async with running(settings_for(database_url, base_url=BASE_URL), clock=clock) as app, Browser(app) as browser:
        await browser.sign_up()
        own = browser.cookies[OWN]
    clock.now += 3600
    async with running(domain_settings(database_url), clock=clock) as app, Browser(app) as browser:
        browser.cookies.set(OWN, own)
        answer = await browser.get("/account")
        assert lines(answer) == [KEPT[1].replace("172800", "169200")]  # until the session ends
        assert (await browser.get("/auth/verify")).headers["remote-user"]
        assert lines(await browser.get("/account")) == []


@pytest.mark.parametrize("path", ["/login", "/signup", "/login?next=/reports/1"])
async def test_who_comes_to_an_entrance_and_is_logged_in_has_the_other_too(hana: Browser, path: str) -> None:
    """An application that does not know them sends them here: going on from here has to help."""
    assert lines(await hana.get(path)) == []
    await hana.sign_up()
    del hana.cookies[SHARED]
    assert lines(await hana.get(path)) == KEPT[1:]
    assert (await hana.get("/auth/verify")).status_code == 200


async def test_and_where_it_is_not_kept_neither_is_the_other(hana: Browser, jiro: Browser) -> None:
    await hana.sign_up()
    await jiro.log_in(keep_asked="1")
    del jiro.cookies[SHARED]
    assert lines(await jiro.get("/account")) == UNTIL_THE_WINDOW_CLOSES[1:]


@pytest.mark.parametrize("planted", ["theirs", "garbage", "twice"])
async def test_CK_02_what_another_host_has_planted_is_put_right_by_the_next_page(
    domain: Starlette, hana: Browser, jiro: Browser, planted: str
) -> None:
    await hana.sign_up()
    await jiro.sign_up("jiro")
    own, shared, theirs = hana.cookies[OWN], hana.cookies[SHARED], jiro.cookies[SHARED]
    hana.cookies.clear()
    kept = {"theirs": theirs, "garbage": "x", "twice": f"{shared}; {SHARED}={theirs}"}[planted]
    answer = await hana.get("/account", headers={"Cookie": f"{OWN}={own}; {SHARED}={kept}"})
    assert (answer.status_code, lines(answer)) == (200, KEPT[1:])
    assert set_cookies(answer)[SHARED].value == shared


async def test_a_session_that_is_over_is_nobodys_in_any_process(domain: Starlette, hana: Browser, clock: Clock) -> None:
    await hana.sign_up()
    services = domain.state.services
    token = hana.cookies[SHARED]
    assert await session.live(services, token, now=clock.now, is_shared=True)
    assert await session.live(services, token, now=clock.now) is None
    sid = services.shared_tokens.read(token, now=clock.now).sid
    await session.end(services, Visitor(address="9.9.9.9"), sid, now=clock.now)
    assert await session.live(services, token, now=clock.now, is_shared=True) is None
