"""`run.py user import`: do accounts come in whole, once, and with the passwords that their people know?"""

import csv
import io
import json
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from commanding import SECRET, House, started
from entrance import Browser
from foreign_hashes import ABSURD, BCRYPT, HASHES, PASSWORD
from genkan.accounts import import_rows
from genkan.accounts.import_rows import COLUMNS
from genkan.commands import lines
from genkan.commands.progress import Progress
from starlette.applications import Starlette

NEVER = "a password that was never set"


def written(house: House, text: str | bytes, name: str = "people.csv") -> str:
    (house.root / name).write_bytes(text.encode() if isinstance(text, str) else text)
    return str(house.root / name)


def table(*people: dict[str, Any]) -> str:
    out = io.StringIO()
    names = list(dict.fromkeys(name for each in people for name in each))
    writer = csv.DictWriter(out, names, restval="")
    writer.writeheader()
    writer.writerows(people)
    return out.getvalue()


def json_lines(*people: Any) -> str:
    return "".join(json.dumps(each) + "\n" for each in people)


def usernames(house: House) -> list[str]:
    return [row["username"] for row in house.rows("SELECT username FROM user_authentications ORDER BY username_key")]


def test_people_log_in_with_the_passwords_that_they_had_and_have_ours_from_then_on(house: House) -> None:
    people = [
        {"username": f"u{at}", "name": name, "email": f"u{at}@example.com", "password_hash": text}
        for at, (name, text) in enumerate(HASHES.items())
    ]
    path = written(house, table(*people))
    assert house("user import", path).out == f"{len(HASHES)} created, 0 there already, 0 refused.\n"

    async def log_in(app: Starlette) -> list[tuple[int, int]]:
        found = []
        for at in range(len(HASHES)):
            async with Browser(app) as browser:
                wrong = await browser.log_in(f"u{at}", "not the password of anybody")
                right = await browser.log_in(f"u{at}", PASSWORD)
                found.append((wrong.status_code, right.status_code))
        return found

    assert house.serves(log_in) == [(422, 303)] * len(HASHES)
    kept = [row["password"] for row in house.rows("SELECT password FROM user_authentications")]
    assert all(each.startswith("$argon2id$v=19$m=8,t=1,p=1$") for each in kept)
    assert house.serves(log_in) == [(422, 303)] * len(HASHES)


def test_a_second_import_of_the_same_file_changes_nothing(house: House) -> None:
    path = written(
        house,
        table(
            {"username": "hanako", "email": "h@example.com", "password_hash": BCRYPT, "email_proven": "true"},
            {"username": "jiro", "password_hash": BCRYPT},
            {"name": "Sakura", "provider": "google", "identity": "123", "issuer": "https://accounts.google.com"},
            {"email": "only@example.com", "email_proven": "yes"},
            {"id": "their-id", "username": "goro", "email": "g@example.com"},
        ),
    )
    assert house("user import --trust-emails", path).out == "5 created, 0 there already, 0 refused.\n"
    before = house.rows("SELECT id, name, email, email_proven_at, created_at FROM users ORDER BY id")
    house.rows("UPDATE user_authentications SET password = 'changed since' WHERE username = 'jiro' RETURNING id")
    assert house("user import --trust-emails", path).out == "0 created, 5 there already, 0 refused.\n"
    assert house.rows("SELECT id, name, email, email_proven_at, created_at FROM users ORDER BY id") == before
    assert "their-id" in [row["id"] for row in before]
    assert house.rows("SELECT details FROM acts") == [{"details": '{"count": 5}'}]
    assert len(house.rows("SELECT id FROM events WHERE kind = 'created_by_team'")) == 5


def test_LK_an_address_counts_as_proven_only_where_the_team_says_so(house: House) -> None:
    path = written(house, table({"username": "hanako", "email": "h@example.com", "email_proven": "1"}))
    tried = house("user import --dry-run", path)
    assert f"{path}:2: would be created; email_proven is not trusted: the address is a claim" in tried.out
    assert house.rows("SELECT id FROM users") == []
    house("user import", path)
    assert house.rows("SELECT email_proven_at FROM users") == [{"email_proven_at": None}]
    other = written(house, table({"username": "jiro", "email": "j@example.com", "email_proven": "1"}), "other.csv")
    house("user import --trust-emails", other)
    assert house.rows("SELECT email FROM users WHERE email_proven_at IS NOT NULL") == [{"email": "j@example.com"}]


