"""Does only who belongs to the organisation come in by its provider, and nobody where it cannot be found out? (CO-*)"""

import contextlib
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from entrance import Browser, provider, running, settings_for, words
from genkan.errors import MembershipUnknown, NotOfOrganisation, ProviderFailed
from genkan.oauth import Client, open_transport
from genkan.oauth.registry import client as made_client
from genkan.settings import ProviderSettings
from hostile import ACCESS_TOKEN, HostileProvider
from organisation_site import TOKEN, Hosts, Led
from rows import everything, value
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from test_providers import log_in, recorded
from ways_journeys import callback_of, set_out_to

pytestmark = pytest.mark.anyio

MEMBERSHIP = "/user/memberships/orgs/acme"
MEMBER = {"state": "active", "role": "member", "organization": {"login": "Acme", "id": 1}, "user": {"id": 583231}}
GUILD = "/api/v10/users/@me/guilds/81384788765712384/member"


@pytest.fixture(scope="module")
def server() -> Iterator[Hosts]:
    with Hosts().running() as hosts:
        yield hosts


@pytest.fixture
def hosts(server: Hosts) -> Hosts:
    server.asked.clear()
    server.answers = {
        "/login/oauth/access_token": {"access_token": TOKEN, "token_type": "bearer", "scope": "read:org,read:user"},
        "/user": {"id": 583231, "login": "hanako", "name": "Hanako"},
        "/user/emails": [{"email": "hanako@example.com", "verified": True, "primary": True}],
        "/api/oauth2/token": {"access_token": TOKEN, "token_type": "Bearer"},
        "/api/v10/users/@me": {"id": "80351110224678912", "username": "hanako", "email": None},
    }
    return server


@pytest.fixture
async def transport(hosts: Hosts) -> AsyncIterator[httpx2.AsyncBaseTransport]:
    async with open_transport() as inner:
        yield Led(inner, hosts.base)


async def come(transport: httpx2.AsyncBaseTransport, name: str, **extra: str) -> str:
    """The identity of whoever comes by that provider."""
    settings = ProviderSettings(name, "our-client", "our-secret", extra=extra)
    client: Client = made_client("https://id.example.com", settings, transport)
    request = await client.authorization()
    profile = await client.profile(
        code="code", nonce=request.nonce, code_verifier=request.code_verifier, iss=None, now=int(time.time())
    )
    return profile.identity


async def test_CO_01_an_active_member_of_the_github_organisation_comes_in_by_the_one_token(
    hosts: Hosts, transport: httpx2.AsyncBaseTransport
) -> None:
    hosts.answers[MEMBERSHIP] = MEMBER
    assert await come(transport, "github", org="acme") == "583231"
    assert hosts.asked[-1] == (MEMBERSHIP, f"Bearer {TOKEN}")


@pytest.mark.parametrize(
    "said",
    [
        (404, {"message": "Not Found"}),
        MEMBER | {"state": "pending"},
        MEMBER | {"state": None},
        MEMBER | {"user": {"id": 1}},
        MEMBER | {"organization": {"login": "acme-fans"}},
        MEMBER | {"organization": {"login": ["acme"]}},
    ],
)
async def test_CO_02_whoever_is_no_active_member_does_not(
    hosts: Hosts, transport: httpx2.AsyncBaseTransport, said: object
) -> None:
    hosts.answers[MEMBERSHIP] = said
    with pytest.raises(NotOfOrganisation):
        await come(transport, "github", org="acme")


async def moved(request: Request) -> Response:
    return RedirectResponse("/user/memberships/orgs/renamed", 301)


@pytest.mark.parametrize(
    "said",
    [
        (403, {"message": "Although you appear to have the correct authorization credentials, …"}),
        (401, {"message": "Bad credentials"}),
        (500, {}),
        (429, {}),
        (200, []),
        (200, {"state": "active"}),
        (200, MEMBER | {"organization": None}),
        moved,
    ],
)
async def test_CO_03_where_it_cannot_be_found_out_nobody_comes_in(
    hosts: Hosts, transport: httpx2.AsyncBaseTransport, said: object
) -> None:
    hosts.answers[MEMBERSHIP] = said
    with pytest.raises(MembershipUnknown) as fault:
        await come(transport, "github", org="acme")
    assert fault.value.reason.startswith("organisation.")


