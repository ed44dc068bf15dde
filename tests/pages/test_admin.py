"""/admin: is it there for admins alone, whatever else a browser says? And are accounts found, and listed page by page? (JW-15)"""

import io
import json
from collections.abc import AsyncIterator

import httpx2
import jwt
import pytest
from account_life import id_of
from admin_house import ADMIN, METHODS, NOWHERE, addresses_of_admins, routes_of_admins, sign_up_admin, told
from dev_journeys import come_back
from entrance import NOW, Browser, Clock, running, settings_for, words
from genkan import log
from genkan.accounts import administration
from genkan.accounts.acts import COMMAND
from genkan.accounts.tokens import LASTS
from genkan.pages import admin
from genkan.settings import Settings
from genkan.web.admins import AdminRoute, for_admins
from genkan.web.session import Person
from rows import everything
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

pytestmark = pytest.mark.anyio
LINK = 'href="/admin"'


@pytest.fixture
async def hanako(app: Starlette, other_browser: Browser) -> str:
    """Somebody who is no admin; their id."""
    await other_browser.sign_up("hanako")
    return await id_of(app, "hanako")


@pytest.fixture
async def aiko(app: Starlette, browser: Browser, hanako: str) -> str:
    """The admin, in `browser`; their id."""
    return await sign_up_admin(app, browser)


async def session_of(app: Starlette, user_id: str) -> str:
    return str(await app.state.services.db.value("SELECT id FROM sessions WHERE user_id = :id", id=user_id))


# Who may. -----------------------------------------------------------------------------------------------------


async def test_every_page_below_admin_has_the_door_that_only_admins_pass(app: Starlette) -> None:
    assert len(routes_of_admins(app)) == 8
    assert [each.path for each in routes_of_admins(app) if not isinstance(each, AdminRoute)] == []


@pytest.mark.parametrize("is_signed_in", [True, False])
async def test_whoever_is_no_admin_gets_the_answer_of_an_address_that_is_not_there_by_every_method(
    app: Starlette, browser: Browser, other_browser: Browser, hanako: str, is_signed_in: bool
) -> None:
    await sign_up_admin(app, browser)
    asking = other_browser if is_signed_in else Browser(app)
    before = await everything(app)
    for path in addresses_of_admins(app, hanako, await session_of(app, hanako)):
        for method in METHODS:
            answers = [
                await asking.request(method, each, headers={"Sec-Fetch-Site": "same-origin"})
                for each in (path, NOWHERE)
            ]
            assert answers[0].status_code == 404
            assert told(answers[0]) == told(answers[1]), (method, path)
    assert await everything(app) == before


async def test_the_same_for_htmx_and_for_what_is_no_form(other_browser: Browser, hanako: str) -> None:
    for headers in ({"HX-Request": "true", "HX-Request-Type": "partial"}, {"Content-Type": "application/json"}):
        kinds = {"Sec-Fetch-Site": "same-origin"} | headers
        answers = [await other_browser.post(path, content=b"{}", headers=kinds) for path in ("/admin", NOWHERE)]
        assert told(answers[0]) == told(answers[1])


async def test_a_handler_that_stands_at_another_kind_of_route_is_closed_all_the_same(
    settings: Settings, clock: Clock
) -> None:
    @for_admins
    async def page(request: Request, person: Person) -> Response:
        return Response(person.name)

    async with running(settings, clock=clock, routes=[Route("/own", page)]) as app, Browser(app) as browser:
        assert (await browser.get("/own")).status_code == 404
        await browser.sign_up()
        assert (await browser.get("/own")).status_code == 404
        await administration.set_admin(app.state.services, COMMAND, await id_of(app, "hanako"), True, now=NOW)
        assert (await browser.get("/own")).text == "Hanako Yamada"


async def test_JW_15_a_token_that_says_admin_is_no_token(app: Starlette, other_browser: Browser, hanako: str) -> None:
    tokens = app.state.services.tokens
    claims = {"iss": app.state.settings.base_url, "aud": app.state.settings.base_url, "sub": hanako}
    claims |= {"sid": await session_of(app, hanako), "iat": NOW, "exp": NOW + LASTS}
    head = {"kid": tokens._keys.kids[0], "typ": "JWT"}
    for more in ({}, {"is_admin": True}, {"admin": True}, {"role": "admin"}, {"scope": "admin"}):
        signed = jwt.encode(claims | more, tokens._keys.signing[0], algorithm="EdDSA", headers=head)
        other_browser.cookies.clear()
        other_browser.cookies.set("jwt", signed)
        assert (await other_browser.get("/admin")).status_code == 404
        assert await other_browser.is_signed_in() == (not more)


