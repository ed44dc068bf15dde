"""Is a session JWT taken only if it is ours, whole and in its time? (JW-*)"""

import base64
import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from genkan.accounts.tokens import LASTS, REMEMBERED, Claims, Tokens
from genkan.keys import Keys

NOW = 1_790_000_000
BASE_URL = "https://id.example.com"
KEYS = Keys.derive(b"0123456789abcdef0123456789abcdef")
CLAIMS: dict[str, Any] = {
    "iss": BASE_URL,
    "aud": BASE_URL,
    "sub": "user",
    "sid": "session",
    "iat": NOW,
    "exp": NOW + LASTS,
}
HEADER = {"alg": "EdDSA", "kid": KEYS.kids[0], "typ": "JWT"}


def tokens() -> Tokens:
    return Tokens(KEYS, BASE_URL)


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed(claims: object, header: object = HEADER, key: Ed25519PrivateKey = KEYS.signing[0]) -> str:
    """A token with whatever in it, rightly signed."""
    parts = [part if isinstance(part, str) else json.dumps(part) for part in (header, claims)]
    body = ".".join(encoded(part.encode()) for part in parts)
    return f"{body}.{encoded(key.sign(body.encode()))}"


def test_has_the_claims_of_the_contract_and_no_more() -> None:
    token = tokens().issue(user_id="user", session_id="session", now=NOW)
    assert jwt.get_unverified_header(token) == HEADER
    assert jwt.decode(token, options={"verify_signature": False}) == CLAIMS
    assert len(token) < 500


def test_reads_what_it_issued_until_it_runs_out() -> None:
    site = tokens()
    token = site.issue(user_id="user", session_id="session", now=NOW)
    expected = Claims(sub="user", sid="session", iat=NOW, exp=NOW + 172_800)
    assert [site.read(token, now=at) for at in (NOW, NOW + LASTS - 1)] == [expected, expected]
    assert site.read(token, now=NOW + LASTS) is None
    assert tokens().read(token, now=NOW + LASTS) is None


def test_JW_05_a_token_from_the_future_is_refused_beyond_five_seconds() -> None:
    token = signed(CLAIMS)
    assert tokens().read(token, now=NOW - 5) is not None
    assert tokens().read(token, now=NOW - 6) is None


BAD_CLAIMS = {
    "JW-05 exp missing": {key: value for key, value in CLAIMS.items() if key != "exp"},
    "JW-05 exp as text": CLAIMS | {"exp": str(NOW + LASTS)},
    "JW-05 exp 1e308": CLAIMS | {"exp": 1e308},
    "JW-05 exp a list": CLAIMS | {"exp": [NOW + LASTS]},
    "JW-05 exp true": CLAIMS | {"exp": True},
    "JW-05 exp too late": CLAIMS | {"exp": NOW + LASTS + 1},
    "JW-05 exp a float": CLAIMS | {"exp": float(NOW + LASTS)},
    "JW-05 iat missing": {key: value for key, value in CLAIMS.items() if key != "iat"},
    "JW-06 iss wrong": CLAIMS | {"iss": "https://evil.example"},
    "JW-06 iss missing": {key: value for key, value in CLAIMS.items() if key != "iss"},
    "JW-06 iss a part": CLAIMS | {"iss": BASE_URL[:-1]},
    "JW-06 iss a list": CLAIMS | {"iss": [BASE_URL]},
    "JW-07 aud wrong": CLAIMS | {"aud": "https://other.example"},
    "JW-07 aud missing": {key: value for key, value in CLAIMS.items() if key != "aud"},
    "JW-07 aud a list": CLAIMS | {"aud": [BASE_URL, "https://other.example"]},
    "JW-15 a claim too many": CLAIMS | {"admin": True},
    "JW-18 nbf": CLAIMS | {"nbf": NOW},
    "sub a number": CLAIMS | {"sub": 1},
    "sid null": CLAIMS | {"sid": None},
    "no object": [1],
    "no JSON": "{",
    "NaN": '{"exp": NaN}',
    "JW-13 deep": "[" * 300,
    "a member twice": json.dumps(CLAIMS)[:-1] + ', "sub": "other"}',
}


@pytest.mark.parametrize("claims", [pytest.param(value, id=key) for key, value in BAD_CLAIMS.items()])
def test_refuses_claims_that_are_not_ours_though_rightly_signed(claims: object) -> None:
    assert tokens().read(signed(claims), now=NOW) is None


PUBLIC = KEYS.signing[0].public_key()
BAD_HEADERS: dict[str, Any] = {
    "JW-01 none": HEADER | {"alg": "none"},
    "JW-01 nOnE": HEADER | {"alg": "nOnE"},
    "JW-01 empty": HEADER | {"alg": ""},
    "JW-01 missing": {"kid": KEYS.kids[0], "typ": "JWT"},
    "JW-02 HS256": HEADER | {"alg": "HS256"},
    "JW-02 ES256": HEADER | {"alg": "ES256"},
    "JW-08 typ missing": {"alg": "EdDSA", "kid": KEYS.kids[0]},
    "JW-08 typ of another kind": HEADER | {"typ": "at+jwt"},
    "JW-09 kid a path": HEADER | {"kid": "../../dev/null"},
    "JW-09 kid SQL": HEADER | {"kid": "' OR 1"},
    "JW-09 kid missing": {"alg": "EdDSA", "typ": "JWT"},
    "JW-09 kid a list": HEADER | {"kid": [KEYS.kids[0]]},
    "JW-09 kid long": HEADER | {"kid": "k" * 10_000},
    "JW-10 jwk": HEADER | {"jwk": {"kty": "OKP"}},
    "JW-10 jku": HEADER | {"jku": "https://evil.example/keys"},
    "JW-10 x5u": HEADER | {"x5u": "https://evil.example/cert"},
    "JW-10 x5c": HEADER | {"x5c": ["MII"]},
    "JW-11 crit": HEADER | {"crit": ["exp"]},
    "JW-11 b64": HEADER | {"b64": False, "crit": ["b64"]},
    "no object": "1",
    "twice": json.dumps(HEADER)[:-1] + ', "alg": "EdDSA"}',
}