async def test_CO_04_the_scope_is_asked_for_only_where_the_rule_is_set() -> None:
    for name, extra, scope in (
        ("github", {}, "read:user user:email"),
        ("github", {"org": "acme"}, "read:user user:email read:org"),
        ("discord", {}, "identify email"),
        ("discord", {"guild": "81384788765712384"}, "identify email guilds.members.read"),
    ):
        settings = ProviderSettings(name, "our-client", "our-secret", extra=extra)
        async with open_transport() as transport:
            url = (await made_client("https://id.example.com", settings, transport).authorization()).url
        assert parse_qs(urlsplit(url).query)["scope"] == [scope]


@pytest.mark.parametrize(
    ("said", "is_in"),
    [
        ({"user": {"id": "80351110224678912"}, "roles": []}, True),
        ({"user": {"id": "80351110224678912"}, "pending": False}, True),
        ({"user": {"id": "80351110224678912"}, "pending": True}, False),
        ({"user": {"id": "1"}}, False),
        ((404, {"message": "Unknown Guild", "code": 10004}), False),
    ],
)
async def test_CO_05_a_member_of_the_discord_server_who_has_passed_its_screening(
    hosts: Hosts, transport: httpx2.AsyncBaseTransport, said: object, is_in: bool
) -> None:
    hosts.answers[GUILD] = said
    if is_in:
        assert await come(transport, "discord", guild="81384788765712384") == "80351110224678912"
    else:
        with pytest.raises(NotOfOrganisation):
            await come(transport, "discord", guild="81384788765712384")


def with_claims(provider: str, where: str, **claims: Any) -> dict[str, Any]:
    """The recorded answers, and these claims in the ID token or in userinfo; ... takes one away."""
    answers: dict[str, Any] = recorded(provider)["answers"]
    for answer in answers.values():
        is_it = "id_token" in answer if where == "id_token" else "sub" in answer
        if is_it:
            target = answer["id_token"] if where == "id_token" else answer
            target.update({name: value for name, value in claims.items() if value is not ...})
            for name in [name for name, value in claims.items() if value is ...]:
                target.pop(name, None)
    return answers


@pytest.mark.parametrize("hd", ["example.com", "EXAMPLE.com", "example.org"])
async def test_CO_06_a_google_account_of_the_workspace_comes_in(hd: str) -> None:
    answers = with_claims("google", "id_token", hd=hd)
    profile, _, url = await log_in("google", answers, extra={"hd": "example.com,example.org"})
    assert profile.email_verified
    assert parse_qs(urlsplit(url).query)["hd"] == ["*"]
    _, _, url = await log_in("google", with_claims("google", "id_token", hd="example.com"), extra={"hd": "example.com"})
    assert parse_qs(urlsplit(url).query)["hd"] == ["example.com"]


@pytest.mark.parametrize(
    "hd", [..., None, "", "evil.example", "evil.example.com", "example.com.", ["example.com"], True]
)
async def test_CO_07_a_personal_google_account_or_another_workspaces_does_not_whatever_else_it_says(hd: Any) -> None:
    answers = with_claims("google", "id_token", hd=hd)
    for answer in answers.values():
        if "sub" in answer:
            answer["hd"] = "example.com"  # userinfo is not what was signed for us
    with pytest.raises(NotOfOrganisation):
        await log_in("google", answers, extra={"hd": "example.com"})


@pytest.mark.parametrize(
    ("groups", "is_in"),
    [
        (["acme", "other"], True),
        (["Acme/Staff", "acme/staff"], True),
        (["acme/staff/guests"], False),
        ([], False),
        (["acme"], True),
    ],
)
async def test_CO_08_a_gitlab_group_by_its_full_path(groups: list[str], is_in: bool) -> None:
    wanted = "acme/staff" if any("/" in each for each in groups) else "acme"
    answers = with_claims("gitlab", "userinfo", groups=groups)
    if is_in:
        _, replayed, _ = await log_in("gitlab", answers, extra={"group": wanted})
        assert [each.url.path for each in replayed.asked].count("/oauth/userinfo") == 1
    else:
        with pytest.raises(NotOfOrganisation):
            await log_in("gitlab", answers, extra={"group": wanted})


