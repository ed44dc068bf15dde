"""Google: OpenID Connect by the book; its endpoints live on three hosts."""

from genkan.oauth.provider import Provider, standard
from genkan.settings import ProviderSettings


def provider(settings: ProviderSettings) -> Provider:
    return Provider(
        name="google",
        label="Google",
        scope="openid email profile",
        read=standard,
        issuer="https://accounts.google.com",
        again={"prompt": "select_account"},  # it has no prompt=login, and says no auth_time to most of us
        hosts=("oauth2.googleapis.com", "www.googleapis.com", "openidconnect.googleapis.com"),
    )
