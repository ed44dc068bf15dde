"""F12: does a log that nobody reads, that is closed, slow or on a full disk hold anybody up? `python3 bench/logs.py --seconds 10`.

The site writes to standard output; on the other side there is a file, a pipe that nobody reads, one whose reader is gone, one that is
read a kilobyte a second, and /dev/full. Logins go on; then the site is told to stop.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import uvloop

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]

from bench.common import load, sites
from bench.common.engines import database
from bench.common.figures import Figures
from bench.common.load import Heard
from bench.common.people import People

SINKS = ("a file", "a pipe that nobody reads", "a pipe whose reader is gone", "a slow reader", "a full disk")
CLIENTS, FILLING, TIMES, STOP = 4, 3000, 2.0, 15.0  # browsers; requests before; of the baseline; seconds


async def main(asked: argparse.Namespace) -> int:
    figures, baseline = Figures("F12: a log that is full, closed or slow"), 0.0
    for sink in SINKS:
        figures.part(sink)
        heard = await one(sink, asked.seconds, figures)
        figures.note("logins", heard)
        figures.most("logins that did not succeed", heard.count - heard.statuses[303], 0)
        if baseline:
            figures.most("p99, of that with a file", heard.p(99) / baseline, TIMES)
        baseline = baseline or heard.p(99)
    return figures.status()


async def one(sink: str, seconds: float, figures: Figures) -> Heard:
    end = End(sink)
    with tempfile.TemporaryDirectory() as name, database("sqlite") as kept:
        site = sites.begun(kept.url, Path(name) / "log", None, stdout=end.writer)
        os.close(end.writer)
        await sites.answering(site)
        people = People(site, "o")
        for _ in range(3 * CLIENTS):
            await people.sign_up()
        for _ in range(FILLING // 100):  # each leaves a line: now the pipe is full
            await asyncio.gather(*(people.look() for _ in range(100)))
        heard = await load.by_many(people.log_in, CLIENTS, seconds)
        figures.same("/healthz", (await people.look()).status, 200)
        began = time.monotonic()
        figures.same("exit status", await asyncio.to_thread(site.stop), 0)
        figures.most("time to stop", time.monotonic() - began, STOP, " s")
    end.close()
    return heard


class End:
    """The other end of the log. writer: a file descriptor, for the site."""

    def __init__(self, sink: str) -> None:
        self._reader: int | None = None
        if sink == "a file":
            self.writer = os.open(os.devnull, os.O_WRONLY)
        elif sink == "a full disk":
            self.writer = os.open("/dev/full", os.O_WRONLY)
        else:
            self._reader, self.writer = os.pipe()
        if sink == "a pipe whose reader is gone":
            self.close()
        elif sink == "a slow reader":
            threading.Thread(target=self._read_slowly, daemon=True).start()

    def close(self) -> None:
        reader, self._reader = self._reader, None
        if reader is not None:
            os.close(reader)

    def _read_slowly(self, **_: Any) -> None:
        reader = self._reader
        assert reader is not None
        try:
            while os.read(reader, 1024):
                time.sleep(1)
        except OSError:
            return


def arguments(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0, help="of logins for each")
    return parser.parse_args(given)


if __name__ == "__main__":
    sys.exit(uvloop.run(main(arguments(sys.argv[1:]))))
