"""Do the examples for applications take the tokens of sessions, for them, and no others? (FA-10, JW-*)"""

import base64
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import httpx2
import jwt
import pytest
from browsing import QUICK_TO_LEAVE, free_socket, serving
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from entrance import PASSWORD, SECRET, quick_hasher, set_cookies, settings_for
from genkan import clock
from genkan.accounts.tokens import Tokens
from genkan.app import create_app
from genkan.keys import Keys, derived, key_id
from node import packages

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
DOMAIN = "example.com"
SIGNING = Ed25519PrivateKey.from_private_bytes(derived(SECRET, "session jwt ed25519"))
KID = key_id(SIGNING.public_key())


class Site(NamedTuple):
    base_url: str
    user_id: str
    own: str
    shared: str


@pytest.fixture
def site(sqlite_url: str) -> Iterator[Site]:
    """A server with somebody in it, by the clock that applications have."""
    bound = free_socket()
    base_url = f"http://127.0.0.1:{bound.getsockname()[1]}"
    settings = settings_for(sqlite_url, base_url=base_url, cookie_domain=DOMAIN)
    with serving(create_app(settings, hasher=quick_hasher(), now=clock.now), bound, QUICK_TO_LEAVE):
        fields = {"name": "Hanako", "email": "h@example.com", "username": "hanako", "password": PASSWORD}
        answer = httpx2.post(f"{base_url}/signup", data=fields, headers={"Origin": base_url}, trust_env=False)
        own, shared = (set_cookies(answer)[name].value for name in ("jwt", "__Secure-jwt"))
        yield Site(base_url, jwt.decode(shared, options={"verify_signature": False})["sub"], own, shared)


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def issued(
    site: Site, *, issuer: str = "", audience: str = DOMAIN, now: int | None = None, secret: bytes = SECRET
) -> str:
    tokens = Tokens(Keys.derive(secret), issuer or site.base_url, audience)
    return tokens.issue(user_id=site.user_id, session_id="session", now=int(time.time()) if now is None else now)


def forged(site: Site, **claims: object) -> str:
    """Signed by the right key, by somebody who holds it and says something else."""
    usual = {"iss": site.base_url, "aud": DOMAIN, "sub": "x", "sid": "y", "iat": int(time.time()), "exp": 2**33}
    wanted = {name: value for name, value in (usual | claims).items() if value is not None}
    return jwt.encode(wanted, SIGNING, algorithm="EdDSA", headers={"kid": KID})


def as_hmac(site: Site) -> str:
    """HS256, with the public key for a secret."""
    head = part({"alg": "HS256", "kid": KID, "typ": "JWT"})
    return f"{head}.{site.shared.split('.')[1]}.{'A' * 43}"


BAD: dict[str, Callable[[Site], str]] = {
    "FA-10 the accounts own": lambda site: site.own,
    "JW-07 another domain": lambda site: issued(site, audience="example.org"),
    "JW-06 another issuer": lambda site: issued(site, issuer="https://evil.example"),
    "JW-05 run out": lambda site: issued(site, now=int(time.time()) - 172_801),
    "JW-05 for ever": lambda site: forged(site, exp=None),
    "no session": lambda site: forged(site, sid=None),
    "nobody": lambda site: forged(site, sub=None),
    "JW-01 none": lambda site: f"{part({'alg': 'none', 'kid': KID})}.{site.shared.split('.')[1]}.",
    "JW-02 HS256": as_hmac,
    "JW-03 tampered": lambda site: f"{site.shared.rpartition('.')[0]}.{'A' * 86}",
    "JW-09 another key": lambda site: issued(site, secret=b"another secret of the tests: 0123456789abcdef"),
    "JW-09 another key by our name": lambda site: jwt.encode(
        {"iss": site.base_url, "aud": DOMAIN, "sub": "x", "sid": "y", "iat": 0, "exp": 2**33},
        Ed25519PrivateKey.generate(),
        algorithm="EdDSA",
        headers={"kid": KID},
    ),
    "nothing": lambda site: "",
    "no token": lambda site: "a.b.c",
}


def said(command: list[str], site: Site, token: str) -> str:
    done = subprocess.run(
        [*command, site.base_url, DOMAIN], input=token, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.strip()


@pytest.fixture(params=["py", "mjs"])
def example(request: pytest.FixtureRequest) -> list[str]:
    """The command that runs the example."""
    if request.param == "py":
        return [sys.executable, str(EXAMPLES / "check_jwt.py")]
    node, folder = packages()
    shutil.copy(EXAMPLES / "check_jwt.mjs", folder)
    return [str(node), str(folder / "check_jwt.mjs")]


def test_the_example_knows_whose_session_it_is_and_takes_no_other_token(site: Site, example: list[str]) -> None:
    assert said(example, site, site.shared) == site.user_id
    assert {kind: said(example, site, token(site)) for kind, token in BAD.items()} == dict.fromkeys(BAD, "nobody")
