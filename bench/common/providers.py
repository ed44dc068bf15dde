"""Which provider do measured sites know? A right one, on this machine, in a process of its own, with the delay that it is told to have.

`python3 bench/common/providers.py PORT DELAY PORT_OF_THE_ISSUER CERTIFICATE KEY`; `provider(…)` starts it so: over TLS, as production wants it. Every person that it is asked for exists: the code says who.
"""

import asyncio
import base64
import contextlib
import hashlib
import json
import secrets
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import jwt
import uvicorn
from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

sys.path.append(str(Path(__file__).resolve().parents[2] / "tests"))

from certificates import certificate

NAME, CLIENT_ID, SECRET = "mock", "our-client", "our-secret"


class Provider(NamedTuple):
    """certificate, key: files, of all that listens on this machine."""

    issuer: str
    certificate: Path
    key: Path

    @property
    def settings(self) -> dict[str, str]:
        ours = {"OIDC_MOCK_ISSUER": self.issuer, "OIDC_MOCK_CLIENT_ID": CLIENT_ID, "OIDC_MOCK_CLIENT_SECRET": SECRET}
        return ours | {"SSL_CERT_FILE": str(self.certificate)}

    @property
    def serving(self) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.certificate, self.key)
        return context

    @property
    def asking(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.certificate)

    def back(self, authorization_url: str, person: str) -> str:
        """The path of the callback that a browser comes back to, once the person has said yes."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(authorization_url).query).items()}
        bound = [person, asked["nonce"], asked["code_challenge"], secrets.token_hex(4)]
        code = base64.urlsafe_b64encode(json.dumps(bound).encode()).decode()
        query = urlencode({"code": code, "state": asked["state"], "iss": self.issuer})
        return f"{urlsplit(asked['redirect_uri']).path}?{query}"


@contextlib.asynccontextmanager
async def provider(port: int, delay: float = 0.0, *, known_at: int | None = None) -> AsyncIterator[Provider]:
    """delay: seconds of each of its answers; known_at: the port of its issuer, where that is not its own."""
    at = known_at or port
    folder = tempfile.TemporaryDirectory()
    found = Provider(f"https://127.0.0.1:{at}", *certificate(Path(folder.name), "127.0.0.1"))
    command = [sys.executable, __file__, *map(str, (port, delay, at, found.certificate, found.key))]
    process = subprocess.Popen(command)
    try:
        for _ in range(400):
            with contextlib.suppress(OSError):
                (await asyncio.open_connection("127.0.0.1", port))[1].close()
                break
            await asyncio.sleep(0.05)
        yield found
    finally:
        process.kill()
        process.wait()
        folder.cleanup()


async def calls(found: Provider) -> dict[str, int]:
    """How often it was asked, by endpoint."""
    reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(found.issuer).port, ssl=found.asking)
    writer.write(b"GET /calls HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    answer = await reader.read()
    writer.close()
    counted: dict[str, int] = json.loads(answer.partition(b"\r\n\r\n")[2])
    return counted


def app(issuer: str, delay: float) -> Starlette:
    key = rsa.generate_private_key(65537, 2048)
    public = {
        **jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True),
        "use": "sig",
        "kid": "one",
        "alg": "RS256",
    }
    counted: dict[str, int] = {}
    people: dict[str, str] = {}

    def metadata(form: dict[str, str], request: Request) -> Any:
        paths = {
            "authorization_endpoint": "authorize",
            "token_endpoint": "token",
            "userinfo_endpoint": "userinfo",
            "jwks_uri": "keys",
        }
        return {"issuer": issuer} | {name: f"{issuer}/{path}" for name, path in paths.items()}

    def token(form: dict[str, str], request: Request) -> Any:
        person, nonce, challenge, once = json.loads(base64.urlsafe_b64decode(form["code"]))
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == challenge
        now, access = int(time.time()), f"{once}{secrets.token_hex(8)}"
        people[access] = person
        claims = {"iss": issuer, "aud": CLIENT_ID, "sub": person, "iat": now, "exp": now + 300, "nonce": nonce}
        signed = jwt.encode(claims, key, "RS256", headers={"kid": "one"})
        return {"access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": signed}

    def userinfo(form: dict[str, str], request: Request) -> Any:
        person = people.pop(request.headers["authorization"].removeprefix("Bearer "))
        return {"sub": person, "name": "Hana", "email": f"{person}@example.com", "email_verified": True}

    def endpoint(path: str, right: Any, wait: float = delay) -> Route:
        async def answer(request: Request) -> Response:
            counted[path] = counted.get(path, 0) + 1
            await asyncio.sleep(wait)
            return JSONResponse(right(dict(parse_qsl((await request.body()).decode())), request))

        return Route(path, answer, methods=["GET", "POST"])

    return Starlette(
        routes=[
            endpoint("/.well-known/openid-configuration", metadata),
            endpoint("/keys", lambda form, request: {"keys": [public]}),
            endpoint("/token", token),
            endpoint("/userinfo", userinfo),
            endpoint("/calls", lambda form, request: counted, 0),
        ]
    )


if __name__ == "__main__":
    port, delay, at, *files = sys.argv[1:]
    uvicorn.run(
        app(f"https://127.0.0.1:{at}", float(delay)),
        port=int(port),
        log_level="error",
        backlog=2048,
        ssl_certfile=files[0],
        ssl_keyfile=files[1],
    )
