"""What happens between `python3 run.py` and the first answer? The app, its database, and the server; in a worker, too."""

import asyncio
import contextlib
import functools
import gc
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Final

from starlette.applications import Starlette

from genkan import clock, log, opening, server
from genkan.app import ROOT, create_app
from genkan.counting import Counting
from genkan.db import Database, DatabaseFault, DatabaseUnavailable, advice, prepare
from genkan.opening import CannotServe, Inherited, listening, welcome
from genkan.processes.inside import attended
from genkan.settings import Settings, SettingsFault
from genkan.standing import Standing

SCHEMA: Final = ROOT / "schema.sql"
PATIENCE: Final = 10.0  # seconds that another process may take to bring the database up to date

Beside = Callable[[server.Server], AbstractAsyncContextManager[None]]


def serve(root: Path, arguments: list[str]) -> int:
    """Serve until told to stop. Returns the exit status: 0, 1 (cannot serve) or 2 (wrong settings)."""
    given = opening.inherited(arguments)
    try:
        settings = opening.settings(root, arguments)
        app = create_app(settings)
        asyncio.run(try_out(settings))
        bound = listening(settings) if given is None else socket.socket(fileno=given.socket)
    except SettingsFault as fault:
        return opening.said("These settings cannot be used:", *fault.faults, status=2)
    except (CannotServe, DatabaseFault) as fault:
        return opening.said(str(fault), status=1)
    if given is None:
        log.say(welcome(settings))
    gc.freeze()  # what is there by now stays: collections need not look through it again and again
    with log.to(for_people=not settings.is_production), _beside(app, given) as beside:
        server.run(app, bound, beside, functools.partial(setattr, app.state, "is_stopping", True))
    return 0


@contextlib.contextmanager
def _beside(app: Starlette, given: Inherited | None) -> Iterator[Beside | None]:
    """What goes on beside the server of a worker: its parent is told how it stands."""
    if given is None:
        yield None
        return
    counting = Counting()
    with log.told_to(counting):
        yield functools.partial(attended, given.wire, app.state.settings.workers, Standing(app, counting))


async def try_out(settings: Settings, *, patience: float = PATIENCE) -> None:
    """Bring the database up to date before anybody is let in. Raises DatabaseFault, CannotServe."""
    database = Database(settings.database_url, patience=patience)
    try:
        await database.connect()
        try:
            if await prepare(database, SCHEMA, clock.now()):
                print(f"There was no database yet; a new one is at {database.place}", flush=True)
        finally:
            await database.disconnect()
    except DatabaseUnavailable as error:
        raise CannotServe(advice(database.place, str(error))) from None
