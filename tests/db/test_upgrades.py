"""Do upgrades only add, and does a process that is killed in the middle of one leave the old or the new, never half? (F15)"""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from genkan.db.prepare import UPGRADES, newest_version
from genkan.db.statements import PARAMETER
from keeping import asked, filled

SCHEMAS = Path(__file__).parent / "schemas"
HERE = Path(__file__).parent
# What an upgrade may say. Whatever else it needs is a decision of its own: an older program may still be running beside it.
ADDS = (
    r"CREATE TABLE \w+ \(.*\)",
    r"CREATE (UNIQUE )?INDEX \w+ ON \w+ \(.*\)( WHERE .*)?",
    r"ALTER TABLE \w+ ADD COLUMN \w+ \w+",
    r"ALTER TABLE \w+ ADD COLUMN \w+ \w+ NOT NULL DEFAULT ('\w*'|\d+|TRUE|FALSE)",
)
DROPPED = re.compile(r"DROP INDEX (\w+)")  # of one that comes back at once, with another column


def statements(path: Path) -> list[str]:
    text = re.sub(r"--.*", "", path.read_text())
    return [re.sub(r"\s+", " ", each).strip() for each in text.split(";") if each.strip()]


def faults(path: Path) -> list[str]:
    """What does more than add."""
    said = statements(path)
    return [
        each
        for each, next in zip(said, [*said[1:], ""], strict=True)
        if not any(re.fullmatch(rule, each) for rule in ADDS) and not comes_back(each, next)
    ]


def comes_back(statement: str, next: str) -> bool:
    dropped = DROPPED.fullmatch(statement)
    return dropped is not None and next.startswith(f"CREATE INDEX {dropped[1]} ON ")


@pytest.mark.parametrize("path", sorted(UPGRADES.glob("*.sql")), ids=lambda path: path.stem)
def test_an_upgrade_only_adds(path: Path) -> None:
    assert faults(path) == []
    assert not PARAMETER.search(path.read_text())


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE users",
        "ALTER TABLE users DROP COLUMN name",
        "ALTER TABLE users RENAME COLUMN name TO title",
        "ALTER TABLE users ADD COLUMN age BIGINT NOT NULL",
        "ALTER TABLE users ADD COLUMN age BIGINT UNIQUE",
        "DELETE FROM users",
        "UPDATE users SET name = ''",
        "DROP INDEX users_by_email",
        "ALTER TABLE users ADD CONSTRAINT a CHECK (name <> '')",
    ],
)
def test_what_takes_away_or_changes_is_found(tmp_path: Path, statement: str) -> None:
    (tmp_path / "0009_x.sql").write_text(f"CREATE TABLE a (\n  id TEXT PRIMARY KEY -- x; y\n);\n{statement};\n")
    assert faults(tmp_path / "0009_x.sql") == [statement]


def test_F15_killed_before_each_statement_it_is_the_old_one_whole_until_it_is_the_new_one_whole(
    place: Callable[[str], str],
) -> None:
    url = filled(place("killed"), schema=SCHEMAS / "1.sql", upgrades=SCHEMAS)
    done = subprocess.run(
        [sys.executable, str(HERE / "kill_upgrade.py"), url], capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) > sum(len(statements(path)) for path in UPGRADES.glob("*.sql"))
    assert {(version, users) for _, is_done, version, users in found if not is_done} == {(1, 3)}
    assert found[-1][1:] == [True, newest_version(), 3]
    users, sessions = asked(url, "SELECT is_admin FROM users", "SELECT browser FROM sessions")
    assert ({bool(row[0]) for row in users}, set(sessions)) == ({False}, {("",)})