async def test_JW_15_IN_09_no_form_and_no_header_makes_an_admin(
    app: Starlette, other_browser: Browser, hanako: str
) -> None:
    more = {"is_admin": "1", "isAdmin": "true", "role": "admin", "admin": "on"}
    await other_browser.submit("/account/name", name="Hanako", **more)
    await other_browser.submit("/account/language", language="ja", **more)
    await Browser(app).sign_up("jiro", **more)
    await come_back(Browser(app), "verified", intent="signup")
    assert await app.state.services.db.value("SELECT COUNT(*) FROM users WHERE is_admin") == 0
    for headers in (
        {"X-Is-Admin": "1"},
        {"X-Forwarded-User": ADMIN},
        {"X-Role": "admin"},
        {"X-Original-URL": "/admin"},
    ):
        assert (await other_browser.get("/admin", headers=headers)).status_code == 404
    assert (await other_browser.get("/admin?is_admin=1")).status_code == 404


@pytest.mark.usefixtures("hanako")
async def test_8_3_2_an_admin_who_is_demoted_is_none_at_the_next_request(
    app: Starlette, browser: Browser, aiko: str
) -> None:
    assert (await browser.get("/admin")).status_code == 200
    await administration.set_admin(app.state.services, COMMAND, aiko, False, now=NOW, force=True)
    assert (await browser.get("/admin")).status_code == 404
    assert await browser.is_signed_in()


@pytest.mark.parametrize("column", ["disabled_at", "leaves_at"])
async def test_8_3_2_and_so_is_one_whose_account_is_closed(
    app: Starlette, browser: Browser, aiko: str, column: str
) -> None:
    await app.state.services.db.run(f"UPDATE users SET {column} = 1 WHERE id = :id", id=aiko)
    assert (await browser.get("/admin")).status_code == 404


async def test_an_admin_who_is_logged_out_has_to_find_the_login_by_themselves(browser: Browser, aiko: str) -> None:
    await browser.log_out()
    answer = await browser.get("/admin")
    assert answer.status_code == 404
    assert "location" not in answer.headers


async def test_16_3_3_whoever_tries_is_a_line_of_the_log(database_url: str) -> None:
    written = io.StringIO()
    with log.to(written):
        async with running(settings_for(database_url)) as app, Browser(app) as browser:
            await browser.get("/admin")
            await browser.sign_up()
            await browser.submit("/admin/users/x/delete")
            hanako = await id_of(app, "hanako")
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    assert [each.get("user") for each in lines if each["event"] == "admin refused"] == [None, hanako]


# The way there. -----------------------------------------------------------------------------------------------


@pytest.fixture
async def house(sqlite_url: str, clock: Clock) -> AsyncIterator[Starlette]:
    """In production, where what components made is kept."""
    settings = settings_for(sqlite_url, environment="production", base_url="https://id.example.com", dev_provider=False)
    async with running(settings, clock=clock) as app:
        yield app


async def test_the_account_of_an_admin_leads_to_admin_and_nobody_elses_does_whoever_came_first(
    house: Starlette,
) -> None:
    async with Browser(house) as first, Browser(house) as second, Browser(house) as third:
        await first.sign_up("hanako")
        await sign_up_admin(house, second)
        await third.sign_up("jiro")
        for _ in range(2):
            for path in ("/account", "/account/security", "/account/devices", "/account/activity", "/account/data"):
                pages = [(await each.get(path)).text for each in (first, second, third)]
                assert [LINK in each for each in pages] == [False, True, False], path


async def test_a_row_that_was_saved_in_its_place_keeps_the_way(browser: Browser, aiko: str) -> None:
    partial = {"HX-Request": "true", "HX-Request-Type": "partial", "Sec-Fetch-Site": "same-origin"}
    assert (await browser.post("/account/name", data={"name": "Aiko"}, headers=partial)).status_code == 200
    assert LINK in (await browser.get("/account")).text


# The list. ----------------------------------------------------------------------------------------------------


def listed(answer: httpx2.Response) -> list[str]:
    """The names on the page, in its order."""
    found = answer.text.split('<tbody role="rowgroup">')[-1].split("<bdi>")[1:]
    return [each.partition("</bdi>")[0] for each in found if "@" not in each.partition("</bdi>")[0]]


async def test_accounts_are_listed_the_newest_first_with_how_they_stand(
    app: Starlette, browser: Browser, aiko: str, hanako: str, clock: Clock
) -> None:
    clock.now += 1
    await Browser(app).sign_up("jiro", name="Jiro Example")
    clock.now += 1
    third = Browser(app)
    await come_back(third, "no-address", intent="signup")
    await third.submit("/oauth/finish", action="create", name="Sakura Example", email="sakura@example.com")
    await app.state.services.db.run("UPDATE users SET email = NULL, email_key = NULL WHERE name = 'Sakura Example'")
    await administration.disable(app.state.services, COMMAND, hanako, now=clock.now)
    answer = await browser.get("/admin")
    assert listed(answer)[:2] == ["Sakura Example", "Jiro Example"]
    assert set(listed(answer)[2:]) == {"Aiko Example", "Hanako Yamada"}
    text = words(answer)
    assert "Hanako Yamada hanako suspended hanako@example.com not confirmed" in text
    assert "Aiko Example aiko administrator" in text
    assert "No email address" in text


