"""What has to be there before anybody is served? The command line, the settings, a place to keep things, and a socket."""

import argparse
import os
import secrets
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from genkan import surroundings
from genkan.settings import Settings, SettingsFault, from_environment

BACKLOG: Final = 2048  # connections that wait to be accepted
OTHERS: Final = "Besides: `run.py help` lists every other verb."
ONE_PROCESS: Final = ("", "0", "1")  # of WORKERS


class CannotServe(Exception):
    """In a sentence that says why."""


@dataclass(frozen=True, slots=True)
class Inherited:
    """What a worker has from its parent, by number: the line between them, and the socket of the site."""

    wire: int
    socket: int


def environment(root: Path, arguments: list[str]) -> dict[str, str]:
    """What is set: on the command line, else in the environment, else in .env."""
    given = _read(arguments)
    asked = {"HOST": given.host, "PORT": given.port, "WORKERS": given.workers}
    return surroundings.read(root) | {name: value for name, value in asked.items() if value is not None}


def inherited(arguments: list[str]) -> Inherited | None:
    """What this process has from its parent, if it is a worker."""
    given: list[int] | None = _read(arguments).inherited
    return Inherited(*given) if given else None


def has_workers(root: Path, arguments: list[str]) -> bool:
    """Whether this process only looks after those that serve: always in production, so that it can be told to reload."""
    if inherited(arguments) is not None:
        return False
    found = {name: value.strip() for name, value in environment(root, arguments).items()}
    is_more = found.get("WORKERS", "") not in ONE_PROCESS or found.get("METRICS_ADDRESS", "") != ""
    return is_more or found.get("ENVIRONMENT") == "production"


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
    """The socket of the site. Raises CannotServe where the port is taken, or not ours to take."""
    return _bound(settings.host, settings.port, f"Choose another: --port {settings.port + 1}")


def listening_for_metrics(settings: Settings) -> socket.socket | None:
    """The socket of /metrics; None where there is none. Raises CannotServe."""
    if settings.metrics_address is None:
        return None
    return _bound(*settings.metrics_address, "Choose another in METRICS_ADDRESS.")


def welcome(settings: Settings) -> str:
    """What is worth opening."""
    pages = ["/login", "/signup"] + (["/dev/provider"] if settings.dev_provider else [])
    pages += [] if settings.is_production else ["/dev/mail", "/dev/gallery"]
    lines = [f"{settings.site_name} is at {settings.base_url}", *(f"  {settings.base_url}{page}" for page in pages)]
    if not settings.is_production:
        lines.append("Development: for this machine only. Ctrl-C ends it.")
    return "\n".join(lines)


def said(*lines: str, status: int) -> int:
    print("\n".join(lines), file=sys.stderr, flush=True)
    return status


def _read(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="run.py", description="Serve the site.", epilog=OTHERS)
    parser.add_argument("--host", help="address to listen on (HOST)")
    parser.add_argument("--port", help="port to listen on (PORT)")
    parser.add_argument("--workers", help="processes that serve (WORKERS)")
    parser.add_argument("--inherited", nargs=2, type=int, help=argparse.SUPPRESS)  # for workers, by their parent
    return parser.parse_args(arguments)


def _bound(host: str, port: int, advice: str) -> socket.socket:
    bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        bound.listen(BACKLOG)
    except OSError as error:
        bound.close()
        raise CannotServe(f"Port {port} of {host} cannot be used ({error.strerror}). {advice}") from None
    return bound
