"""What does SQLite do when others lock it, the disk is full, the file is broken, or the process is killed? (RL-*)"""

import asyncio
import contextlib
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextvars import Context
from pathlib import Path

import pytest
from genkan.db import Database, DatabaseFault, DatabaseUnavailable

pytestmark = pytest.mark.anyio

ADD = "INSERT INTO users (id, name, created_at) VALUES (:id, 'Hana', 1)"
COUNT = "SELECT COUNT(*) AS n FROM users"


@contextlib.asynccontextmanager
async def connected(url: str, patience: float = 5.0) -> AsyncIterator[Database]:
    database = Database(url, patience=patience)
    await database.connect()
    yield database
    await database.disconnect()


@contextlib.contextmanager
def locked(url: str) -> Iterator[None]:
    """Another process's write lock."""
    other = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    yield
    other.execute("ROLLBACK")
    other.close()


async def test_every_connection_has_its_pragmas(sqlite_url: str) -> None:
    async with connected(sqlite_url) as database:
        backend = database._database._backend
        for connection in (backend.writer, backend.reader):
            asked = [
                connection.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("journal_mode", "synchronous", "foreign_keys")
            ]
            assert asked == ["wal", 2, 1]


async def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    async with connected(f"sqlite:///{tmp_path / 'new.db'}"):
        assert stat.S_IMODE((tmp_path / "new.db").stat().st_mode) == 0o600


async def test_RL_04_writers_wait_for_another_process_and_the_loop_does_not(sqlite_url: str) -> None:
    async with connected(sqlite_url) as database:
        gaps: list[float] = []

        async def heartbeat() -> None:
            last = time.monotonic()
            while True:
                await asyncio.sleep(0.005)
                gaps.append(time.monotonic() - last)
                last = time.monotonic()

        beat = asyncio.create_task(heartbeat())
        with locked(sqlite_url):
            writers = [asyncio.create_task(database.run(ADD, id=str(each))) for each in range(5)]
            await asyncio.sleep(0.6)
            assert await database.value(COUNT) == 0  # reading goes on
            assert not any(writer.done() for writer in writers)
        await asyncio.gather(*writers)
        beat.cancel()
        assert await database.value(COUNT) == 5
        assert max(gaps) < 0.6 / 2


async def test_RL_04_beyond_its_patience_it_is_unavailable_and_then_well_again(sqlite_url: str) -> None:
    async with connected(sqlite_url, patience=0.2) as database:
        with locked(sqlite_url):
            outcomes = await asyncio.gather(
                *(database.run(ADD, id=str(each)) for each in range(4)), return_exceptions=True
            )
        assert {type(each) for each in outcomes} == {DatabaseUnavailable}
        await database.run(ADD, id="later")
        assert await database.value(COUNT) == 1


async def test_RL_04_queue_and_lock_together_take_no_longer_than_its_patience(sqlite_url: str) -> None:
    async with connected(sqlite_url, patience=1.0) as database:
        with locked(sqlite_url):
            first = asyncio.create_task(database.run(ADD, id="first"))
            await asyncio.sleep(0.5)
            began = time.monotonic()
            with pytest.raises(DatabaseUnavailable):
                await database.run(ADD, id="second")  # half of its patience in the queue, half of it before the lock
            assert time.monotonic() - began < 1.4
            with pytest.raises(DatabaseUnavailable):
                await first


async def test_a_reader_waits_for_whoever_keeps_even_readers_out(sqlite_url: str) -> None:
    async with connected(sqlite_url, patience=0.4) as database:
        path = sqlite_url.removeprefix("sqlite:///")
        await database.run("DROP TABLE throttle")  # so that the reader has to look at the schema again
        other = subprocess.Popen(
            [sys.executable, "-c", f"import sqlite3,sys;c=sqlite3.connect({path!r});c.execute('PRAGMA locking_mode=EXCLUSIVE');"
             "c.execute('BEGIN EXCLUSIVE');print('locked',flush=True);sys.stdin.read()"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert other.stdout is not None
        other.stdout.readline()
        assert await database.value(COUNT) == 0  # a writer of WAL keeps nobody from reading
        other.communicate()


async def test_RL_full_disk_is_unavailable_loses_nothing_and_recovers(sqlite_url: str) -> None:
    async with connected(sqlite_url) as database:
        writer = database._database._backend.writer
        await database.run(ADD, id="before")
        pages = writer.execute("PRAGMA page_count").fetchone()[0]
        writer.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(DatabaseUnavailable):
            async with database.transaction():
                for each in range(1000):
                    await database.run(ADD, id=f"{each}" * 20)
        assert await database.value(COUNT) == 1
        writer.execute("PRAGMA max_page_count = 1000000")
        await database.run(ADD, id="after")
        assert await database.value(COUNT) == 2


async def test_a_commit_that_fails_is_rolled_back(sqlite_url: str) -> None:
    async with connected(sqlite_url) as database:
        await database.run(
            "CREATE TABLE later (id TEXT PRIMARY KEY, of TEXT REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED)"
        )
        with pytest.raises(sqlite3.IntegrityError):
            await database.run("INSERT INTO later (id, of) VALUES ('a', 'nobody')")
        await database.run(ADD, id="after")
        assert await database.value(COUNT) == 1
        assert await database.value("SELECT COUNT(*) AS n FROM later") == 0


async def test_a_queue_of_writers_that_is_too_long_is_unavailable(sqlite_url: str) -> None:
    async with connected(sqlite_url, patience=0.1) as database, database.transaction():
        from_elsewhere = asyncio.create_task(database.run(ADD, id="a"), context=Context())
        with pytest.raises(DatabaseUnavailable):
            await from_elsewhere


@pytest.mark.parametrize(
    "content", [b"this is no database, whatever its name says" * 100, b"SQLite format 3\0" + b"\xff" * 4096]
)
async def test_RL_09_a_file_that_is_none_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.db"
    path.write_bytes(content)
    with pytest.raises(DatabaseFault, match=r"broken\.db cannot be used"):
        await Database(f"sqlite:///{path}").connect()


WRITER = """
import asyncio, sys
from genkan.db import Database
async def main():
    database = Database(sys.argv[1]); await database.connect()
    async def write(worker):
        for each in range(100000):
            await database.run("INSERT INTO users (id, name, created_at) VALUES (:id, 'Hana', 1)", id=f"{worker}-{each}")
            print(f"{worker}-{each}", flush=True)
    await asyncio.gather(*(write(each) for each in range(8)))
asyncio.run(main())
"""


def test_RL_01_kill_nine_loses_nothing_that_was_acknowledged(sqlite_url: str) -> None:
    path = sqlite_url.removeprefix("sqlite:///")
    acknowledged: set[str] = set()
    for wait in (0.5, 0.7):
        with sqlite3.connect(path) as clean:
            clean.execute("DELETE FROM users")
        clean.close()
        environ = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2] / "site")}
        writer = subprocess.Popen([sys.executable, "-c", WRITER, sqlite_url], stdout=subprocess.PIPE, env=environ)
        assert writer.stdout is not None
        first = writer.stdout.readline()
        time.sleep(wait)
        os.kill(writer.pid, signal.SIGKILL)
        acknowledged = {line for line in (first + writer.stdout.read()).decode().split("\n")[:-1] if line}
        writer.stdout.close()
        writer.wait()
        after = sqlite3.connect(path)
        kept = {row[0] for row in after.execute("SELECT id FROM users")}
        assert after.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        after.close()
        assert acknowledged
        assert acknowledged - kept == set()


