"""Since when does SECRET_KEY count? Until then SECRET_KEY_PREVIOUS leads; from then on it only runs out."""

from collections.abc import Mapping
from datetime import UTC, datetime

from genkan.settings.reader import Reader

NAMES = ("SECRET_KEY", "SECRET_KEY_PREVIOUS", "SECRET_KEY_SINCE")


def unfolded(environ: Mapping[str, str], made: str | None) -> tuple[Mapping[str, str], str | None]:
    """The variables, and the secret of this machine without what `keys rotate` noted below it: the one before, and since when."""
    newest, *older = (made or "").strip().splitlines() or [""]
    if older and not environ.get("SECRET_KEY", "").strip():
        return {**environ, **dict(zip(NAMES[1:], older, strict=False))}, newest
    return environ, newest or None


def since(reader: Reader) -> int | None:
    """Unix seconds; None where it is not said: then the newer secret leads at once, and the one before counts while it is set."""
    value = reader.text("SECRET_KEY_SINCE", "")
    try:
        return int(moment(value).timestamp()) if value else None
    except ValueError:
        reader.fault("SECRET_KEY_SINCE", "must be a time like 2026-11-27T12:00:00Z")
        return None


def moment(text: str) -> datetime:
    """Raises ValueError, also where it does not say which clock it is by."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("no time zone")
    return found


def written(at: int) -> str:
    """As it is set: 2026-11-27T12:00:00Z."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
