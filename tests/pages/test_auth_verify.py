"""/auth/verify: does it tell a proxy who is signed in, believe nobody, and say no in every doubt? (FA-*, HH-*, CK-09)"""

import asyncio
from collections.abc import Sequence
from urllib.parse import unquote

import httpx2
import pytest
from entrance import SECRET, Browser, Clock, running, settings_for
from genkan.accounts.tokens import Tokens
from genkan.db import DatabaseUnavailable
from genkan.keys import Keys
from genkan.pages.auth_verify import identity
from genkan.web.session import Person
from hypothesis import given
from hypothesis import strategies as some
from neighbourhood import APPS, BASE_URL, OWN, SHARED, WIKI, domain, domain_settings, hana, jiro
from starlette.applications import Starlette

__all__ = ["domain", "hana", "jiro"]
pytestmark = pytest.mark.anyio

Headers = Sequence[tuple[str, str]]
ASKED: Headers = (
    ("X-Forwarded-Method", "GET"),
    ("X-Forwarded-Proto", "https"),
    ("X-Forwarded-Host", "wiki.example.com"),
    ("X-Forwarded-Uri", "/page?a=1&b=2"),
)
ADMIT = "/auth/verify"
LEAD = "/auth/verify?login=redirect"
SPOKEN = ("Remote-User", "Remote-Name", "Remote-Email", "Remote-Groups")


def asked(**changes: str) -> list[tuple[str, str]]:
    """What a proxy says of the request, otherwise than usual."""
    return [(name, changes.get(name.rpartition("-")[2].lower(), value)) for name, value in ASKED]


async def prove(app: Starlette, clock: Clock) -> None:
    await app.state.services.db.run("UPDATE users SET email_proven_at = :now", now=clock.now)


async def test_says_who_it_is_to_the_proxy_that_asks(domain: Starlette, hana: Browser, clock: Clock) -> None:
    await hana.sign_up(name="山田 花子")
    answer = await hana.get(ADMIT)
    assert (answer.status_code, answer.content, answer.headers["cache-control"]) == (200, b"", "no-store")
    assert answer.headers["remote-user"] == await domain.state.services.db.value("SELECT id FROM users")
    assert answer.headers["remote-name"] == "%E5%B1%B1%E7%94%B0 %E8%8A%B1%E5%AD%90"
    assert answer.headers["remote-email"] == ""  # a claim until its mailbox answers
    await prove(domain, clock)
    assert (await hana.get(ADMIT)).headers["remote-email"] == "hanako@example.com"
    assert "set-cookie" not in answer.headers


async def test_nobody_is_401_with_nothing_in_it(hana: Browser) -> None:
    answer = await hana.get(ADMIT)
    assert (answer.status_code, answer.content, answer.headers["cache-control"]) == (401, b"", "no-store")
    assert not {"remote-user", "remote-name", "remote-email", "location"} & set(answer.headers)


async def test_without_a_domain_it_is_the_sites_own_cookie_that_counts(database_url: str) -> None:
    async with running(settings_for(database_url, base_url=BASE_URL)) as app, Browser(app) as browser:
        await browser.sign_up()
        assert SHARED not in browser.cookies
        token = browser.cookies[OWN]
        assert (await browser.get(ADMIT)).status_code == 200
        browser.cookies.clear()
        assert (await browser.get(ADMIT, headers={"Cookie": f"{SHARED}={token}"})).status_code == 401


async def test_costs_one_statement(domain: Starlette, hana: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    await hana.sign_up()
    db, said = domain.state.services.db, []
    rows, mine = db._rows, asyncio.current_task()

    async def counting(sql: str, values: dict[str, object]) -> object:
        if asyncio.current_task() is mine:  # not the sweep, and not the sender of mails
            said.append(sql)
        return await rows(sql, values)

    monkeypatch.setattr(db, "_rows", counting)
    assert (await hana.get(ADMIT)).status_code == 200
    assert len(said) == 1


async def test_FA_07_who_is_logged_out_is_out_at_the_next_request_in_every_process(
    domain: Starlette, hana: Browser, database_url: str, clock: Clock
) -> None:
    await hana.sign_up()
    kept = {"Cookie": f"{SHARED}={hana.cookies[SHARED]}"}
    async with running(domain_settings(database_url), clock=clock) as other, Browser(other) as elsewhere:
        assert (await elsewhere.get(ADMIT, headers=kept)).status_code == 200
        await hana.log_out()
        for browser in (elsewhere, hana):
            assert (await browser.get(ADMIT, headers=kept)).status_code == 401


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE sessions SET ended_at = :now, end_reason = 'elsewhere'",
        "UPDATE users SET disabled_at = :now",
        "UPDATE users SET leaves_at = :now",
        "UPDATE sessions SET expires_at = :now",
    ],
)
async def test_FA_07_whoever_may_not_be_here_any_more_is_nobody(
    domain: Starlette, hana: Browser, clock: Clock, sql: str
) -> None:
    await hana.sign_up()
    await domain.state.services.db.run(sql, now=clock.now)
    assert (await hana.get(ADMIT)).status_code == 401


