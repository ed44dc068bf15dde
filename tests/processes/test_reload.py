"""Is a site told to reload as it should be: new settings, nobody let down, and what is broken changes nothing? (F11)"""

import hashlib
import os
import re
import shutil
import signal
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from crowd import ROOT, Crowd, crowd, free_port, until
from entrance import SECRET

PARTS = ("site", "templates", "static")
OTHER = hashlib.sha256(b"another secret of the tests").hexdigest()


class Reloaded(Crowd):
    """With a folder of its own, whose .env can be changed."""

    folder: Path
    metrics: int

    def set(self, **settings: str) -> None:
        (self.folder / ".env").write_text("".join(f"{name}={value}\n" for name, value in settings.items()))

    def only(self) -> int:
        """The worker, once there is one alone."""
        until(lambda: len(self.workers) == 1)
        return self.workers[0]

    def reload(self, outcome: str) -> None:
        before = len(self.events(outcome))
        self.process.send_signal(signal.SIGHUP)
        until(lambda: len(self.events(outcome)) > before, 60)

    def figures(self) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.metrics}/metrics", timeout=20) as answer:
            return str(answer.read().decode())

    def figure(self, sample: str) -> float:
        found = re.search(rf"^{re.escape(sample)} (\S+)$", self.figures(), re.MULTILINE)
        return float(found[1]) if found else 0.0


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reloaded]:
    """One worker, as a site has it by default; one for all tests of this file."""
    folder = tmp_path_factory.mktemp("reload")
    for name in PARTS:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("run.py", "schema.sql", "requirements.txt"):
        shutil.copy(ROOT / name, folder / name)
    (folder / ".env").write_text(f"SECRET_KEY={SECRET.decode()}\n")
    metrics = free_port()
    url = f"sqlite:///{folder}/genkan.db"
    with crowd(url, folder, 1, root=folder, SECRET_KEY="", METRICS_ADDRESS=f"127.0.0.1:{metrics}") as site:
        reloaded = Reloaded(site.process, site.port, site.log, url)
        reloaded.folder, reloaded.metrics = folder, metrics
        yield reloaded


@pytest.fixture(autouse=True)
def nobody_stays(site: Reloaded) -> Iterator[None]:
    yield
    site.hang_up()


def test_F11_new_settings_and_a_new_secret_come_into_force_and_nobody_notices(site: Reloaded) -> None:
    inside = site.one().sign_up("reloaded").cookies
    before = site.only()
    is_over = False

    def go_on(keeps: bool) -> list[int]:
        statuses, client = [], site.one()
        while not is_over:
            answer = client.ask("GET", "/account", inside)
            statuses.append(answer.status)
            if not keeps or answer.headers.get("connection") == "close":
                client.connection.close()
                client = site.one()
        return statuses

    site.set(SECRET_KEY=OTHER, SECRET_KEY_PREVIOUS=SECRET.decode(), SITE_NAME="Hananoki")
    with ThreadPoolExecutor(3) as threads:
        asked = [threads.submit(go_on, keeps) for keeps in (True, True, False)]
        try:
            site.reload("reloaded")
            until(lambda: before not in site.workers)
        finally:
            is_over = True
        statuses = [status for each in asked for status in each.result()]
    assert (set(statuses), len(site.workers)) == ({200}, 1)
    assert "Hananoki" in site.one().ask("GET", "/login").text


def test_what_is_broken_leaves_everything_as_it_was_and_says_why(site: Reloaded) -> None:
    before = site.only()
    site.set(SECRET_KEY="short")
    site.reload("reload failed")
    assert site.events("reload failed")[-1]["status"] == 2
    assert site.workers == [before]
    assert site.one().ask("GET", "/login").status == 200
    assert "SECRET_KEY: must be 32 random bytes" in (site.folder / "complaints").read_text()


def test_figures_are_read_at_their_own_address_and_outlive_a_reload(site: Reloaded) -> None:
    site.set(SECRET_KEY=OTHER)
    signed_up = 'genkan_signups_total{method="password",result="in"}'
    before = site.figure(signed_up)
    assert site.one().sign_up("counted").status == 303
    assert site.figure(signed_up) == before + 1
    site.reload("reloaded")
    assert site.figure(signed_up) == before + 1
    assert site.one().sign_up("counted-too").status == 303
    text = site.figures()
    assert f"{signed_up} {before + 2}" in text
    assert 'genkan_request_seconds_count{method="POST",route="/signup",status="3xx"}' in text
    assert "genkan_database_up 1.0" in text
    assert "genkan_sessions " in text
    assert "example.com" not in text
    assert "counted" not in text
    assert site.one().ask("GET", "/metrics").status == 404
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"http://127.0.0.1:{site.metrics}/login", timeout=20)


def test_RL_02_a_worker_told_to_stop_is_replaced_and_finishes_what_it_has(site: Reloaded) -> None:
    before = site.only()
    client = site.one()
    client.ask("GET", "/healthz")
    with socket.create_connection(("127.0.0.1", site.port), timeout=20) as half:
        half.sendall(b"GET /readyz HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n" % site.port)
        until(lambda: site.figure("genkan_connections") == 2)
        os.kill(before, signal.SIGTERM)
        assert client.ask("GET", "/readyz").status in (200, 503)  # before it has heard the signal, or after
        until(lambda: site.figure("genkan_connections") == 1)  # so it has heard it
        half.sendall(b"\r\n")
        said = half.recv(65_536)
    assert said.startswith(b"HTTP/1.1 503 ")
    assert b"\r\nretry-after: 5\r\n" in said
    until(lambda: len(site.workers) == 1 and before not in site.workers)
    assert site.one().ask("GET", "/readyz").status == 200
