"""How does a database look up what the product asks it? The plan of every statement in records/, on the data that are there."""

import ast
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from genkan.db.statements import PARAMETER, numbered

from bench.common.engines import File, Kept

RECORDS = Path(__file__).resolve().parents[2] / "site" / "genkan" / "records"
VERBS = {"one", "all", "value", "run"}
SMALL = ("schema_version",)  # tables of a row or two
# With MAX_ACCOUNTS alone, at the start and at most once a minute.
ON_PURPOSE = "SET taken = (SELECT COUNT(*) FROM users)"
LEAST = 1000  # rows: of a smaller table PostgreSQL reads all, and is right


def statements() -> Iterator[tuple[str, str]]:
    """Module and SQL of each statement."""
    for path in sorted(RECORDS.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in VERBS:
                texts = [
                    each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)
                ]
                yield from ((path.stem, text) for text in texts)


async def scans(kept: Kept) -> list[str]:
    """Those that read a whole table."""
    return [
        f"{name}: {' '.join(sql.split())[:80]}"
        for name, sql in statements()
        if name not in SMALL and ON_PURPOSE not in sql and await _is_scan(kept, sql)
    ]


async def _is_scan(kept: Kept, sql: str) -> bool:
    if isinstance(kept, File):
        plan = [row[3] for row in await kept.rows(f"EXPLAIN QUERY PLAN {PARAMETER.sub('NULL', sql)}")]
        return any(re.match(r"SCAN (?!CONSTANT|ways|.*INDEX)", each) for each in plan)
    text, names = numbered(sql)
    rows = await kept.rows("SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples >= %d" % LEAST)  # noqa: UP031
    large = {row[0] for row in rows}
    now = int(time.time())
    found = json.loads(await kept.planned(text, names, {"now": now, "before": now, "most": LEAST}))
    return any(_reads_all(each["Plan"], large) for each in found)


def _reads_all(node: Any, large: set[str]) -> bool:
    """Whether it, or what it is made of, reads a large table to its end; below a limit it ends before."""
    if node["Node Type"] == "Limit":
        return False
    is_scan = node["Node Type"] == "Seq Scan" and node["Relation Name"] in large
    return is_scan or any(_reads_all(each, large) for each in node.get("Plans", []))
