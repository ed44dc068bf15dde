"""Are a team's own templates, styles and sentences up to date, and all used? What `run.py check copies` says at length."""

from genkan.commands.checks.around import Around
from genkan.commands.checks.finding import Finding, ok, warning
from genkan.design import checking


async def findings(around: Around) -> list[Finding]:
    found = checking.findings(around.root)
    if not found:
        return [ok("copies", "nothing in a folder of your own lags behind")]
    todo = "python3 run.py check copies shows what has changed, and how to take it over"
    return [warning("copies", each.partition("\n")[0].rstrip("."), todo) for each in found]