async def test_a_reader_that_is_kept_out_waits_and_then_reads_or_says_so(tmp_path: Path) -> None:
    """A database that another program holds for itself alone, as some do to repair it."""
    path = tmp_path / "held.db"
    async with connected(f"sqlite:///{path}", patience=0.3) as database:
        await database.run("CREATE TABLE users (id TEXT PRIMARY KEY)")
        backend = database._database._backend
        for each in (backend.reader, backend.writer):
            each.close()
        holder = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        holder.execute("PRAGMA journal_mode = DELETE")
        plain = [sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=0) for _ in range(2)]
        backend.reader, backend.writer = plain
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(DatabaseUnavailable):
            await database.value(COUNT)
        later = asyncio.create_task(database.value(COUNT))
        await asyncio.sleep(0.1)
        holder.execute("ROLLBACK")
        assert await later == 0
        holder.close()


async def test_RL_12_a_file_that_is_gone_is_unavailable_and_one_that_is_restored_is_followed(sqlite_url: str) -> None:
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    async with connected(sqlite_url, patience=0.2) as database:
        await database.run(ADD, id="before")
        backup = sqlite3.connect(path.with_name("copy.db"))
        database._database._backend.writer.backup(backup)
        backup.close()
        await database.run(ADD, id="after the copy")
        path.rename(path.with_name("moved.db"))
        for work in (database.value(COUNT), database.run(ADD, id="lost")):
            with pytest.raises(DatabaseUnavailable):
                await work
        for left in ("-wal", "-shm"):
            path.with_name(path.name + left).unlink(missing_ok=True)
        path.with_name("copy.db").rename(path)
        counts = await asyncio.gather(*(database.value(COUNT) for _ in range(3)))
        assert counts == [1, 1, 1]
        await database.run(ADD, id="later")
        assert await database.value(COUNT) == 2


async def test_RL_12_what_the_journal_of_the_file_before_holds_does_not_get_into_a_copy(sqlite_url: str) -> None:
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    async with connected(sqlite_url) as database, connected(sqlite_url) as other:
        await database.run(ADD, id="before")
        backup = sqlite3.connect(path.with_name("copy.db"))
        database._database._backend.writer.backup(backup)
        backup.close()
        await database.run(ADD, id="after the copy")
        path.with_name("copy.db").replace(path)  # the files that end in -wal and -shm are left
        assert [await database.value(COUNT), await other.value(COUNT)] == [1, 1]
        await database.run(ADD, id="later")
        await other.run(ADD, id="in another process")
        assert [await database.value(COUNT), await other.value(COUNT)] == [3, 3]
        assert await database.value("PRAGMA integrity_check") == "ok"
    assert path.with_name(path.name + "-wal.before").exists()
    assert not path.with_name(path.name + "-wal").exists()


async def test_RL_12_a_writer_follows_too_and_a_file_that_is_none_is_unavailable(
    sqlite_url: str, prepared_sqlite: Path
) -> None:
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    async with connected(sqlite_url, patience=0.2) as database:
        other = path.with_name("other.db")
        other.write_bytes(prepared_sqlite.read_bytes())
        other.replace(path)
        await database.run(ADD, id="in the other")
        assert await database.value(COUNT) == 1
        other.write_bytes(b"no database at all" * 1000)
        other.replace(path)
        with pytest.raises(DatabaseUnavailable):
            await database.run(ADD, id="nowhere")
        other.write_bytes(prepared_sqlite.read_bytes())
        other.replace(path)
        await database.run(ADD, id="there again")
