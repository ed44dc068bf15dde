"""How long does it take until nothing is left that has run out? `python3 bench/common/sweeping.py URL`: sweeps until then."""

import asyncio
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[0] = str(ROOT / "site")  # in the place of this folder

from genkan.accounts import sweep
from genkan.db import Database

LEFT = "SELECT COUNT(*) AS n FROM (SELECT 1 FROM sessions WHERE expires_at <= :now LIMIT 1) AS ended"
PAUSE = 0.02  # seconds, in which others write


async def main(url: str) -> None:
    database, sweeps = Database(url, patience=30.0), 0
    await database.connect()
    while await database.value(LEFT, now=int(time.time())):
        await sweep.ended(database, now=int(time.time()))
        sweeps += 1
        await asyncio.sleep(PAUSE)
    await database.disconnect()
    print(f"{sweeps} sweeps")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
