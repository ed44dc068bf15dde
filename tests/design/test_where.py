"""Does `run.py where` find the files of every page, by its address or its name, with nothing running?"""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from entrance import running, settings_for
from genkan.design import addresses, commands
from genkan.web import files
from starlette.routing import Route

import run

ROOT = Path(__file__).parents[2]
FOLDERS = (ROOT / "templates", ROOT / "static" / "img")
DOORS = addresses.doors(ROOT / "site" / "genkan")
DAMAGED = """\
from elsewhere import THERE
ROOM: str = "/dev"
HERE = f"{ROOM}/here"
routes = [
    Route(HERE, show, methods=["GET"]),
    Route(f"{HERE}/again", show, methods=METHODS),
    Route(THERE, show),
    Route(f"{THERE}/x", show),
    Route(UNKNOWN, show),
    Route(nowhere.PATH, show),
    Route(1 + 1, show),
]
"""


def said(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> str:
    assert commands.run(ROOT, "where", list(arguments)) == status
    told = capsys.readouterr()
    return told.err if status else told.out


def column(text: str, label: str) -> list[str]:
    """The lines of one row."""
    found: list[str] = []
    here = False
    for line in text.splitlines():
        here = line.startswith(label.ljust(12)) or (here and line.startswith(" " * 12))
        if here:
            found.append(line[12:])
    return found


def test_the_address_of_a_page_leads_to_all_its_files(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "/login")
    assert column(text, "address") == ["/login  (GET, POST)"]
    assert column(text, "page") == ["site/genkan/pages/login.py"]
    assert column(text, "template") == ["templates/pages/login.html"]
    assert column(text, "stands in") == ["templates/layouts/entrance.html", "templates/layouts/base.html"]
    assert column(text, "blocks") == ["prefix title card main form"]
    assert "templates/components/field.html" in column(text, "components")
    assert column(text, "states") == ["templates/pages/login.states.toml", "/dev/gallery/pages/login"]
    css = {each.split()[0]: " ".join(each.split()[1:]) for each in column(text, "css")}
    assert css["static/css/components/field.css"] == "field, password"
    assert css["static/css/layouts/entrance.css"] == "pages/login.html"
    assert css["static/css/tokens.css"] == "every page"
    assert "static/css/layouts/account.css" not in css
    catalog = (ROOT / "templates/locale/ja/LC_MESSAGES/messages.po").read_text().splitlines()
    line = next(
        each for each in column(text, "strings") if "ja/LC_MESSAGES" in each and "Forgot your password?" in each
    )
    number = int(line.partition(":")[2].split()[0])
    assert catalog[number - 1] == 'msgid "Forgot your password?"'
    assert line.endswith(" → パスワードを忘れた場合")


@pytest.mark.parametrize(
    ("asked", "module", "template"),
    [
        ("/account/email", "pages/account_email.py", "pages/account_email.html"),
        ("/account/email/", "pages/account_email.py", "pages/account_email.html"),
        ("http://127.0.0.1:8000/login?next=/x#main", "pages/login.py", "pages/login.html"),
        ("/oauth/finish", "pages/oauth_finish.py", "pages/oauth_finish.html"),
        ("/verify/link", "pages/verify_link.py", "pages/verify_link.html"),
        ("/dev/mail", "dev/mail.py", "dev/mail.html"),
        ("/logout", "pages/logout.py", "pages/logout.html"),
    ],
)
def test_any_address_leads_to_its_page(
    asked: str, module: str, template: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = said(capsys, asked)
    assert column(text, "page") == [f"site/genkan/{module}"]
    assert column(text, "template")[0] == f"templates/{template}"


def test_an_address_that_shows_nothing_of_its_own_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "/oauth/google/callback")
    assert column(text, "page") == ["site/genkan/pages/oauth_callback.py"]
    assert column(text, "template") == ["none of its own: it leads on, or shows another page's"]


@pytest.mark.parametrize(
    ("asked", "template"),
    [
        ("login", "pages/login.html"),
        ("pages/login", "pages/login.html"),
        ("templates/pages/login.html", "pages/login.html"),
        ("404", "errors/404.html"),
        ("field", "components/field.html"),
        ("emails/reset.txt", "emails/reset.txt"),
        ("username_changed", "emails/username_changed.html"),
        ("base", "layouts/base.html"),
    ],
)
def test_a_name_leads_to_its_template(asked: str, template: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert column(said(capsys, asked), "template") == [f"templates/{template}"]


def test_a_component_and_a_layout_say_who_uses_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert "templates/pages/signup.html" in column(said(capsys, "field"), "used by")
    users = column(said(capsys, "layouts/account"), "used by")
    assert "templates/pages/devices.html" in users
    assert "templates/pages/login.html" not in users


def test_a_page_says_its_address(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "signup")
    assert "/signup" in column(text, "address")
    assert column(text, "page") == ["site/genkan/pages/signup.py"]


@pytest.mark.parametrize(
    ("asked", "line"),
    [
        ("already have an account", "pages/oauth_finish.html  /oauth/finish  You already have an account"),
        ("すでにアカウントがあります", "pages/oauth_finish.html  /oauth/finish  You already have an account"),
        ("Forgot your password?", "pages/login.html  /login  Forgot your password?"),
        ("Last used", "components/provider.html  Last used"),
    ],
)
def test_words_lead_to_the_templates_that_say_them_in_any_language(
    asked: str, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = said(capsys, asked).splitlines()
    assert lines.count(line) == 1
    assert lines[-1].startswith("More of one: run.py where ")


def test_a_template_of_the_teams_own_is_named_before_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "templates" / "pages" / "login.html"
    own.parent.mkdir(parents=True)
    own.write_text(
        '{% extends "ours/pages/login.html" %}\n{% block main %}{{ super() }}{{ ui.mill() }}{% endblock %}\n'
    )
    monkeypatch.setenv("BRAND_DIR", str(tmp_path))
    text = said(capsys, "/login")
    assert column(text, "template") == [str(own)]
    assert column(text, "stands in")[:2] == ["templates/pages/login.html", "templates/layouts/entrance.html"]
    assert column(text, "blocks") == ["main"]
    assert "templates/components/mill.html" in column(text, "components")
    assert "templates/components/field.html" in column(text, "components")


def test_what_is_not_there_is_answered_with_what_is_near(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "/logni", status=1)
    assert text.startswith("There is nothing at /logni.\nNearest:")
    assert "/login" in text
    assert "notice" in said(capsys, "notise", status=1)
    assert said(capsys, "/zzzzzzzzzzzz", status=1) == "There is nothing at /zzzzzzzzzzzz.\n"


@pytest.mark.parametrize("arguments", [[], ["/login", "/signup"], ["--help"]])
def test_a_wrong_call_is_told_how(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, *arguments, status=2).startswith("Usage: run.py where /login")


def test_a_string_that_no_catalog_has_is_said_to_be_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "site/genkan").mkdir(parents=True)
    (tmp_path / "templates/pages").mkdir(parents=True)
    (tmp_path / "templates/pages/new.html").write_text('{# New. #}{{ _("Say \\"this\\"") }}')
    (tmp_path / "templates/locale/ja/LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "templates/locale/ja/LC_MESSAGES/messages.po").write_text('msgid "Log in"\nmsgstr "ログイン"\n')
    assert commands.run(tmp_path, "where", ["new"]) == 0
    missing = 'templates/locale/ja/LC_MESSAGES/messages.po  Say "this" → (not there)'
    assert column(capsys.readouterr().out, "strings") == [missing]


@pytest.mark.anyio
async def test_every_route_of_the_site_is_found_with_its_module(sqlite_url: str) -> None:
    async with running(settings_for(sqlite_url, dev_tools=True)) as app:
        routes = [each for each in app.routes if isinstance(each, Route) and each.path != "/static/{name}"]
    assert len(routes) > 40
    for route in routes:
        found = [each for each in DOORS if each.path == route.path]
        assert found, route.path
        answering = next(each for each in DOORS if each.answers(re.sub(r"{[^}]*}", "A" * 43, route.path)))
        assert answering.path == route.path
        assert route.methods is not None
        assert {method for each in found for method in each.methods} >= route.methods - {"HEAD"}


def test_every_template_that_a_page_shows_is_there() -> None:
    shown = {template for door in DOORS for template in door.templates}
    assert len(shown) > 25
    assert [each for each in shown if files.found(FOLDERS, f"{each}.html") is None] == []


def test_a_template_that_is_not_there_has_no_files() -> None:
    assert files.of(ROOT, FOLDERS, "pages/nothing.html") is None


def test_an_address_that_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    house = tmp_path / "genkan"
    (house / "pages").mkdir(parents=True)
    (house / "pages" / "own.py").write_text(DAMAGED)
    assert [(each.path, each.methods) for each in addresses.doors(house)] == [
        ("/dev/here", ("GET",)),
        ("/dev/here/again", ("GET",)),
    ]


def test_the_command_needs_no_server_and_no_database() -> None:
    made = subprocess.run(
        [sys.executable, "run.py", "where", "/login"], cwd=ROOT, capture_output=True, text=True, env={}
    )
    assert (made.returncode, made.stderr) == (0, "")
    assert "templates/pages/login.html" in made.stdout
    assert "where" in run.FOR_DESIGNERS


def test_the_command_ends_quietly_where_only_its_first_lines_are_read() -> None:
    made = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {sys.executable} run.py where /login | true"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={},
    )
    assert made.stderr == ""
