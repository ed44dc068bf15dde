"""GitLab: OpenID Connect by the book, on gitlab.com or on a server of one's own."""

from genkan.oauth.organisation import group_of_gitlab
from genkan.oauth.provider import Provider, standard
from genkan.settings import ProviderSettings


def provider(settings: ProviderSettings) -> Provider:
    """`GITLAB_BASE_URL`: of one's own server; https://gitlab.com unless set. `GITLAB_GROUP`: whose members alone may come in."""
    group = settings.extra.get("group", "")
    return Provider(
        name="gitlab",
        label="GitLab",
        scope="openid email profile",
        read=standard,
        belongs=group_of_gitlab(group) if group else None,
        again={"prompt": "login"},
        issuer=settings.extra.get("base_url", "https://gitlab.com").rstrip("/"),
    )
