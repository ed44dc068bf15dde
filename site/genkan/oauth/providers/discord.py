"""Discord: OAuth 2.0 without ID tokens; says whether the address is verified."""

from genkan.oauth.http import members
from genkan.oauth.organisation import guild_of_discord
from genkan.oauth.profile import Who
from genkan.oauth.provider import Asking, Provider
from genkan.settings import ProviderSettings

API = "https://discord.com/api/v10"


def provider(settings: ProviderSettings) -> Provider:
    """`DISCORD_GUILD`: the id of the server whose members alone may come in; anybody unless set."""
    guild = settings.extra.get("guild", "")
    return Provider(
        name="discord",
        label="Discord",
        scope="identify email guilds.members.read" if guild else "identify email",
        read=read,
        endpoints={
            "issuer": "https://discord.com",
            "authorization_endpoint": "https://discord.com/oauth2/authorize",
            "token_endpoint": "https://discord.com/api/oauth2/token",
        },
        has_id_token=False,
        belongs=guild_of_discord(API, guild) if guild else None,
        again={"prompt": "consent"},
    )


async def read(asking: Asking) -> Who:
    user = members(await asking.get(f"{API}/users/@me"), "user")
    return Who(
        identity=user.get("id"),
        name=user.get("global_name") or user.get("username"),
        email=user.get("email"),
        verified=user.get("verified") is True,
    )
