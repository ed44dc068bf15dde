"""Does it refuse to start wrong? Each broken configuration by its name, with what to set; none starts. (bar: F7, F14)"""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from browsing import free_socket
from databases_for_tests import finished
from genkan import opening, start, surroundings
from genkan.db import DatabaseFault
from genkan.settings import SettingsFault
from genkan.settings.database import problem
from test_settings import APPLES_KEY, PRODUCTION, SECRET

ROOT = Path(__file__).parents[1]
GOOGLE = {"GOOGLE_CLIENT_ID": "our-client", "GOOGLE_CLIENT_SECRET": "b8d02"}
APPLE = {
    "APPLE_CLIENT_ID": "com.shop.web",
    "APPLE_TEAM_ID": "A1B2C3",
    "APPLE_KEY_ID": "K1",
    "APPLE_PRIVATE_KEY": APPLES_KEY,
}
WORKS = {
    "OIDC_WORKS_ISSUER": "https://id.works.test",
    "OIDC_WORKS_CLIENT_ID": "our-client",
    "OIDC_WORKS_CLIENT_SECRET": "b8d02",
}
MAIL = {"SMTP_URL": "smtp://mailer:p%40ss@mail.shop.test:587", "MAIL_FROM": "no-reply@id.shop.test"}
GOOD = PRODUCTION | GOOGLE | APPLE | WORKS | MAIL | {"TRUSTED_PROXIES": "10.0.0.5", "HOST": "0.0.0.0"}

