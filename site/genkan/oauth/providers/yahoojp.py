"""Yahoo! JAPAN: OpenID Connect; userinfo lives on a host of its own."""

from genkan.oauth.provider import Provider, standard
from genkan.settings import ProviderSettings


def provider(settings: ProviderSettings) -> Provider:
    return Provider(
        name="yahoojp",
        label="Yahoo! JAPAN",
        scope="openid email profile",
        read=standard,
        again={"prompt": "login"},
        issuer="https://auth.login.yahoo.co.jp/yconnect/v2",
        hosts=("userinfo.yahooapis.jp",),
    )
