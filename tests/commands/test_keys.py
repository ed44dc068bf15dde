"""`run.py keys`: is the secret changed where it is set, is everything else left as it was, and is nobody logged out? (JW-16)"""

import contextlib
import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import jwt
import pytest
from genkan import clock, surroundings
from genkan.accounts.tokens import LASTS
from genkan.commands import keys
from genkan.keys import Keys
from genkan.settings import from_environment
from keeping import SECRET, Said, asked, clone, filled, free_port, fresh, serving, sign_up, status

Do = Callable[..., Said]
KID = Keys.derive(SECRET.encode()).kids[0]


def kids(said: Said) -> list[tuple[str, str]]:
    return [(each["kid"], each["state"]) for each in said.document["keys"]]


def test_JW_16_the_old_secret_becomes_the_previous_one_and_all_else_in_the_file_stays(tmp_path: Path, do: Do) -> None:
    root = clone(tmp_path / "site", SITE_NAME="x")
    env = root / ".env"
    env.write_text(
        f"# ours\nexport SITE_NAME='Our Site'\n\nSECRET_KEY={SECRET} # made by hand\nAPPLE_NOTE=\"two\nSECRET_KEY=no\""
    )
    env.chmod(0o640)
    now = clock.now()
    said = do(keys.command, root, "rotate")
    assert (said.status, said.err) == (0, "")
    new, since = re.findall(
        r"^SECRET_KEY=(\w{64}) # made by hand$|^SECRET_KEY_SINCE=(.*)$", env.read_text(), re.MULTILINE
    )
    assert env.read_text() == (
        f"# ours\nexport SITE_NAME='Our Site'\n\nSECRET_KEY={new[0]} # made by hand\nAPPLE_NOTE=\"two\nSECRET_KEY=no\"\n"
        f"SECRET_KEY_PREVIOUS={SECRET}\nSECRET_KEY_SINCE={since[1]}\n"
    )
    assert stat.S_IMODE(env.stat().st_mode) == 0o640
    settings = from_environment(surroundings.in_file(root))
    assert (settings.secret_key, settings.secret_key_previous) == (new[0].encode(), SECRET.encode())
    assert now + 3600 <= (settings.secret_key_since or 0) <= now + 3700
    assert {SECRET, new[0]}.isdisjoint(said.out.split())
    assert sorted(each.name for each in root.iterdir() if each.name.startswith(".")) == [".env"]


def test_a_file_that_is_a_link_stays_one(tmp_path: Path, do: Do) -> None:
    root = clone(tmp_path / "site", SECRET_KEY=SECRET)
    (root / ".env").rename(tmp_path / "kept")
    (root / ".env").symlink_to(tmp_path / "kept")
    assert do(keys.command, root, "rotate", "--in", "0").status == 0
    assert (root / ".env").is_symlink()
    assert f"SECRET_KEY_PREVIOUS={SECRET}\n" in (tmp_path / "kept").read_text()


def test_JW_16_says_which_key_signs_since_when_and_when_the_old_one_may_be_dropped(tmp_path: Path, do: Do) -> None:
    root = clone(tmp_path / "site", SECRET_KEY=SECRET)
    assert kids(do(keys.command, root, "show", "--json")) == [(KID, "signs")]
    new = do(keys.command, root, "rotate", "--in", "30", "--json").document["kid"]
    assert kids(do(keys.command, root, "show", "--json")) == [(new, "takes over"), (KID, "signs")]
    settings = from_environment(surroundings.in_file(root))
    since = settings.secret_key_since or 0
    for later, states in (
        (0, ("signs", "verifies")),
        (LASTS - 1, ("signs", "verifies")),
        (LASTS, ("signs", "may be dropped")),
    ):
        assert tuple(each["state"] for each in keys.listed(settings, now=since + later)) == states
    said = do(keys.command, root, "show").out
    assert f"{new}  takes over  since 20" in said
    assert f"{KID}  signs  until 20" in said
    assert SECRET not in said


def test_a_second_change_waits_until_the_first_has_run_out(tmp_path: Path, do: Do) -> None:
    root = clone(tmp_path / "site", SECRET_KEY=SECRET)
    do(keys.command, root, "rotate")
    before = (root / ".env").read_text()
    said = do(keys.command, root, "rotate")
    assert (said.status, said.out, "still verifies until 20" in said.err) == (1, "", True)
    assert (root / ".env").read_text() == before
    surroundings.change(root, {"SECRET_KEY_SINCE": "2020-01-01T00:00:00Z"})
    assert do(keys.command, root, "rotate").status == 0


