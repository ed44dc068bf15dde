"""How does one provider tell who somebody is? An authorization request out, and a code for a profile back."""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote_plus

import httpx2
from authlib.integrations.httpx_client import AsyncOAuth2Client

from genkan.errors import ProviderDown, ProviderFailed, ProviderFault
from genkan.oauth import id_token, organisation, token
from genkan.oauth.breaker import Breaker
from genkan.oauth.discovery import Discovery
from genkan.oauth.http import fetch, members
from genkan.oauth.profile import Profile, cleaned
from genkan.oauth.provider import Provider
from genkan.settings import ProviderSettings

DEADLINE: Final = 10.0  # seconds for all requests of a callback together


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """url: where the browser goes. state, nonce, code_verifier: for the callback; 43 characters and more each."""

    url: str
    state: str
    nonce: str
    code_verifier: str


class Client:
    """Our registration with one provider. redirect_uri: ours, the same in every request."""

    def __init__(
        self,
        provider: Provider,
        settings: ProviderSettings,
        redirect_uri: str,
        transport: httpx2.AsyncBaseTransport,
        *,
        deadline: float = DEADLINE,
        discovery: Discovery | None = None,
        breaker: Breaker | None = None,
    ) -> None:
        self.name = settings.name
        self.label = settings.label or provider.label
        self.redirect_uri = redirect_uri
        self.form_post = provider.form_post
        self._provider = provider
        self._settings = settings
        self._transport = transport
        self._deadline = deadline
        self._breaker = breaker or Breaker()
        issuer, known = provider.issuer or "", provider.endpoints
        self._discovery = discovery or Discovery(
            transport, issuer, provider.hosts, template=provider.is_template, known=known
        )

    def may_have_issued(self, issuer: str) -> bool:
        """Whether an identity that is kept with this issuer is one of this provider, as it is configured now."""
        return self._provider.is_template or issuer == (self._provider.issuer or self._provider.endpoints["issuer"])

    async def authorization(self, *, again: bool = False) -> AuthorizationRequest:
        """A new request, with values of its own. Raises ProviderDown, ProviderFailed.

        again: the person is to show anew who they are, as far as the provider can be asked (OIDC Core §3.1.2.1).
        """
        metadata = await self._within(self._discovery.metadata())
        state, nonce, code_verifier = (secrets.token_urlsafe(size) for size in (32, 32, 48))
        url, _ = self._session("").create_authorization_url(
            metadata["authorization_endpoint"],
            state=state,
            code_verifier=code_verifier,
            **({"nonce": nonce} if self._provider.has_id_token else {}),
            **self._provider.parameters,
            **(self._provider.again if again else {}),
        )
        return AuthorizationRequest(url=url, state=state, nonce=nonce, code_verifier=code_verifier)

    async def profile(
        self,
        *,
        code: str,
        nonce: str,
        code_verifier: str,
        iss: str | None,
        now: int,
        form_user: str | None = None,
        since: int | None = None,
    ) -> Profile:
        """Who it is. The access token lives inside this call, and is nowhere afterwards.

        iss: as the callback said (RFC 9207); form_user: what Apple's callback says besides; since: when the person
        was asked to show anew who they are, where they were.
        Raises ProviderDown, ProviderFailed, NotOfOrganisation, MembershipUnknown.
        """
        found: Profile = await self._within(self._profile(code, nonce, code_verifier, iss, now, form_user, since))
        return found

    async def _profile(
        self,
        code: str,
        nonce: str,
        code_verifier: str,
        iss: str | None,
        now: int,
        form_user: str | None,
        since: int | None,
    ) -> Profile:
        metadata = await self._discovery.metadata()
        self._check_issuer(metadata, iss)
        given = await self._token(metadata, code, code_verifier, now)
        claims = await self._claims(given, nonce, now) if self._provider.issuer and self._provider.has_id_token else {}
        if since is not None and self._provider.says_when:
            id_token.check_when(claims, since)
        asking = _Asking(self._transport, metadata, given, claims, nonce, self._settings.client_id, form_user)
        who = await self._provider.read(asking)
        if self._provider.belongs is not None:
            await organisation.check(self._provider.belongs, asking, who)
        return cleaned(self.name, str(claims.get("iss") or self._provider.issuer or metadata["issuer"]), who)

    def _check_issuer(self, metadata: Mapping[str, Any], iss: str | None) -> None:
        """RFC 9207 §2.4: present where it is promised, and the one that was asked."""
        if iss is None:
            if metadata.get("authorization_response_iss_parameter_supported") is True:
                raise ProviderFailed("callback.iss_missing")
        elif iss != metadata.get("issuer") and not self._provider.is_template:
            raise ProviderFailed("callback.iss")

    async def _token(self, metadata: Mapping[str, Any], code: str, code_verifier: str, now: int) -> token.Token:
        make = self._provider.secret
        session = self._session(make(self._settings, now) if make else self._settings.client_secret)
        session.register_compliance_hook("access_token_response", token.reduced)
        found = await session.fetch_token(
            metadata["token_endpoint"], code=code, code_verifier=code_verifier, grant_type="authorization_code"
        )
        return token.Token(access_token=found["access_token"], id_token=found.get("id_token"))

    async def _claims(self, given: token.Token, nonce: str, now: int) -> dict[str, Any]:
        return await id_token.verified(
            given.id_token,
            lambda again: self._discovery.keys(again=again),
            issuer=self._issuer_of,
            client_id=self._settings.client_id,
            nonce=nonce,
            access_token=given.access_token,
            now=now,
        )

    def _issuer_of(self, claims: dict[str, Any]) -> str:
        """Who must have issued a token with these claims; of a template, the tenant that it names."""
        issuer = self._provider.issuer or ""
        tenant = claims.get("tid")
        if not self._provider.is_template or not isinstance(tenant, str):
            return issuer
        return f"https://login.microsoftonline.com/{tenant}/v2.0"

    def _session(self, secret: str) -> AsyncOAuth2Client:
        """Authlib's client, for one request; made with our transport it costs no TLS context."""
        # In the Authorization header both are form-encoded first (RFC 6749 §2.3.1), which Authlib leaves to us.
        encoded = quote_plus if secret and self._provider.authentication == "client_secret_basic" else str
        return AsyncOAuth2Client(
            client_id=encoded(self._settings.client_id),
            client_secret=encoded(secret),
            token_endpoint_auth_method=self._provider.authentication,
            scope=self._provider.scope,
            redirect_uri=self.redirect_uri,
            code_challenge_method="S256",
            transport=self._transport,
            trust_env=False,
        )

    async def _within(self, work: Any) -> Any:
        """The outcome, within the deadline; whatever goes wrong in there is the provider's fault, by one of two names."""
        try:
            with self._breaker.asked():
                try:
                    async with asyncio.timeout(self._deadline):
                        return await work
                except TimeoutError:
                    raise ProviderDown("deadline") from None
        except ProviderFault:
            raise
        except Exception as error:  # of the libraries, over an answer that none of us has thought of
            raise ProviderFailed(f"unexpected.{type(error).__name__}") from None
        finally:
            work.close()