async def test_CK_10_a_session_is_over_after_two_days(hana: Browser, clock: Clock) -> None:
    await hana.sign_up()
    kept = {"Cookie": f"{SHARED}={hana.cookies[SHARED]}"}
    clock.now += 172_799
    assert (await hana.get(ADMIT, headers=kept)).status_code == 200
    clock.now += 1
    assert (await hana.get(ADMIT, headers=kept)).status_code == 401


async def test_FA_10_what_applications_see_is_worth_nothing_in_the_account_and_the_reverse(hana: Browser) -> None:
    await hana.sign_up()
    own, shared = hana.cookies[OWN], hana.cookies[SHARED]
    hana.cookies.clear()
    for path in ("/account", "/account/devices", "/account/data"):
        answer = await hana.get(path, headers={"Cookie": f"{OWN}={shared}; {SHARED}={shared}"})
        assert answer.headers["location"].startswith("/login")
    assert (await hana.get(ADMIT, headers={"Cookie": f"{SHARED}={own}"})).status_code == 401
    assert (await hana.get(ADMIT, headers={"Cookie": f"{OWN}={own}"})).status_code == 401
    assert (await hana.get(ADMIT, headers={"Cookie": f"{SHARED}={shared}"})).status_code == 200


@pytest.mark.parametrize(("issuer", "audience"), [(BASE_URL, "example.org"), ("https://id.example.org", "example.com")])
async def test_FA_10_another_domains_or_issuers_token_is_refused(
    domain: Starlette, hana: Browser, clock: Clock, issuer: str, audience: str
) -> None:
    await hana.sign_up()
    own = domain.state.services.tokens.read(hana.cookies[OWN], now=clock.now)
    tokens = Tokens(Keys.derive(SECRET), issuer, audience)
    made = tokens.issue(user_id=own.sub, session_id=own.sid, now=clock.now)
    hana.cookies.clear()
    assert (await hana.get(ADMIT, headers={"Cookie": f"{SHARED}={made}"})).status_code == 401


async def test_CK_03_a_cookie_that_comes_twice_lets_nobody_in(hana: Browser, jiro: Browser) -> None:
    """Any host of the domain can set a second one, and which comes first is not ours to say (cookie tossing)."""
    await hana.sign_up()
    await jiro.sign_up("jiro")
    mine, theirs = hana.cookies[SHARED], jiro.cookies[SHARED]
    hana.cookies.clear()
    for first, second in ((mine, theirs), (theirs, mine), (mine, mine)):
        kept = {"Cookie": f"{SHARED}={first}; {SHARED}={second}"}
        assert (await hana.get(ADMIT, headers=kept)).status_code == 401


async def test_CK_02_nobody_is_taken_for_whom_another_host_says_where_our_own_cookie_says_otherwise(
    hana: Browser, jiro: Browser
) -> None:
    await hana.sign_up()
    await jiro.sign_up("jiro")
    mine, theirs = hana.cookies[OWN], jiro.cookies[SHARED]
    hana.cookies.clear()
    for own in (mine, "garbage", f"{mine}; {OWN}={mine}", ""):
        answer = await hana.get(ADMIT, headers={"Cookie": f"{OWN}={own}; {SHARED}={theirs}"})
        assert answer.status_code == 401


@pytest.mark.parametrize("name", [*SPOKEN, *(each.replace("-", "_") for each in SPOKEN), "REMOTE_USER", "remote-user"])
async def test_FA_02_a_request_that_says_itself_who_it_is_goes_nowhere(hana: Browser, name: str) -> None:
    """A proxy that lets such a header through would let it through to the application."""
    await hana.sign_up()
    assert (await hana.get(ADMIT, headers=[(name, "root")])).status_code == 403
    assert (await hana.get(ADMIT, headers=[(name, ""), (name, "root")])).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        [("X-Original-URI", "/healthz")],
        [("X-Original-URL", "/static/x.css"), ("X-Rewrite-URL", "/login")],
        [("X-Forwarded-Uri", "/login"), ("X-Forwarded-Uri", "/page")],
        [("X-Forwarded-Method", "OPTIONS")],
        [("X-Forwarded-For", "127.0.0.1")],
        [("X-Forwarded-Host", "id.example.com"), ("X-Forwarded-Proto", "http")],
        [("X-Forwarded-User", "root"), ("X-Auth-Request-User", "root")],
        [("User-Agent", "kube-probe/1.30")],
        [("User-Agent", "GoogleHC/1.0")],
        [("User-Agent", "ELB-HealthChecker/2.0")],
        [("Authorization", "Basic cm9vdDpyb290")],
        [("X_Forwarded_Uri", "/login"), ("X_Original_URL", "/")],
        [("HX-Request", "true"), ("X-HTTP-Method-Override", "OPTIONS")],
    ],
    ids=lambda headers: f"FA-01 FA-03 FA-05 HH-09 HH-10 {headers[0]}",
)
async def test_no_header_lets_anybody_in(hana: Browser, headers: list[tuple[str, str]]) -> None:
    for path in (ADMIT, f"{ADMIT}?next=/", f"{ADMIT}?user=root"):
        answer = await hana.get(path, headers=headers)
        assert (answer.status_code, "remote-user" in answer.headers) == (401, False)