# What is laid over GOOD (None takes it away), the setting that is named, and words that say what to set.
BROKEN: list[tuple[dict[str, str | None], str, str]] = [
    ({"ENVIRONMENT": "Production"}, "ENVIRONMENT", "one of development, production"),
    ({"ENVIRONMENT": None}, "BASE_URL", "set ENVIRONMENT=production"),
    ({"BASE_URL": None}, "BASE_URL", "like https://id.example.com"),
    ({"BASE_URL": "http://id.shop.test"}, "BASE_URL", "https://"),
    ({"BASE_URL": "https://id.shop.test/login"}, "BASE_URL", "no path"),
    ({"BASE_URL": "https://id.shop.test:0"}, "BASE_URL", "no path"),
    ({"BASE_URL": "https://*.shop.test"}, "BASE_URL", "the address people open"),
    ({"BASE_URL": "https://id.shop.test, https://shop.test"}, "BASE_URL", "the address people open"),
    ({"BASE_URL": "https://localhost"}, "BASE_URL", "a name that people reach"),
    ({"BASE_URL": "https://id.localhost:8443"}, "BASE_URL", "a name that people reach"),
    ({"BASE_URL": "https://127.0.0.53"}, "BASE_URL", "a name that people reach"),
    ({"BASE_URL": "https://[::1]"}, "BASE_URL", "a name that people reach"),
    ({"BASE_URL": "https://0.0.0.0"}, "BASE_URL", "a name that people reach"),
    ({"SECRET_KEY": None}, "SECRET_KEY", "token_hex(32)"),
    ({"SECRET_KEY": "changeme"}, "SECRET_KEY", "32 random bytes"),
    ({"SECRET_KEY": "please-changeme-before-you-use-this-0"}, "SECRET_KEY", "can be guessed"),
    ({"SECRET_KEY": "a9#Kq-insecure-0b7f1d03a5c9e8e264f7"}, "SECRET_KEY", "no words"),
    ({"SECRET_KEY": "0123456789abcdef0123456789abcdef"}, "SECRET_KEY", "must be random"),
    ({"SECRET_KEY": "qwertyuiopasdfghjklzxcvbnm1234567890"}, "SECRET_KEY", "must be random"),
    ({"SECRET_KEY": "<32 hexadecimal digits, please>!"}, "SECRET_KEY", "random"),
    ({"SECRET_KEY_PREVIOUS": SECRET}, "SECRET_KEY_PREVIOUS", "not the same"),
    ({"SECRET_KEY_PREVIOUS": "x" * 40}, "SECRET_KEY_PREVIOUS", "32 random bytes"),
    ({"GOOGLE_CLIENT_SECRET": SECRET}, "SECRET_KEY", "GOOGLE_CLIENT_SECRET has the same"),
    ({"DATABASE_URL": "postgresql://genkan:password@10.0.0.9/genkan"}, "DATABASE_URL", "random one"),
    ({"DATABASE_URL": "postgresql://10.0.0.9:port/genkan"}, "DATABASE_URL", "postgresql://user:password@host:5432"),
    ({"DATABASE_URL": "postgresql://10.0.0.9"}, "DATABASE_URL", "postgresql://user:password@host:5432"),
    ({"DATABASE_URL": "mysql://10.0.0.9/genkan"}, "DATABASE_URL", "must begin with sqlite:///"),
    ({"DATABASE_URL": "sqlite:///static/genkan.db"}, "DATABASE_URL", "put the file elsewhere"),
    ({"DATABASE_URL": "sqlite:////nowhere/at/all/genkan.db"}, "DATABASE_URL", "make /nowhere/at/all"),
    ({"DATABASE_URL": "sqlite:///."}, "DATABASE_URL", "must name a file"),
    ({"DATABASE_URL": "sqlite:///" + "x" * 300 + "/a.db"}, "DATABASE_URL", "must be"),
    ({"HOST": "0.0.0.0", "TRUSTED_PROXIES": None}, "TRUSTED_PROXIES", "must name the reverse proxy"),
    ({"HOST": "::", "TRUSTED_PROXIES": None}, "TRUSTED_PROXIES", "must name the reverse proxy"),
    ({"HOST": ".."}, "HOST", "0.0.0.0 for all of them"),
    ({"HOST": "http://10.0.0.1"}, "HOST", "must be an address of this machine"),
    ({"TRUSTED_PROXIES": "0.0.0.0/0"}, "TRUSTED_PROXIES", "name the proxies"),
    ({"TRUSTED_PROXIES": "0.0.0.0/1, 128.0.0.0/1"}, "TRUSTED_PROXIES", "name the proxies"),
    ({"TRUSTED_PROXIES": "::/0"}, "TRUSTED_PROXIES", "name the proxies"),
    ({"TRUSTED_PROXIES": "*"}, "TRUSTED_PROXIES", "like 10.0.0.5"),
    ({"DEV_PROVIDER": "on"}, "DEV_PROVIDER", "take it out"),
    ({"DEV_TOOLS": "on"}, "DEV_TOOLS", "take it out"),
    ({"MAIL_FROM": None}, "MAIL_FROM", "the address that mails come from"),
    ({"SMTP_URL": None}, "SMTP_URL", "or take out both"),
    ({"SMTP_URL": "smtp://mail.shop.test:465"}, "SMTP_URL", "must begin with smtps://"),
    ({"SMTP_URL": "smtps://mail.shop.test:587"}, "SMTP_URL", "must begin with smtp://"),
    ({"SMTP_URL": "smtp://user:password@mail.shop.test:587"}, "SMTP_URL", "told you another"),
    ({"GOOGLE_CLIENT_SECRET": None}, "GOOGLE_CLIENT_SECRET", "the provider's console shows it"),
    ({"GOOGLE_CLIENT_ID": None}, "GOOGLE_CLIENT_ID", "the provider's console shows it"),
    ({"GOOGLE_CLIENT_SECRET": "your-client-secret"}, "GOOGLE_CLIENT_SECRET", "the provider's console shows yours"),
    ({"GITHUB_CLIENT_ID": "xxxx", "GITHUB_CLIENT_SECRET": "b"}, "GITHUB_CLIENT_ID", "the provider's console shows yours"),
    ({"APPLE_CLIENT_ID": None}, "APPLE_CLIENT_ID", "is missing"),
    ({"APPLE_TEAM_ID": None}, "APPLE_TEAM_ID", "is missing"),
    ({"APPLE_PRIVATE_KEY": "MIGTAgEA"}, "APPLE_PRIVATE_KEY", "from its BEGIN to its END"),
    ({"MICROSOFT_CLIENT_ID": "a", "MICROSOFT_CLIENT_SECRET": "b", "MICROSOFT_TENANT": "us"}, "MICROSOFT_TENANT", "common"),
    ({"GITLAB_CLIENT_ID": "a", "GITLAB_CLIENT_SECRET": "b", "GITLAB_BASE_URL": "http://g"}, "GITLAB_BASE_URL", "https address"),
    ({"OIDC_WORKS_ISSUER": None}, "OIDC_WORKS_ISSUER", "https address"),
    ({"OIDC_WORKS_ISSUER": "http://id.works.test"}, "OIDC_WORKS_ISSUER", "https address"),
    ({"OIDC_WORKS_ISSUER": "http://127.0.0.1:8080"}, "OIDC_WORKS_ISSUER", "https:// in production"),
    ({"OIDC_WORKS_ISSUER": "https://[id.works.test"}, "OIDC_WORKS_ISSUER", "https address"),
    ({"OIDC_WORKS_CLIENT_ID": None}, "OIDC_WORKS_CLIENT_ID", "is missing"),
    ({"OIDC_WORKS_COLOUR": "red"}, "OIDC_WORKS_COLOUR", "ends with one of _ISSUER"),
    ({"GOOGLE_CLIENT_ID": None, "GOOGLE_CLIENT_SECRET": None, "GOOGLE_CLIENTID": "a"}, "GOOGLE_CLIENTID", "GOOGLE_CLIENT_ID?"),
    ({"SECRET_KEY_PREVIUS": SECRET[::-1]}, "SECRET_KEY_PREVIUS", "did you mean SECRET_KEY_PREVIOUS?"),
    ({"HOST": None, "TRUSTED_PROXIES": None, "TRUSTED_PROXY": "10.0.0.5"}, "TRUSTED_PROXY", "did you mean TRUSTED_PROXIES?"),
    ({"SITENAME": "Shop"}, "SITENAME", "did you mean SITE_NAME?"),
    ({"SITE-NAME": "Shop"}, "SITE-NAME", "did you mean SITE_NAME?"),
    ({"PASSWORD_MIN_LENGHT": "20"}, "PASSWORD_MIN_LENGHT", "did you mean PASSWORD_MIN_LENGTH?"),
    ({"BRAND_DIR": "nowhere"}, "BRAND_DIR", "must be a folder"),
]  # fmt: skip


