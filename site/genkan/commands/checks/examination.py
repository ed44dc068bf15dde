"""What does every check find? They run side by side, and whatever hangs, there is a report in time."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from genkan.commands.checks import (
    address,
    copies,
    database,
    machine,
    mailing,
    packages,
    providers,
    reached,
    secrecy,
)
from genkan.commands.checks.around import Around
from genkan.commands.checks.finding import Finding, fault

Check = Callable[[Around], Awaitable[list[Finding]]]

DEADLINE: Final = 6.0  # seconds for all together
CHECKS: Final[Mapping[str, Check]] = {
    "secrets": secrecy.findings,
    "site.address": address.findings,
    "site": reached.findings,
    "providers": providers.findings,
    "mail": mailing.findings,
    "database": database.findings,
    "machine": machine.findings,
    "packages": packages.findings,
    "copies": copies.findings,
}


async def examined(
    around: Around, checks: Mapping[str, Check] = CHECKS, *, deadline: float = DEADLINE
) -> list[Finding]:
    """In the order of the checks."""
    tasks = {name: asyncio.ensure_future(check(around)) for name, check in checks.items()}
    _, late = await asyncio.wait(tasks.values(), timeout=deadline)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
    return [finding for name, task in tasks.items() for finding in _of(name, task, deadline)]


def _of(name: str, task: "asyncio.Future[list[Finding]]", deadline: float) -> list[Finding]:
    if task.cancelled():
        return [fault(name, f"this did not come to an end within {deadline:.0f} s", "look at what stands before it")]
    error = task.exception()
    if error is None:
        return task.result()
    return [
        fault(name, f"this could not be looked at ({type(error).__name__})", "tell us; the rest is not touched by it")
    ]
