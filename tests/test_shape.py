"""Is the house still built as docs/architecture.md says?"""

import ast
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from genkan.db.statements import numbered

ROOT = Path(__file__).parents[1]
HOUSE = ROOT / "site" / "genkan"
FILES = sorted(HOUSE.rglob("*.py"))

NOBODY: set[str] = set()
MAY_LEAN_ON = {
    "errors": NOBODY,
    "settings": NOBODY,
    "clock": NOBODY,
    "keys": NOBODY,
    "log": NOBODY,
    "db": NOBODY,
    "records": {"db"},
    "oauth": {"errors", "settings"},
    "accounts": {"records", "oauth", "db", "errors", "keys"},
    "web": {"accounts", "errors", "settings", "keys", "log", "db"},
    "pages": {"web", "accounts", "oauth", "errors", "log"},
    "dev": {"web", "accounts", "oauth", "errors", "log", "settings", "keys"},
    "server": {"log"},
}
ONLY_IN = {
    "databases": {"db"},
    "asyncpg": {"db"},
    "sqlite3": {"db"},
    "authlib": {"oauth"},
    "starlette": {"web", "pages", "dev", "app", "server"},
    "jinja2": {"web"},
    "passlib": {"accounts"},
}
WITHOUT_A_PAGE = {"doors", "health", "home", "well_known", "oauth_start", "oauth_callback"}
VERBS = {"one", "all", "value", "run"}


def room(path: Path) -> str:
    return path.relative_to(HOUSE).parts[0].removesuffix(".py")


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module == "genkan":
                yield from (f"genkan.{alias.name}" for alias in node.names)
            else:
                yield node.module


def strangers(path: Path, source: str) -> list[str]:
    """What a file imports and should not."""
    found, here = [], room(path)
    for name in imports(ast.parse(source)):
        first, _, rest = name.partition(".")
        there = rest.partition(".")[0]
        if first == "genkan" and here in MAY_LEAN_ON and there not in MAY_LEAN_ON[here] | {here}:
            found.append(name)
        if first in ONLY_IN and here not in ONLY_IN[first]:
            found.append(name)
    return found


