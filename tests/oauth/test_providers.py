"""Is each provider's own answer read rightly, with its quirks? Answers in its documented shape, over real requests and real signatures."""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from genkan.errors import ProviderFailed
from genkan.oauth import Bounded, Client, Profile, label_of
from genkan.oauth.profile import Who, address, cleaned, name
from genkan.oauth.registry import client as made_client
from genkan.oauth.registry import clients
from genkan.settings import ProviderSettings, from_environment
from hostile import EC, RSA, Misdeeds, jwk, signed

pytestmark = pytest.mark.anyio

RECORDED = Path(__file__).parent / "recorded"
NOW = int(time.time())
PEM = EC.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
).decode()
EXTRA: Mapping[str, Mapping[str, str]] = {
    "apple": {"team_id": "TEAM", "key_id": "KEY", "private_key": PEM.replace("\n", "\\n")},
    "yahoojp": {"scope": "openid email profile"},
}


class Replayed(httpx2.AsyncBaseTransport):
    """The providers' hosts as they were recorded: by URL, the answer. asked: what was sent."""

    def __init__(self, recorded: dict[str, Any]) -> None:
        self.recorded = recorded
        self.asked: list[httpx2.Request] = []
        self.nonce = ""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        await request.aread()
        answer = self.recorded[f"{request.method} {request.url}"]
        if "id_token" in answer and isinstance(answer["id_token"], dict):
            claims = answer["id_token"] | {"iat": NOW, "exp": NOW + 300, "nonce": self.nonce}
            answer = answer | {"id_token": signed(claims, Misdeeds())}
        if "nonce" in answer:
            answer = answer | {"nonce": self.nonce}
        return httpx2.Response(200, content=json.dumps(answer).encode(), headers={"content-type": "application/json"})


