"""Is an ID token true? Every check of OIDC Core §3.1.3.7, those that libraries leave out among them."""

import base64
import hashlib
import hmac
import warnings
from collections.abc import Awaitable, Callable
from typing import Any, Final

from authlib.oidc.core import CodeIDToken
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey, import_key

from genkan.errors import ProviderFailed
from genkan.oauth.http import members, strict_json

LONGEST: Final = 16_384  # characters
LEEWAY: Final = 60  # seconds
OLDEST: Final = 600  # seconds: a token is fetched right after it is made
LATEST: Final = 2**53  # unix seconds; beyond it, and for what is no number, there is no time
MOST_KEYS: Final = 50
RSA_BITS: Final = 2048  # at the least
HASHES: Final = {"RS256": "sha256", "PS256": "sha256", "ES256": "sha256", "EdDSA": "sha512"}  # for at_hash, too
FOREIGN: Final = (
    "jwk",
    "jku",
    "x5u",
    "x5c",
    "crit",
    "zip",
)  # keys and rules that a token brings along (RFC 8725 §3.10)

GetKeys = Callable[[bool], Awaitable[list[Any]]]


async def verified(
    token: Any,
    keys: GetKeys,
    *,
    issuer: Callable[[dict[str, Any]], str],
    client_id: str,
    nonce: str,
    access_token: str,
    now: int,
) -> dict[str, Any]:
    """The claims of a true token. keys: the issuer's key set, fetched anew where asked with True.

    Raises ProviderFailed for every other token, and what `keys` raises.
    """
    if not isinstance(token, str) or not token or len(token) > LONGEST or token.count(".") != 2:
        raise ProviderFailed("id_token.form")
    header = members(_part(token.split(".")[0]), "id_token")
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in HASHES:
        raise ProviderFailed("id_token.alg")
    if any(each in header for each in FOREIGN):
        raise ProviderFailed("id_token.header")
    if str(header.get("typ")).lower().endswith("+jwt"):
        raise ProviderFailed("id_token.typ")  # at+jwt, logout+jwt: a token of another kind (RFC 8725 §3.11)
    claims = await _signed(token, header, keys)
    _check(claims, issuer(claims), client_id, nonce, now)
    _check_access_token(claims, algorithm, access_token)
    _check_by_library(claims, header, client_id, nonce, access_token, now)
    return claims


async def _signed(token: str, header: dict[str, Any], keys: GetKeys) -> dict[str, Any]:
    """The claims, once one of the issuer's keys fits; a key that is new or was replaced is fetched, once."""
    for again in (False, True):
        for key in usable(await keys(again), header["alg"], header.get("kid")):
            payload = _opened(token, key, header["alg"])
            if payload is not None:
                return members(strict_json(payload, "id_token"), "id_token")
    raise ProviderFailed("id_token.signature")


def _opened(token: str, key: Key, algorithm: str) -> bytes | None:
    """What the key has signed; None where it has not."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the name EdDSA is on its way out (RFC 9864), and what issuers use
        try:
            return jws.deserialize_compact(token, key, algorithms=[algorithm]).payload
        except (JoseError, ValueError):
            return None


def usable(keys: list[Any], algorithm: str, kid: Any) -> list[Key]:
    """The public keys that may have signed: of the right kind, strong, for signing, and named by `kid` if it is given."""
    found = []
    for each in keys[:MOST_KEYS]:
        if not isinstance(each, dict) or not _is_for(each, algorithm) or (kid is not None and each.get("kid") != kid):
            continue
        key = _imported(each)
        if key is not None and _fits(key, algorithm):
            found.append(key)
    return found


def _is_for(each: dict[str, Any], algorithm: str) -> bool:
    """Whether it verifies signatures of this algorithm, as far as it says; a key that was published whole signs for anybody."""
    says = each.get("use", "sig"), each.get("alg", algorithm)
    return says == ("sig", algorithm) and "verify" in str(each.get("key_ops", "verify")) and "d" not in each


def _imported(each: dict[str, Any]) -> Key | None:
    if each.get("kty") not in ("RSA", "EC", "OKP"):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # joserfc warns of keys that are too weak
            return import_key({name: value for name, value in each.items() if name not in ("key_ops", "x5c", "x5t")})
    except (JoseError, ValueError, TypeError, KeyError, Warning):
        return None


def _fits(key: Key, algorithm: str) -> bool:
    if isinstance(key, RSAKey):
        return algorithm in ("RS256", "PS256") and key.public_key.key_size >= RSA_BITS
    if isinstance(key, ECKey):
        return algorithm == "ES256" and key.curve_name == "P-256"
    return algorithm == "EdDSA" and isinstance(key, OKPKey) and key.curve_name == "Ed25519"


def _check(claims: dict[str, Any], issuer: str, client_id: str, nonce: str, now: int) -> None:
    if claims.get("iss") != issuer:
        raise ProviderFailed("id_token.iss")
    audience = claims.get("aud")
    if audience not in (client_id, [client_id]):
        raise ProviderFailed("id_token.aud")  # no other audience is trusted beside us (§3.1.3.7, 3)
    if claims.get("azp", client_id) != client_id:
        raise ProviderFailed("id_token.azp")
    if not isinstance(claims.get("sub"), str) or not claims["sub"]:
        raise ProviderFailed("id_token.sub")
    said = claims.get("nonce")
    if not isinstance(said, str) or not hmac.compare_digest(said.encode(), nonce.encode()):
        raise ProviderFailed("id_token.nonce")
    if not _number(claims, "exp") > now - LEEWAY:
        raise ProviderFailed("id_token.exp")
    if not now - OLDEST <= _number(claims, "iat") <= now + LEEWAY:
        raise ProviderFailed("id_token.iat")
    if "nbf" in claims and not _number(claims, "nbf") <= now + LEEWAY:
        raise ProviderFailed("id_token.nbf")


def check_when(claims: dict[str, Any], since: int) -> None:
    """The person has shown who they are after `since`, when max_age=0 asked for it (§2 auth_time, §3.1.3.7, 13)."""
    if not _number(claims, "auth_time") >= since - LEEWAY:
        raise ProviderFailed("id_token.auth_time")


def _number(claims: dict[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < LATEST:
        raise ProviderFailed(f"id_token.{name}")
    return value


def _check_access_token(claims: dict[str, Any], algorithm: str, access_token: str) -> None:
    """`at_hash` where there is one: the left half of the token's hash (§3.1.3.6)."""
    if "at_hash" not in claims:
        return
    whole = hashlib.new(HASHES[algorithm], access_token.encode()).digest()
    half = base64.urlsafe_b64encode(whole[: len(whole) // 2]).rstrip(b"=").decode()
    if claims["at_hash"] != half:
        raise ProviderFailed("id_token.at_hash")


def _check_by_library(
    claims: dict[str, Any], header: dict[str, Any], client_id: str, nonce: str, access_token: str, now: int
) -> None:
    """Authlib's own checks on top of ours: what it learns to refuse, we refuse."""
    params = {"client_id": client_id, "nonce": nonce}
    try:
        CodeIDToken(claims, header, {}, params).validate(now=now, leeway=LEEWAY)
    except (JoseError, ValueError, TypeError):
        raise ProviderFailed("id_token.claims") from None


def _part(part: str) -> Any:
    try:
        raw = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise ProviderFailed("id_token.form") from None
    return strict_json(raw, "id_token")