def test_LK_nobody_is_joined_to_an_account_that_is_another_persons(house: House) -> None:
    """The same username, a proven address or an identity: each line says why, and nothing is changed."""
    house.creates("hanako")
    house.creates("jiro")
    linked = {"provider": "google", "identity": "1", "issuer": "https://accounts.google.com"}
    house("user import", written(house, table({"name": "Linked", "email": "l@example.com"} | linked), "linked.csv"))
    before = house.rows("SELECT id, user_id, provider FROM user_oauths")
    path = written(
        house,
        table(
            {"username": "HANAKO", "email": "another@example.com", "password_hash": BCRYPT},
            {"username": "hanako2", "email": "jiro@example.com", "email_proven": "t", "provider": "", "identity": ""},
            {"username": "jiro", "email": "new@example.com", "email_proven": "t"} | linked,
        ),
    )
    answer = house("user import --trust-emails", path, status=1)
    assert answer.err.splitlines() == [
        f"{path}:2: the username is that of another account here, with another address",
        f"{path}:4: username and the google identity belong to different accounts here",
    ]
    assert answer.out == "0 created, 1 there already, 2 refused.\n"  # line 3: whoever has the address proven is here
    assert usernames(house) == ["hanako", "jiro"]
    assert house.rows("SELECT id, user_id, provider FROM user_oauths") == before


@pytest.mark.parametrize("form", ["csv", "json"])
def test_every_bad_line_is_told_with_its_number_and_the_good_ones_come_in(house: House, form: str) -> None:
    people: list[dict[str, Any]] = [
        {"username": "good", "password_hash": BCRYPT, "name": "Good"},
        {"username": "bad name"},
        {"username": "GOOD", "name": "homograph by case"},
        {"username": "gооd", "name": "Cyrillic letters"},
        {"username": "x", "email": "no address"},
        {"username": "x", "password_hash": ABSURD["bcrypt"]},
        {"username": "x", "password_hash": "5f4dcc3b5aa765d61d8327deb882cf99"},
        {"username": "x", "name": "a\0b"},
        {"username": "x", "name": "z" * 65},
        {"username": "x", "created_at": "tomorrow"},
        {"username": "x", "created_at": "9999-01-01"},
        {"username": "x", "email_proven": "perhaps"},
        {"username": "x", "provider": "Google!", "identity": "1"},
        {"username": "x", "provider": "google", "identity": "a b", "issuer": "i"},
        {"username": "x", "provider": "nowhere", "identity": "1"},
        {"username": "x", "identities": "{"},
        {"username": "x", "identities": '[{"provider": "a", "identity": "1", "issuer": "i"}, {"provider": "a", "identity": "2", "issuer": "i"}]'},
        {"name": "Nobody could log in", "email": "claim@example.com"},
        {"name": "No username", "password_hash": BCRYPT},
        {"id": "../etc", "username": "x"},
        {"username": "fine", "disabled": "True", "created_at": "2020-02-03T04:05:06+09:00"},
        {"email": "hana.ko+1@example.com", "password_hash": BCRYPT, "created_at": "0"},
        {"username": "unusable", "password_hash": "!of-django"},
    ]  # fmt: skip
    text = table(*people) if form == "csv" else json_lines(*people)
    path = written(house, text)
    first = 2 if form == "csv" else 1
    dry = house("user import --dry-run", path, status=1)
    tried = house("user import --json --dry-run", path, status=1).json
    assert house.rows("SELECT id FROM users") == []
    assert (tried["created"], tried["there"]) == (4, 0)
    assert [each["line"] - first for each in tried["lines"]] == [0, 20, 21, 22]
    assert sorted({each["line"] - first for each in tried["problems"]}) == list(range(1, 20))
    answer = house("user import", path, status=1)
    assert answer.err == dry.err
    assert answer.out == "4 created, 0 there already, 19 refused.\n"
    said = "\n".join(line.partition(": ")[2] for line in answer.err.splitlines())
    for part in (
        f"line {first} has the same username",
        "username: Username can have letters",
        "email: Enter an email address in the correct format",
        "password_hash costs more than a login may",
        "password_hash is none of argon2, bcrypt, scrypt",
        "name: Name cannot have control characters",
        "name: Name must be 64 characters or fewer",
        "created_at must be a time like 2026-01-31T09:30:00Z, not in the future",
        "email_proven must be true or false",
        "provider must be the name of one",
        "identity must be the provider's own id",
        "issuer is missing: nowhere is not set up here",
        "identities must be a JSON list",
        "an account has one identity of a provider",
        "nobody could log in",
        "password_hash needs a username",
        "id must be letters, digits",
    ):
        assert part in said, part
    assert usernames(house) == ["fine", "good", "hana.ko1-" + usernames(house)[2][-6:], "unusable"]
    fine = house.rows("SELECT created_at, disabled_at IS NOT NULL AS off FROM users WHERE name = 'fine'")[0]
    assert (fine["created_at"], bool(fine["off"])) == (1580670306, True)
    kept = house.rows("SELECT password FROM user_authentications WHERE username IN ('fine', 'unusable')")
    assert {row["password"] for row in kept} == {"!"}


