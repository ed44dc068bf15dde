"""How do tests see that nothing was changed? By all rows of all tables, before and after."""

from typing import Any

from databases_for_tests import TABLES
from starlette.applications import Starlette


async def everything(app: Starlette) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, in an order of its own."""
    found = {}
    for table in TABLES:
        rows = await app.state.services.db._rows(f"SELECT * FROM {table}", {})
        found[table] = sorted((dict(row._mapping) for row in rows), key=repr)
    return found


async def value(app: Starlette, sql: str, **values: Any) -> Any:
    return await app.state.services.db.value(sql, **values)


async def prove_all(app: Starlette, now: int) -> None:
    """As if every mailbox had answered."""
    await app.state.services.db.run("UPDATE users SET email_proven_at = :now", now=now)
