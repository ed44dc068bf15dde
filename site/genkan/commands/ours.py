"""What is there to keep and to move? The tables that schema.sql names, and where copies of the database may lie for a while."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from genkan.db.copying import sqlite_path


def tables(root: Path) -> frozenset[str]:
    """The names of our tables; a team may have others in the same database."""
    return frozenset(re.findall(r"^CREATE TABLE (\w+)", (root / "schema.sql").read_text(), re.MULTILINE))


@contextmanager
def folder(root: Path, url: str) -> Iterator[Path]:
    """A folder that only we may read, where the database is, else in var/; gone afterwards."""
    path = sqlite_path(url)
    beside = path.parent if path else root / "var"
    with tempfile.TemporaryDirectory(prefix=".copy-", dir=beside if beside.is_dir() else None) as name:
        yield Path(name)
