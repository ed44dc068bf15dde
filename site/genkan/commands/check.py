"""`python3 run.py check`: is everything in order? Says what it found, thing by thing, and what to do. Changes nothing."""

import argparse
import asyncio
import ssl
from pathlib import Path
from typing import Final

from genkan import clock
from genkan.commands import saying
from genkan.commands.checks import configured
from genkan.commands.checks.around import Around
from genkan.commands.checks.daemons import Loop
from genkan.commands.checks.examination import examined
from genkan.commands.checks.finding import Finding, skipped
from genkan.design import commands as design

FOR_DESIGNERS: Final = ("--merge", "--accept")
SIGNS: Final = {"ok": "ok     ", "fault": "FAULT  ", "warning": "warning", "skipped": "skipped"}
ABOUT: Final = (
    "Is everything in order? Settings, secrets, providers, mail, database, certificate, packages: what was found, and what to do. "
    "`check copies` shows what has changed under your copies of templates; --merge NAME and --accept NAME bring one up to date."
)


def command(root: Path, arguments: list[str]) -> int:
    """Returns 0 where nothing is a fault, 1 where something is, 2 for a wrong call."""
    if arguments[:1] == ["copies"]:
        return design.run(root, "check", arguments[1:])
    if any(each.partition("=")[0] in FOR_DESIGNERS for each in arguments):
        return design.run(root, "check", arguments)
    asked = _parser().parse_args(arguments)
    found = examine(root, online=not asked.offline)
    if asked.json:
        saying.as_json([{"name": f.name, "state": f.state, "text": f.text, "todo": f.todo} for f in found])
    else:
        saying.told("\n".join([*map(line, found), summary(found)]))
    return int(any(each.state == "fault" for each in found))


def examine(root: Path, *, online: bool, tls: ssl.SSLContext | None = None, patience: float = 4.0) -> list[Finding]:
    """Everything that is found. tls: whom to believe, besides those that the machine does."""
    settings, found = configured.read(root)
    if settings is None:
        return [*found, skipped("everything else", "not looked at: the settings come first")]
    around = Around(root, settings, online, clock.now(), tls or ssl.create_default_context(), patience)
    with asyncio.Runner(loop_factory=Loop) as runner:
        return [*found, *runner.run(examined(around))]


def line(finding: Finding) -> str:
    """One finding for people: how it stands, its name, what was found; and below it what to do."""
    said = f"{SIGNS[finding.state]}  {finding.name}: {finding.text}"
    return f"{said}\n         → {finding.todo}" if finding.todo else said


def summary(found: list[Finding]) -> str:
    counted = {state: sum(each.state == state for each in found) for state in SIGNS}
    return f"\n{counted['fault']} faults, {counted['warning']} warnings, {counted['skipped']} skipped, {counted['ok']} in order."


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="run.py check", description=ABOUT)
    parser.add_argument("--offline", action="store_true", help="ask nothing of the network; what needs it is skipped")
    parser.add_argument("--json", action="store_true", help="the findings as one JSON document")
    return parser
