"""`run.py sweep`: does everything go that has run out, however much it is, and nothing else?"""

from pathlib import Path

import pytest
from commanding import SECRET, House, started
from genkan.accounts import sweep
from genkan.accounts.services import Services


async def with_old_rows(services: Services) -> None:
    """An account that is to be purged, one that is not, and what has run out of each table."""
    db = services.db
    for id, leaves_at in (("gone", 1), ("here", None)):
        await db.run(
            "INSERT INTO users (id, name, created_at, leaves_at) VALUES (:id, 'N', 1, :at)", id=id, at=leaves_at
        )
    for number in range(7):
        await db.run(
            "INSERT INTO throttle (id, count, expires_at) VALUES (:id, 1, :at)", id=f"t{number}", at=number * 2**40
        )
        await db.run(
            "INSERT INTO acts (id, kind, happened_at, address, details) VALUES (:id, 'x', :at, '', '{}')",
            id=f"a{number}",
            at=number * 2**40,
        )


def test_everything_goes_that_has_run_out(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.runs(with_old_rows)
    monkeypatch.setattr(sweep, "MOST", 1)  # as if there were thousands
    found = house("sweep --json").json
    assert found.keys() == {"users", *sweep.TABLES}
    assert {name: count for name, count in found.items() if count} == {"users": 1, "throttle": 1, "acts": 1}
    assert house.rows("SELECT id FROM users") == [{"id": "here"}]
    assert len(house.rows("SELECT id FROM throttle")) == 6
    assert set(house("sweep --json").json.values()) == {0}
    said = house("sweep")
    assert "0  throttle" in said.out + said.err


def test_says_how_many_of_each_table_in_a_process_of_its_own(house: House, tmp_path: Path) -> None:
    house.runs(with_old_rows)
    known = {"DATABASE_URL": house.database_url, "SECRET_KEY": SECRET}
    answer = started(tmp_path, "sweep", **known)
    assert answer.status == 0
    assert answer.out.splitlines()[0] == "        1  users"