@pytest.mark.parametrize("groups", [..., "acme", None])
async def test_CO_09_a_gitlab_that_tells_no_groups_lets_nobody_in(groups: Any) -> None:
    with pytest.raises(MembershipUnknown):
        await log_in("gitlab", with_claims("gitlab", "userinfo", groups=groups), extra={"group": "acme"})


TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47"
OTHER = "11111111-86f1-41af-91ab-2d7cd011db47"
PERSONAL = "9188040d-6c67-4c5b-b112-36a304b66dad"


def of_tenant(metadata: str, tenant: str) -> dict[str, Any]:
    """The recorded answers of one tenant's own address, with a token of a tenant."""
    answers = with_claims("microsoft", "id_token", tid=tenant, iss=f"https://login.microsoftonline.com/{tenant}/v2.0")
    moved = {}
    for url, answer in answers.items():
        moved[url.replace("/common/", f"/{metadata}/")] = answer
        if "issuer" in answer:
            answer["issuer"] = f"https://login.microsoftonline.com/{metadata}/v2.0"
            for name, each in list(answer.items()):
                if isinstance(each, str) and name != "issuer":
                    answer[name] = each.replace("/common/", f"/{metadata}/")
    return moved


async def test_CO_10_a_token_of_another_microsoft_tenant_is_refused() -> None:
    profile, _, _ = await log_in("microsoft", of_tenant(TENANT, TENANT), extra={"tenant": TENANT})
    assert profile.issuer == f"https://login.microsoftonline.com/{TENANT}/v2.0"
    for tenant in (OTHER, PERSONAL):
        with pytest.raises(ProviderFailed, match="ProviderFailed") as fault:
            await log_in("microsoft", of_tenant(TENANT, tenant), extra={"tenant": TENANT})
        assert fault.value.reason == "id_token.iss"


async def test_CO_11_organizations_takes_no_personal_account() -> None:
    answers = with_claims(
        "microsoft", "id_token", tid=PERSONAL, iss=f"https://login.microsoftonline.com/{PERSONAL}/v2.0"
    )
    answers = {url.replace("/common/", "/organizations/"): answer for url, answer in answers.items()}
    for answer in answers.values():
        for name, each in list(answer.items()):
            if isinstance(each, str):
                answer[name] = each.replace("/common/", "/organizations/")
    with pytest.raises(NotOfOrganisation):
        await log_in("microsoft", answers, extra={"tenant": "organizations"})


# Any issuer, by a claim; through the pages of a running site. ----------------------------------------------------


@pytest.fixture(scope="module")
def issuer() -> Iterator[HostileProvider]:
    with HostileProvider().running() as found:
        yield found


@pytest.fixture
async def site(sqlite_url: str, issuer: HostileProvider) -> AsyncIterator[Any]:
    issuer.misbehave(claims={"groups": ["staff"]})
    issuer.now = None
    settings = settings_for(
        sqlite_url, providers=(issuer.settings(extra={"claim": "groups:staff"}),), support="support@example.com"
    )
    async with running(settings) as app, Browser(app) as browser:
        yield app, browser, issuer


async def arrive(browser: Browser, issuer: HostileProvider, *, intent: str = "login") -> httpx2.Response:
    start = await browser.get(f"/oauth/hostile?intent={intent}")
    return await browser.get(callback_of(issuer, "hostile", start.headers["location"]))


@pytest.mark.parametrize("intent", ["login", "signup"])
async def test_CO_12_who_does_not_belong_is_told_whom_to_ask_and_leaves_no_row(site: Any, intent: str) -> None:
    app, browser, issuer = site
    issuer.misbehave(claims={"groups": ["guests"]})
    answer = await arrive(browser, issuer, intent=intent)
    assert (answer.status_code, answer.headers["location"]) == (303, "/refused")
    assert answer.headers["referrer-policy"] == "no-referrer"
    page = await browser.get("/refused")
    assert page.status_code == 403
    assert "Your Hostile account does not belong to the organisation" in words(page)
    assert "support@example.com" in page.text
    assert ACCESS_TOKEN not in str(await everything(app))
    for table in ("users", "user_oauths", "waiting_identities", "oauth_attempts", "sessions", "events"):
        assert await value(app, f"SELECT COUNT(*) AS n FROM {table}") == 0
    assert (await browser.get("/refused")).headers["location"] == "/login"


