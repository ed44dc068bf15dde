"""What does the process do that `python3 run.py` began? It opens the sockets, and has workers serve; it knows no page."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from pathlib import Path

from genkan import log, opening, surroundings
from genkan.opening import CannotServe
from genkan.processes import scrape
from genkan.processes.notify import Notify
from genkan.processes.supervisor import Supervisor
from genkan.processes.totals import Totals
from genkan.settings import Settings, SettingsFault


def serve(root: Path, arguments: list[str]) -> int:
    """Serve until told to stop. Returns the exit status: 0, 1 (cannot serve) or 2 (wrong settings)."""
    with contextlib.ExitStack() as stack:
        try:
            settings = opening.prepared(root, opening.environment(root, arguments))
            bound = stack.enter_context(opening.listening(settings))
            figures = opening.listening_for_metrics(settings)
        except SettingsFault as fault:
            return opening.said("These settings cannot be used:", *fault.faults, status=2)
        except CannotServe as fault:
            return opening.said(str(fault), status=1)
        stack.enter_context(figures or contextlib.nullcontext())
        stack.enter_context(log.to(for_people=not settings.is_production))
        command = [sys.executable, str(root / "run.py"), "serve", *arguments]
        return asyncio.run(_serve(settings, command, bound, figures))


async def _serve(settings: Settings, command: list[str], bound: socket.socket, figures: socket.socket | None) -> int:
    totals = Totals()
    notify = Notify(surroundings.notify_address())
    supervisor = Supervisor(command, bound, notify, opening.welcome(settings), bury=totals.bury)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, supervisor.stop)
    # A terminal that is closed says SIGHUP, too: then nobody looks any more.
    loop.add_signal_handler(signal.SIGHUP, supervisor.stop if os.isatty(0) else supervisor.reload)
    async with scrape.door(figures, lambda: totals.text(supervisor.crew.living)):
        return await supervisor.run()
