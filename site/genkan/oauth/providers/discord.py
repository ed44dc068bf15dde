"""Discord: OAuth 2.0 without ID tokens; says whether the address is verified."""

from genkan.oauth.http import members
from genkan.oauth.profile import Who
from genkan.oauth.provider import Asking, Provider
from genkan.settings import ProviderSettings


def provider(settings: ProviderSettings) -> Provider:
    return Provider(
        name="discord",
        label="Discord",
        scope="identify email",
        read=read,
        endpoints={
            "issuer": "https://discord.com",
            "authorization_endpoint": "https://discord.com/oauth2/authorize",
            "token_endpoint": "https://discord.com/api/oauth2/token",
        },
        has_id_token=False,
        again={"prompt": "consent"},
    )


async def read(asking: Asking) -> Who:
    user = members(await asking.get("https://discord.com/api/v10/users/@me"), "user")
    return Who(
        identity=user.get("id"),
        name=user.get("global_name") or user.get("username"),
        email=user.get("email"),
        verified=user.get("verified") is True,
    )
