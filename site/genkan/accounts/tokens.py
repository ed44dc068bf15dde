"""What is in the session JWT, and which ones count? Ed25519 with `kid` (RFC 8037), read strictly (RFC 8725)."""

import base64
import binascii
import json
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Final

import jwt

from genkan.keys import Keys, leading

LASTS: Final = 172_800  # seconds: two days
LONGEST: Final = 1024  # characters; ours have about 400
LEEWAY: Final = 5  # seconds that the clocks of several machines may differ by
REMEMBERED: Final = 4096  # verified tokens; verifying costs 0.2 to 0.4 ms, the look-up nothing
HEADER: Final = frozenset({"alg", "kid", "typ"})
CLAIMS: Final = frozenset({"iss", "aud", "sub", "sid", "iat", "exp"})


@dataclass(frozen=True, slots=True)
class Claims:
    """sub: `users.id`; sid: `sessions.id`; iat, exp: unix seconds."""

    sub: str
    sid: str
    iat: int
    exp: int


class Tokens:
    """Issues and reads the session JWTs of one site for one audience.

    audience: who they are for, and by whom alone they are taken; the site itself, unless another is named.
    """

    def __init__(self, keys: Keys, base_url: str, audience: str | None = None) -> None:
        self._keys = keys
        self._base_url = base_url
        self._audience = audience or base_url
        self._verified: OrderedDict[str, Claims] = OrderedDict()

    def issue(self, *, user_id: str, session_id: str, now: int) -> str:
        claims = {
            "iss": self._base_url,
            "aud": self._audience,
            "sub": user_id,
            "sid": session_id,
            "iat": now,
            "exp": now + LASTS,
        }
        signing = leading(self._keys.signing, self._keys.since, now)
        kid = leading(self._keys.kids, self._keys.since, now)
        token = jwt.encode(claims, signing, algorithm="EdDSA", headers={"kid": kid, "typ": "JWT"})
        self._remember(token, Claims(sub=user_id, sid=session_id, iat=now, exp=now + LASTS))
        return token

    def read(self, token: str, *, now: int) -> Claims | None:
        """The claims of a token that is ours, whole and in its time; None for every other, without saying why."""
        claims = self._verified.get(token)
        if claims is None:
            claims = self._verify(token)
            if claims is None:
                return None
            self._remember(token, claims)
        return claims if claims.iat - LEEWAY <= now < claims.exp else None

    def public_keys(self, *, now: int) -> dict[str, list[dict[str, str]]]:
        """The JWK set (RFC 7517 §5): public parameters only; the previous secret's key while it verifies.

        A new secret's is there before anything is signed by it, for whoever keeps the set a while.
        """
        since = self._keys.since
        is_over = since is not None and now >= since + LASTS
        return {
            "keys": [
                {
                    "kty": "OKP",
                    "crv": "Ed25519",
                    "alg": "EdDSA",
                    "use": "sig",
                    "kid": kid,
                    "x": _encoded(public.public_bytes_raw()),
                }
                for kid, public in self._keys.verifying.items()
                if not (is_over and self._is_old(kid))
            ]
        }

    def _verify(self, token: str) -> Claims | None:
        parts = token.split(".", 3) if len(token) <= LONGEST and token.isascii() else []
        header = _object(parts[0]) if len(parts) == 3 else None
        if header is None or header.keys() != HEADER or header["alg"] != "EdDSA" or header["typ"] != "JWT":
            return None
        kid = header["kid"]
        public = self._keys.verifying.get(kid) if isinstance(kid, str) else None
        if public is None or _decoded(parts[2]) is None:
            return None
        try:  # the signature, before anything that it signs is looked at
            jwt.api_jws.decode(token, public, algorithms=["EdDSA"])
        except (jwt.PyJWTError, ValueError):
            return None
        claims = self._claims(_object(parts[1]))
        return None if claims is None or self._is_too_new(kid, claims.iat) else claims

    def _is_too_new(self, kid: str, iat: int) -> bool:
        """Whether a secret signed after its time: so what it signed before is over LASTS later, and it with that."""
        return self._keys.since is not None and self._is_old(kid) and iat >= self._keys.since

    def _is_old(self, kid: str) -> bool:
        return kid != self._keys.kids[0]

    def _claims(self, claims: dict[str, Any] | None) -> Claims | None:
        if (
            claims is None
            or claims.keys() != CLAIMS
            or claims["iss"] != self._base_url
            or claims["aud"] != self._audience
        ):
            return None
        sub, sid, iat, exp = claims["sub"], claims["sid"], claims["iat"], claims["exp"]
        if type(sub) is not str or type(sid) is not str or type(iat) is not int or type(exp) is not int:
            return None
        return Claims(sub=sub, sid=sid, iat=iat, exp=exp) if exp - iat == LASTS else None

    def _remember(self, token: str, claims: Claims) -> None:
        self._verified[token] = claims
        if len(self._verified) > REMEMBERED:
            self._verified.popitem(last=False)


def _object(part: str) -> dict[str, Any] | None:
    """One part of a token as a JSON object; None where it is anything else, or names a member twice (RFC 8725 §2.4)."""
    raw = _decoded(part)
    try:
        found = json.loads((raw or b"").decode(), object_pairs_hook=_once)  # UTF-8 and no other (RFC 8725 §3.7)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _decoded(part: str) -> bytes | None:
    """The bytes of one part, if it is their one BASE64URL: the last character may have bits that nobody reads."""
    try:
        raw = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        return None
    return raw if _encoded(raw) == part else None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a member twice")
    return dict(pairs)


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
