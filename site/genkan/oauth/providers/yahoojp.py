"""Yahoo! JAPAN: OpenID Connect; userinfo lives on a host of its own, and answers only applications that have been approved for it."""

from genkan.oauth.profile import Who
from genkan.oauth.provider import Asking, Provider, standard
from genkan.settings import ProviderSettings


def provider(settings: ProviderSettings) -> Provider:
    """`YAHOOJP_SCOPE`: `openid` unless set; `openid email profile` once Yahoo! JAPAN has approved the application for both."""
    scope = settings.extra.get("scope", "openid")
    return Provider(
        name="yahoojp",
        label="Yahoo! JAPAN",
        scope=scope,
        read=read if scope == "openid" else standard,
        again={"prompt": "login"},
        issuer="https://auth.login.yahoo.co.jp/yconnect/v2",
        hosts=("userinfo.yahooapis.jp",),
        parameters={"bail": "1"},  # whoever does not agree comes back here, and is not left on its front page
    )


async def read(asking: Asking) -> Who:
    """The ID token alone says who it is, and nothing else."""
    return Who(identity=asking.claims["sub"])
