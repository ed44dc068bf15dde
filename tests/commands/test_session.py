"""`run.py session`: is it seen who is logged in, and does ending it hold at once?"""

from pathlib import Path

import pytest
from commanding import SECRET, House, started
from entrance import Browser
from genkan.commands import asking
from starlette.applications import Starlette


async def two_log_in(app: Starlette) -> None:
    for name in ("hanako", "jiro"):
        async with Browser(app) as browser:
            assert (await browser.log_in(name)).status_code == 303


def logged_in(house: House) -> dict[str, str]:
    """Two people, and the ids of their sessions by their usernames."""
    for name in ("hanako", "jiro"):
        house.creates(name)
    house.serves(two_log_in)
    return {each["username"]: each["id"] for each in house("session list --json").json}


def test_list_shows_everybodys_or_one_accounts(house: House, tmp_path: Path) -> None:
    ids = logged_in(house)
    assert ids.keys() == {"hanako", "jiro"}
    lines = house("session list").out.splitlines()
    assert sorted(line.split("\t")[:3] for line in lines) == sorted([[ids[name], name, "password"] for name in ids])
    found = house("session list jiro --json").json
    assert [(each["id"], each["user"], each["method"]) for each in found] == [(ids["jiro"], "jiro", "password")]
    assert found[0]["expires_at"].endswith("Z")
    assert house("session list nobody", status=1).err == "There is no such account.\n"
    known = {"DATABASE_URL": house.database_url, "SECRET_KEY": SECRET}
    assert ids["jiro"] in started(tmp_path, "session", "list", **known).out


def test_ends_one_or_an_accounts_or_all(house: House) -> None:
    ids = logged_in(house)
    assert house(f"session end {ids['jiro']}").out == "1 ended.\n"
    for id in (ids["jiro"], "unknown", "\0"):
        assert house("session end", id, status=1).err == "There is no such session that is alive.\n"
    assert house("session end \udcff", status=1).err == "There is no such session that is alive.\n"
    assert house("session end --user hanako@example.com --json").json == {"ended": 1}
    house.serves(two_log_in)
    assert "add --yes" in house("session end --all", status=1).err
    assert house("session end --all --yes").out == "2 ended.\n"
    assert house("session list").out == ""
    assert [each["end_reason"] for each in house.rows("SELECT end_reason FROM sessions")] == ["by_team"] * 4


def test_all_is_asked_for(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    logged_in(house)
    monkeypatch.setattr(asking, "is_sure", lambda *_, **__: False)  # somebody at the terminal says no
    assert house("session end --all", status=1).err == "Nothing was done.\n"
    assert len(house.rows("SELECT id FROM sessions WHERE ended_at IS NULL")) == 2


@pytest.mark.parametrize("line", ["session end", "session end x --all", "session end --all --user x", "session"])
def test_what_is_to_end_is_said_once(house: House, line: str) -> None:
    assert house(line, status=2).out == ""
