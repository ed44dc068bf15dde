"""Any OpenID issuer, by its address: OIDC_<NAME>_ISSUER."""

from genkan.oauth.organisation import with_claim
from genkan.oauth.provider import Provider, standard
from genkan.settings import ProviderSettings


def provider(settings: ProviderSettings) -> Provider:
    """`OIDC_<NAME>_HOSTS`: other hosts that its endpoints live on, with commas; its own host unless set.

    `OIDC_<NAME>_CLAIM`: name:value of a claim that whoever may come in has.
    """
    rule = settings.extra.get("claim", "")
    hosts = (each.strip() for each in settings.extra.get("hosts", "").split(","))
    return Provider(
        name=settings.name,
        label=settings.label or settings.name,
        scope="openid email profile",
        read=standard,
        issuer=settings.issuer,
        again={"prompt": "login", "max_age": "0"},
        says_when=True,  # where max_age is asked for it has to be there (OIDC Core §2)
        belongs=with_claim(rule) if rule else None,
        hosts=tuple(filter(None, hosts)),
    )
