"""F15: is an older database brought up to date whole or not at all, and how long does it take? `python3 bench/migration.py --users 1000000`.

Databases of each older version that is kept in tests/db/schemas/: killed at each statement of the upgrade, with a few people in it; and
once with a million, on the clock.
"""

import argparse
import asyncio
import re
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import uvloop

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]

from bench.common.engines import KINDS, File, Kept, database
from bench.common.figures import Figures
from bench.common.seeding import seed

FEW, LONGEST = 50, 60.0  # people; seconds
SCHEMAS = sorted((ROOT / "tests" / "db" / "schemas").glob("*.sql"))
COLUMNS = {
    "sqlite": "SELECT m.name || '.' || p.name FROM sqlite_master m, pragma_table_info(m.name) p WHERE m.type = 'table' ORDER BY 1",
    "postgresql": "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1",
}
INDICES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY 1",
    "postgresql": "SELECT indexname FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
}


async def main(asked: argparse.Namespace) -> int:
    figures = Figures(f"F15: the database is brought up to date, {asked.database}")
    for schema in SCHEMAS:
        figures.part(f"from version {schema.stem}, killed at each statement")
        await killed(asked.database, schema, figures)
        figures.part(f"from version {schema.stem}, with {asked.users:,} people")
        await timed(asked, schema, figures)
    return figures.status()


async def killed(kind: str, schema: Path, figures: Figures) -> None:
    last, half, lost, unsound, old = 0, 0, 0, 0, []
    with database(kind) as kept:
        await older(kept, schema, FEW)
        old = await shape(kept, kind)
        while True:
            last += 1
            status, said = await upgraded(kept, last)
            if status == 0:
                break
            assert status == -signal.SIGKILL, said
            half += await shape(kept, kind) != old
            lost += FEW - (await kept.rows("SELECT COUNT(*) FROM users"))[0][0]
            unsound += await kept.soundness() != "ok"
        figures.note("statements", last - 1)
        figures.most("kills after which it was neither old nor new", half, 0)
        figures.most("people lost", lost, 0)
        figures.most("kills after which it was not sound", unsound, 0)
        figures.same("in the end it is as a new one", await shape(kept, kind) == await newest(kind), True)


async def timed(asked: argparse.Namespace, schema: Path, figures: Figures) -> None:
    folder = tempfile.TemporaryDirectory(dir=asked.folder, prefix="genkan-bench-")
    with folder as name, database(asked.database, Path(name)) as kept:
        await older(kept, schema, asked.users)
        status, said = await upgraded(kept, 0)
        figures.same("exit status", f"{status} {said[-300:] if status else ''}".strip(), "0")
        if status == 0:
            figures.most("seconds", float(said.split()[-1]), LONGEST, " s")
        figures.same("people", (await kept.rows("SELECT COUNT(*) FROM users"))[0][0], asked.users)


async def older(kept: Kept, schema: Path, people: int) -> None:
    if isinstance(kept, File):
        await kept.script("PRAGMA journal_mode = WAL")
    await kept.script(schema.read_text())
    await kept.script(
        f"DELETE FROM schema_version; INSERT INTO schema_version (version, applied_at) VALUES ({schema.stem}, 0)"
    )
    await seed(kept, people)


async def upgraded(kept: Kept, last: int) -> tuple[int, str]:
    program = [sys.executable, str(ROOT / "bench/common/upgrade.py"), kept.url, str(last)]
    process = await asyncio.create_subprocess_exec(
        *program, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said = (await process.communicate())[0].decode()
    return process.returncode or 0, said


async def shape(kept: Kept, kind: str) -> list[str]:
    """Every table, column and index, and the version."""
    rows = [row for sql in (COLUMNS[kind], INDICES[kind]) for row in await kept.rows(sql)]
    version = await kept.rows("SELECT MAX(version) FROM schema_version")
    return [re.sub(r"_idx\d*$", "", row[0]) for row in rows] + [str(version[0][0])]


async def newest(kind: str) -> list[str]:
    with database(kind) as kept:
        status, said = await upgraded(kept, 0)
        assert status == 0, said
        return await shape(kept, kind)


def arguments(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    parser.add_argument("--users", type=int, default=1_000_000)
    parser.add_argument("--folder", default=None, help="where there are some gigabytes of room")
    return parser.parse_args(given)


if __name__ == "__main__":
    sys.exit(uvloop.run(main(arguments(sys.argv[1:]))))
