"""/dev/provider: a real OpenID provider in the same process, so that social login works on a fresh clone with no network.

It keeps nothing: codes and tokens are sealed, and that a code was used is remembered by this process alone.
"""

import hmac
from typing import Any, Final
from urllib.parse import urlencode

import httpx2
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from genkan.accounts.digests import keyed
from genkan.dev import signing
from genkan.dev.people import PEOPLE, Person
from genkan.errors import BadRequest
from genkan.oauth import Bounded
from genkan.settings import ProviderSettings, Settings
from genkan.web import forms, render
from genkan.web.routes import form_route

CLIENT_ID: Final = "genkan-development"
PATH: Final = "/dev/provider"
ASKED: Final = (
    "client_id",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "prompt",
    "max_age",
)
USED: Final = 10_000  # codes that are remembered as used


def client_settings(settings: Settings) -> ProviderSettings:
    """Our own registration with it."""
    return ProviderSettings(
        name="example",
        client_id=CLIENT_ID,
        client_secret=keyed(settings.secret_key, "development provider's client secret"),
        label="Example ID",
        issuer=settings.base_url + PATH,
    )


class InProcess(httpx2.AsyncBaseTransport):
    """Requests to the built-in provider stay in this process; all others go out by another transport."""

    def __init__(self, app: ASGIApp, base_url: str, outside: httpx2.AsyncBaseTransport) -> None:
        self._inside = Bounded(httpx2.ASGITransport(app=app))
        self._issuer = base_url + PATH
        self._outside = outside

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        inside = str(request.url).startswith(self._issuer + "/")
        return await (self._inside if inside else self._outside).handle_async_request(request)


async def show_about(request: Request) -> Response:
    return render.development(request, "provider", issuer=_issuer(request), people=PEOPLE.values())


async def metadata(request: Request) -> Response:
    issuer = _issuer(request)
    return JSONResponse(
        {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "userinfo_endpoint": f"{issuer}/userinfo",
            "jwks_uri": f"{issuer}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "scopes_supported": ["openid", "email", "profile"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "authorization_response_iss_parameter_supported": True,
        }
    )


async def keys(request: Request) -> Response:
    return JSONResponse({"keys": [signing.public_key(request.app.state.settings)]})


async def show_people(request: Request) -> Response:
    """Who would you like to be? Asked each time, so that prompt=login and max_age=0 get what they ask for."""
    asked = _asked(request)
    fault = _fault(asked)
    if fault is not None:
        return _back(request, asked, error=fault)
    return render.development(
        request, "authorize", query=urlencode(asked), people=PEOPLE.values(), issuer=_issuer(request)
    )


async def choose(request: Request) -> Response:
    """303 back to the client, with a code for the chosen person, or an error for none."""
    asked = _asked(request)
    typed = await forms.read(request, ("person", "address"))
    person = PEOPLE.get(typed["person"])
    fault = _fault(asked) or (None if person else "access_denied")
    if fault is not None or person is None:
        return _back(request, asked, error=str(fault))
    return _back(request, asked, code=signing.code(request.app.state, asked, claims(person, typed["address"])))


async def token(request: Request) -> Response:
    """The code for tokens (RFC 6749 §4.1.3), once, to the client that knows its secret and the code verifier."""
    form = await forms.read(
        request, ("grant_type", "code", "redirect_uri", "client_id", "client_secret", "code_verifier")
    )
    settings = request.app.state.settings
    client_id, secret = signing.credentials(request.headers.get("authorization"), form)
    if client_id != CLIENT_ID or not hmac.compare_digest(
        secret.encode(), client_settings(settings).client_secret.encode()
    ):
        return JSONResponse({"error": "invalid_client"}, 401, headers={"WWW-Authenticate": "Basic"})
    if form["grant_type"] != "authorization_code":
        return JSONResponse({"error": "unsupported_grant_type"}, 400)
    asked = signing.opened(request.app.state, form["code"])
    if (
        asked is None
        or asked["redirect_uri"] != form["redirect_uri"]
        or asked["code_challenge"] != signing.challenge(form["code_verifier"])
        or not _first_use(request, form["code"])
    ):
        return JSONResponse({"error": "invalid_grant"}, 400)
    return JSONResponse(signing.tokens(request.app.state, _issuer(request), CLIENT_ID, asked))


async def userinfo(request: Request) -> Response:
    bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
    said: Any = signing.holder(request.app.state, bearer)
    if said is None:
        return JSONResponse({"error": "invalid_token"}, 401, headers={"WWW-Authenticate": "Bearer"})
    return JSONResponse(said)


def claims(person: Person, address: str) -> dict[str, Any]:
    """What the provider says of a person; address: as typed, for the one that can have any."""
    email = address.strip() or person.email if person.is_asked else person.email
    said: dict[str, Any] = {"sub": person.sub, "name": person.name, "email": email}
    if email is not None:
        said["email_verified"] = person.email_verified
    return {name: value for name, value in said.items() if value is not None}


def _asked(request: Request) -> dict[str, str]:
    """Raises BadRequest where it is not clear where to send the person back: then nobody is sent anywhere."""
    asked = forms.query(request, ASKED)
    ours = f"{request.app.state.settings.base_url}/oauth/example/callback"
    if asked["client_id"] != CLIENT_ID or asked["redirect_uri"] != ours:
        raise BadRequest
    return asked


def _fault(asked: dict[str, str]) -> str | None:
    if asked["response_type"] != "code":
        return "unsupported_response_type"
    if "openid" not in asked["scope"].split():
        return "invalid_scope"
    if asked["prompt"] == "none":
        return "interaction_required"
    if asked["code_challenge_method"] != "S256" or len(asked["code_challenge"]) != 43:
        return "invalid_request"
    return None


def _back(request: Request, asked: dict[str, str], **answer: str) -> Response:
    query = urlencode(answer | {"state": asked["state"], "iss": _issuer(request)})
    return RedirectResponse(f"{asked['redirect_uri']}?{query}", status_code=303)


def _first_use(request: Request, code: str) -> bool:
    used: dict[str, None] = request.app.state.used_codes
    if code in used:
        return False
    used[code] = None
    if len(used) > USED:
        del used[next(iter(used))]
    return True


def _issuer(request: Request) -> str:
    return str(request.app.state.settings.base_url) + PATH


routes: Final = [
    Route(PATH, show_about, methods=["GET"]),
    Route(f"{PATH}/.well-known/openid-configuration", metadata, methods=["GET"]),
    Route(f"{PATH}/keys", keys, methods=["GET"]),
    form_route(f"{PATH}/authorize", show_people, choose),
    Route(f"{PATH}/token", token, methods=["POST"]),
    Route(f"{PATH}/userinfo", userinfo, methods=["GET"]),
]
