"""Does every mail arrive after ten bad minutes of the mail server? `python3 bench/mail.py` after `python3 run.py tools`.

1,000 mails are written while nobody takes any; ten minutes go by; then the server is back. Counted: how long until all have arrived,
how many came twice, and how long pages took meanwhile. Once for each way in which a server can fail.
`python3 bench/mail.py 600 refused`: with ten real minutes (else the site's clock runs quicker), and one kind of fault.
"""

import asyncio
import contextlib
import io
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "site"), str(ROOT / "tests")]

from entrance import NOW, Browser, quick_hasher, settings_for
from genkan import log
from genkan.accounts import outbox
from genkan.app import create_app
from smtp_sink import Sink, receiving
from starlette.applications import Starlette

MAILS = 1000
OUTAGE = 600  # seconds of the site's clock
SECONDS, COPIES = 120, 1  # the bar (F9)
FAULTS = {"refused": "", "421": "421 Not now", "451": "451 Later", "dropped": "drop"}


class QuickClock:
    """As quick as it is told to be."""

    def __init__(self) -> None:
        self._began, self._before, self.times = time.monotonic(), float(NOW), 1.0

    def __call__(self) -> int:
        return int(self._before + (time.monotonic() - self._began) * self.times)

    def go(self, times: float) -> None:
        self._before, self._began, self.times = float(self()), time.monotonic(), times


async def main(real: float, faults: list[str]) -> int:
    print(f"{MAILS} mails, {OUTAGE} s without a mail server; the bar: all within {SECONDS} s, copies <= {COPIES}\n")
    with log.to(io.StringIO()):
        return 0 if all([await one(fault, real) for fault in faults]) else 1


async def one(fault: str, real: float) -> bool:
    clock, sink, port = QuickClock(), Sink(), free_port()
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_for(
            f"sqlite:///{folder}/genkan.db",
            environment="production",
            base_url="https://id.example.com",
            dev_provider=False,
            smtp_url=f"smtp://127.0.0.1:{port}",
            mail_from="no-reply@id.example.com",
        )
        app = create_app(settings, now=clock, hasher=quick_hasher())
        async with app.router.lifespan_context(app), Browser(app) as browser:
            async with contextlib.AsyncExitStack() as stack:
                if FAULTS[fault]:
                    sink.always = FAULTS[fault]
                    await stack.enter_async_context(receiving(sink, port=port))
                async with watched(browser) as before:
                    await written(app, clock)
                    clock.go(OUTAGE / real)
                    await asyncio.sleep(real)
            sink.always = None
            clock.go(1)
            async with receiving(sink, port=port), watched(browser) as after:
                took = await drained(sink)
    copies = sum(sink.recipients.values()) - len(sink.recipients)
    print(
        f"{fault:8} {len(sink.recipients)} of {MAILS} arrived in {took:.1f} s, {copies} copies; "
        f"slowest of all pages {max(before):.0f} ms during the outage, {max(after):.0f} ms after it",
        flush=True,
    )
    return len(sink.recipients) == MAILS and took <= SECONDS and copies <= COPIES


async def written(app: Starlette, clock: QuickClock) -> None:
    for number in range(MAILS):
        async with app.state.services.db.transaction():
            await outbox.put(
                app.state.services,
                template="login_new_device",
                user_id=None,
                recipient=f"person{number}@example.com",
                language="en",
                now=clock(),
                happened_at=clock(),
            )


async def drained(sink: Sink) -> float:
    """Seconds until all have arrived, and a moment more, for copies."""
    began = time.monotonic()
    while len(sink.recipients) < MAILS and time.monotonic() - began < 2 * SECONDS:
        await asyncio.sleep(0.1)
    took = time.monotonic() - began
    await asyncio.sleep(2)
    return took


@contextlib.asynccontextmanager
async def watched(browser: Browser) -> AsyncIterator[list[float]]:
    """Milliseconds of each of the pages that were asked for meanwhile, in this very process."""
    found: list[float] = []

    async def look() -> None:
        while True:
            began = time.monotonic()
            assert (await browser.get("/login")).status_code == 200
            found.append((time.monotonic() - began) * 1000)
            await asyncio.sleep(0.2)

    task = asyncio.create_task(look())
    yield found
    task.cancel()
    await asyncio.wait({task})


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(asyncio.run(main(float(sys.argv[1]) if sys.argv[1:] else 40.0, sys.argv[2:] or [*FAULTS])))
