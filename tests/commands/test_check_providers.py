"""Does `run.py check` find what is wrong between us and a provider? Real ones on real sockets. (N13)"""

import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import free_socket
from checked import around, looked, said, wrong
from genkan.commands.checks import providers
from genkan.commands.checks.finding import Finding
from genkan.oauth import when
from genkan.settings import ProviderSettings
from hostile import HostileProvider, hang
from starlette.responses import HTMLResponse, Response


@pytest.fixture(scope="module")
def hostile() -> Iterator[HostileProvider]:
    with HostileProvider().running() as provider:
        until = time.monotonic() + 10
        while not says_the_time(provider.issuer) and time.monotonic() < until:
            pass
        yield provider


def says_the_time(url: str) -> bool:
    """Its server does so from its first tick on."""
    with urllib.request.urlopen(f"{url}/keys") as answer:
        return "date" in answer.headers


def asked(root: Path, *settings: ProviderSettings, **changes: Any) -> list[Finding]:
    return looked(providers.findings, around(root, providers=settings, **changes))


def test_one_that_is_in_order_says_what_to_paste(hostile: HostileProvider, tmp_path: Path) -> None:
    hostile.misbehave()
    found = asked(tmp_path, hostile.settings())
    assert [(each.name, each.state) for each in found] == [
        ("provider.hostile.callback", "ok"),
        ("provider.hostile", "ok"),
        ("clock", "ok"),
    ]
    assert found[0].text.endswith(": https://id.shop.test/oauth/hostile/callback")
    assert "our-secret" not in str(found)


@pytest.mark.parametrize(
    ("misdeeds", "name", "words"),
    [
        ({"metadata": {"issuer": "https://else.test"}}, "provider.hostile.issuer", "OIDC_HOSTILE_ISSUER"),
        ({"metadata": {"jwks_uri": None}}, "provider.hostile.metadata", "discovery document cannot be used (jwks_uri)"),
        ({"metadata": {"token_endpoint": "https://evil.test"}}, "provider.hostile.metadata", "token_endpoint"),
        ({"answers": {"metadata": HTMLResponse("", 404)}}, "provider.hostile.metadata", "status_404"),
        ({"answers": {"metadata": HTMLResponse("<p>")}}, "provider.hostile.metadata", "json"),
        ({"answers": {"keys": HTMLResponse("<p>")}}, "provider.hostile.keys", "keys cannot be used (json)"),
        ({"keys": []}, "provider.hostile.keys", "none"),
        ({"answers": {"metadata": Response(status_code=503)}}, "provider.hostile.reachable", "metadata.status_503"),
        ({"answers": {"keys": hang}}, "provider.hostile.reachable", "time-out"),
        ({"answers": {"metadata": Response(b"{}" + b" " * 300_000)}}, "provider.hostile.answer", "too_large"),
    ],
)  # fmt: skip
def test_each_misdeed_has_its_own_finding(
    misdeeds: dict[str, Any], name: str, words: str, hostile: HostileProvider, tmp_path: Path
) -> None:
    hostile.misbehave(**misdeeds)
    found = asked(tmp_path, hostile.settings(), patience=1.0)
    assert wrong(found) == [(name, "fault")]
    assert words in said(found, name)


def test_nobody_there_is_told_for_a_provider_of_known_addresses_too(tmp_path: Path) -> None:
    with free_socket() as gone:
        issuer = f"http://127.0.0.1:{gone.getsockname()[1]}"
    works = ProviderSettings("works", "a", "b", issuer=issuer)
    found = asked(tmp_path, works, ProviderSettings("discord", "a", "b"), patience=1.0)
    assert wrong(found) == [("provider.works.reachable", "fault"), ("provider.discord.reachable", "fault")]


def test_one_without_keys_is_only_reached(
    hostile: HostileProvider, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """GitHub publishes nothing; any answer shows that it is there."""
    hostile.misbehave()
    before = hostile.asked("token")
    with monkeypatch.context() as patch:
        patch.setattr("genkan.oauth.looking.provider_of", lambda settings: GITHUBS(hostile.issuer))
        assert wrong(asked(tmp_path, ProviderSettings("github", "a", "b"))) == []
    assert hostile.asked("token") == before + 1


class GITHUBS:
    """As GitHub's file has it, at another address."""

    issuer = None
    hosts = ()
    is_template = False

    def __init__(self, there: str) -> None:
        self.endpoints = {
            "issuer": there,
            "authorization_endpoint": f"{there}/authorize",
            "token_endpoint": f"{there}/token",
        }


@pytest.mark.parametrize(("seconds", "state"), [(0, []), (30, [("clock", "warning")]), (-7200, [("clock", "fault")])])
def test_a_clock_that_is_wrong_is_told(
    seconds: int, state: list[tuple[str, str]], hostile: HostileProvider, tmp_path: Path
) -> None:
    hostile.misbehave()
    found = asked(tmp_path, hostile.settings(), now=time.time() - seconds)
    assert wrong(found) == state
    assert ("NTP" in said(found, "clock")) == bool(state)


def test_a_date_that_is_none_says_nothing_of_the_clock() -> None:
    assert (when("yesterday"), when(""), when("Thu, 01 Jan 1970 00:01:00 GMT")) == (None, None, 60)


def test_offline_asks_nobody_and_none_is_said_to_be_none(hostile: HostileProvider, tmp_path: Path) -> None:
    before = len(hostile.calls)
    found = asked(tmp_path, hostile.settings(), online=False)
    assert [(each.name, each.state) for each in found] == [
        ("provider.hostile.callback", "ok"),
        ("provider.hostile", "skipped"),
    ]
    assert len(hostile.calls) == before
    assert [each.text for each in asked(tmp_path)] == ["none is set up"]