@pytest.mark.parametrize("header", [pytest.param(value, id=key) for key, value in BAD_HEADERS.items()])
def test_refuses_headers_that_are_not_ours_though_rightly_signed(header: object) -> None:
    assert tokens().read(signed(CLAIMS, header), now=NOW) is None


@pytest.mark.parametrize("form", ["raw", "pem", "der", "x"])
def test_JW_02_the_public_key_is_no_hmac_secret(form: str) -> None:
    secrets = {
        "raw": PUBLIC.public_bytes_raw(),
        "pem": PUBLIC.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo),
        "der": PUBLIC.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo),
        "x": encoded(PUBLIC.public_bytes_raw()).encode(),
    }
    body = f"{encoded(json.dumps(HEADER | {'alg': 'HS256'}).encode())}.{encoded(json.dumps(CLAIMS).encode())}"
    mac = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(body.encode(), secrets[form])
    assert tokens().read(f"{body}.{encoded(mac)}", now=NOW) is None


def test_JW_03_no_character_of_a_token_can_be_changed() -> None:
    token = tokens().issue(user_id="user", session_id="session", now=NOW)
    for place, letter in enumerate(token):
        other = "A" if letter != "A" else "B"
        assert tokens().read(token[:place] + other + token[place + 1 :], now=NOW) is None, place


def test_JW_03_the_last_character_has_no_bits_to_spare() -> None:
    token = tokens().issue(user_id="user", session_id="session", now=NOW)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    assert [each for each in letters if tokens().read(token[:-1] + each, now=NOW)] == [token[-1]]


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "a.b.c",
        "." * 10_000,
        "a" * 1_000_000,
        signed(CLAIMS) + ".x",
        signed(CLAIMS) + ".x.y",
        signed(CLAIMS) + "=",
        signed(CLAIMS).rpartition(".")[0] + ".",
        signed(CLAIMS) + "\n",
        "é" + signed(CLAIMS),
        signed(CLAIMS | {"sub": "u" * 1000}),
    ],
    ids=lambda token: f"JW-13 {token[:10]!r} {len(token)}",
)
def test_refuses_what_is_no_token(token: str) -> None:
    assert tokens().read(token, now=NOW) is None


@pytest.mark.parametrize("coding", ["utf-16", "utf-8-sig"])
@pytest.mark.parametrize("part", [0, 1])
def test_JW_13_a_part_in_another_coding_than_UTF_8_is_refused(part: int, coding: str) -> None:
    parts = [json.dumps(each).encode(coding if at == part else "utf-8") for at, each in enumerate((HEADER, CLAIMS))]
    body = ".".join(map(encoded, parts))
    assert tokens().read(f"{body}.{encoded(KEYS.signing[0].sign(body.encode()))}", now=NOW) is None


def test_JW_17_refuses_a_signature_of_nothing() -> None:
    body = signed(CLAIMS).rpartition(".")[0]
    assert [
        tokens().read(f"{body}.{encoded(bytes(64))}", now=NOW),
        tokens().read(f"{body}.{encoded(b'1' + bytes(63))}", now=NOW),
    ] == [None, None]


def test_another_key_is_refused_and_the_previous_secret_verifies() -> None:
    old, new = b"old secret old secret old secret old", b"new secret new secret new secret new"
    token = Tokens(Keys.derive(old), BASE_URL).issue(user_id="user", session_id="session", now=NOW)
    assert Tokens(Keys.derive(new), BASE_URL).read(token, now=NOW) is None
    assert Tokens(Keys.derive(new, previous=old), BASE_URL).read(token, now=NOW) is not None


def test_remembers_only_so_many_tokens() -> None:
    site = tokens()
    issued = [site.issue(user_id="user", session_id=str(each), now=NOW) for each in range(REMEMBERED + 1)]
    assert all(site.read(token, now=NOW) for token in issued)
    assert len(site._verified) == REMEMBERED


def test_JW_18_a_thousand_tokens_differ_by_their_session_only() -> None:
    site = tokens()
    issued = {site.issue(user_id="user", session_id=str(each), now=NOW) for each in range(1000)}
    assert len(issued) == 1000
    assert {frozenset(jwt.decode(token, options={"verify_signature": False})) for token in issued} == {
        frozenset(CLAIMS)
    }


def test_publishes_public_parameters_only() -> None:
    published = tokens().public_keys(now=NOW)["keys"]
    assert [set(key) for key in published] == [{"kty", "crv", "alg", "use", "kid", "x"}]
    key = jwt.PyJWK(published[0]).key
    assert (
        jwt.decode(
            signed(CLAIMS),
            key,
            algorithms=["EdDSA"],
            audience=BASE_URL,
            options={"verify_exp": False, "verify_iat": False},
        )["sub"]
        == "user"
    )
