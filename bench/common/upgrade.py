"""How is a database brought up to date by a process that dies at one of the statements? `python3 bench/common/upgrade.py URL NUMBER`.

NUMBER 0: at none. Prints how many statements there were, and the seconds.
"""

import asyncio
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[0] = str(ROOT / "site")  # in the place of this folder

from genkan.db import Database, prepare
from genkan.db.postgres import PostgresConnection
from genkan.db.sqlite import SQLiteConnection


async def main(url: str, last: int) -> None:
    count = 0

    def counted(whole: Any) -> Any:
        async def wrapped(connection: Any, statement: Any) -> Any:
            nonlocal count
            count += 1
            rows = await whole(connection, statement)
            if count == last:
                os.kill(os.getpid(), signal.SIGKILL)
            return rows

        return wrapped

    for owner in (PostgresConnection, SQLiteConnection):
        owner.fetch_all = counted(owner.fetch_all)  # type: ignore[method-assign]
    database, began = Database(url, patience=10.0), time.monotonic()
    await database.connect()
    await prepare(database, ROOT / "schema.sql", int(time.time()))
    await database.disconnect()
    print(count, time.monotonic() - began)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