def test_the_secret_of_development_is_changed_where_the_first_start_put_it(tmp_path: Path, do: Do) -> None:
    root = clone(tmp_path / "site", SITE_NAME="x")
    made = root / "var" / "secret_key"
    made.write_text(f"{SECRET}\n")
    made.chmod(0o600)
    assert do(keys.command, root, "rotate").status == 0
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    settings = from_environment({}, made_secret=made.read_text())
    assert settings.secret_key_previous == SECRET.encode()
    assert settings.secret_key == made.read_text().split()[0].encode()
    assert settings.secret_key_since is not None
    assert [state for _, state in kids(do(keys.command, root, "show", "--json"))] == ["takes over", "signs"]
    assert from_environment({"SECRET_KEY": SECRET}, made_secret=made.read_text()).secret_key_previous is None
    assert do(keys.command, root, "rotate", "--leaked").status == 0
    assert len(made.read_text().split()) == 1


def test_where_the_environment_sets_it_says_what_to_set(
    tmp_path: Path, do: Do, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = clone(tmp_path / "site", SITE_NAME="x")
    before = (root / ".env").read_text()
    monkeypatch.setenv("SECRET_KEY", SECRET)
    found = do(keys.command, root, "rotate", "--json").document
    assert (found["written_to"], found["set"]["SECRET_KEY_PREVIOUS"]) == (None, "the value that SECRET_KEY has now")
    assert Keys.derive(found["set"]["SECRET_KEY"].encode()).kids[0] == found["kid"]
    words = do(keys.command, root, "rotate", "--leaked").out
    assert "SECRET_KEY_PREVIOUS: take it out" in words
    assert SECRET not in words
    assert (root / ".env").read_text() == before


def test_a_secret_that_leaked_is_worth_nothing_and_neither_is_what_it_gave(
    tmp_path: Path, place: Callable[[str], str], do: Do
) -> None:
    url = filled(place("kept"))
    asked(url, *(
        "INSERT INTO mailed_tokens (id, purpose, email, email_key, holder_hash, link_hash, code_hash, tries, created_at, expires_at)"
        f" VALUES ('{number}', 'undo', '', '', '', '{number}', '', 0, 1, 9223372036854775807)" for number in range(1001)
    ))  # fmt: skip
    root = clone(tmp_path / "site", SECRET_KEY=SECRET, DATABASE_URL=url)
    do(keys.command, root, "rotate")
    said = do(keys.command, root, "rotate", "--leaked")
    assert (said.status, said.err) == (0, "")
    assert "Ended: 3 sessions, 1001 mailed codes and links." in said.out
    left = surroundings.in_file(root)
    assert left.keys() == {"SECRET_KEY", "DATABASE_URL"}
    assert left["SECRET_KEY"] not in (SECRET, said.out)
    live, links = asked(
        url, "SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL", "SELECT COUNT(*) FROM mailed_tokens"
    )
    assert (live, links) == ([(0,)], [(0,)])


def test_a_leak_is_stopped_though_the_database_does_not_answer(tmp_path: Path, do: Do) -> None:
    root = clone(tmp_path / "site", SECRET_KEY=SECRET)
    said = do(keys.command, root, "rotate", "--leaked")
    assert (said.status, "could not be ended: There is no database" in said.out) == (0, True)
    assert surroundings.in_file(root)["SECRET_KEY"] != SECRET


@pytest.mark.parametrize(
    "line", ["", "dance", "rotate --in soon", "rotate --in 10081", "rotate --in -1", "rotate --in 5 --leaked"]
)
def test_a_wrong_call_changes_nothing(tmp_path: Path, do: Do, line: str) -> None:
    root = clone(tmp_path / "site", SECRET_KEY=SECRET)
    before = (root / ".env").read_text()
    assert do(keys.command, root, *line.split()).status == 2
    assert (root / ".env").read_text() == before


def test_a_folder_that_cannot_be_written_is_said_and_nothing_is_half(tmp_path: Path) -> None:
    """As somebody whom the modes of files bind, unlike root."""
    root = clone(tmp_path / "site", SECRET_KEY=SECRET)
    before = (root / ".env").read_text()
    code = (
        "import encodings.utf_8_sig, os, sys; sys.path.insert(0, 'site'); from genkan.commands import keys; from pathlib import Path;"
        "os.geteuid() or os.setuid(65534); sys.exit(keys.command(Path.cwd(), ['rotate']))"
    )
    for folder in (root, *list(root.parents)[:-2]):
        folder.chmod(0o755)
    (root / ".env").chmod(0o644)
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, "Traceback" in done.stderr) == (1, "", False), done.stderr
    assert "Permission denied" in done.stderr
    assert (root / ".env").read_text() == before


