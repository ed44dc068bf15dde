"""Apple: the client secret is a JWT that we sign; the answer is posted; the name comes once, beside the code, unsigned.

Its endpoints stand here as its documentation has them: for a day in June 2025 its discovery named another issuer than its tokens.
"""

import jwt

from genkan.errors import ProviderFailed
from genkan.oauth.http import members, strict_json
from genkan.oauth.profile import Who
from genkan.oauth.provider import Asking, Provider
from genkan.settings import ProviderSettings

ISSUER = "https://appleid.apple.com"
SECRET_LASTS = 300  # seconds
LONGEST_USER = 2048  # characters


def provider(settings: ProviderSettings) -> Provider:
    """`APPLE_TEAM_ID`, `APPLE_KEY_ID` and `APPLE_PRIVATE_KEY` (PEM, line ends may be written \\n) are needed."""
    return Provider(
        name="apple",
        label="Apple",
        scope="openid email name",
        read=read,
        issuer=ISSUER,
        endpoints={
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/auth/authorize",
            "token_endpoint": f"{ISSUER}/auth/token",
            "jwks_uri": f"{ISSUER}/auth/keys",
        },
        parameters={"response_mode": "form_post"},
        authentication="client_secret_post",
        secret=secret,
    )


def secret(settings: ProviderSettings, now: int) -> str:
    """The client secret for the next five minutes."""
    claims = {
        "iss": settings.extra["team_id"],
        "iat": now,
        "exp": now + SECRET_LASTS,
        "aud": ISSUER,
        "sub": settings.client_id,
    }
    key = settings.extra["private_key"].replace("\\n", "\n")
    return jwt.encode(claims, key, algorithm="ES256", headers={"kid": settings.extra["key_id"]})


async def read(asking: Asking) -> Who:
    """Everything but the name is signed; `email_verified` may be a string."""
    claims = asking.claims
    return Who(
        identity=claims["sub"],
        name=_name(asking.said),
        email=claims.get("email"),
        verified=claims.get("email_verified") in (True, "true"),
    )


def _name(said: str | None) -> str | None:
    if said is None or len(said) > LONGEST_USER:
        return None
    try:
        name = members(strict_json(said.encode(), "user"), "user").get("name")
    except (ProviderFailed, UnicodeError):
        return None
    if not isinstance(name, dict):
        return None
    return " ".join(part for part in (name.get("firstName"), name.get("lastName")) if isinstance(part, str))
