"""GitHub: OAuth 2.0 without ID tokens; the person has a number, and a list of addresses of which each says whether it is verified."""

from typing import Any

from genkan.errors import ProviderFailed
from genkan.oauth.http import members
from genkan.oauth.organisation import organisation_of_github
from genkan.oauth.profile import Who
from genkan.oauth.provider import Asking, Provider
from genkan.settings import ProviderSettings

API = "https://api.github.com"
MOST_ADDRESSES = 100


def provider(settings: ProviderSettings) -> Provider:
    """`GITHUB_ORG`: the organisation whose members alone may come in; anybody unless set."""
    organisation = settings.extra.get("org", "")
    return Provider(
        name="github",
        label="GitHub",
        scope="read:user user:email read:org" if organisation else "read:user user:email",
        read=read,
        endpoints={
            "issuer": "https://github.com/login/oauth",
            "authorization_endpoint": "https://github.com/login/oauth/authorize",
            "token_endpoint": "https://github.com/login/oauth/access_token",
        },
        has_id_token=False,
        again={"prompt": "select_account"},
        authentication="client_secret_post",
        belongs=organisation_of_github(API, organisation) if organisation else None,
    )


async def read(asking: Asking) -> Who:
    """Only the primary address counts: a verified one as vouched for, another as a claim."""
    user = members(await asking.get(f"{API}/user"), "user")
    if type(user.get("id")) is not int:
        raise ProviderFailed("user.id")
    primary = _primary(await asking.get(f"{API}/user/emails"))
    return Who(
        identity=str(user["id"]),
        name=user.get("name") or user.get("login"),
        email=primary.get("email"),
        verified=primary.get("verified") is True,
    )


def _primary(addresses: Any) -> dict[str, Any]:
    if not isinstance(addresses, list):
        return {}
    found = (each for each in addresses[:MOST_ADDRESSES] if isinstance(each, dict) and each.get("primary") is True)
    return next(found, {})
