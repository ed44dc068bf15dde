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
    "surroundings": NOBODY,
    "mail": NOBODY,
    "db": NOBODY,
    "records": {"db"},
    "oauth": {"errors", "settings"},
    "accounts": {"records", "oauth", "db", "errors", "keys", "log"},
    "web": {"accounts", "errors", "settings", "keys", "log", "db", "mail"},
    "pages": {"web", "accounts", "oauth", "errors", "log"},
    "design": {"web", "accounts", "errors", "log", "settings", "surroundings"},
    "dev": {"web", "accounts", "oauth", "errors", "log", "mail", "settings", "keys", "design"},
    "furnished": {"accounts", "db", "keys", "settings"},
    "archive": NOBODY,
    "commands": {
        "accounts",
        "archive",
        "clock",
        "db",
        "design",
        "errors",
        "furnished",
        "keys",
        "log",
        "mail",
        "oauth",
        "settings",
        "surroundings",
        "web",
    },
    "postman": {"accounts", "db", "log", "mail", "web"},
    "server": {"log"},
    "counting": {"log"},
    "opening": {"settings", "surroundings"},
    "processes": {"log", "opening", "settings", "surroundings"},
    "standing": {"accounts", "counting", "db", "log"},
    "app": {
        "accounts",
        "clock",
        "db",
        "design",
        "dev",
        "errors",
        "furnished",
        "keys",
        "log",
        "mail",
        "oauth",
        "pages",
        "postman",
        "settings",
        "web",
    },
    "start": {"app", "clock", "counting", "db", "log", "opening", "processes", "server", "settings", "standing"},
}
ONLY_IN = {
    "databases": {"db"},
    "asyncpg": {"db"},
    "sqlite3": {"db"},
    "authlib": {"oauth"},
    "aiosmtplib": {"mail"},
    "starlette": {"web", "pages", "dev", "app", "server", "standing", "start"},
    "jinja2": {"web", "design"},
    "passlib": {"accounts"},
    "uvicorn": {"server"},
    "httptools": {"server"},
    "dotenv": {"surroundings"},
    "watchfiles": {"dev"},
    "prometheus_client": {"processes"},
    "publicsuffixlist": {"settings"},
}
LONGEST_FILE = 150  # lines
LONGEST_OF_RECORDS = 260  # one module a table, one function a statement: as many as there are
LONGEST_FUNCTION = 25  # lines
LONGER = {
    "errors.py": (560, "a list: one class for each thing that a person can meet"),
    "records/sessions.py": (280, "one module a table, and this one is asked the most"),
    "accounts/throttle.py": (190, "every count there is, and which lane it is in"),
    "accounts/session.py": (180, "how it begins, lives and ends"),
    "db/database.py": (185, "asking, and transactions around it"),
    "web/render.py": (180, "whole pages, parts of pages, and pages that are the same for all"),
    "web/files.py": (160, "every kind of file that a page is made of"),
    "accounts/signup.py": (195, "two ways to an account, and what its form takes"),
    "records/users.py": (275, "every column of a person"),
    "web/session.py": (205, "made, read and ended only here"),
    "web/templates.py": (180, "everything that a template may use"),
    "server/protocol.py": (160, "one connection, from its first byte to its last"),
    "app.py": (185, "everything is joined here"),
    "db/sqlite.py": (250, "one class for each thing that `databases` wants of a back end"),
    "accounts/tokens.py": (160, "issued, read strictly, and which secret may have signed"),
    "oauth/client.py": (250, "one walk from the authorization URL to the profile"),
    "oauth/id_token.py": (190, "one check after the other, each with its section of the standard"),
    "dev/provider.py": (210, "a whole OpenID provider"),
    "accounts/mailed.py": (215, "issue, find, take: one thing from three sides"),
    "postman.py": (170, "one walk from the outbox to the mail server, and what may happen on the way"),
    "environment.from_environment": (65, "a list: one line for each setting"),
    "database.transaction": (30, "begin, keep or take back, in one place"),
    "app.create_app": (32, "its parameters are half of it"),
    "oauth_attempts.add": (35, "one statement that keeps the newest ten"),
    "waiting_identities.put": (35, "one statement that names every column"),
    "mailed_tokens.add": (40, "one statement that names every column"),
    "outbox.add": (35, "one statement that names every column"),
    "events.add": (35, "one statement that names every column"),
    "outbox.put": (35, "every column of the row"),
    "sessions.add": (35, "one statement that names every column"),
    "invite._parser": (45, "a list: one line for each option"),
    "invitations.create": (35, "every column of the row"),
    "invitations.add": (30, "one statement that names every column"),
    "users.add": (35, "one statement that names every column"),
    "session.begin": (35, "what it takes and what it raises is half of it"),
    "signup.with_password": (30, "what it takes and what it raises is half of it"),
    "signup.with_identity": (34, "what it takes and what it raises is half of it"),
    "mailed.issue": (35, "every column of the row"),
    "mailed.send": (30, "every column of the row"),
    "verify._send": (26, "every column of the row"),
    "changes.made": (45, "log, undo and mail of one change belong together"),
    "attempt.begin": (36, "every column of the row"),
    "entry._answer": (30, "what is sent on has to share its variables"),
    "directory.page": (40, "one statement that names every column, and its three filters"),
    "id_token.verified": (30, "one check after the other"),
}
WITHOUT_A_PAGE = {
    "doors",
    "sensitive",
    "table",
    "auth_verify",
    "health",
    "home",
    "well_known",
    "oauth_start",
    "oauth_callback",
    "oauth_inside",
}
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