@pytest.mark.parametrize(
    ("signup", "said"),
    [
        ("open", "Sign-up: open Everybody may create an account."),
        ("invitation", "Sign-up: by invitation Only those who have an invitation may create an account."),
        ("closed", "Sign-up: closed Nobody may create an account."),
    ],
)
async def test_the_page_says_whether_sign_up_is_open(
    app: Starlette, browser: Browser, aiko: str, signup: str, said: str
) -> None:
    object.__setattr__(app.state.settings, "signup", signup)
    assert said in words(await browser.get("/admin"))


@pytest.fixture
async def many(app: Starlette, browser: Browser, clock: Clock) -> list[str]:
    """More people than one page has; their names, the newest first, the admin last."""
    await sign_up_admin(app, browser)
    for number in range(admin.PAGE + 1):
        clock.now += 1
        await Browser(app).sign_up(f"person{number}", name=f"Person {number}")
    return [*(f"Person {number}" for number in reversed(range(admin.PAGE + 1))), "Aiko Example"]


async def test_the_list_goes_on_page_by_page_and_back_to_the_newest(browser: Browser, many: list[str]) -> None:
    first = await browser.get("/admin")
    assert listed(first) == many[: admin.PAGE]
    assert "Newest</a>" not in first.text
    older = first.text.partition('href="/admin?after=')[2].partition('"')[0]
    second = await browser.get(f"/admin?after={older}")
    assert listed(second) == many[admin.PAGE :]
    assert "Older" not in words(second)
    assert 'href="/admin">Newest' in second.text


@pytest.mark.parametrize("after", ["x", "1.x", "%00", "9" * 30, "' OR 1=1--", "-1.a", "0.a"])
async def test_a_place_in_the_list_that_is_none_harms_nothing(browser: Browser, aiko: str, after: str) -> None:
    assert (await browser.get("/admin", params={"after": after})).status_code == 200
    assert (await browser.get("/admin?after=%00")).status_code == 400
    assert "There are no more accounts." in words(await browser.get("/admin?after=0.a"))


# The search. --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", ["hanako", "HANAKO", "hanako@example.com", "anako yam", " Hanako Yamada "])
async def test_a_search_that_finds_one_account_leads_there(
    browser: Browser, aiko: str, hanako: str, asked: str
) -> None:
    answer = await browser.submit("/admin", q=asked)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/admin/users/{hanako}")
    assert (await browser.submit("/admin", q=hanako)).headers["location"] == f"/admin/users/{hanako}"


async def test_14_2_1_several_are_listed_and_no_name_comes_to_stand_in_the_address(
    app: Starlette, browser: Browser, aiko: str, hanako: str
) -> None:
    await Browser(app).sign_up("hana", name="Hanako Example", email="other@example.com")
    answer = await browser.submit("/admin", q="Hanako")
    there = answer.headers["location"]
    assert answer.status_code == 303
    assert "anako" not in there
    found = await browser.get(there)
    assert set(listed(found)) == {"Hanako Yamada", "Hanako Example"}
    assert "Found: 2" in words(found)
    assert 'href="/admin">Show all accounts' in found.text


async def test_who_was_found_and_is_gone_since_is_not_listed(browser: Browser, aiko: str, hanako: str) -> None:
    found = await browser.get(f"/admin?found={hanako}.{'A' * 22}..x")
    assert listed(found) == ["Hanako Yamada"]


async def test_IN_03_nobody_is_found_by_what_is_no_part_of_a_name(browser: Browser, aiko: str, hanako: str) -> None:
    for asked in ("nobody", "%", "_anako", "' OR 1=1 --", "!", "x" * 5000):
        answer = await browser.submit("/admin", q=asked)
        assert answer.status_code == 200
        assert "No account matches." in words(answer)
    assert 'value="&#39; OR 1=1 --"' in (await browser.submit("/admin", q="' OR 1=1 --")).text


async def test_a_search_for_nothing_is_the_list(browser: Browser, aiko: str) -> None:
    for asked in ("", "  "):
        assert (await browser.submit("/admin", q=asked)).headers["location"] == "/admin"


async def test_names_are_text_and_nothing_else(app: Starlette, browser: Browser, aiko: str) -> None:
    await Browser(app).sign_up("bobby", name='<b>Bobby</b> & "Tables" {{ 7 * 7 }}')
    page = (await browser.get("/admin")).text
    assert "<b>Bobby" not in page
    assert "&lt;b&gt;Bobby&lt;/b&gt; &amp; &#34;Tables&#34; {{ 7 * 7 }}" in page
