"""How is a backup unpacked? Into an empty folder, and only what a backup can hold: plain files with plain names."""

import gzip
import io
import shutil
import tarfile
import zlib
from collections import deque
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Final

from genkan.archive import age
from genkan.archive.faults import CUT, ArchiveFault
from genkan.archive.stream import Unsealing

SINGLE: Final = frozenset({"about.json", "genkan.db", "env", "environment", "secret_key"})
FOLDER: Final = "brand"  # whatever is in it
PIECE: Final = 1 << 20  # bytes


def unpack(path: Path, passphrase: str, folder: Path) -> None:
    """Everything of the backup, into an empty folder of ours. Raises WrongPassphrase, ArchiveFault, OSError.

    What is in the folder counts only when this returns: until the last byte nobody knows whether the file is whole.
    """
    with path.open("rb") as file:
        plain = Unsealing(file, age.opened(file, passphrase))
        try:
            with gzip.GzipFile(fileobj=io.BufferedReader(plain)) as packed:
                _take_all(packed, folder)
                deque(iter(partial(packed.read, PIECE), b""), maxlen=0)  # to the end, where the check sums are
        except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile):
            raise ArchiveFault(CUT) from None


def _take_all(packed: gzip.GzipFile, folder: Path) -> None:
    with tarfile.open(fileobj=packed, mode="r|") as tar:
        for entry in tar:
            _take(tar, entry, folder)


def _take(tar: tarfile.TarFile, entry: tarfile.TarInfo, folder: Path) -> None:
    content = tar.extractfile(entry) if entry.isreg() and is_ours(entry.name) else None
    if content is None:
        raise ArchiveFault(f"The file holds what no backup of ours does: {entry.name[:80]!r}.")
    path = folder / entry.name
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with path.open("xb") as file:
            shutil.copyfileobj(content, file)
    except (FileExistsError, NotADirectoryError, IsADirectoryError):
        raise ArchiveFault(f"The file holds two things in one place: {entry.name[:80]!r}.") from None
    path.chmod(0o600)


def is_ours(name: str) -> bool:
    """Whether a backup has an entry of this name: never one that leads anywhere else."""
    parts = PurePosixPath(name).parts
    is_plain = name == "/".join(parts) and ".." not in parts and name.isprintable() and "\\" not in name
    return is_plain and (name in SINGLE or (len(parts) > 1 and parts[0] == FOLDER))