def test_strict_takes_all_or_nothing(house: House) -> None:
    people = [{"username": f"u{at}", "password_hash": BCRYPT} for at in range(300)]
    path = written(house, table(*people, {"username": "no/slash"}))
    answer = house("user import --strict", path, status=1)
    assert answer.err.startswith(f"{path}:302: username: ")
    assert answer.out == "0 created, 0 there already, 1 refused.\n"
    assert house.rows("SELECT id FROM users") == []
    assert house("user import --strict", written(house, table(*people))).out.startswith("300 created")
    assert house("user import --strict --dry-run", path).out.count("is there already") == 300


def test_the_issuer_is_known_of_providers_that_are_set_up_here(house: House) -> None:
    house.sets(
        GOOGLE_CLIENT_ID="id", GOOGLE_CLIENT_SECRET="hq7Zk2", MICROSOFT_CLIENT_ID="i", MICROSOFT_CLIENT_SECRET="s"
    )
    more = [{"provider": "github", "identity": 7, "issuer": "https://github.com/login/oauth"}]
    path = written(
        house,
        json_lines(
            {"name": "Hanako", "provider": "google", "identity": "1234", "identities": more},
            {"name": "Jiro", "provider": "microsoft", "identity": "1"},
        ),
    )
    answer = house("user import", path, status=1)
    assert answer.err == f"{path}:2: issuer is missing: microsoft is not set up here, or has one for each tenant\n"
    found = house.rows("SELECT provider, identity, issuer FROM user_oauths ORDER BY provider")
    assert [tuple(row.values()) for row in found] == [
        ("github", "7", "https://github.com/login/oauth"),
        ("google", "1234", "https://accounts.google.com"),
    ]


