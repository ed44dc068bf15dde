"""What is a provider? Data, and one function that reads its answers."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from genkan.oauth.profile import Who
from genkan.settings import ProviderSettings


class Asking(Protocol):
    """What a provider's function can ask with, while the access token lives.

    claims: of the ID token, checked; {} where there is none. said: what the callback brought besides the code.
    """

    claims: dict[str, Any]
    id_token: str
    nonce: str
    client_id: str
    said: str | None

    async def get(self, url: str) -> Any:
        """The JSON at a URL, asked with the access token."""

    async def find(self, url: str) -> Any | None:
        """The same; None where there is nothing at that URL (404)."""

    async def post(self, url: str, form: Mapping[str, str]) -> Any:
        """The JSON that a form is answered with, asked without it."""

    async def userinfo(self) -> dict[str, Any]:
        """The userinfo endpoint's answer, about the same person as the ID token (OIDC Core §5.3.2); {} without one."""


Read = Callable[[Asking], Awaitable[Who]]
Belongs = Callable[[Asking, Who], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Provider:
    """issuer: for OpenID providers; endpoints: where there is no discovery, or none to rely on. hosts: where else they may live.

    secret: makes the client secret where it is not a fixed one; parameters: of the authorization request, besides ours.
    again: further ones, where the person is to show anew who they are; says_when: whether the ID token then tells when
    they did (auth_time). A provider that cannot be asked to ask again has none: then the way there and back has to do.
    belongs: whether the person is of the organisation that alone may come in by it; None: anybody may.
    """

    name: str
    label: str
    scope: str
    read: Read
    issuer: str | None = None
    endpoints: Mapping[str, str] = field(default_factory=dict)
    hosts: tuple[str, ...] = ()
    has_id_token: bool = True
    is_template: bool = False  # the issuer's name has the tenant in it, and the token says which
    parameters: Mapping[str, str] = field(default_factory=dict)
    again: Mapping[str, str] = field(default_factory=dict)
    says_when: bool = False
    authentication: str = "client_secret_basic"
    belongs: Belongs | None = None
    secret: Callable[[ProviderSettings, int], str] | None = None

    @property
    def form_post(self) -> bool:
        return self.parameters.get("response_mode") == "form_post"


async def standard(asking: Asking) -> Who:
    """As OpenID Connect says it: the standard claims (OIDC Core §5.1) of userinfo, else of the ID token."""
    userinfo = await asking.userinfo()
    said = asking.claims | userinfo
    vouching = userinfo if "email" in userinfo else asking.claims  # for the address that it names itself, no other
    return Who(
        identity=said.get("sub"),
        name=said.get("name"),
        email=said.get("email"),
        verified=vouching.get("email_verified") is True,
    )
