"""`user import FILE`: how do the accounts of a file come in, and what becomes of each line?"""

import argparse
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from genkan import clock, oauth
from genkan.accounts import import_rows, importing
from genkan.accounts.administration import COMMAND
from genkan.accounts.import_rows import Faulty, Person
from genkan.accounts.importing import Outcome, Seen
from genkan.accounts.services import Services
from genkan.commands import opened, rows, saying
from genkan.commands.opened import CannotDo
from genkan.commands.progress import Progress
from genkan.commands.rows import Record, Unreadable


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="CSV with a first line of names, or JSON lines; UTF-8")
    parser.add_argument("--dry-run", action="store_true", help="change nothing, and say of each line what would happen")
    parser.add_argument("--strict", action="store_true", help="if one line is wrong, nothing of the file comes in")
    parser.add_argument(
        "--trust-emails", action="store_true", help="email_proven counts: the other system had them confirmed"
    )


@dataclass(slots=True)
class Tally:
    """How it went. lines: of a dry run only."""

    created: int = 0
    there: int = 0
    problems: list[dict[str, Any]] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Run:
    """One walk through the file. keep: whether what is created stays."""

    path: Path
    given: argparse.Namespace
    issuers: dict[str, str]
    now: int
    keep: bool


async def import_file(root: Path, given: argparse.Namespace) -> int:
    settings = opened.settings(root)
    known = {each.name: oauth.issuer_of(each) for each in settings.providers}
    issuers = {name: issuer for name, issuer in known.items() if issuer}
    async with opened.services(root, settings) as services:
        run = Run(Path(given.file), given, issuers, clock.now(), keep=not given.dry_run)
        if given.strict and run.keep:
            tried = await _walk(services, replace(run, keep=False))
            if tried.problems:
                return _told(given, Tally(problems=tried.problems))
        return _told(given, await _walk(services, run))


async def _walk(services: Services, run: Run) -> Tally:
    """Raises CannotDo where the file as a whole cannot be read."""
    tally, seen = Tally(), Seen()
    try:
        records = rows.of_file(run.path, import_rows.COLUMNS)
        with Progress(run.path.stat().st_size) as progress:
            while some := list(islice(records, importing.AT_ONCE)):
                await _some(services, run, some, seen, tally)
                progress.at(some[-1].end)
    except Unreadable as fault:
        raise CannotDo(f"{run.path} {fault}") from None
    return tally


async def _some(services: Services, run: Run, records: list[Record], seen: Seen, tally: Tally) -> None:
    people: list[tuple[int, Person]] = []
    faults: dict[int, list[str]] = {}
    for record in records:
        try:
            people.append((record.line, _person(run, record, seen)))
        except Faulty as faulty:
            faults[record.line] = faulty.faults
    outcomes = await importing.batch(services, COMMAND, [each for _, each in people], now=run.now, keep=run.keep)
    became = {line: (person, outcome) for (line, person), outcome in zip(people, outcomes, strict=True)}
    for record in records:
        if record.line in faults:
            _refuse(run, tally, record.line, *faults[record.line])
        else:
            _note(run, tally, record.line, *became[record.line])


def _person(run: Run, record: Record, seen: Seen) -> Person:
    """Raises Faulty."""
    if record.fault is not None:
        raise Faulty([record.fault])
    person = import_rows.read(record.values, trust_emails=run.given.trust_emails, issuers=run.issuers, now=run.now)
    again = seen.again(person, record.line)
    if again is not None:
        raise Faulty([again])
    return person


def _refuse(run: Run, tally: Tally, line: int, *faults: str) -> None:
    for fault in faults:
        tally.problems.append({"line": line, "says": fault})
        if not run.given.json:
            saying.refused(f"{run.path}:{line}: {fault}")


def _note(run: Run, tally: Tally, line: int, person: Person, outcome: Outcome) -> None:
    if outcome.kind == "refused":
        _refuse(run, tally, line, outcome.says)
        return
    tally.created += outcome.kind == "created"
    tally.there += outcome.kind == "there"
    if run.given.dry_run:
        words = {"created": "would be created", "there": "is there already"}[outcome.kind]
        tally.lines.append({"line": line, "becomes": outcome.kind, "remarks": list(person.remarks)})
        if not run.given.json:
            saying.told(
                "; ".join((f"{run.path}:{line}: {words}", *(person.remarks if outcome.kind == "created" else ())))
            )


def _told(given: argparse.Namespace, tally: Tally) -> int:
    if given.json:
        document: dict[str, Any] = {"created": tally.created, "there": tally.there, "problems": tally.problems}
        saying.as_json(document | ({"lines": tally.lines} if given.dry_run else {}))
    else:
        wrong = len({each["line"] for each in tally.problems})
        saying.told(
            f"{tally.created} {'would be ' if given.dry_run else ''}created, {tally.there} there already, {wrong} refused."
        )
    return 1 if tally.problems else 0