def local_imports(source: str) -> list[int]:
    functions = [
        node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    return [
        inner.lineno for each in functions for inner in ast.walk(each) if isinstance(inner, ast.Import | ast.ImportFrom)
    ]


def statements(source: str) -> list[tuple[Any, set[str]]]:
    """Every statement that is sent to a database: its text (None where it is no literal), and the values' names."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr not in VERBS:
            continue
        if not (isinstance(node.func.value, ast.Name) and node.func.value.id == "db"):
            continue
        sql = node.args[1] if node.func.attr in ("one", "all") else node.args[0]
        literal = sql.value if isinstance(sql, ast.Constant) else None
        found.append((literal, {keyword.arg or "**" for keyword in node.keywords}))
    return found


RECORDS = [
    (path.stem, *each) for path in sorted((HOUSE / "records").glob("*.py")) for each in statements(path.read_text())
]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(HOUSE)))
def test_a_file_leans_only_on_the_floors_below(path: Path) -> None:
    assert strangers(path, path.read_text()) == []
    assert local_imports(path.read_text()) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(HOUSE)))
def test_a_file_says_what_it_answers_and_is_short(path: Path) -> None:
    source = path.read_text()
    tree = ast.parse(source)
    assert (path.parent == HOUSE and path.name == "__init__.py") or ast.get_docstring(tree)
    limit = 300 if path.name in ("errors.py", "settings.py") else 220  # the two that are lists
    assert source.count("\n") <= limit
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno <= 45, node.name
            assert node.returns is not None or node.name == "__init__", node.name


def test_the_source_root_is_no_package() -> None:
    assert not (ROOT / "site" / "__init__.py").exists()


def test_only_the_entry_puts_the_source_root_on_the_path() -> None:
    assert [path for path in FILES if "sys.path" in path.read_text()] == []
    assert (ROOT / "run.py").read_text().count("sys.path") == 1


def test_only_the_start_reads_the_environment() -> None:
    assert [path.name for path in FILES if re.search(r"os\.environ|getenv", path.read_text())] == ["start.py"]


def test_nothing_is_marked_safe_or_evaluated() -> None:
    forbidden = re.compile(
        r"Markup\(|\beval\(|\bexec\(|pickle|subprocess|os\.system|from_string|random\.(random|choice)|verify=False|hashlib\.(md5|sha1)"
    )
    assert [path for path in FILES if forbidden.search(path.read_text())] == []


def test_each_page_has_its_template() -> None:
    pages = {path.stem for path in (HOUSE / "pages").glob("*.py")} - {"__init__"} - WITHOUT_A_PAGE
    templates = {path.stem for path in (ROOT / "templates" / "pages").glob("*.html")}
    assert pages <= templates


@pytest.mark.parametrize(("table", "sql", "names"), RECORDS)
def test_SQL_is_literal_and_its_parameters_are_those_that_are_passed(
    table: str, sql: str | None, names: set[str]
) -> None:
    assert sql is not None, f"records/{table}.py: SQL has to be a literal"
    assert set(numbered(sql)[1]) == names
    assert "*" not in sql.replace("COUNT(*)", "")


def test_SQL_compiles_on_sqlite() -> None:
    database = sqlite3.connect(":memory:")
    database.executescript((ROOT / "schema.sql").read_text())
    assert len(RECORDS) > 20
    for _, sql, names in RECORDS:
        database.execute(f"EXPLAIN {sql}", dict.fromkeys(names))
    database.close()


def test_no_statement_reads_a_whole_table() -> None:
    """However many users there are, a page costs the same: every look-up has its index."""
    database = sqlite3.connect(":memory:")
    database.executescript((ROOT / "schema.sql").read_text())
    for table, sql, names in RECORDS:
        plan = database.execute(f"EXPLAIN QUERY PLAN {sql}", dict.fromkeys(names)).fetchall()
        scans = [
            row[3]
            for row in plan
            if row[3].startswith("SCAN") and "CONSTANT" not in row[3] and "ways" not in row[3] and "INDEX" not in row[3]
        ]
        assert scans == [] or table == "schema_version", (table, scans)
    database.close()


@pytest.mark.anyio
async def test_SQL_compiles_on_postgresql(postgresql: str) -> None:
    connection = await asyncpg.connect(postgresql)
    for _, sql, _ in RECORDS:
        await connection.prepare(numbered(sql)[0])
    await connection.close()


def test_nobody_else_speaks_sql() -> None:
    speaks = re.compile(r"\b(SELECT|INSERT INTO|DELETE FROM|UPDATE)\b\s+[a-z:]")
    others = [path for path in FILES if room(path) not in ("records", "db")]
    assert [path for path in others if speaks.search(path.read_text())] == []


# The checks themselves: each finds what it is there to find.


@pytest.mark.parametrize(
    ("place", "source"),
    [
        ("records/a.py", "from genkan.accounts import login"),
        ("records/a.py", "from genkan import accounts"),
        ("web/a.py", "from genkan.pages import login"),
        ("web/a.py", "import databases"),
        ("accounts/a.py", "from starlette.requests import Request"),
        ("pages/a.py", "from genkan.records import users"),
        ("errors.py", "from genkan import db"),
        ("web/a.py", "from authlib.jose import jwt"),
    ],
)
def test_finds_who_leans_where_they_should_not(place: str, source: str) -> None:
    assert strangers(HOUSE / place, source)


def test_finds_an_import_inside_a_function() -> None:
    assert local_imports("def f():\n    import os\n") == [2]


def test_finds_sql_that_is_put_together() -> None:
    assert statements("db.value(f'SELECT {x}', a=1)\nawait db.one(Row, 'SELECT 1' + y)") == [
        (None, {"a"}),
        (None, set()),
    ]
