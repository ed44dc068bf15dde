"""Which variables look like settings of ours, and are none? A misspelt one would be as if it were not set."""

import difflib

from genkan.settings.reader import Reader

ALIKE = 0.85  # from 0 to 1
OIDC = "OIDC_"
OF_OIDC = ("ISSUER", "CLIENT_ID", "CLIENT_SECRET", "LABEL", "HOSTS", "CLAIM")
OTHERS = frozenset({"HOSTS"})  # what a machine may have set for other programs


def misspelt(reader: Reader) -> None:
    """To be called when all settings have been read. A name that is set itself is not what another one means."""
    known = sorted(name for name in reader.asked if not reader.environ.get(name, "").strip())
    for name in sorted(reader.environ.keys() - reader.asked - OTHERS):
        if not reader.environ[name].strip():
            continue
        near = difflib.get_close_matches(_plain(name), known, 1, ALIKE)
        if near:
            reader.fault(name, f"is no setting; did you mean {near[0]}? Correct it, or take it out")
        elif name.startswith(OIDC):
            ends = ", ".join(f"_{each}" for each in OF_OIDC)
            reader.fault(name, f"is no setting: a name that begins with OIDC_NAME ends with one of {ends}")


def _plain(name: str) -> str:
    """As ours are written."""
    return name.upper().replace("-", "_").removeprefix("GENKAN_")