class _Asking:
    """See provider.Asking."""

    def __init__(
        self,
        transport: httpx2.AsyncBaseTransport,
        metadata: Mapping[str, Any],
        given: token.Token,
        claims: dict[str, Any],
        nonce: str,
        client_id: str,
        said: str | None,
    ) -> None:
        self._transport = transport
        self._metadata = metadata
        self._access_token = given.access_token
        self.id_token = given.id_token or ""
        self.claims = claims
        self.nonce = nonce
        self.client_id = client_id
        self.said = said
        self._userinfo: dict[str, Any] | None = None

    async def get(self, url: str) -> Any:
        headers = {"Authorization": f"Bearer {self._access_token}"}
        return await fetch(self._transport, url, what="userinfo", headers=headers)

    async def find(self, url: str) -> Any | None:
        headers = {"Authorization": f"Bearer {self._access_token}"}
        return await fetch(self._transport, url, what="organisation", headers=headers, may_be_absent=True)

    async def post(self, url: str, form: Mapping[str, str]) -> Any:
        return await fetch(self._transport, url, what="verify", form=form)

    async def userinfo(self) -> dict[str, Any]:
        if "userinfo_endpoint" not in self._metadata:
            return {}
        if self._userinfo is not None:
            return self._userinfo
        found = members(await self.get(self._metadata["userinfo_endpoint"]), "userinfo")
        if found.get("sub") != self.claims["sub"]:
            raise ProviderFailed("userinfo.sub")
        self._userinfo = found
        return found
