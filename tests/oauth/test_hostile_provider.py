"""Does a provider that misbehaves get nobody in, and hurt nobody? (OIDF's modules; ID-*, OA-*, PR-*, LK-*)"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from types import EllipsisType
from typing import Any

import httpx2
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from genkan.errors import ProviderDown, ProviderFailed, ProviderFault
from genkan.oauth import Client, Profile, open_transport
from genkan.oauth.breaker import Breaker
from genkan.oauth.client import AuthorizationRequest
from genkan.oauth.discovery import Discovery
from genkan.oauth.registry import provider_of
from hostile import (
    ACCESS_TOKEN,
    CLIENT_ID,
    EC,
    OTHER_RSA,
    RSA,
    WEAK_RSA,
    HostileProvider,
    half_hash,
    hang,
    jwk,
    redirect,
)
from starlette.responses import PlainTextResponse, Response, StreamingResponse

pytestmark = pytest.mark.anyio

NOW = int(time.time())

REDIRECT_URI = "http://127.0.0.1:8000/oauth/hostile/callback"


@pytest.fixture(scope="module")
def server() -> Iterator[HostileProvider]:
    with HostileProvider().running() as provider:
        yield provider


@pytest.fixture
def hostile(server: HostileProvider) -> HostileProvider:
    server.misbehave()
    server.calls.clear()
    server.now = NOW
    return server


@pytest.fixture
async def transport() -> AsyncIterator[httpx2.AsyncBaseTransport]:
    async with open_transport() as transport:
        yield transport


def made(
    hostile: HostileProvider,
    transport: httpx2.AsyncBaseTransport,
    *,
    age: float = 3600,
    cool_down: float = 30,
    deadline: float = 10,
    breaker: Breaker | None = None,
    code_breaker: Breaker | None = None,
    issuer: str | None = None,
) -> Client:
    settings = hostile.settings(**({"issuer": issuer} if issuer else {}))
    discovery = Discovery(transport, settings.issuer or "", age=age, cool_down=cool_down)
    return Client(
        provider_of(settings),
        settings,
        REDIRECT_URI,
        transport,
        discovery=discovery,
        deadline=deadline,
        breaker=breaker,
        code_breaker=code_breaker,
    )


@pytest.fixture
def client(hostile: HostileProvider, transport: httpx2.AsyncBaseTransport) -> Client:
    return made(hostile, transport)


async def log_in(
    client: Client,
    hostile: HostileProvider,
    *,
    iss: str | EllipsisType | None = ...,
    now: int | None = None,
    request: AuthorizationRequest | None = None,
) -> Profile:
    """iss: what the callback says of itself; the issuer, unless it is given."""
    request = request or await client.authorization()
    return await client.profile(
        code=hostile.code_for(request, REDIRECT_URI),
        nonce=request.nonce,
        code_verifier=request.code_verifier,
        iss=hostile.issuer if isinstance(iss, EllipsisType) else iss,
        now=now or NOW,
    )


async def test_oidcc_client_test_the_happy_path_reads_userinfo(client: Client, hostile: HostileProvider) -> None:
    profile = await log_in(client, hostile)
    assert profile == Profile("hostile", "person-1", hostile.issuer, "Hanako Example", "hanako@example.com", True)
    assert [name for name, _ in hostile.calls] == ["metadata", "token", "keys", "userinfo"]


async def test_client_secret_basic_and_OA_36_the_secret_is_in_no_address(
    client: Client, hostile: HostileProvider
) -> None:
    request = await client.authorization()
    assert "secret" not in request.url
    await log_in(client, hostile, request=request)
    sent = dict(hostile.calls)["token"]
    assert sent["authorization"].startswith("Basic ")
    assert "client_secret" not in sent
    assert sent["grant_type"] == "authorization_code"


GOOD: dict[str, dict[str, Any]] = {
    "idtoken-sig-rs256": {},
    "idtoken-sig-ps256": {"algorithm": "PS256"},
    "idtoken-sig-es256": {"algorithm": "ES256"},
    "idtoken-sig-eddsa": {"algorithm": "EdDSA"},
    "ID-17 kid-absent-single-jwks": {"header": {"kid": None}, "keys": [jwk(RSA)]},
    "ID-18 kid-absent-multiple-jwks": {"header": {"kid": None}, "keys": [jwk(EC), jwk(OTHER_RSA), jwk(RSA)]},
    "valid-aud-as-array": {"claims": {"aud": [CLIENT_ID]}},
    "azp that is us": {"claims": {"azp": CLIENT_ID}},
    "ID-24 at_hash right": {"claims": {"at_hash": half_hash(ACCESS_TOKEN)}},
    "ID-24 at_hash right for EdDSA": {"claims": {"at_hash": half_hash(ACCESS_TOKEN, "sha512")}, "algorithm": "EdDSA"},
    "ID-07 just expired": {"claims": {"exp": NOW - 30}},
    "PR-18 a minute ahead": {"claims": {"iat": NOW + 50}},
    "nbf in the past": {"claims": {"nbf": NOW - 50}},
    "PR-16 expires_in text": {"token": {"expires_in": "abc"}},
    "PR-16 expires_in -1": {"token": {"expires_in": -1}},
    "PR-16 expires_in endless": {"token": {"expires_in": "1e400"}},
    "token_type in another case": {"token": {"token_type": "bearer"}},
    "ID-30 its type said": {"header": {"typ": "JWT"}},
    "no userinfo endpoint": {"metadata": {"userinfo_endpoint": None}},
    "ID-32 bad members are passed over": {
        "keys": [1, "x", {}, {"kty": "RSA"}, {"kty": "oct", "k": "AAAA"}, jwk(RSA, kid="rsa")]
    },
    "PR-21 cookies and odd headers are not looked at": {},
}


@pytest.mark.parametrize("misdeeds", [pytest.param(value, id=key) for key, value in GOOD.items()])
async def test_takes(client: Client, hostile: HostileProvider, misdeeds: dict[str, Any]) -> None:
    hostile.misbehave(**misdeeds)
    assert (await log_in(client, hostile)).identity == "person-1"


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "ID-01 invalid-iss": ({"claims": {"iss": "https://evil.example"}}, "id_token.iss"),
    "ID-01 invalid-missing-iss": ({"claims": {"iss": None}}, "id_token.iss"),
    "ID-02 missing-sub": ({"claims": {"sub": None}}, "id_token.sub"),
    "ID-02 empty sub": ({"claims": {"sub": ""}}, "id_token.sub"),
    "LK-05 sub a number": ({"claims": {"sub": 123}}, "id_token.sub"),
    "LK-05 sub true": ({"claims": {"sub": True}}, "id_token.sub"),
    "ID-03 invalid-aud": ({"claims": {"aud": "other"}}, "id_token.aud"),
    "ID-03 missing-aud": ({"claims": {"aud": None}}, "id_token.aud"),
    "ID-04 aud other, azp us": ({"claims": {"aud": ["other"], "azp": CLIENT_ID}}, "id_token.aud"),
    "ID-05 invalid-secondary-aud": ({"claims": {"aud": [CLIENT_ID, "other"]}}, "id_token.aud"),
    "ID-05 azp other": ({"claims": {"azp": "other"}}, "id_token.azp"),
    "OA-35 a token for another client": ({"claims": {"aud": "another-client", "azp": "another-client"}}, "id_token.aud"),
    "ID-06 missing-iat": ({"claims": {"iat": None}}, "id_token.iat"),
    "ID-06 invalid-missing-exp": ({"claims": {"exp": None}}, "id_token.exp"),
    "ID-07 expired": ({"claims": {"exp": NOW - 200}}, "id_token.exp"),
    "ID-08 iat old": ({"claims": {"iat": NOW - 700}}, "id_token.iat"),
    "ID-08 iat to come": ({"claims": {"iat": NOW + 600}}, "id_token.iat"),
    "ID-09 nbf to come": ({"claims": {"nbf": NOW + 600}}, "id_token.nbf"),
    "ID-09 exp text": ({"claims": {"exp": str(NOW + 300)}}, "id_token.exp"),
    "ID-09 exp list": ({"claims": {"exp": [NOW + 300]}}, "id_token.exp"),
    "ID-09 exp true": ({"claims": {"exp": True}}, "id_token.exp"),
    "ID-09 exp 1e400": ({"claims": {"exp": "1e400"}}, "id_token.exp"),
    "ID-09 exp beyond every number": ({"claims": {"exp": 10**400}}, "id_token.exp"),
    "ID-09 iat below every number": ({"claims": {"iat": -(10**400)}}, "id_token.iat"),
    "ID-09 nbf a list": ({"claims": {"nbf": [NOW]}}, "id_token.nbf"),
    "ID-10 nonce-invalid": ({"claims": {"nonce": "another"}}, "id_token.nonce"),
    "ID-10 invalid-missing-nonce": ({"claims": {"nonce": None}}, "id_token.nonce"),
    "ID-10 nonce a number": ({"claims": {"nonce": 1}}, "id_token.nonce"),
    "ID-12 idtoken-sig-none": ({"algorithm": "none"}, "id_token.alg"),
    "ID-13 none, advertised": ({"algorithm": "none", "metadata": {"id_token_signing_alg_values_supported": ["none"]}}, "id_token.alg"),
    "ID-14 invalid-sig-hs256": ({"algorithm": "HS256", "key": b"our-secret/with+signs and some more"}, "id_token.alg"),
    "ID-15 HS256 with a key of the set": ({"algorithm": "HS256", "key": b"0" * 32, "keys": [{"kty": "oct", "kid": "rsa", "k": "MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDA"}]}, "id_token.alg"),
    "ID-16 invalid-sig-rs256": ({"key": OTHER_RSA}, "id_token.signature"),
    "ID-16 invalid-sig-es256": ({"algorithm": "ES256", "key": ec.generate_private_key(ec.SECP256R1())}, "id_token.signature"),
    "ID-22 jwk": ({"header": {"jwk": jwk(OTHER_RSA)}, "key": OTHER_RSA}, "id_token.header"),
    "ID-22 jku": ({"header": {"jku": "http://127.0.0.1:1/"}}, "id_token.header"),
    "ID-22 x5u": ({"header": {"x5u": "http://127.0.0.1:1/"}}, "id_token.header"),
    "ID-22 x5c": ({"header": {"x5c": ["MII"]}}, "id_token.header"),
    "ID-23 crit": ({"header": {"crit": ["x"]}}, "id_token.header"),
    "ID-23 b64, named as critical": ({"header": {"b64": False, "crit": ["b64"]}}, "id_token.header"),
    "ID-30 an access token": ({"header": {"typ": "at+jwt"}}, "id_token.typ"),
    "ID-30 a logout token": ({"header": {"typ": "application/LOGOUT+JWT"}}, "id_token.typ"),
    "ID-24 invalid-athash": ({"claims": {"at_hash": half_hash("another")}}, "id_token.at_hash"),
    "ID-24 at_hash a number": ({"claims": {"at_hash": 1}}, "id_token.at_hash"),
    "ID-24 alg unknown": ({"header": {"alg": "RS999"}}, "id_token.alg"),
    "ID-29 alg no text": ({"header": {"alg": ["RS256"]}}, "id_token.alg"),
    "ID-29 two parts": ({"id_token": "eyJhbGciOiJSUzI1NiJ9.e30"}, "id_token.form"),
    "ID-29 five parts": ({"id_token": "a.b.c.d.e"}, "id_token.form"),
    "ID-29 no base64": ({"id_token": "!!!.e30.x"}, "id_token.form"),
    "ID-29 no JSON": ({"id_token": "e30x.e30.x"}, "id_token.json"),
    "ID-29 1 MB": ({"id_token": "a" * 200_000}, "id_token.form"),
    "no ID token": ({"id_token": None}, "id_token.form"),
    "ID token a number": ({"id_token": 5}, "id_token.form"),
    "ID-32 a point on no curve": ({"keys": [jwk(EC, kid="rsa") | {"x": "AAAA", "crv": "P-9"}, {"kty": "OKP", "kid": "rsa", "crv": "Ed25519", "x": "!"}, {"kty": "EC", "kid": "rsa"}, {"kty": "oct", "kid": "rsa"}]}, "id_token.signature"),
    "ID-32 weak key": ({"key": WEAK_RSA, "keys": [jwk(WEAK_RSA, kid="rsa")]}, "id_token.signature"),
    "ID-32 a key to encrypt": ({"keys": [jwk(RSA, kid="rsa") | {"use": "enc"}]}, "id_token.signature"),
    "ID-32 a key to encrypt, said otherwise": ({"keys": [jwk(RSA, kid="rsa", key_ops=["encrypt"])]}, "id_token.signature"),
    "ID-32 a key for everybody to sign with": ({"keys": [jwt.algorithms.RSAAlgorithm.to_jwk(RSA, as_dict=True) | {"kid": "rsa"}]}, "id_token.signature"),
    "ID-32 10,000 keys": ({"keys": [jwk(OTHER_RSA, kid="rsa")] * 100 + [jwk(RSA, kid="rsa")]}, "id_token.signature"),
    "ID-33 the key is for another alg": ({"keys": [jwk(RSA, kid="rsa", alg="PS256")]}, "id_token.signature"),
    "no key at all": ({"keys": []}, "id_token.signature"),
    "claims the library refuses": ({"claims": {"amr": "text"}}, "id_token.claims"),
}  # fmt: skip


@pytest.mark.parametrize(("misdeeds", "reason"), [pytest.param(*value, id=key) for key, value in BAD.items()])
async def test_refuses_an_ID_token_and_asks_nothing_more(
    client: Client, hostile: HostileProvider, misdeeds: dict[str, Any], reason: str
) -> None:
    hostile.misbehave(**misdeeds)
    with pytest.raises(ProviderFailed) as refused:
        await log_in(client, hostile)
    assert refused.value.reason == reason
    assert hostile.asked("userinfo") == 0
    assert ACCESS_TOKEN not in repr(refused.value)


async def test_LK_an_address_is_vouched_for_only_where_it_stands(client: Client, hostile: HostileProvider) -> None:
    hostile.misbehave(
        claims={"email": "own@example.com", "email_verified": True},
        userinfo={"email": "another@example.com", "email_verified": None},
    )
    profile = await log_in(client, hostile)
    assert (profile.email, profile.email_verified) == ("another@example.com", False)
    hostile.misbehave(claims={"email": "own@example.com", "email_verified": True}, userinfo={"email": None})
    profile = await log_in(client, hostile)
    assert (profile.email, profile.email_verified) == ("own@example.com", True)


async def test_ID_26_userinfo_of_another_person_is_discarded(client: Client, hostile: HostileProvider) -> None:
    hostile.misbehave(userinfo={"sub": "person-2"})
    with pytest.raises(ProviderFailed) as refused:
        await log_in(client, hostile)
    assert refused.value.reason == "userinfo.sub"


@pytest.mark.parametrize("sub", ["x" * 256, "ünicode", "with\nline", " \x7f"])
async def test_LK_05_an_identity_is_255_printing_ascii_characters_at_most(
    client: Client, hostile: HostileProvider, sub: str
) -> None:
    hostile.misbehave(claims={"sub": sub}, userinfo={"sub": sub})
    with pytest.raises(ProviderFailed) as refused:
        await log_in(client, hostile)
    assert refused.value.reason == "profile.identity"


@pytest.mark.parametrize(
    ("iss", "reason"), [(None, "callback.iss_missing"), ("https://evil.example", "callback.iss"), ("", "callback.iss")]
)
async def test_OA_12_invalid_and_removed_authorization_response_iss(
    client: Client, hostile: HostileProvider, iss: str | None, reason: str
) -> None:
    with pytest.raises(ProviderFailed) as refused:
        await log_in(client, hostile, iss=iss)
    assert refused.value.reason == reason
    assert hostile.asked("token") == 0


async def test_an_iss_that_nobody_promised_may_be_missing_but_not_wrong(
    client: Client, hostile: HostileProvider
) -> None:
    hostile.misbehave(metadata={"authorization_response_iss_parameter_supported": None})
    assert await log_in(client, hostile, iss=None)
    with pytest.raises(ProviderFailed):
        await log_in(client, hostile, iss="https://evil.example")


METADATA: dict[str, tuple[dict[str, Any], str]] = {
    "ID-27 discovery-issuer-mismatch": ({"issuer": "https://evil.example"}, "metadata.issuer"),
    "ID-27 no issuer": ({"issuer": None}, "metadata.issuer"),
    "issuer a template": ({"issuer": "https://x/{tenantid}"}, "metadata.issuer"),
    "javascript": ({"authorization_endpoint": "javascript:alert(1)"}, "metadata.authorization_endpoint"),
    "a fragment": ({"token_endpoint": "http://127.0.0.1:1/#"}, "metadata.token_endpoint"),
    "PR-10 another host": ({"token_endpoint": "https://evil.example/token"}, "metadata.token_endpoint"),
    "PR-10 another port": ({"token_endpoint": "http://127.0.0.1:1/token"}, "metadata.token_endpoint"),
    "another scheme": ({"jwks_uri": "file:///etc/passwd"}, "metadata.jwks_uri"),
    "missing": ({"jwks_uri": None}, "metadata.jwks_uri"),
    "no text": ({"userinfo_endpoint": 5}, "metadata.userinfo_endpoint"),
    "PR-22 endless": ({"token_endpoint": "https://x/" + "x" * 2000}, "metadata.token_endpoint"),
    "brackets": ({"token_endpoint": "http://[/token"}, "metadata.token_endpoint"),
    "somebody's password": ({"token_endpoint": "https://me:pw@127.0.0.1/token"}, "metadata.token_endpoint"),
}


@pytest.mark.parametrize(("metadata", "reason"), [pytest.param(*value, id=key) for key, value in METADATA.items()])
async def test_refuses_metadata(
    client: Client, hostile: HostileProvider, metadata: dict[str, Any], reason: str
) -> None:
    hostile.misbehave(metadata=metadata)
    with pytest.raises(ProviderFailed) as refused:
        await client.authorization()
    assert refused.value.reason == reason


async def test_ID_19_signing_key_rotation_is_followed_by_one_fetch(
    hostile: HostileProvider, transport: httpx2.AsyncBaseTransport
) -> None:
    client = made(hostile, transport, cool_down=0)
    await log_in(client, hostile)
    hostile.misbehave(key=OTHER_RSA, header={"kid": "new"}, keys=[jwk(OTHER_RSA, kid="new")])
    await log_in(client, hostile)
    assert hostile.asked("keys") == 2


async def test_ID_20_a_key_replaced_under_the_same_kid_is_followed(
    hostile: HostileProvider, transport: httpx2.AsyncBaseTransport
) -> None:
    client = made(hostile, transport, cool_down=0)
    await log_in(client, hostile)
    hostile.misbehave(key=OTHER_RSA, keys=[jwk(OTHER_RSA, kid="rsa")])
    await log_in(client, hostile)


async def test_ID_21_bad_signatures_do_not_make_us_fetch_keys_again_and_again(
    client: Client, hostile: HostileProvider
) -> None:
    hostile.misbehave(key=OTHER_RSA)
    for _ in range(5):
        with pytest.raises(ProviderFailed):
            await log_in(client, hostile)
    assert hostile.asked("keys") == 1


async def test_a_key_that_was_withdrawn_is_trusted_no_longer_than_its_age(
    hostile: HostileProvider, transport: httpx2.AsyncBaseTransport
) -> None:
    client = made(hostile, transport, age=0.05)
    await log_in(client, hostile)
    hostile.misbehave(keys=[jwk(EC, kid="ec")])
    await asyncio.sleep(0.06)
    with pytest.raises(ProviderFailed):
        await log_in(client, hostile)


async def test_PR_19_metadata_that_changes_is_followed_within_its_age(
    hostile: HostileProvider, transport: httpx2.AsyncBaseTransport
) -> None:
    client = made(hostile, transport, age=0.05)
    await client.authorization()
    hostile.misbehave(metadata={"authorization_endpoint": f"{hostile.issuer}/moved"})
    await asyncio.sleep(0.06)
    assert (await client.authorization()).url.startswith(f"{hostile.issuer}/moved?")


async def test_PR_13_sixty_four_first_logins_fetch_metadata_and_keys_once(
    client: Client, hostile: HostileProvider
) -> None:
    await asyncio.gather(*(log_in(client, hostile) for _ in range(64)))
    assert (hostile.asked("metadata"), hostile.asked("keys"), hostile.asked("token")) == (1, 1, 64)


def raw(
    content: bytes | str, kind: str = "application/json", status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    return Response(content, status, media_type=kind, headers=headers)


async def drip(request: object) -> Response:
    async def slowly() -> AsyncIterator[bytes]:
        for _ in range(50):
            yield b" "
            await asyncio.sleep(0.1)

    return StreamingResponse(slowly(), media_type="application/json")


async def flood(request: object) -> Response:
    async def much() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * 10_000

    return StreamingResponse(much(), media_type="application/json")


async def announce(request: object) -> Response:
    """More than anybody would read, of which nothing more comes: whoever waits for it, waits until the deadline."""

    async def little() -> AsyncIterator[bytes]:
        yield b"{}"
        await asyncio.sleep(30)

    return StreamingResponse(little(), media_type="application/json", headers={"Content-Length": "120000000"})


FAULTS: dict[str, tuple[Any, type[ProviderFault]]] = {
    "PR-06 HTML": (raw("<html>hello", "text/html"), ProviderFailed),
    "PR-06 array": (raw("[1]"), ProviderFailed),
    "PR-06 empty": (raw(""), ProviderFailed),
    "PR-06 byte order mark": (raw(b"\xef\xbb\xbf{}"), ProviderFailed),
    "PR-06 NaN": (raw('{"sub": NaN}'), ProviderFailed),
    "PR-06 not UTF-8": (raw(b'{"a": "\xff"}'), ProviderFailed),
    "PR-06 truncated": (raw('{"sub": "person'), ProviderFailed),
    "a member twice": (raw('{"a": 1, "a": 2}'), ProviderFailed),
    "PR-07 deep": (raw("[" * 200_000), ProviderFailed),
    "PR-05 large": (flood, ProviderFailed),
    "PR-05 says that it is large": (announce, ProviderFailed),
    "PR-05 compressed": (raw(b"\x1f\x8b", headers={"Content-Encoding": "gzip"}), ProviderFailed),
    "PR-08 redirect": (redirect, ProviderFailed),
    "404": (raw("{}", status=404), ProviderFailed),
    "PR-12 429": (raw("{}", status=429, headers={"Retry-After": "5"}), ProviderDown),
    "500": (raw("oops", status=500), ProviderDown),
    "PR-02 hangs": (hang, ProviderDown),
    "PR-03 drips": (drip, ProviderDown),
}


@pytest.mark.parametrize("endpoint", ["metadata", "keys", "token", "userinfo"])
@pytest.mark.parametrize(("answer", "error"), [pytest.param(*value, id=key) for key, value in FAULTS.items()])
async def test_F8_every_fault_of_every_endpoint_is_one_of_two(
    hostile: HostileProvider,
    transport: httpx2.AsyncBaseTransport,
    endpoint: str,
    answer: Any,
    error: type[ProviderFault],
) -> None:
    client = made(hostile, transport, deadline=0.3)
    hostile.misbehave(answers={endpoint: answer})
    with pytest.raises(error):
        await log_in(client, hostile)


@pytest.mark.parametrize(
    ("error", "status", "expected", "reason"),
    [
        ("invalid_client", 401, ProviderFailed, "token.invalid_client"),
        ("invalid_grant", 400, ProviderFailed, "token.invalid_grant"),
        ("invalid_grant", 200, ProviderFailed, "token.invalid_grant"),
        ("temporarily_unavailable", 400, ProviderDown, "token.temporarily_unavailable"),
        ("<script>", 400, ProviderFailed, "token.error"),
        ("", 400, ProviderFailed, "token.error"),
    ],
)
async def test_PR_12_error_codes_have_reasons_of_ours(
    client: Client, hostile: HostileProvider, error: str, status: int, expected: type[ProviderFault], reason: str
) -> None:
    hostile.misbehave(
        answers={"token": raw(f'{{"error": "{error}", "error_description": "secret text"}}', status=status)}
    )
    with pytest.raises(expected) as refused:
        await log_in(client, hostile)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    "token",
    [{"access_token": None}, {"access_token": 5}, {"access_token": ""}, {"access_token": "x" * 20_000}, {"access_token": "a\nb"}, {"access_token": "ü"}, {"token_type": "mac"}, {"token_type": None}],
    ids=str,
)  # fmt: skip
async def test_PR_16_a_token_that_cannot_be_used_is_refused(
    client: Client, hostile: HostileProvider, token: dict[str, Any]
) -> None:
    hostile.misbehave(token=token)
    with pytest.raises(ProviderFailed):
        await log_in(client, hostile)


async def test_keys_that_are_no_list_are_refused(client: Client, hostile: HostileProvider) -> None:
    hostile.misbehave(answers={"keys": raw('{"keys": {}}')})
    with pytest.raises(ProviderFailed) as refused:
        await log_in(client, hostile)
    assert refused.value.reason == "keys.no_list"


async def test_OA_10_a_code_counts_once_at_the_provider_too(client: Client, hostile: HostileProvider) -> None:
    request = await client.authorization()
    code = hostile.code_for(request, REDIRECT_URI)

    async def once() -> Profile:
        return await client.profile(
            code=code, nonce=request.nonce, code_verifier=request.code_verifier, iss=hostile.issuer, now=NOW
        )

    assert (await once()).identity == "person-1"
    with pytest.raises(ProviderFailed):
        await once()


@pytest.mark.parametrize("code", ["a b&c=d", "ü", "%zz", "<>"])
async def test_whatever_a_code_looks_like_it_harms_nobody(client: Client, hostile: HostileProvider, code: str) -> None:
    request = await client.authorization()
    with pytest.raises(ProviderFailed):
        await client.profile(
            code=code, nonce=request.nonce, code_verifier=request.code_verifier, iss=hostile.issuer, now=NOW
        )


async def test_PR_01_a_provider_that_is_not_there_is_down_and_after_three_times_not_asked(
    hostile: HostileProvider, transport: httpx2.AsyncBaseTransport
) -> None:
    client = made(hostile, transport, issuer="http://127.0.0.1:1", breaker=Breaker(rest=0.2))
    reasons = []
    for _ in range(5):
        with pytest.raises(ProviderDown) as down:
            await client.authorization()
        reasons.append(down.value.reason)
    assert reasons[3:] == ["breaker", "breaker"]
    assert reasons[0] == "http.ConnectError"
    await asyncio.sleep(0.25)
    with pytest.raises(ProviderDown) as down:
        await client.authorization()
    assert down.value.reason == "http.ConnectError"


async def test_PR_20_when_it_is_back_the_next_login_succeeds(
    hostile: HostileProvider, transport: httpx2.AsyncBaseTransport
) -> None:
    client = made(hostile, transport, breaker=Breaker(rest=0.1))
    hostile.misbehave(answers={"metadata": raw("", status=503)})
    for _ in range(4):
        with pytest.raises(ProviderDown):
            await client.authorization()
    hostile.misbehave()
    await asyncio.sleep(0.12)
    assert await log_in(client, hostile)
    assert await client.authorization()


@pytest.mark.parametrize("endpoint", ["token", "keys", "userinfo"])
async def test_PR_19_a_provider_that_lets_people_set_out_and_then_fails_rests_too(
    hostile: HostileProvider, transport: httpx2.AsyncBaseTransport, endpoint: str
) -> None:
    client = made(hostile, transport, code_breaker=Breaker(rest=0.3))
    hostile.misbehave(answers={endpoint: raw("", status=503)})
    reasons = []
    for _ in range(3):
        with pytest.raises(ProviderDown) as down:
            await log_in(client, hostile)
        reasons.append(down.value.reason)
    asked = len(hostile.calls)
    with pytest.raises(ProviderDown) as down:
        await client.authorization()
    assert [*reasons, down.value.reason] == [f"{endpoint}.status_503"] * 3 + ["breaker"]
    assert len(hostile.calls) == asked
    hostile.misbehave()
    await asyncio.sleep(0.35)
    assert await log_in(client, hostile)


async def test_OA_34_the_request_says_nothing_that_has_to_stay_here(client: Client, hostile: HostileProvider) -> None:
    first, second = [await client.authorization() for _ in range(2)]
    assert first.code_verifier not in first.url
    assert 43 <= len(first.code_verifier) <= 128
    assert len({first.state, second.state, first.nonce, second.nonce, first.code_verifier, second.code_verifier}) == 6


async def test_an_unexpected_error_of_a_library_is_the_providers_fault(
    client: Client, hostile: HostileProvider
) -> None:
    hostile.misbehave(answers={"token": PlainTextResponse("x", 204)})
    with pytest.raises(ProviderFault):
        await log_in(client, hostile)
    with pytest.raises(ProviderFailed) as refused:
        await client.profile(code=None, nonce="n", code_verifier=None, iss=hostile.issuer, now=NOW)  # type: ignore[arg-type]
    assert refused.value.reason.startswith(("unexpected.", "token."))


# Asked to ask again. -------------------------------------------------------------------------------------------


async def asked_again(client: Client, hostile: HostileProvider, since: int | None) -> Profile:
    request = await client.authorization(again=True)
    return await client.profile(
        code=hostile.code_for(request, REDIRECT_URI),
        nonce=request.nonce,
        code_verifier=request.code_verifier,
        iss=hostile.issuer,
        now=NOW,
        since=since,
    )


@pytest.mark.parametrize("auth_time", [NOW, NOW - 60, NOW + 30, NOW - 59.5], ids=["now", "-60", "+30", "-59.5"])
async def test_6_8_4_a_person_who_has_just_shown_who_they_are_is_taken(
    hostile: HostileProvider, transport: httpx2.AsyncBaseTransport, auth_time: float
) -> None:
    hostile.misbehave(claims={"auth_time": auth_time})
    profile = await asked_again(made(hostile, transport), hostile, NOW)
    assert profile.identity == "person-1"


@pytest.mark.parametrize(
    "auth_time",
    [None, NOW - 61, 0, -1, str(NOW), True, "1e400", [NOW]],
    ids=["None", "-61", "0", "-1", "text", "True", "1e400", "list"],
)
async def test_6_8_4_whoever_did_so_earlier_or_does_not_say_when_is_not(
    hostile: HostileProvider, transport: httpx2.AsyncBaseTransport, auth_time: object
) -> None:
    hostile.misbehave(claims={"auth_time": auth_time})
    with pytest.raises(ProviderFailed) as refused:
        await asked_again(made(hostile, transport), hostile, NOW)
    assert refused.value.reason in ("id_token.auth_time", "id_token.claims")


async def test_a_login_asks_nobody_when_they_did(
    hostile: HostileProvider, transport: httpx2.AsyncBaseTransport
) -> None:
    assert "max_age" not in (await made(hostile, transport).authorization()).url
    assert (await asked_again(made(hostile, transport), hostile, None)).identity == "person-1"