# Files that are broken. -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "is empty."),
        ("username\nhanako\n".encode("utf-16"), "is not UTF-8. Save it as UTF-8."),
        (b"\0\0\0\0", "is not UTF-8. Save it as UTF-8."),
        (b"user,pass\nx,y\n", "has columns that are not known: user, pass. There are: id, name, email"),
        (b"name,name\nx,y\n", "has a column twice. There are: "),
        (b'"name\nx\n', "cannot be read: this is no line of CSV."),
        (b"\xff\n", "cannot be read: this is not UTF-8."),
        (b"a" * 70_000, "cannot be read: a record has to be shorter than 65536 bytes."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(house: House, raw: bytes, said: str) -> None:
    path = written(house, raw)
    answer = house("user import", path, status=1)
    assert answer.err.startswith(f"{path} {said}")
    assert answer.out == ""


def test_a_file_that_is_not_there_is_said(house: House) -> None:
    assert (
        house("user import", str(house.root / "none.csv"), status=1).err
        == f"{house.root}/none.csv: No such file or directory.\n"
    )


def test_what_is_broken_in_a_file_costs_its_own_line_alone(house: House) -> None:
    raw = b"\xef\xbb\xbfusername;name\r\n" + b"\n".join(
        [
            b'one;"A name, with ""quotes"" and\r\na line end"',
            b"bytes;\xff\xfe",
            b"huge;" + b"x" * 10_000_000,
            b"many;a;b",
            b"few",
            b"",
            b'open;"never closed',
            b"two;Jiro",
            b'broken;"a"b"',
            b'late;"never closed either',
            b'" ;x',
        ]
    )
    path = written(house, raw)
    answer = house("user import", path, status=1)
    assert [line.removeprefix(f"{path}:") for line in answer.err.splitlines()] == [
        "4: this is not UTF-8",
        "5: a record has to be shorter than 65536 bytes",
        "6: there are 3 columns; the first line has 2",
        "7: there are 1 columns; the first line has 2",
        "9: this is no line of CSV",
        "11: this is no line of CSV",
        "12: this is no line of CSV",
        '13: a " is never closed',
    ]
    assert usernames(house) == ["one", "two"]
    assert house.rows("SELECT name FROM users WHERE name LIKE 'A name%'") == [
        {"name": 'A name, with "quotes" and a line end'}
    ]


def test_what_is_broken_in_JSON_lines_costs_its_own_line_alone(house: House) -> None:
    raw = b"\n".join(
        [
            b'{"username": "one", "disabled": false, "created_at": 1580670306, "email": null}',
            b"[1]",
            b"{",
            b'{"username": "two", "password": "in the clear"}',
            b'{"username": "\xff"}',
            b"[" * 50_000,
            b"",
            b'{"username": "three", "name": "\\ud800"}',
            b'{"username": "four", "identities": [[]]}',
            b'{"username": "five"}',
        ]
    )
    path = written(house, raw)
    answer = house("user import", path, status=1)
    assert [line.removeprefix(f"{path}:") for line in answer.err.splitlines()] == [
        "2: a line has to be one JSON object",
        "3: this is no line of JSON",
        "4: there are members that are not known: password",
        "5: this is not UTF-8",
        "6: this is no line of JSON",
        "8: name: Name cannot have control characters",
        "9: identities must be a JSON list of {provider, identity, issuer}",
    ]
    assert usernames(house) == ["five", "one"]


def test_a_quote_that_is_never_closed_takes_no_other_line_with_it(house: House) -> None:
    filler = "".join(f"u{at},{'x' * 60}\n" for at in range(2000))  # more than one record may have
    path = written(house, f'username,name\nopen,"never closed\n{filler}')
    answer = house("user import", path, status=1)
    assert answer.err == f'{path}:2: a " is never closed\n'
    assert answer.out == "2000 created, 0 there already, 1 refused.\n"
    last = written(house, 'username,name\nopen,"never closed\nv1,Jiro\n', "last.csv")
    assert house("user import", last, status=1).out == "1 created, 0 there already, 1 refused.\n"
    assert len(filler) > lines.LONGEST


def test_ten_thousand_would_come_in_within_a_minute(house: House, tmp_path: Path) -> None:
    """In a process of its own; a quarter of them within a quarter of the time, and as much again for a busy machine."""
    people = [
        {"username": f"user{at}", "email": f"user{at}@example.com", "email_proven": "true", "password_hash": BCRYPT}
        for at in range(2_500)
    ]
    path = written(house, table(*people))
    known = {"DATABASE_URL": house.database_url, "SECRET_KEY": SECRET}
    begin = time.monotonic()
    answer = started(tmp_path, "user", "import", "--trust-emails", path, **known)
    assert answer.out == "2500 created, 0 there already, 0 refused.\n"
    assert time.monotonic() - begin < 30
    assert answer.err == ""  # no bar where there is no terminal


def test_a_bar_is_drawn_at_a_terminal_and_wiped_away(monkeypatch: pytest.MonkeyPatch) -> None:
    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return True

    screen = Screen()
    with Progress(200, screen) as progress:
        for done in (0, 100, 101, 200, 300):
            progress.at(done)
    assert screen.getvalue().split("\r")[1:] == [
        "[..............................]   0 %",
        "[###############...............]  50 %",
        "[##############################] 100 %",
        "\033[K",
    ]
    with Progress(0, screen):
        pass
    monkeypatch.setattr(sys, "stderr", no_terminal := io.StringIO())
    with Progress(1) as progress:
        progress.at(1)
    assert no_terminal.getvalue() == ""


# There and back. ------------------------------------------------------------------------------------------------

NAMES = ["花子 Yamada", "=cmd|' /C calc'!A0", "'=x", "''@y", "+1", "-1", "@sum", 'a "quoted", name', "it's", "–"]


@pytest.mark.parametrize("name", ["out.csv", "out.jsonl"])
def test_an_export_comes_back_as_it_was(house: House, name: str) -> None:
    more = [
        {"provider": "github", "identity": "7", "issuer": "i"},
        {"provider": "gitlab", "identity": "8", "issuer": "j"},
    ]
    people: list[dict[str, Any]] = [
        {"id": f"id-{at}", "name": each, "username": f"u{at}", "password_hash": BCRYPT, "created_at": at}
        for at, each in enumerate(NAMES)
    ]
    people += [
        {"id": "-id", "name": "L", "provider": "google", "identity": "-5", "issuer": "k", "identities": more},
        {"id": "e", "name": "E", "email": "+e@example.com", "email_proven": True, "disabled": True},
        {"id": "n", "name": "N", "username": "-n"},
    ]
    house("user import --trust-emails", written(house, json_lines(*people), "people.jsonl"))
    path = house.root / name
    assert house("user export --with-hashes", str(path)).err == f"{len(people)} accounts.\n"
    assert path.stat().st_mode & 0o777 == 0o600
    everything = "SELECT id, name, email, email_key, created_at, disabled_at IS NULL AS on_ FROM users ORDER BY id"
    before = (
        house.rows(everything),
        house.rows("SELECT user_id, username, password FROM user_authentications ORDER BY user_id"),
        house.rows("SELECT user_id, provider, identity, issuer FROM user_oauths ORDER BY user_id, provider"),
    )
    house.rows("DELETE FROM users RETURNING id")
    assert house("user import --trust-emails", str(path)).out == f"{len(people)} created, 0 there already, 0 refused.\n"
    after = (
        house.rows(everything),
        house.rows("SELECT user_id, username, password FROM user_authentications ORDER BY user_id"),
        house.rows("SELECT user_id, provider, identity, issuer FROM user_oauths ORDER BY user_id, provider"),
    )
    assert after == before


def test_XS_no_cell_of_an_export_is_a_formula(house: House) -> None:
    people = [{"name": each, "username": f"u{at}"} for at, each in enumerate(NAMES)]
    house("user import", written(house, json_lines(*people), "people.jsonl"))
    path = house.root / "out.csv"
    house("user export", str(path))
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert rows[0] == list(COLUMNS)
    assert [cell for row in rows for cell in row if cell[:1] in ("=", "+", "-", "@", "\t", "\r")] == []


def test_hashes_are_exported_only_where_that_is_said(house: House) -> None:
    house.creates()
    assert "argon2" not in house("user export -").out
    assert json.loads(house("user export - --with-hashes").out)["password_hash"].startswith("$argon2id$")
    assert house("user export - --format csv").out.splitlines()[0] == ",".join(COLUMNS)
    found = house.rows("SELECT details FROM acts WHERE kind = 'exported'")
    assert sorted(row["details"] for row in found) == [
        '{"count": 1, "hashes": 0}', '{"count": 1, "hashes": 0}', '{"count": 1, "hashes": 1}',
    ]  # fmt: skip


def test_an_export_writes_over_nothing_and_leaves_no_half(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.creates()
    path = house.root / "out.jsonl"
    assert house("user export --json", str(path)).json == {"accounts": 1, "file": str(path)}
    assert house("user export", str(path), status=1).err.endswith(
        "is there already. Choose another name, or remove it.\n"
    )
    assert "write the accounts into a file" in house("user export --json -", status=1).err
    assert house("user export", str(house.root / "no" / "x.csv"), status=1).err.endswith("No such file or directory.\n")
    monkeypatch.setattr(json, "dumps", lambda *_, **__: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    assert (
        house("user export", str(house.root / "half.jsonl"), status=1).err == "The system: No space left on device.\n"
    )
    assert not (house.root / "half.jsonl").exists()


def test_the_columns_are_those_that_the_guide_names() -> None:
    assert import_rows.COLUMNS[:6] == ("id", "name", "email", "email_proven", "username", "password_hash")