def functions(source: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def local_imports(source: str) -> list[int]:
    inside = [inner for each in functions(source) for inner in ast.walk(each)]
    return [each.lineno for each in inside if isinstance(each, ast.Import | ast.ImportFrom)]


def too_long(name: str, source: str) -> list[str]:
    """What is longer than it may be: the file, or functions of it. name: as in LONGER."""
    usual = LONGEST_OF_RECORDS if name.startswith("records/") else LONGEST_FILE
    found = [name] if source.count("\n") > LONGER.get(name, (usual,))[0] else []
    for each in functions(source):
        known = f"{Path(name).stem}.{each.name}"
        if (each.end_lineno or 0) - each.lineno + 1 > LONGER.get(known, (LONGEST_FUNCTION,))[0]:
            found.append(known)
    return found


def leaning(sources: dict[str, str]) -> dict[str, set[str]]:
    """Which module of the house imports which, by name."""
    found: dict[str, set[str]] = {}
    for name, source in sources.items():
        lines = [node for node in ast.parse(source).body if isinstance(node, ast.ImportFrom) and node.module]
        asked = {f"{line.module}.{alias.name}" for line in lines for alias in line.names}
        found[name] = {each if each in sources else each.rpartition(".")[0] for each in asked} & sources.keys() - {name}
    return found


def circles(leans: dict[str, set[str]]) -> list[str]:
    """Modules that lean on themselves by way of others, and who leans on such. Takes away, again and again, whoever leans on nobody left."""
    left = dict(leans)
    while free := [name for name, others in left.items() if not others & left.keys()]:
        for name in free:
            del left[name]
    return sorted(left)


def statements(source: str) -> list[tuple[Any, set[str]]]:
    """Every statement that is sent to a database: its text (None where it is no literal), and the values' names."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr not in VERBS:
            continue
        at = 1 if node.func.attr in ("one", "all") else 0
        sql = node.args[at] if len(node.args) == at + 1 else None
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
    assert too_long(str(path.relative_to(HOUSE)), source) == []
    assert [each.name for each in functions(source) if each.returns is None and each.name != "__init__"] == []


def test_the_exceptions_are_still_needed() -> None:
    names = {str(path.relative_to(HOUSE)): path.read_text() for path in FILES}
    there = names.keys() | {f"{Path(name).stem}.{each.name}" for name in names for each in functions(names[name])}
    assert LONGER.keys() <= there


def test_no_module_leans_on_itself_by_way_of_others() -> None:
    sources = {}
    for path in FILES:
        parts = path.relative_to(HOUSE.parent).with_suffix("").parts
        sources[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path.read_text()
    assert circles(leaning(sources)) == []


def test_only_accounts_open_transactions() -> None:
    rooms = {room(path) for path in FILES if ".transaction()" in path.read_text()}
    assert rooms == {"accounts", "db"}


def test_the_source_root_is_no_package() -> None:
    assert not (ROOT / "site" / "__init__.py").exists()


def test_only_the_entry_puts_the_source_root_on_the_path() -> None:
    assert [path for path in FILES if "sys.path" in path.read_text()] == []
    assert (ROOT / "run.py").read_text().count("sys.path") == 1


def test_only_one_file_reads_the_environment() -> None:
    assert [path.name for path in FILES if re.search(r"os\.environ|getenv", path.read_text())] == ["surroundings.py"]


def test_nothing_is_marked_safe_or_evaluated() -> None:
    forbidden = re.compile(
        r"Markup\(|\beval\(|\bexec\(|pickle|subprocess|os\.system|from_string|random\.(random|choice)|verify=False|hashlib\.(md5|sha1)"
    )
    assert [path.name for path in FILES if forbidden.search(path.read_text())] == [
        "worker.py"
    ]  # begins a process of ours
    templates = [path for path in (ROOT / "templates").rglob("*") if path.suffix in (".html", ".txt")]
    assert len(templates) > 20
    assert [path for path in templates if re.search(r"\|\s*safe\b|autoescape", path.read_text())] == []


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


@pytest.mark.parametrize(
    "source",
    [
        "db.value(f'SELECT {x}', a=1)",
        "await self.db.one(Row, 'SELECT 1' + y, a=1)",
        "database.run(sql, a=1)",
        "db.all(Row, 'SELECT %s' % x, a=1)",
        "db.run('SELECT {}'.format(x), a=1)",
        "db.run(*parts, a=1)",
        "db.run(sql=text, a=1)",
    ],
)
def test_finds_sql_that_is_put_together(source: str) -> None:
    assert [literal for literal, _ in statements(source)] == [None]


def test_finds_values_that_are_not_named() -> None:
    assert statements("db.run('DELETE FROM users WHERE id = :id', **values)")[0][1] == {"**"}


def test_finds_what_is_too_long() -> None:
    long = "def f():\n" + "    pass\n" * LONGEST_FUNCTION
    assert too_long("pages/a.py", long) == ["a.f"]
    assert too_long("pages/a.py", "pass\n" * (LONGEST_FILE + 1)) == ["pages/a.py"]
    assert too_long("errors.py", "pass\n" * (LONGEST_FILE + 1)) == []


def test_finds_circles() -> None:
    sources = {
        "genkan.a": "from genkan.b import thing",
        "genkan.b": "from genkan import c",
        "genkan.c": "from genkan.a import thing\nfrom genkan.d import x",
        "genkan.d": "import os",
        "genkan.e": "from genkan import a",
    }
    assert circles(leaning(sources)) == ["genkan.a", "genkan.b", "genkan.c", "genkan.e"]
    assert circles(leaning(sources | {"genkan.b": ""})) == []
