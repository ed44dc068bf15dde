"""What happens between `python3 run.py` and the first answer? Settings, a place to keep things, a socket, and the server."""

import argparse
import asyncio
import os
import secrets
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from dotenv import dotenv_values

from genkan import clock, log, server
from genkan.app import ROOT, create_app
from genkan.db import Database, DatabaseFault, prepare
from genkan.settings import Settings, SettingsFault, from_environment

SCHEMA: Final = ROOT / "schema.sql"
BACKLOG: Final = 2048  # connections that wait to be accepted


def serve(root: Path, arguments: list[str]) -> int:
    """Serve until told to stop. Returns the exit status: 0, 1 (cannot serve) or 2 (wrong settings)."""
    environ = environment(root, arguments)
    try:
        settings = prepared(root, environ)
        asyncio.run(try_out(settings))
        bound = listening(settings)
    except SettingsFault as fault:
        return _said("These settings cannot be used:", *fault.faults, status=2)
    except DatabaseFault as fault:
        return _said(str(fault), status=1)
    except OSError as error:
        return _said(
            f"Port {environ.get('PORT', 8000)} cannot be used ({error.strerror}). Choose another: --port 8001", status=1
        )
    print(welcome(settings), flush=True)
    with log.to(for_people=not settings.is_production):
        server.run(create_app(settings), bound)
    return 0


def environment(root: Path, arguments: list[str]) -> dict[str, str]:
    """What is set: on the command line, else in the environment, else in .env."""
    parser = argparse.ArgumentParser(prog="run.py", description="Serve the site.")
    parser.add_argument("--host", help="address to listen on (HOST)")
    parser.add_argument("--port", help="port to listen on (PORT)")
    given = parser.parse_args(arguments)
    kept = {name: value for name, value in dotenv_values(root / ".env").items() if value is not None}
    asked = {"HOST": given.host, "PORT": given.port}
    return kept | dict(os.environ) | {name: value for name, value in asked.items() if value is not None}


def prepared(root: Path, environ: Mapping[str, str]) -> Settings:
    """The settings, and in development a folder var/ with a secret of its own. Raises SettingsFault."""
    var = root / "var"
    if environ.get("ENVIRONMENT", "").strip() == "production":
        return from_environment(environ, var=var)
    var.mkdir(mode=0o700, exist_ok=True)
    return from_environment(environ, made_secret=secret(var / "secret_key"), var=var)


async def try_out(settings: Settings) -> None:
    """Bring the database up to date before anybody is let in. Raises DatabaseFault."""
    database = Database(settings.database_url)
    await database.connect()
    try:
        await prepare(database, SCHEMA, clock.now())
    finally:
        await database.disconnect()


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
    """The socket. Raises OSError where the port is taken, or not ours to take."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((settings.host, settings.port))
        bound.listen(BACKLOG)
    except OSError:
        bound.close()
        raise
    return bound


def welcome(settings: Settings) -> str:
    """What is worth opening."""
    pages = ["/login", "/signup"] + (["/dev/provider"] if settings.dev_provider else [])
    lines = [f"{settings.site_name} is at {settings.base_url}", *(f"  {settings.base_url}{page}" for page in pages)]
    if not settings.is_production:
        lines.append("Development: for this machine only. Ctrl-C ends it.")
    return "\n".join(lines)


def _said(*lines: str, status: int) -> int:
    print("\n".join(lines), file=sys.stderr, flush=True)
    return status
