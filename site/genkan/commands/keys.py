"""`python3 run.py keys …`: which secret counts since when, and how is it changed without anybody being logged out?"""

import argparse
import asyncio
import secrets
from pathlib import Path
from typing import Any, Final

from genkan import clock, surroundings
from genkan.accounts import administration, leaked
from genkan.accounts.tokens import LASTS
from genkan.commands import opened, rotation_words, saying
from genkan.commands.opened import CannotDo
from genkan.db import DatabaseFault, DatabaseUnavailable
from genkan.keys import Keys
from genkan.settings import Settings
from genkan.settings.rotation import NAMES, written

AHEAD: Final = 60  # minutes from the change until the new secret leads; so long do others keep /.well-known/jwks.json
LONGEST: Final = 7 * 24 * 60  # minutes


def command(root: Path, arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="run.py keys", description="The secret that every key is derived from.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    show = verbs.add_parser("show", help="which keys there are, since when and until when; never the secret")
    rotate = verbs.add_parser(
        "rotate", help="a new secret; the one before verifies until all that it signed has run out"
    )
    when = rotate.add_mutually_exclusive_group()
    when.add_argument(
        "--in", dest="ahead", type=_minutes, default=AHEAD, metavar="MINUTES",
        help=f"when the new one takes over; every server process has to be started again before ({AHEAD})",
    )  # fmt: skip
    when.add_argument("--leaked", action="store_true", help="the old one is worth nothing: everybody is logged out")
    for each in (show, rotate):
        each.add_argument("--json", action="store_true", help="one JSON document")
    asked = parser.parse_args(arguments)
    work = {"show": _show, "rotate": _rotate}[asked.verb]
    return opened.finished(work(root, asked))


async def _show(root: Path, asked: argparse.Namespace) -> int:
    settings = opened.settings(root)
    found = listed(settings, now=clock.now())
    if asked.json:
        saying.as_json({"keys": found})
    else:
        saying.told("\n".join(_line(each) for each in found))
    return 0


def listed(settings: Settings, *, now: int) -> list[dict[str, Any]]:
    """The keys, the newest first, with the times that they count; never a secret."""
    since = settings.secret_key_since
    keys = Keys.derive(settings.secret_key, settings.secret_key_previous, since)
    state = "takes over" if since is not None and now < since else "signs"
    found: list[dict[str, Any]] = [{"kid": keys.kids[0], "state": state, "since": saying.moment(since), "until": None}]
    if len(keys.kids) > 1 and since is not None:
        old = "signs" if now < since else "verifies" if now < since + LASTS else "may be dropped"
        until = saying.moment(since + LASTS)
        found.append({"kid": keys.kids[1], "state": old, "since": None, "until": until})
    return found


def _line(key: dict[str, Any]) -> str:
    times = [f"{word} {key[word]}" for word in ("since", "until") if key[word]]
    return "  ".join([key["kid"], key["state"], *times])


async def _rotate(root: Path, asked: argparse.Namespace) -> int:
    settings, now = opened.settings(root), clock.now()
    if not asked.leaked:
        _refuse_early(settings, now=now)
    since = now + asked.ahead * 60
    new, before = secrets.token_hex(32), None if asked.leaked else settings.secret_key.decode()
    values = dict(zip(NAMES, (new, before, None if asked.leaked else written(since)), strict=True))
    where = await asyncio.to_thread(_keep, root, values)
    ended = await _end_all(root, now=now) if asked.leaked else None
    document = _document(where, values, ended)
    if asked.json:
        saying.as_json(document)
    else:
        after = rotation_words.of_leak(ended) if ended else rotation_words.of_change(since)
        saying.told("\n".join([*rotation_words.placed(document), *after]))
    return 0


def _refuse_early(settings: Settings, *, now: int) -> None:
    """Three secrets at once would be one too many: whoever came in by the oldest would be logged out."""
    since = settings.secret_key_since
    if since is not None and settings.secret_key_previous is not None and now < since + LASTS:
        raise CannotDo(
            f"The secret was changed a short while ago: the one before still verifies until {saying.moment(since + LASTS)}."
            " Wait until then; or `keys rotate --leaked`, which logs everybody out."
        )


def _keep(root: Path, values: dict[str, str | None]) -> str:
    """Put the new secret where the old one is. Returns the file; "" where that is the environment, which we cannot change."""
    if not surroundings.of_process().keys().isdisjoint(NAMES):
        return ""
    if "SECRET_KEY" in surroundings.in_file(root):
        surroundings.change(root, values)
        return str(root / ".env")
    path = root / "var" / "secret_key"
    surroundings.put(path, "\n".join(each for each in values.values() if each), like=path)
    return str(path)


async def _end_all(root: Path, *, now: int) -> dict[str, Any]:
    """Whatever the old secret gave: with the next start nobody's browser has anything, the rows need not wait for that."""
    try:
        async with opened.services(root) as services:
            sessions = await administration.end_everybodys(services, administration.COMMAND, now=now)
            return {"sessions": sessions, "links": await leaked.end_links(services), "failed": None}
    except (DatabaseFault, DatabaseUnavailable) as fault:
        return {"sessions": 0, "links": 0, "failed": str(fault)}


def _document(where: str, values: dict[str, str | None], ended: dict[str, Any] | None) -> dict[str, Any]:
    """What is said, for programs. The new secret only where whoever asks has to set it themselves."""
    new = Keys.derive((values["SECRET_KEY"] or "").encode()).kids[0]
    found: dict[str, Any] = {"kid": new, "since": values["SECRET_KEY_SINCE"], "written_to": where or None}
    if not where:
        kept = "the value that SECRET_KEY has now" if values["SECRET_KEY_PREVIOUS"] else None
        found["set"] = values | {"SECRET_KEY_PREVIOUS": kept}
    return found | ({"ended": ended} if ended else {})


def _minutes(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= LONGEST):
        raise argparse.ArgumentTypeError(f"must be a number of minutes, at most {LONGEST}")
    return int(text)