def recorded(provider: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((RECORDED / f"{provider}.json").read_text())
    return found


async def log_in(
    provider: str,
    answers: dict[str, Any] | None = None,
    *,
    form_user: str | None = None,
    extra: Mapping[str, str] | None = None,
    iss: str | None = None,
) -> tuple[Profile, Replayed, str]:
    answers = answers or recorded(provider)["answers"]
    for url in list(answers):
        if url.endswith(("/jwks", "/certs", "/keys", "keys")):
            answers[url] = {"keys": [jwk(RSA, kid="rsa")]}
    replayed = Replayed(answers)
    settings = ProviderSettings(
        provider, "our-client", "our-secret", extra=extra if extra is not None else EXTRA.get(provider, {})
    )
    client: Client = made_client("https://id.example.com", settings, Bounded(replayed))
    request = await client.authorization()
    replayed.nonce = request.nonce
    profile = await client.profile(
        code="code", nonce=request.nonce, code_verifier=request.code_verifier, iss=iss, now=NOW, form_user=form_user
    )
    return profile, replayed, request.url


@pytest.mark.parametrize("provider", ["google", "github", "microsoft", "apple", "line", "yahoojp", "discord", "gitlab"])
async def test_OA_27_reads_the_recorded_person_and_asks_for_no_more(provider: str) -> None:
    profile, replayed, url = await log_in(provider, form_user=recorded(provider).get("form_user"))
    assert profile == Profile(provider, **recorded(provider)["profile"])
    asked = parse_qs(urlsplit(url).query)
    assert asked["redirect_uri"] == [f"https://id.example.com/oauth/{provider}/callback"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["scope"] == [recorded(provider)["scope"]]
    assert "offline" not in url
    token = next(each for each in replayed.asked if each.method == "POST")
    sent = parse_qs(token.content.decode())
    assert 43 <= len(sent["code_verifier"][0]) <= 128
    assert all(each.headers["accept-encoding"] == "identity" for each in replayed.asked)


async def test_LK_15_of_githubs_addresses_only_the_primary_counts_and_only_verified_it_is_vouched_for() -> None:
    answers = recorded("github")["answers"]
    answers["GET https://api.github.com/user/emails"] = [
        {"email": "other@example.com", "verified": True, "primary": False},
        {"email": "main@example.com", "verified": False, "primary": True},
    ]
    profile, _, _ = await log_in("github", answers)
    assert (profile.email, profile.email_verified) == ("main@example.com", False)
    answers["GET https://api.github.com/user/emails"] = [
        {"email": f"{each}@example.com", "verified": True, "primary": each == 400} for each in range(500)
    ]
    profile, _, _ = await log_in("github", answers)
    assert (profile.email, profile.email_verified) == (None, False)
    answers["GET https://api.github.com/user/emails"] = {"message": "none"}
    assert (await log_in("github", answers))[0].email is None


@pytest.mark.parametrize("id", [True, "123", 1.5, None])
async def test_LK_05_githubs_number_is_a_number(id: object) -> None:
    answers = recorded("github")["answers"]
    answers["GET https://api.github.com/user"]["id"] = id
    with pytest.raises(ProviderFailed):
        await log_in("github", answers)


@pytest.mark.parametrize(
    "change", [{"nonce": None}, {"iss": "https://evil.example"}, {"aud": "another"}, {"sub": "another"}]
)
async def test_what_LINE_verifies_has_to_be_ours(change: dict[str, Any]) -> None:
    answers = recorded("line")["answers"]
    verified = answers["POST https://api.line.me/oauth2/v2.1/verify"]
    verified.update(change)
    if "nonce" in change:
        del verified["nonce"]
    with pytest.raises(ProviderFailed):
        await log_in("line", answers)


async def test_microsofts_addresses_are_vouched_for_only_where_it_says_so() -> None:
    answers = recorded("microsoft")["answers"]
    token = next(value for key, value in answers.items() if key.startswith("POST"))
    token["id_token"]["xms_edov"] = True
    assert (await log_in("microsoft", answers))[0].email_verified
    token["id_token"]["tid"] = "../../evil"
    with pytest.raises(ProviderFailed):
        await log_in("microsoft", answers)


async def test_a_tenant_of_microsoft_has_an_issuer_of_its_own() -> None:
    answers = recorded("microsoft")["answers"]
    tenant = "9122040d-6c67-4c5b-b112-36a304b66dad"
    own = f"https://login.microsoftonline.com/{tenant}/v2.0"
    metadata = dict(answers["GET https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration"]) | {
        "issuer": own
    }
    answers[f"GET {own}/.well-known/openid-configuration"] = metadata
    profile, _, _ = await log_in("microsoft", answers, extra={"tenant": tenant})
    assert profile.issuer == own
    token = next(value for key, value in answers.items() if key.startswith("POST"))
    del token["id_token"]["tid"]
    with pytest.raises(ProviderFailed):
        await log_in("microsoft", answers, extra={"tenant": tenant})


async def test_microsofts_personal_accounts_have_one_tenant_whose_metadata_name_it() -> None:
    answers = recorded("microsoft")["answers"]
    own = "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0"
    shared = answers.pop("GET https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration")
    answers[f"GET {own}/.well-known/openid-configuration"] = shared | {"issuer": own}
    token = next(value for key, value in answers.items() if key.startswith("POST"))
    with pytest.raises(ProviderFailed):  # of a tenant that is not theirs
        await log_in("microsoft", answers, extra={"tenant": "consumers"})
    token["id_token"] |= {"iss": own, "tid": "9188040d-6c67-4c5b-b112-36a304b66dad"}
    profile, _, _ = await log_in("microsoft", answers, extra={"tenant": "consumers"})
    assert profile.issuer == own


async def test_yahoo_japan_without_its_approval_is_asked_for_an_identity_alone() -> None:
    profile, replayed, url = await log_in("yahoojp", extra={})
    assert (profile.identity, profile.name, profile.email) == ("ABCDEFGHIJKLMNOPQRSTUVWXYZ", None, None)
    asked = parse_qs(urlsplit(url).query)
    assert (asked["scope"], asked["bail"]) == (["openid"], ["1"])
    assert "userinfo.yahooapis.jp" not in {each.url.host for each in replayed.asked}


async def test_discord_may_know_neither_name_nor_address() -> None:
    answers = recorded("discord")["answers"]
    user = answers["GET https://discord.com/api/v10/users/@me"]
    user.update({"global_name": None, "email": None, "verified": False})
    profile, _, _ = await log_in("discord", answers)
    assert (profile.name, profile.email, profile.email_verified) == ("nelly", None, False)


async def test_apples_endpoints_are_known_and_not_asked_for() -> None:
    _, replayed, _ = await log_in("apple")
    assert [each.url.path for each in replayed.asked] == ["/auth/token", "/auth/keys"]


@pytest.mark.parametrize(("said", "vouched"), [("true", True), (True, True), ("false", False), (None, False)])
async def test_apple_says_that_an_address_is_verified_as_text_or_as_a_boolean(said: object, vouched: bool) -> None:
    answers = recorded("apple")["answers"]
    answers["POST https://appleid.apple.com/auth/token"]["id_token"]["email_verified"] = said
    assert (await log_in("apple", answers))[0].email_verified is vouched


async def test_apples_secret_is_a_JWT_of_ours_for_five_minutes() -> None:
    _, replayed, url = await log_in("apple")
    assert parse_qs(urlsplit(url).query)["response_mode"] == ["form_post"]
    sent = parse_qs(next(each for each in replayed.asked if each.method == "POST").content.decode())
    claims = jwt.decode(
        sent["client_secret"][0],
        EC.public_key(),
        algorithms=["ES256"],
        audience="https://appleid.apple.com",
        options={"verify_exp": False, "verify_iat": False},
    )
    assert (claims["iss"], claims["sub"], claims["exp"] - claims["iat"]) == ("TEAM", "our-client", 300)
    assert jwt.get_unverified_header(sent["client_secret"][0])["kid"] == "KEY"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (None, None),
        ("", None),
        ("no JSON", None),
        ("[1]", None),
        ('{"name": "text"}', None),
        ('{"name": {"firstName": "Hana", "lastName": 5}}', "Hana"),
        ('{"name": {}}', None),
        ("x" * 5000, None),
        ('{"name": {"firstName": "\ud800"}}', None),
    ],
)
async def test_what_apple_says_beside_the_code_is_only_a_name(said: str | None, name: str | None) -> None:
    assert (await log_in("apple", form_user=said))[0].name == name