async def test_CK_09_the_token_counts_in_its_cookie_alone(hana: Browser) -> None:
    await hana.sign_up()
    token = hana.cookies[SHARED]
    hana.cookies.clear()
    for kept in ({"Authorization": f"Bearer {token}"}, {"Cookie": f"jwt={token}"}, {"Cookie": f"__secure-jwt={token}"}):
        assert (await hana.get(f"{ADMIT}?token={token}&jwt={token}", headers=kept)).status_code == 401


async def test_HH_11_whoever_asks_for_another_host_is_refused(hana: Browser) -> None:
    await hana.sign_up()
    for host in ("wiki.example.com", "evil.example", ""):
        assert (await hana.get(ADMIT, headers={"Host": host})).status_code == 400


@pytest.mark.parametrize("mode", ["no-cors", "cors", "navigate"])
async def test_what_the_applications_pages_embed_is_asked_about_like_all_else(hana: Browser, mode: str) -> None:
    await hana.sign_up()
    headers = {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": "iframe"}
    assert (await hana.get(ADMIT, headers=headers)).status_code == 200


async def test_is_asked_by_GET_or_HEAD(hana: Browser) -> None:
    await hana.sign_up()
    assert (await hana.head(ADMIT)).headers["remote-user"]
    for method in ("POST", "PUT", "DELETE", "TRACE", "OPTIONS"):
        answer = await hana.request(method, ADMIT, headers={"Origin": BASE_URL})
        assert (answer.status_code, "remote-user" in answer.headers) == (405, False)


async def test_FA_09_where_the_database_does_not_answer_nobody_is_let_in(
    domain: Starlette, hana: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hana.sign_up()

    async def away(sql: str, values: dict[str, object]) -> object:
        raise DatabaseUnavailable("away")

    monkeypatch.setattr(domain.state.services.db, "_rows", away)
    answer = await hana.get(ADMIT)
    assert (answer.status_code, "remote-user" in answer.headers, answer.headers["retry-after"]) == (503, False, "5")


async def test_FA_09_where_something_fails_that_nobody_expected_nobody_is_let_in(
    domain: Starlette, hana: Browser
) -> None:
    await hana.sign_up()
    await domain.state.services.db.run("ALTER TABLE sessions RENAME TO elsewhere")
    try:
        answer = await hana.get(ADMIT)
    finally:
        await domain.state.services.db.run("ALTER TABLE elsewhere RENAME TO sessions")
    assert (answer.status_code, "remote-user" in answer.headers) == (500, False)


@given(some.text(min_size=1, max_size=64).filter(lambda text: text.isprintable()))
def test_FA_02_a_name_is_ascii_without_controls_and_can_be_read_back(name: str) -> None:
    said = identity(Person("id", name, f"{name}@example.com", True, "password", "session", 0))
    assert all(each.isascii() and each.isprintable() for each in said.values())
    assert unquote(said["Remote-Name"]) == name
    assert unquote(said["Remote-Email"]) == f"{name}@example.com"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Hanako Yamada", "Hanako Yamada"),
        ("O'Brien (Tokyo)", "O'Brien (Tokyo)"),
        ("50% more", "50%25 more"),
        ('a"b,c;d', "a%22b%2Cc%3Bd"),
        ("a\r\nRemote-User: root", "a%0D%0ARemote-User%3A root"),
    ],
)
def test_a_name_of_ascii_is_readable_as_it_is(name: str, said: str) -> None:
    assert identity(Person("id", name, None, False, "password", "session", 0))["Remote-Name"] == said


def test_an_address_is_what_it_is() -> None:
    address = "o'brien+x_y=z!#$&*/?^`{|}~-@example.com"
    assert identity(Person("id", "n", address, True, "password", "s", 0))["Remote-Email"] == address


