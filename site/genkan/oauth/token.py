"""What does a token endpoint answer? Reduced to the two tokens that are used once; a refresh token is not even read."""

import json
from dataclasses import dataclass, field
from typing import Any, Final

import httpx2

from genkan.errors import GenkanError, ProviderDown, ProviderFailed
from genkan.oauth.http import members, strict_json

LONGEST: Final = 16_384  # characters of an access token
ERRORS: Final = frozenset(
    {
        "invalid_request",
        "invalid_client",
        "invalid_grant",
        "unauthorized_client",
        "unsupported_grant_type",
        "invalid_scope",
    }
)


@dataclass(frozen=True, slots=True)
class Token:
    """Lives for one call, and does not show itself."""

    access_token: str = field(repr=False)
    id_token: Any = field(repr=False, default=None)


def reduced(answer: httpx2.Response) -> httpx2.Response:
    """The answer with nothing in it but what we use. Raises ProviderDown, ProviderFailed."""
    if answer.status_code == 429 or answer.status_code >= 500:
        raise ProviderDown(f"token.status_{answer.status_code}")
    if 300 <= answer.status_code < 400:
        raise ProviderFailed("token.redirect")
    said = members(strict_json(answer.content, "token"), "token")
    if "error" in said:
        raise failure(said["error"])
    access_token = said.get("access_token")
    if answer.status_code != 200 or not isinstance(access_token, str) or not 0 < len(access_token) <= LONGEST:
        raise ProviderFailed("token.access_token")
    if not access_token.isascii() or not access_token.isprintable():
        raise ProviderFailed("token.access_token")
    if str(said.get("token_type", "")).lower() != "bearer":
        raise ProviderFailed("token.type")
    kept = {"access_token": access_token, "token_type": "Bearer", "id_token": said.get("id_token")}
    return httpx2.Response(200, content=json.dumps(kept).encode(), request=answer.request)


def failure(error: Any) -> GenkanError:
    """An error code of RFC 6749 §5.2 in our words."""
    if error in ("temporarily_unavailable", "slow_down"):
        return ProviderDown("token.temporarily_unavailable")
    return ProviderFailed(f"token.{error}" if error in ERRORS else "token.error")
