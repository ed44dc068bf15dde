"""LINE: signs its ID token with our own secret (HS256), which we do not take; its verify endpoint judges it, nonce and all."""

import hmac

from genkan.errors import ProviderFailed
from genkan.oauth.http import members
from genkan.oauth.profile import Who
from genkan.oauth.provider import Asking, Provider
from genkan.settings import ProviderSettings

ISSUER = "https://access.line.me"
VERIFY = "https://api.line.me/oauth2/v2.1/verify"
PROFILE = "https://api.line.me/v2/profile"


def provider(settings: ProviderSettings) -> Provider:
    return Provider(
        name="line",
        label="LINE",
        scope="openid email profile",
        read=read,
        endpoints={
            "issuer": ISSUER,
            "authorization_endpoint": "https://access.line.me/oauth2/v2.1/authorize",
            "token_endpoint": "https://api.line.me/oauth2/v2.1/token",
        },
        again={"prompt": "consent"},
        authentication="client_secret_post",
    )


async def read(asking: Asking) -> Who:
    """The address is the person's own word to LINE: never vouched for."""
    form = {"id_token": asking.id_token, "client_id": asking.client_id, "nonce": asking.nonce}
    claims = members(await asking.post(VERIFY, form), "verify")
    said = claims.get("nonce")
    if not isinstance(said, str) or not hmac.compare_digest(said.encode(), asking.nonce.encode()):
        raise ProviderFailed("verify.nonce")
    if claims.get("iss") != ISSUER or claims.get("aud") != asking.client_id:
        raise ProviderFailed("verify.claims")
    profile = members(await asking.get(PROFILE), "profile")
    if profile.get("userId") != claims.get("sub"):
        raise ProviderFailed("userinfo.sub")
    return Who(identity=claims.get("sub"), name=profile.get("displayName"), email=claims.get("email"))
