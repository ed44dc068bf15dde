"""What happens between `python3 run.py` and the first answer? Settings, a place to keep things, a socket, and the server."""

import argparse
import asyncio
import gc
import os
import secrets
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from genkan import clock, log, server, surroundings
from genkan.app import ROOT, create_app
from genkan.db import Database, DatabaseFault, DatabaseUnavailable, prepare
from genkan.settings import Settings, SettingsFault, from_environment

SCHEMA: Final = ROOT / "schema.sql"
BACKLOG: Final = 2048  # connections that wait to be accepted
PATIENCE: Final = 10.0  # seconds that another process may take to bring the database up to date
OTHERS: Final = (
    "Besides: `run.py test` tests; `run.py where`, `lint`, `copy-template` and `check` are for whoever changes pages."
)


class CannotServe(Exception):
    """In a sentence that says why."""


def serve(root: Path, arguments: list[str]) -> int:
    """Serve until told to stop. Returns the exit status: 0, 1 (cannot serve) or 2 (wrong settings)."""
    try:
        settings = prepared(root, environment(root, arguments))
        app = create_app(settings)
        asyncio.run(try_out(settings))
        bound = listening(settings)
    except SettingsFault as fault:
        return _said("These settings cannot be used:", *fault.faults, status=2)
    except (CannotServe, DatabaseFault) as fault:
        return _said(str(fault), status=1)
    log.say(welcome(settings))
    gc.freeze()  # what is there by now stays: collections need not look through it again and again
    with log.to(for_people=not settings.is_production):
        server.run(app, bound)
    return 0


def environment(root: Path, arguments: list[str]) -> dict[str, str]:
    """What is set: on the command line, else in the environment, else in .env."""
    parser = argparse.ArgumentParser(prog="run.py", description="Serve the site.", epilog=OTHERS)
    parser.add_argument("--host", help="address to listen on (HOST)")
    parser.add_argument("--port", help="port to listen on (PORT)")
    given = parser.parse_args(arguments)
    asked = {"HOST": given.host, "PORT": given.port}
    return surroundings.read(root) | {name: value for name, value in asked.items() if value is not None}


def prepared(root: Path, environ: Mapping[str, str]) -> Settings:
    """The settings, and the folder var/ where they leave something to be kept there. Raises SettingsFault."""
    var = root / "var"
    is_production = environ.get("ENVIRONMENT", "").strip() == "production"
    try:
        if not is_production or not environ.get("DATABASE_URL", "").strip():
            var.mkdir(mode=0o700, exist_ok=True)
        made = None if is_production else secret(var / "secret_key")
    except OSError as error:
        raise SettingsFault([f"{var}: nothing can be kept there ({error.strerror})."]) from None
    return from_environment(environ, made_secret=made, root=root)


async def try_out(settings: Settings, *, patience: float = PATIENCE) -> None:
    """Bring the database up to date before anybody is let in. Raises DatabaseFault, CannotServe."""
    database = Database(settings.database_url, patience=patience)
    try:
        await database.connect()
        try:
            await prepare(database, SCHEMA, clock.now())
        finally:
            await database.disconnect()
    except DatabaseUnavailable as error:
        raise CannotServe(f"The database does not answer ({error}). Start again in a moment.") from None
    except OSError as error:
        raise CannotServe(f"The database of DATABASE_URL cannot be opened ({error.strerror}).") from None


def secret(path: Path) -> str:
    """The secret of this machine, made by whoever comes first."""
    made = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(32))
    try:
        os.link(made, path)  # whole or not at all, and only where there is none
    except FileExistsError:
        pass
    finally:
        made.unlink()
    return path.read_text().strip()


def listening(settings: Settings) -> socket.socket:
    """The socket. Raises CannotServe where the port is taken, or not ours to take."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((settings.host, settings.port))
        bound.listen(BACKLOG)
    except OSError as error:
        bound.close()
        text = f"Port {settings.port} of {settings.host} cannot be used ({error.strerror}). Choose another: --port {settings.port + 1}"
        raise CannotServe(text) from None
    return bound


def welcome(settings: Settings) -> str:
    """What is worth opening."""
    pages = ["/login", "/signup"] + (["/dev/provider"] if settings.dev_provider else [])
    pages += [] if settings.is_production else ["/dev/mail", "/dev/gallery"]
    lines = [f"{settings.site_name} is at {settings.base_url}", *(f"  {settings.base_url}{page}" for page in pages)]
    if not settings.is_production:
        lines.append("Development: for this machine only. Ctrl-C ends it.")
    return "\n".join(lines)


def _said(*lines: str, status: int) -> int:
    print("\n".join(lines), file=sys.stderr, flush=True)
    return status
