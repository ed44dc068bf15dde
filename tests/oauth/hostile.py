"""How does a provider misbehave? A real OpenID provider on a real socket, with a switch for every misdeed; it checks us, too."""

import asyncio
import base64
import hashlib
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, parse_qsl, quote_plus, urlsplit

import jwt
import uvicorn
from browsing import free_socket, serving
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from genkan.settings import ProviderSettings
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT_ID, CLIENT_SECRET = "our-client", "our-secret/with+signs"
RSA = rsa.generate_private_key(65537, 2048)
OTHER_RSA = rsa.generate_private_key(65537, 2048)
WEAK_RSA = rsa.generate_private_key(65537, 1024)
EC = ec.generate_private_key(ec.SECP256R1())
ED = ed25519.Ed25519PrivateKey.generate()
ACCESS_TOKEN = "access-token-that-must-not-be-seen-anywhere"
REFRESH_TOKEN = "refresh-token-that-must-not-be-seen-anywhere"


def jwk(key: Any, **more: Any) -> dict[str, Any]:
    kinds: dict[str, Any] = {"RSAPublicKey": jwt.algorithms.RSAAlgorithm, "ECPublicKey": jwt.algorithms.ECAlgorithm}
    kind = kinds.get(type(key.public_key()).__name__, jwt.algorithms.OKPAlgorithm)
    return {**kind.to_jwk(key.public_key(), as_dict=True), "use": "sig", **more}


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass
class Misdeeds:
    """What it does wrong. claims: laid over the right ones, None takes one away. answers: by endpoint, instead of the right one."""

    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    token: dict[str, Any] = field(default_factory=dict)
    keys: list[Any] | None = None
    key: Any = None
    algorithm: str = "RS256"
    id_token: Any = ...
    answers: dict[str, Any] = field(default_factory=dict)