def over(broken: dict[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in (GOOD | broken).items() if value is not None}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "static").mkdir()
    return tmp_path


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing is set but what a test sets."""
    with monkeypatch.context() as patch:
        for name in set(os.environ) - {"PATH", "HOME", "LANG", "GENKAN_TEST_POSTGRES"}:
            patch.delenv(name)
        yield


def refused(root: Path, capfd: pytest.CaptureFixture[str]) -> list[str]:
    """What the server says as it refuses to start; by its own way in, as run.py takes it.

    One that would start finds its port taken, and says that.
    """
    with free_socket() as taken:
        status = start.serve(root, ["--port", str(taken.getsockname()[1])])
    said = capfd.readouterr()
    assert (status, said.out, "Traceback" in said.err) == (2, "", False)
    return said.err.splitlines()


def test_what_is_broken_below_is_good_otherwise(root: Path) -> None:
    settings = opening.prepared(root, GOOD)
    assert [each.name for each in settings.providers] == ["google", "apple", "works"]
    assert settings.database_url == f"sqlite:///{root}/var/genkan.db"


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize(("broken", "name", "todo"), BROKEN)
def test_F14_a_broken_configuration_does_not_start_and_is_told_what_to_set(
    broken: dict[str, str | None],
    name: str,
    todo: str,
    root: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for each, value in over(broken).items():
        monkeypatch.setenv(each, value)
    first, *faults = refused(root, capfd)
    assert first == "These settings cannot be used:"
    assert [each for each in faults if each.startswith(f"{name}: ") and todo in each], faults
    assert all(SECRET not in each for each in faults)


def test_F14_there_are_forty_and_more() -> None:
    assert len({(tuple(broken.items())) for broken, _, _ in BROKEN}) > 60


@pytest.mark.usefixtures("bare")
def test_F14_all_faults_are_said_at_once(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (root / ".env").write_text("ENVIRONMENT=production\nSITE_NAME=x\nSITE_NAME=y\nHOST\n")
    (root / ".env").chmod(0o604)
    names = [each.partition(":")[0] for each in refused(root, capfd)[1:]]
    assert names == [".env", ".env", "BASE_URL", "SECRET_KEY"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"SITE_NAME=A\nSITE_NAME=B\n", ".env: SITE_NAME is set more than once"),
        (b"# fine\n\nSITE_NAME\n", ".env: line 3 is not NAME=value"),
        (b"SITE_NAME=A\nthis is no setting\n", ".env: line 2 is not NAME=value"),
        (b"SITE_NAME='A\n", ".env: line 1 is not NAME=value"),
        (b"SITE_NAME=\xff\n", ".env: cannot be read (it is not written in UTF-8)"),
    ],
)
@pytest.mark.usefixtures("bare")
def test_F14_an_env_file_that_cannot_be_read_is_refused(
    text: bytes, told: str, root: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (root / ".env").write_bytes(text)
    assert refused(root, capfd)[1].startswith(told)


@pytest.mark.usefixtures("bare")
def test_F14_an_env_file_that_is_a_folder_is_refused(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (root / ".env").mkdir()
    assert refused(root, capfd)[1] == f".env: cannot be read (Is a directory). Its path is {root}/.env."


@pytest.mark.parametrize(
    ("mode", "line", "is_refused"),
    [
        (0o644, f"SECRET_KEY={SECRET}", True),
        (0o602, "SITE_NAME=A", True),
        (0o640, f"SECRET_KEY={SECRET}", False),
        (0o644, "SITE_NAME=A", False),
        (0o644, "SECRET_KEY=", False),
    ],
)
@pytest.mark.usefixtures("bare")
def test_F14_secrets_that_everybody_on_the_machine_can_read_are_refused_in_production(
    mode: int, line: str, is_refused: bool, root: Path
) -> None:
    for environment in ("production", "development"):
        (root / ".env").write_text(f"ENVIRONMENT={environment}\n{line}\n")
        (root / ".env").chmod(mode)
        told = [f".env: holds secrets, and everybody on this machine can read or change it: chmod 600 {root}/.env."]
        assert surroundings.looked_at(root).faults == (told if is_refused and environment == "production" else [])


@pytest.mark.usefixtures("bare")
def test_development_needs_nothing_and_what_other_programs_have_set_does_not_matter(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (
        "MAIL",
        "HOSTNAME",
        "HOSTS",
        "LOGNAME",
        "GITHUB_ACTIONS",
        "GITHUB_TOKEN",
        "GOOGLE_CLOUD_PROJECT",
        "SSL_CERT_FILE",
    ):
        monkeypatch.setenv(name, "something")
    monkeypatch.setenv("SITENAME", " ")
    assert opening.prepared(root, surroundings.read(root)).providers == ()


# Places of an SQLite database.


def test_F14_a_database_that_others_can_read_is_refused_in_production_only(tmp_path: Path) -> None:
    path = tmp_path / "genkan.db"
    path.touch()
    path.chmod(0o644)
    assert problem(path, tmp_path, production=True) == f"must name a file that others cannot read: chmod 600 {path}"
    assert problem(path, tmp_path, production=False) is None
    path.chmod(0o640)
    assert problem(path, tmp_path, production=True) is None


def test_F14_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    said = problem(tmp_path / "genkan.db", tmp_path, production=True, may=lambda folder: False)
    assert said == f"must be in a folder where the server may write; give {tmp_path} to the user that it runs as"


def test_a_path_that_leads_in_circles_is_refused(root: Path) -> None:
    (root / "circle").symlink_to(root / "circle")
    with pytest.raises(SettingsFault, match="DATABASE_URL: must be"):
        opening.prepared(root, GOOD | {"DATABASE_URL": f"sqlite:///{root}/circle/genkan.db"})


def test_a_path_is_seen_from_the_root_and_not_from_where_the_server_was_started(root: Path) -> None:
    (root / "kept").mkdir()
    found = opening.prepared(root, GOOD | {"DATABASE_URL": "sqlite:///kept/genkan.db"})
    assert found.database_url == f"sqlite:///{root}/kept/genkan.db"
    several = "postgresql://genkan:b8d02@10.0.0.8:5432,10.0.0.9:5432/genkan"
    assert opening.prepared(root, GOOD | {"DATABASE_URL": several}).database_url == several


# Databases that cannot be used.


async def tried(url: str) -> None:
    await start.try_out(opening.prepared(Path("/tmp"), GOOD | {"DATABASE_URL": url}), patience=0.5)


def told(url: str) -> str:
    with pytest.raises((DatabaseFault, opening.CannotServe)) as raised:
        finished(tried(url))
    return str(raised.value)


def test_F7_a_damaged_database_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    path = tmp_path / "genkan.db"
    whole = path.read_bytes()
    path.write_bytes(whole[:100] + b"\xff" * (len(whole) - 100))
    assert "it is no whole SQLite database (SQLITE_CORRUPT). Put a backup in its place" in told(sqlite_url)
    path.write_bytes(b"no database at all" * 1000)
    assert told(sqlite_url).startswith(f"{path} cannot be used: it is no whole SQLite database (SQLITE_NOTADB)")
    path.write_bytes(whole[:4096])
    assert told(sqlite_url).startswith(str(path))


def test_F7_a_database_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE users (id INTEGER)")
    other.close()
    path.chmod(0o600)
    assert told(f"sqlite:///{path}").startswith(f"{path} has tables of something else")
    assert sqlite3.connect(path).execute("SELECT name FROM sqlite_master").fetchall() == [("users",)]


def test_F7_a_log_without_its_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "genkan.db-wal").write_bytes(b"what was not written yet")
    assert told(f"sqlite:///{tmp_path}/genkan.db").startswith(f"{tmp_path}/genkan.db is gone, and ")
    assert not (tmp_path / "genkan.db").exists()


def test_F7_a_database_of_a_newer_version_is_refused(database_url: str) -> None:
    finished(set_version(database_url, 999))
    try:
        said = told(database_url)
    finally:
        finished(set_version(database_url, None))
    assert "is of version 999, and this program knows" in said
    assert "postgres@" not in said


async def set_version(url: str, version: int | None) -> None:
    sql = (
        f"INSERT INTO schema_version VALUES ({version}, 0)"
        if version
        else "DELETE FROM schema_version WHERE version = 999"
    )
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            connection.execute(sql)
        connection.close()
        return
    server = await asyncpg.connect(url)
    await server.execute(sql)
    await server.close()


def test_F7_a_server_that_lets_nobody_in_is_refused_with_the_reason(postgresql: str) -> None:
    place = postgresql.rpartition("@")[2].partition("/")[0]
    assert told(f"postgresql://postgres@{place}/nothing").startswith(f"PostgreSQL has no database {place}/nothing.")
    assert told(f"postgresql://nobody@{place}/postgres").startswith(
        f"PostgreSQL at {place}/postgres refuses user or password"
    )
    with free_socket() as silent:
        port = silent.getsockname()[1]
        assert told(f"postgresql://127.0.0.1:{port}/genkan").startswith(f"Nobody answers at 127.0.0.1:{port}/genkan")
    assert told(f"{postgresql}?sslmode=sometimes").startswith("DATABASE_URL cannot be read")
    assert "cannot be spoken to by TLS" in told(f"{postgresql}?sslmode=require")


def test_F7_a_user_who_may_not_make_tables_is_told_so(postgresql: str) -> None:
    finished(script(postgresql, "CREATE ROLE guest LOGIN", "CREATE DATABASE hers", "REVOKE ALL ON DATABASE hers FROM PUBLIC",
                    "GRANT CONNECT ON DATABASE hers TO guest"))  # fmt: skip
    hers = f"{postgresql.partition('://')[0]}://guest@{postgresql.rpartition('@')[2].partition('/')[0]}/hers"
    try:
        assert told(hers).startswith("The user of DATABASE_URL may not make tables in ")
    finally:
        finished(script(postgresql, "DROP DATABASE hers", "DROP ROLE guest"))


async def script(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    for statement in statements:
        await connection.execute(statement)
    await connection.close()


# As a person starts it.


@pytest.mark.parametrize(
    ("environ", "status", "told"),
    [
        ({"ENVIRONMENT": "production"}, 2, "SECRET_KEY: "),
        (GOOD | {"BASE_URL": "http://id.shop.test"}, 2, "BASE_URL: "),
        (GOOD | {"DEV_PROVIDER": "on"}, 2, "DEV_PROVIDER: "),
        (GOOD | {"DATABASE_URL": "postgresql://genkan:b8d02@127.0.0.1:1/genkan"}, 1, "Nobody answers at 127.0.0.1:1/genkan"),
        (GOOD | {"GOOGLE_CLIENT_SECRET": ""}, 2, "GOOGLE_CLIENT_SECRET: "),
    ],
)  # fmt: skip
def test_F14_the_program_itself_refuses(environ: dict[str, str], status: int, told: str, tmp_path: Path) -> None:
    for name in ("run.py", "requirements.txt", "schema.sql"):
        shutil.copy(ROOT / name, tmp_path)
    for name in ("site", "templates", "static"):
        (tmp_path / name).symlink_to(ROOT / name)
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    ended = subprocess.run(
        [sys.executable, "run.py"], cwd=tmp_path, env=kept | environ, capture_output=True, text=True, timeout=60, check=False
    )  # fmt: skip
    assert (ended.returncode, ended.stdout, told in ended.stderr) == (status, "", True), ended.stderr
    assert "Traceback" not in ended.stderr
