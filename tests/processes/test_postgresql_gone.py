"""Is all well again by itself when PostgreSQL is back? One of our own, that is stopped and started. (F5)"""

import asyncio
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import machine
import pytest
from crowd import Crowd, crowd, until


class Cluster:
    """kept: its folder."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.kept = Path(asyncio.run(self._folder()))
        self._options = shlex.join(shlex.split((self.kept / "postmaster.opts").read_text())[3:])

    async def _folder(self) -> str:
        connection = await asyncpg.connect(self.url)
        folder: str = await connection.fetchval("SHOW data_directory")
        await connection.close()
        return folder

    def stop(self) -> None:
        self._do("stop", "-m", "fast")

    def start(self) -> None:
        self._do("start", "-o", self._options, "-l", f"{self.kept}/../log")

    def restart(self) -> None:
        self._do("restart", "-m", "fast", "-l", f"{self.kept}/../log")

    def _do(self, *what: str) -> None:
        command = [str(machine.postgresql() / "pg_ctl"), "-D", str(self.kept), "-w", *what]
        subprocess.run(
            command, user=machine.unprivileged(), cwd=self.kept.parent, stdout=subprocess.DEVNULL, check=True
        )


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with machine.cluster(machine.postgresql()) as url:
        yield Cluster(url)


@pytest.fixture(scope="module")
def site(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crowd]:
    with crowd(cluster.url, tmp_path_factory.mktemp("gone"), 2) as site:
        yield site


def statuses(site: Crowd, inside: dict[str, str]) -> list[int]:
    """Of a page that asks the database, from each worker."""
    found = [client.ask("GET", "/account", inside).status for client in site.of_each()]
    site.hang_up()
    return found


def test_F5_while_postgresql_is_down_it_says_so_and_afterwards_all_is_well(site: Crowd, cluster: Cluster) -> None:
    inside = site.one().sign_up("patient").cookies
    before = site.workers
    assert statuses(site, inside) == [200, 200]
    cluster.stop()
    answers = [client.ask("GET", path, inside) for client in site.of_each() for path in ("/account", "/readyz")]
    refused = site.one().sign_up("too-early")
    assert [(answer.status, answer.headers["retry-after"]) for answer in [*answers, refused]] == [(503, "5")] * 5
    assert site.one().ask("GET", "/healthz").status == 200  # it lives, and need not be replaced
    site.hang_up()
    cluster.start()
    until(lambda: statuses(site, inside) == [200, 200])
    cluster.restart()
    until(lambda: statuses(site, inside) == [200, 200])
    assert site.one().sign_up("afterwards").status == 303
    assert site.one().sign_up("too-early").status == 303  # nothing was kept of what was refused
    site.hang_up()
    assert (site.workers, site.events("worker died"), site.events("request failed")) == (before, [], [])