class HostileProvider:
    """One provider. calls: every request that came, as (endpoint, what it brought)."""

    def __init__(self) -> None:
        self._socket = free_socket()
        self.issuer = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.misdeeds = Misdeeds()
        self.calls: list[tuple[str, dict[str, str]]] = []
        self.codes: dict[str, dict[str, str]] = {}
        self.server: uvicorn.Server | None = None
        self.now: int | None = None

    def settings(self, **changes: Any) -> ProviderSettings:
        given = {
            "name": "hostile",
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "label": "Hostile",
            "issuer": self.issuer,
        }
        return ProviderSettings(**given | changes)

    def misbehave(self, **switches: Any) -> None:
        self.misdeeds = Misdeeds(**switches)

    def asked(self, endpoint: str) -> int:
        return [name for name, _ in self.calls].count(endpoint)

    def code_for(self, request: Any, redirect_uri: str) -> str:
        """What the authorize page would give: a code that is bound to an AuthorizationRequest of ours."""
        return self.code_at(request.url, redirect_uri)

    def code_at(self, url: str, redirect_uri: str) -> str:
        """The same for the address that a browser was sent to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert (asked["redirect_uri"], asked["client_id"], asked["code_challenge_method"]) == (
            redirect_uri,
            CLIENT_ID,
            "S256",
        )
        code = f"code-{secrets.token_hex(4)}"
        self.codes[code] = {"nonce": asked["nonce"], "challenge": asked["code_challenge"], "redirect_uri": redirect_uri}
        return code

    @contextmanager
    def running(self) -> Iterator["HostileProvider"]:
        paths = {
            "/.well-known/openid-configuration": "metadata",
            "/keys": "keys",
            "/token": "token",
            "/userinfo": "userinfo",
        }
        routes = [Route(path, self._endpoint(name), methods=["GET", "POST"]) for path, name in paths.items()]
        with serving(Starlette(routes=routes), self._socket) as self.server:
            yield self

    def _endpoint(self, name: str) -> Any:
        async def answer(request: Request) -> Response:
            form = dict(parse_qsl((await request.body()).decode()))
            self.calls.append((name, form | {"authorization": request.headers.get("authorization", "")}))
            wrong = self.misdeeds.answers.get(name)
            if wrong is not None:
                return wrong if isinstance(wrong, Response) else await wrong(request)
            right: Response = getattr(self, f"_{name}")(form, request)
            return right

        return answer

    def _metadata(self, form: dict[str, str], request: Request) -> Response:
        right = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/keys",
            "authorization_response_iss_parameter_supported": True,
        }
        return JSONResponse(over(right, self.misdeeds.metadata))

    def _keys(self, form: dict[str, str], request: Request) -> Response:
        keys = self.misdeeds.keys
        return JSONResponse(
            {"keys": [jwk(RSA, kid="rsa"), jwk(EC, kid="ec"), jwk(ED, kid="ed")] if keys is None else keys}
        )

    def _token(self, form: dict[str, str], request: Request) -> Response:
        bound = self.codes.pop(form.get("code", ""), None)
        basic = "Basic " + base64.b64encode(f"{CLIENT_ID}:{quote_plus(CLIENT_SECRET)}".encode()).decode()
        if request.headers.get("authorization") != basic:
            return JSONResponse({"error": "invalid_client"}, 401)
        if (
            bound is None
            or bound["redirect_uri"] != form["redirect_uri"]
            or bound["challenge"] != challenge(form["code_verifier"])
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        right = {
            "access_token": ACCESS_TOKEN,
            "refresh_token": REFRESH_TOKEN,
            "token_type": "Bearer",
            "expires_in": 300,
            "id_token": self._id_token(bound["nonce"]),
        }
        content = json.dumps(over(right, self.misdeeds.token)).replace('"1e400"', "1e400")
        return Response(content, media_type="application/json")

    def _userinfo(self, form: dict[str, str], request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {ACCESS_TOKEN}":
            return JSONResponse({"error": "invalid_token"}, 401)
        right = {"sub": "person-1", "name": "Hanako Example", "email": "hanako@example.com", "email_verified": True}
        return JSONResponse(over(right, self.misdeeds.userinfo))

    def _id_token(self, nonce: str) -> Any:
        if self.misdeeds.id_token is not ...:
            return self.misdeeds.id_token
        now = self.now or int(time.time())
        right = {"iss": self.issuer, "aud": CLIENT_ID, "sub": "person-1", "iat": now, "exp": now + 300, "nonce": nonce}
        return signed(over(right, self.misdeeds.claims), self.misdeeds)


def signed(claims: dict[str, Any], misdeeds: Misdeeds) -> str:
    """A token of whatever claims, with whatever header; by hand, since libraries refuse what we need."""
    names = {"RS256": ("rsa", RSA), "PS256": ("rsa", RSA), "ES256": ("ec", EC), "EdDSA": ("ed", ED)}
    kid, key = names.get(misdeeds.algorithm, ("rsa", RSA))
    key = misdeeds.key or key
    header = over({"alg": misdeeds.algorithm, "kid": kid}, misdeeds.header)
    body = f"{encoded(json.dumps(header).encode())}.{encoded(json.dumps(claims).replace(chr(34) + '1e400' + chr(34), '1e400').encode())}"
    if misdeeds.algorithm == "none":
        return body + "."
    signer = jwt.get_algorithm_by_name(misdeeds.algorithm)
    return f"{body}.{encoded(signer.sign(body.encode(), key))}"


def challenge(code_verifier: str) -> str:
    return encoded(hashlib.sha256(code_verifier.encode()).digest())


def half_hash(token: str, algorithm: str = "sha256") -> str:
    whole = hashlib.new(algorithm, token.encode()).digest()
    return encoded(whole[: len(whole) // 2])


def over(right: dict[str, Any], wrong: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in (right | wrong).items() if value is not None}


async def hang(request: Request) -> Response:
    await asyncio.sleep(30)
    return Response()


async def redirect(request: Request) -> Response:
    return RedirectResponse("https://evil.example/", 302)
