"""What does a command work with? The server's own services, for the settings of the environment; nothing is made or upgraded."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine
from pathlib import Path
from typing import Any

from genkan import furnished, surroundings
from genkan.accounts.hashing import Hasher
from genkan.accounts.services import Services
from genkan.commands import saying
from genkan.db import DatabaseFault, DatabaseUnavailable, check_version
from genkan.errors import GenkanError
from genkan.keys import Keys
from genkan.settings import Settings, SettingsFault, from_environment


class CannotDo(Exception):
    """In a sentence that says why."""


def settings(root: Path) -> Settings:
    """Those that the server has when it is started here. Raises SettingsFault, CannotDo."""
    environ = surroundings.read(root)
    made, is_production = root / "var" / "secret_key", environ.get("ENVIRONMENT", "").strip() == "production"
    try:
        secret = None if is_production or not made.exists() else made.read_text().strip()
    except OSError as error:
        raise CannotDo(f"{made} cannot be read ({error.strerror}). Run this as the user who runs the server.") from None
    if not is_production and secret is None and not environ.get("SECRET_KEY", "").strip():
        raise CannotDo("Nothing was started here yet. Start the server once: python3 run.py")
    return from_environment(environ, made_secret=secret, root=root)


@contextlib.asynccontextmanager
async def services(root: Path, known: Settings | None = None) -> AsyncIterator[Services]:
    """Connected, with the database as it is. known: the settings, where they were read already.

    Raises SettingsFault, CannotDo; DatabaseFault for a database that is not there, or not of this program's version.
    """
    found = known or settings(root)
    hasher = Hasher()
    made = furnished.services(
        found, Keys.derive(found.secret_key, found.secret_key_previous, found.secret_key_since), hasher
    )
    try:
        if not made.db.is_there:
            raise DatabaseFault("There is no database yet at DATABASE_URL. Start the server once: python3 run.py")
        await made.db.connect()
        try:
            await check_version(made.db)
            yield made
        finally:
            await made.db.disconnect()
    finally:
        hasher.close()


def finished(work: Coroutine[Any, Any, int]) -> int:
    """The exit status of a command's work; what goes wrong is said in a sentence: 1, or 2 for wrong settings."""
    try:
        return asyncio.run(work)
    except SettingsFault as fault:
        return saying.refused("These settings cannot be used:", *fault.faults, status=2)
    except GenkanError as error:
        return saying.refused(*saying.sentences(error))
    except DatabaseUnavailable as error:
        return saying.refused(f"The database does not answer ({error}). Try again in a moment.")
    except (CannotDo, DatabaseFault) as fault:
        return saying.refused(str(fault))
    except OSError as error:
        return saying.refused(f"{error.filename or 'The system'}: {error.strerror}.")
