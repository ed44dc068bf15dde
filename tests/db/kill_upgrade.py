"""What does a kill -9 in the middle of an upgrade leave? A process that takes the steps, and is killed before statement N; run by a test.

`python kill_upgrade.py URL`: prints, for each N, the version that the database is of after that, and whether its newest table is there.
"""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

HOUSE = Path(__file__).parents[2]
sys.path.insert(0, str(HOUSE / "site"))

from genkan.db import Database, database, prepare  # noqa: E402
from genkan.db.statements import Statement  # noqa: E402

SCHEMAS = Path(__file__).parent / "schemas"


async def prepared(url: str, **more: Any) -> None:
    found = Database(url, patience=30)
    await found.connect()
    await prepare(found, more.pop("schema", HOUSE / "schema.sql"), 7, **more)
    await found.disconnect()


def upgrade_and_die(url: str, number: int) -> None:
    """Never returns unless there were fewer statements."""
    count = 0

    def counting(sql: str, values: Any) -> Any:
        """Made right before it is sent."""
        nonlocal count
        count += 1
        if count == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return Statement(sql, values)

    vars(database)["Statement"] = counting
    asyncio.run(prepared(url))


async def seen(url: str) -> tuple[int, int]:
    found = Database(url, patience=30)
    await found.connect()
    version = await found.value("SELECT MAX(version) AS version FROM schema_version")
    kept = await found.value("SELECT COUNT(*) AS n FROM users")
    await found.disconnect()
    return int(version or 0), int(kept or 0)


def main(url: str) -> None:
    number, is_done = 0, False
    while not is_done:
        number += 1
        child = os.fork()
        if child == 0:
            upgrade_and_die(url, number)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        is_done = os.waitstatus_to_exitcode(status) == 0
        print(json.dumps([number, is_done, *asyncio.run(seen(url))]), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
