"""GitLab: OpenID Connect by the book, on gitlab.com or on a server of one's own."""

from genkan.oauth.provider import Provider, standard
from genkan.settings import ProviderSettings


def provider(settings: ProviderSettings) -> Provider:
    """`GITLAB_BASE_URL`: of one's own server; https://gitlab.com unless set."""
    return Provider(
        name="gitlab",
        label="GitLab",
        scope="openid email profile",
        read=standard,
        again={"prompt": "login"},
        issuer=settings.extra.get("base_url", "https://gitlab.com").rstrip("/"),
    )