async def test_a_gitlab_of_ones_own_is_asked_at_its_address() -> None:
    answers = {
        key.replace("https://gitlab.com", "https://git.example.com"): value
        for key, value in recorded("gitlab")["answers"].items()
    }
    answers = json.loads(json.dumps(answers).replace("https://gitlab.com", "https://git.example.com"))
    profile, _, _ = await log_in("gitlab", answers, extra={"base_url": "https://git.example.com/"})
    assert profile.issuer == "https://git.example.com"


async def test_any_issuer_may_name_the_hosts_of_its_endpoints() -> None:
    environ = {
        "OIDC_WORKS_ISSUER": "https://id.works.example",
        "OIDC_WORKS_HOSTS": "api.works.example, x.example",
        "OIDC_WORKS_CLIENT_ID": "a",
        "OIDC_WORKS_CLIENT_SECRET": "b",
    }
    settings = from_environment(environ, made_secret="5d0c47e1b9f2386a7e84c1d05f93ab26")
    issuer = "https://id.works.example"
    metadata = {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/a",
        "token_endpoint": "https://api.works.example/t",
        "jwks_uri": f"{issuer}/k",
    }
    replayed = Replayed({f"GET {issuer}/.well-known/openid-configuration": metadata})
    found = clients(settings, Bounded(replayed))
    assert list(found) == ["works"]
    assert (await found["works"].authorization()).url.startswith(f"{issuer}/a?")
    await Bounded(replayed).aclose()


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Hanako", "Hanako"),
        ("  a \n b ", "a b"),
        ("x" * 100_000, "x" * 64),
        ("a\u202eb\u200bc\x00d", "abcd"),
        ("e" + "\u0301" * 100, "é" + "\u0301" * 6),
        ("👩\u200d💻", "👩\u200d💻"),
        ("", None),
        ("\u200b", None),
        ("\u3164\u200d \ufe0f\u2800", None),
        ("ก" + "\u0e47" * 40, "ก" + "\u0e47" * 6),
        (5, None),
        (None, None),
        (["a"], None),
    ],
)
def test_PR_17_a_name_is_kept_as_far_as_it_can_be_shown(said: object, kept: str | None) -> None:
    assert name(said) == kept


@pytest.mark.parametrize(
    "said", ["", "nowhere", "a" * 300 + "@example.com", 5, None, "a@b@c.example", "\ud800@example.com"]
)
def test_PR_17_an_address_that_is_none_is_none(said: object) -> None:
    assert address(said) is None


def test_an_address_that_is_none_is_not_vouched_for() -> None:
    assert not cleaned("p", "i", Who(identity="1", email="nowhere", verified=True)).email_verified


@pytest.mark.parametrize(
    ("provider", "asked"),
    [
        ("google", {"prompt": "select_account"}),
        ("github", {"prompt": "select_account"}),
        ("microsoft", {"prompt": "login"}),
        ("apple", {}),
        ("line", {"prompt": "consent"}),
        ("yahoojp", {"prompt": "login"}),
        ("discord", {"prompt": "consent"}),
        ("gitlab", {"prompt": "login"}),
    ],
)
async def test_6_8_4_each_is_asked_to_ask_again_as_far_as_it_can(provider: str, asked: dict[str, str]) -> None:
    """And what it then answers is taken with no word of when: max_age is not sent to it."""
    replayed = Replayed(recorded(provider)["answers"])
    settings = ProviderSettings(provider, "our-client", "our-secret", extra=EXTRA.get(provider, {}))
    client = made_client("https://id.example.com", settings, Bounded(replayed))
    plain, again = [
        parse_qs(urlsplit((await client.authorization(again=each)).url).query).keys() for each in (False, True)
    ]
    url = (await client.authorization(again=True)).url
    assert again - plain == asked.keys()
    assert {name: parse_qs(urlsplit(url).query)[name] for name in asked} == {
        name: [each] for name, each in asked.items()
    }


@pytest.mark.parametrize("provider", ["google", "github", "microsoft", "apple", "line", "yahoojp", "discord", "gitlab"])
async def test_an_identity_counts_where_its_issuer_is_the_one_that_is_configured(provider: str) -> None:
    profile, _, _ = await log_in(provider, form_user=recorded(provider).get("form_user"))
    settings = ProviderSettings(provider, "our-client", "our-secret", extra=EXTRA.get(provider, {}))
    client = made_client("https://id.example.com", settings, Bounded(Replayed({})))
    assert client.may_have_issued(profile.issuer)
    assert client.may_have_issued("https://earlier.example") == (provider == "microsoft")  # any of its tenants


def test_a_provider_has_its_name_also_where_it_is_not_configured() -> None:
    assert [label_of(name) for name in ("github", "yahoojp", "apple", "okta")] == [
        "GitHub",
        "Yahoo! JAPAN",
        "Apple",
        "Okta",
    ]
