"""How do tests see that nothing was changed? By all rows of all tables, before and after."""

from typing import Any

from databases_for_tests import TABLES
from starlette.applications import Starlette


async def everything(app: Starlette) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, in an order of its own; of mails all but how far the sender is."""
    found = {}
    for table in TABLES:
        rows = await app.state.services.db._rows(f"SELECT * FROM {table}", {})
        found[table] = sorted((_kept(table, row) for row in rows), key=repr)
    return found


async def value(app: Starlette, sql: str, **values: Any) -> Any:
    return await app.state.services.db.value(sql, **values)


async def prove_all(app: Starlette, now: int) -> None:
    """As if every mailbox had answered."""
    await app.state.services.db.run("UPDATE users SET email_proven_at = :now", now=now)


# What the server notes by itself: how far the sender is, and when a session was seen.
NOTED = {"outbox": ("due_at", "tries", "claimed_until", "sent_at", "dead_at"), "sessions": ("last_seen_at",)}


def _kept(table: str, row: Any) -> dict[str, Any]:
    return {name: found for name, found in dict(row._mapping).items() if name not in NOTED.get(table, ())}