def test_what_fails_half_way_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    path.write_text("before")
    with pytest.raises(UnicodeEncodeError):
        surroundings.put(path, "after \udcff", like=path)
    assert (path.read_text(), os.listdir(tmp_path)) == ("before", ["kept"])


@pytest.mark.parametrize(
    "value", ["plain", "two words", "it's", 'a "b"', "a#b", "back\\slash", "two\nlines", "`x`", "鍵"]
)
def test_whatever_is_set_in_the_file_is_read_back(tmp_path: Path, value: str) -> None:
    (tmp_path / ".env").write_text("A=1\nB=2 # note")
    surroundings.change(tmp_path, {"A": value, "C": value, "D": None})
    assert surroundings.in_file(tmp_path) == {"A": value, "B": "2", "C": value}
    surroundings.change(tmp_path, {"A": None, "B": "3"})
    assert surroundings.in_file(tmp_path) == {"B": "3", "C": value}
    assert "B=3 # note\n" in (tmp_path / ".env").read_text()


def test_of_two_lines_of_one_name_the_one_that_counts_is_changed(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("A=1\n\n  export A=2\n")
    surroundings.change(tmp_path, {"A": "3"})
    assert (tmp_path / ".env").read_text() == "\n  export A=3\n"


def test_JW_16_processes_are_started_again_one_by_one_and_nobody_who_is_logged_in_notices(
    tmp_path: Path, postgresql: str, do: Do
) -> None:
    """Three servers of one database; while each is stopped and started, people go on at the other two."""
    ports = [free_port() for _ in range(3)]
    url = fresh(postgresql, f"{postgresql.rpartition('/')[2]}_rolling")
    root = clone(tmp_path / "site", SECRET_KEY=SECRET, DATABASE_URL=url, BASE_URL=f"http://127.0.0.1:{ports[0]}")
    people = People(f"127.0.0.1:{ports[0]}")
    with contextlib.ExitStack() as stack:
        for port in ports:
            people.servers[port] = stack.enter_context(contextlib.ExitStack())
            people.servers[port].enter_context(serving(root, port, people.host))
        people.come()
        assert do(keys.command, root, "rotate", "--in", "1").status == 0
        since = from_environment(surroundings.in_file(root)).secret_key_since or 0
        for port in ports:
            with people.without(port) as stopped:
                people.come()
                stopped.enter_context(serving(root, port, people.host))
            people.come()
        assert clock.now() < since, "this machine is too slow to start three servers in a minute"
        assert people.kids == {KID}
        while clock.now() < since:
            people.look(people.cookies[-1:])
        people.come()
    assert len(people.kids) == 2
    assert (people.refused, people.answers > 40) == ([], True)


class People:
    """Who signs up, and is looked for at every server that is there just now."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.servers: dict[int, contextlib.ExitStack] = {}
        self.cookies: list[str] = []
        self.refused: list[tuple[int, int]] = []
        self.answers = 0

    @property
    def kids(self) -> set[str]:
        return {jwt.get_unverified_header(each.removeprefix("jwt="))["kid"] for each in self.cookies}

    def come(self) -> None:
        """One more person at each server; everybody is known at all of them."""
        for port in self.servers:
            self.cookies.append(sign_up(port, f"person{len(self.cookies)}", self.host))
        self.look(self.cookies)

    def look(self, cookies: list[str]) -> None:
        for port in self.servers:
            found = [status(port, "/account", cookie, self.host) for cookie in cookies]
            self.answers += len(found)
            self.refused += [(port, each) for each in found if each != 200]

    @contextlib.contextmanager
    def without(self, port: int) -> Iterator[contextlib.ExitStack]:
        """While one server is stopped."""
        stopped = self.servers.pop(port)
        stopped.close()
        yield stopped
        self.servers[port] = stopped