async def test_CO_13_who_left_the_organisation_does_not_come_in_any_more(site: Any) -> None:
    app, browser, issuer = site
    assert (await arrive(browser, issuer, intent="signup")).headers["location"] == "/account"
    async with Browser(app) as other:
        assert (await arrive(other, issuer)).headers["location"] == "/account"
        await other.log_out()
        issuer.misbehave(claims={"groups": []})
        assert (await arrive(other, issuer)).headers["location"] == "/refused"
        assert not await other.is_signed_in()


async def test_CO_14_nor_can_such_an_identity_be_linked_or_confirm_anything(site: Any) -> None:
    app, browser, issuer = site
    await browser.sign_up()
    url = await set_out_to(browser, "link", provider="hostile")
    issuer.misbehave(claims={"groups": ["guests"]})
    answer = await browser.get(callback_of(issuer, "hostile", url))
    assert answer.headers["location"] == "/account/security"
    assert "does not belong to the organisation" in (await browser.get("/account/security")).text
    assert await value(app, "SELECT COUNT(*) AS n FROM user_oauths") == 0


async def test_CO_15_where_it_cannot_be_found_out_the_login_says_to_try_again(hosts: Hosts, sqlite_url: str) -> None:
    @contextlib.asynccontextmanager
    async def led() -> AsyncIterator[httpx2.AsyncBaseTransport]:
        async with open_transport() as inner:
            yield Led(inner, hosts.base)

    hosts.answers[MEMBERSHIP] = (403, {})
    settings = settings_for(sqlite_url, providers=(provider("github", extra={"org": "acme"}),))
    async with running(settings, transport=led) as app, Browser(app) as browser:
        start = await browser.get("/oauth/github?intent=signup")
        state = parse_qs(urlsplit(start.headers["location"]).query)["state"][0]
        answer = await browser.get(f"/oauth/github/callback?code=code&state={state}")
        assert answer.headers["location"] == "/signup"
        page = await browser.get("/signup")
        assert (page.status_code, "GitHub did not tell whether you belong" in words(page)) == (503, True)
        assert TOKEN not in str(await everything(app))
        assert await value(app, "SELECT COUNT(*) AS n FROM users") == 0


@pytest.mark.parametrize(
    ("rule", "claims", "userinfo", "is_in"),
    [
        ("groups:staff", {"groups": ["a", "staff"]}, {}, True),
        ("groups:staff", {"groups": "staff"}, {}, True),
        ("groups:staff", {"groups": "staff-guests"}, {}, False),
        ("groups:staff", {"groups": {"staff": True}}, {}, False),
        ("groups:staff", {"groups": [["staff"]]}, {}, False),
        ("groups:staff", {}, {"groups": ["staff"]}, True),
        ("groups:staff", {"groups": []}, {"groups": ["staff"]}, False),
        ("staff:true", {"staff": True}, {}, True),
        ("staff:true", {"staff": 1}, {}, False),
        ("https://acme.example/org:a:b", {"https://acme.example/org": "a:b"}, {}, True),
    ],
)
async def test_CO_16_a_claim_is_the_value_or_a_list_that_has_it(
    issuer: HostileProvider,
    sqlite_url: str,
    rule: str,
    claims: Mapping[str, Any],
    userinfo: Mapping[str, Any],
    is_in: bool,
) -> None:
    issuer.misbehave(claims=dict(claims), userinfo=dict(userinfo))
    settings = settings_for(sqlite_url, providers=(issuer.settings(extra={"claim": rule}),))
    async with running(settings) as app, Browser(app) as browser:
        answer = await arrive(browser, issuer, intent="signup")
    assert answer.headers["location"] == ("/account" if is_in else "/refused")
