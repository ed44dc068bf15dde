"""Does our client satisfy a certified provider that nobody of us wrote? npm's oidc-provider, where there is Node."""

import re
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx2
import pytest
from browsing import free_socket
from genkan.errors import ProviderFailed
from genkan.oauth import AuthorizationRequest, Client, open_transport
from genkan.oauth.registry import client
from genkan.settings import ProviderSettings
from node import packages

pytestmark = pytest.mark.anyio
HERE = Path(__file__).parent
REDIRECT_URI = "http://127.0.0.1:8000/oauth/strict/callback"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    node, folder = packages()
    with free_socket() as probe:
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [str(node), str(HERE / "provider.mjs"), str(folder), str(port), REDIRECT_URI],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == b"listening"
    yield f"http://127.0.0.1:{port}"
    process.kill()
    process.communicate()


def made(issuer: str, transport: httpx2.AsyncBaseTransport) -> Client:
    settings = ProviderSettings("strict", "our-client", "our-secret/with+signs and some more", "Strict", issuer)
    return client("http://127.0.0.1:8000", settings, transport)


async def answered(request: AuthorizationRequest) -> dict[str, str]:
    """What the callback gets after a person logged in there, and agreed."""
    async with httpx2.AsyncClient() as browser:
        answer = await browser.get(request.url)
        for _ in range(10):
            while "location" in answer.headers:
                url = urljoin(str(answer.url), answer.headers["location"])
                if url.startswith(REDIRECT_URI):
                    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
                answer = await browser.get(url)
            prompt = re.findall(r'name="prompt" value="(\w+)"', answer.text)[0]
            action = re.findall(r'action="([^"]+)"', answer.text)[0]
            answer = await browser.post(action, data={"prompt": prompt, "login": "person-1", "password": "x"})
    raise AssertionError("it never came back")


async def profile(client: Client, request: AuthorizationRequest) -> object:
    said = await answered(request)
    assert said["state"] == request.state
    return await client.profile(
        code=said["code"],
        nonce=request.nonce,
        code_verifier=request.code_verifier,
        iss=said["iss"],
        now=int(time.time()),
    )


async def test_a_certified_provider_lets_our_client_in(issuer: str) -> None:
    async with open_transport() as transport:
        ours = made(issuer, transport)
        found = await profile(ours, await ours.authorization())
    assert (found.provider, found.identity, found.issuer, found.name, found.email, found.email_verified) == (  # type: ignore[attr-defined]
        "strict",
        "person-1",
        issuer,
        "Strict Person",
        "person-1@example.com",
        True,
    )


@pytest.mark.parametrize("change", [{"code_verifier": "v" * 64}, {"nonce": "another"}])
async def test_and_neither_of_us_takes_what_belongs_to_another_attempt(issuer: str, change: dict[str, str]) -> None:
    async with open_transport() as transport:
        ours = made(issuer, transport)
        with pytest.raises(ProviderFailed):
            await profile(ours, replace(await ours.authorization(), **change))
