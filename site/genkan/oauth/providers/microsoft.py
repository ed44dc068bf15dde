"""Microsoft: one address for all tenants, whose issuer names the tenant; its addresses are not vouched for unless it says so."""

import re

from genkan.errors import ProviderFailed
from genkan.oauth.organisation import tenant_of_microsoft
from genkan.oauth.profile import Who
from genkan.oauth.provider import Asking, Provider
from genkan.settings import ProviderSettings

HOST = "https://login.microsoftonline.com"
SHARED = ("common", "organizations")
PERSONAL = "9188040d-6c67-4c5b-b112-36a304b66dad"  # the tenant of all personal accounts
TENANT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def provider(settings: ProviderSettings) -> Provider:
    """`MICROSOFT_TENANT`: a tenant's id, or common, organizations, consumers; common unless set."""
    tenant = settings.extra.get("tenant", "common")
    tenant = PERSONAL if tenant == "consumers" else tenant  # whose metadata name that issuer
    return Provider(
        name="microsoft",
        label="Microsoft",
        scope="openid email profile",
        read=read,
        issuer=f"{HOST}/{tenant}/v2.0",
        again={"prompt": "login"},
        hosts=("graph.microsoft.com",),
        is_template=tenant in SHARED,
        belongs=tenant_of_microsoft(PERSONAL) if tenant == "organizations" else None,
    )


async def read(asking: Asking) -> Who:
    """`email` can be set by a tenant's administrator to anybody's; xms_edov says that its domain's owner was verified."""
    claims = asking.claims
    if not TENANT.fullmatch(str(claims.get("tid"))):
        raise ProviderFailed("id_token.tid")
    said = claims | await asking.userinfo()
    vouched = claims.get("xms_edov") in (True, "true", "1", 1)
    return Who(identity=claims["sub"], name=said.get("name"), email=claims.get("email"), verified=vouched)