# Where to, for nobody: only as the proxy of an application asks, and only back to that.


async def test_leads_to_the_login_and_back_to_the_page_of_an_application(hana: Browser) -> None:
    answer = await hana.get(LEAD, headers=ASKED)
    there = f"{BASE_URL}/login?next=https://wiki.example.com/page%3Fa%3D1%26b%3D2"
    assert (answer.status_code, answer.headers["location"], answer.content) == (303, there, b"")
    assert answer.headers["cache-control"] == "no-store"
    assert "set-cookie" not in answer.headers
    assert (await hana.get(ADMIT, headers=ASKED)).status_code == 401  # not asked for


@pytest.mark.parametrize(
    ("changes", "next"),
    [
        ({"host": "WIKI.example.com:443"}, "https://wiki.example.com/page%3Fa%3D1%26b%3D2"),
        ({"host": "files.example.com:8443", "uri": "/"}, "https://files.example.com:8443/"),
        ({"uri": "/a b\\c"}, "https://wiki.example.com/"),
        ({"uri": "/" + "a" * 3000}, "https://wiki.example.com/"),
        ({"uri": ".evil.example/"}, "https://wiki.example.com/"),
        ({"uri": "@evil.example/"}, "https://wiki.example.com/"),
        ({"uri": ""}, "https://wiki.example.com"),
        ({"host": "id.example.com", "uri": "/reports/1?x=2"}, "/reports/1%3Fx%3D2"),
    ],
    ids=str,
)
async def test_FA_06_leads_back_to_where_it_was_asked_for_or_to_the_front_of_it(
    hana: Browser, changes: dict[str, str], next: str
) -> None:
    answer = await hana.get(LEAD, headers=asked(**changes))
    assert (answer.status_code, answer.headers["location"]) == (303, f"{BASE_URL}/login?next={next}")


async def test_a_page_of_this_site_that_one_does_not_come_back_to_leads_to_the_plain_login(hana: Browser) -> None:
    answer = await hana.get(LEAD, headers=asked(host="id.example.com", uri="//evil.example"))
    assert (answer.status_code, answer.headers["location"]) == (303, f"{BASE_URL}/login")


@pytest.mark.parametrize(
    "headers",
    [
        asked(host="evil.example"),
        asked(host="evil.wiki.example.com"),
        asked(host="wiki.example.com.evil.example"),
        asked(host="wikiexample.com"),
        asked(host="wiki.example.com:8443"),
        asked(host="wiki.example.com@evil.example"),
        asked(host="evil.example/wiki.example.com"),
        asked(host="evil.example#.wiki.example.com"),
        asked(host="wiki.example.com, evil.example"),
        asked(host=""),
        asked(proto="http"),
        asked(proto="javascript"),
        asked(proto="https, https"),
        asked(method="POST"),
        asked(method="get"),
        [*ASKED, ("X-Forwarded-Host", "wiki.example.com")],
        [*ASKED, ("X-Forwarded-Proto", "https")],
        [*ASKED, ("X-Forwarded-Method", "GET")],
        [each for each in ASKED if "Host" not in each[0]],
        [*ASKED, ("Sec-Fetch-Mode", "cors")],
        [(name.replace("-", "_"), value) for name, value in ASKED],
        [],
    ],
    ids=lambda headers: f"FA-01 FA-06 {str(headers)[:60]}",
)
async def test_leads_nowhere_else(hana: Browser, headers: list[tuple[str, str]]) -> None:
    answer = await hana.get(LEAD, headers=headers)
    assert (answer.status_code, "location" in answer.headers) == (401, False)


async def test_FA_01_who_is_not_a_proxy_of_ours_is_not_believed(database_url: str) -> None:
    async with running(domain_settings(database_url, trusted_proxies=())) as app, Browser(app) as browser:
        assert (await browser.get(LEAD, headers=ASKED)).status_code == 401
        await browser.sign_up()
        assert (await browser.get(LEAD, headers=ASKED)).status_code == 200


async def test_FA_01_nor_is_a_connection_without_an_address(domain: Starlette) -> None:
    transport = httpx2.ASGITransport(app=domain, client=("", 0))
    async with httpx2.AsyncClient(transport=transport, base_url=BASE_URL) as browser:
        assert (await browser.get(LEAD, headers=list(ASKED))).status_code == 401


async def test_RD_09_a_wish_that_comes_twice_is_none(hana: Browser) -> None:
    assert (await hana.get(f"{LEAD}&login=redirect", headers=ASKED)).status_code == 400


def test_the_applications_of_these_tests_are_two() -> None:
    assert APPS[0] == WIKI
