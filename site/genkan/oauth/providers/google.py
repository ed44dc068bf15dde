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
        hosts=("oauth2.googleapis.com", "www.googleapis.com", "openidconnect.googleapis.com"),
    )
