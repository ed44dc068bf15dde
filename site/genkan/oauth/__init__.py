"""How are providers spoken to? The only room that knows Authlib; no SQL, no HTML, no cookies."""

from genkan.oauth.client import AuthorizationRequest, Client
from genkan.oauth.http import Bounded, OpenTransport, open_transport
from genkan.oauth.looking import Dated, published, when
from genkan.oauth.profile import Profile
from genkan.oauth.registry import clients, issuer_of, label_of

__all__ = [
    "AuthorizationRequest",
    "Bounded",
    "Client",
    "Dated",
    "OpenTransport",
    "Profile",
    "clients",
    "issuer_of",
    "label_of",
    "open_transport",
    "published",
    "when",
]
