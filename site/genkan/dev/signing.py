"""How does the built-in provider sign and seal? With keys derived from the secret, so that a restart changes nothing."""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote_plus

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from genkan.keys import derived
from genkan.settings import Settings
from genkan.web.sealed import Seal

CODE_LASTS: Final = 60  # seconds
TOKEN_LASTS: Final = 300  # seconds
KEY_ID: Final = "development"


def public_key(settings: Settings) -> dict[str, str]:
    """The JWK that verifies its ID tokens."""
    key: dict[str, str] = jwt.algorithms.ECAlgorithm.to_jwk(_key(settings).public_key(), as_dict=True)
    return key | {"kid": KEY_ID, "alg": "ES256", "use": "sig"}


def code(state: Any, asked: Mapping[str, str], claims: Mapping[str, Any]) -> str:
    """A code for these claims, bound to the request that asked. The person has shown who they are at this moment."""
    bound = {name: asked[name] for name in ("redirect_uri", "code_challenge", "nonce")}
    return _seal(state, "code").close([state.now(), bound | {"claims": dict(claims), "auth_time": state.now()}])


def opened(state: Any, sealed: str) -> dict[str, Any] | None:
    """What a code is bound to; None where it is not ours or too old."""
    return _live(state, "code", sealed, CODE_LASTS)


def tokens(state: Any, issuer: str, client_id: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The token endpoint's answer."""
    access_token = _seal(state, "access token").close([state.now(), asked["claims"]])
    half = hashlib.sha256(access_token.encode()).digest()[:16]
    claims = asked["claims"] | {
        "iss": issuer,
        "aud": client_id,
        "azp": client_id,
        "iat": state.now(),
        "exp": state.now() + TOKEN_LASTS,
        "auth_time": asked["auth_time"],
        "at_hash": _encoded(half),
    }
    if asked["nonce"]:
        claims["nonce"] = asked["nonce"]
    id_token = jwt.encode(claims, _key(state.settings), algorithm="ES256", headers={"kid": KEY_ID})
    return {"access_token": access_token, "token_type": "Bearer", "expires_in": TOKEN_LASTS, "id_token": id_token}


def holder(state: Any, access_token: str) -> dict[str, Any] | None:
    """The claims of an access token's person."""
    return _live(state, "access token", access_token, TOKEN_LASTS)


def challenge(code_verifier: str) -> str:
    """BASE64URL(SHA-256(verifier)) without padding (RFC 7636 §4.2)."""
    return _encoded(hashlib.sha256(code_verifier.encode()).digest())


def credentials(header: str | None, form: Mapping[str, str]) -> tuple[str, str]:
    """Client id and secret, from the Authorization header (RFC 6749 §2.3.1) or from the form."""
    if header is None:
        return form["client_id"], form["client_secret"]
    try:
        decoded = base64.b64decode(header.removeprefix("Basic "), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    client_id, _, secret = decoded.partition(":")
    return unquote_plus(client_id), unquote_plus(secret)


def _live(state: Any, purpose: str, sealed: str, lasts: int) -> dict[str, Any] | None:
    found = _seal(state, purpose).open(sealed, seconds=86_400)
    if found is None or not 0 <= state.now() - found[0] < lasts:
        return None
    value: dict[str, Any] = found[1]
    return value


def _key(settings: Settings) -> ec.EllipticCurvePrivateKey:
    number = int.from_bytes(derived(settings.secret_key, "development provider es256"))
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256 (SEC 2 §2.4.2)
    return ec.derive_private_key(number % (order - 1) + 1, ec.SECP256R1())


def _seal(state: Any, purpose: str) -> Seal:
    return Seal((derived(state.settings.secret_key, "development provider seals"),), purpose)


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
