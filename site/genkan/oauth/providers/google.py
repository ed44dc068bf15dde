"""Google: OpenID Connect by the book; its endpoints live on three hosts."""

from genkan.oauth.organisation import domain_of_google
from genkan.oauth.provider import Provider, standard
from genkan.settings import ProviderSettings


def provider(settings: ProviderSettings) -> Provider:
    """`GOOGLE_HD`: the domains, with commas, whose Workspace accounts alone may come in; anybody's unless set."""
    domains = settings.extra.get("hd", "")
    return Provider(
        name="google",
        label="Google",
        scope="openid email profile",
        read=standard,
        issuer="https://accounts.google.com",
        again={"prompt": "select_account"},  # it has no prompt=login, and says no auth_time to most of us
        hosts=("oauth2.googleapis.com", "www.googleapis.com", "openidconnect.googleapis.com"),
        parameters={"hd": domains if "," not in domains else "*"}
        if domains
        else {},  # what Google offers to choose from
        belongs=domain_of_google(domains) if domains else None,
    )
