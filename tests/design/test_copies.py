"""Can a designer take a copy of any template, and bring it up to date after an upgrade?"""

import shutil
from pathlib import Path

import pytest
from branding import LOGO, PRODUCTION, ROOT, put
from entrance import settings_for
from genkan.design import commands, merging, originals
from genkan.web.render import Renderer

LOGIN = "brand/templates/pages/login.html"
MILL = "brand/templates/pages/mill.html"
ORIGINAL = "".join(f"<p>{number}</p>\n" for number in range(1, 21))


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site's folder, with nothing set."""
    monkeypatch.delenv("BRAND_DIR", raising=False)
    for name in ("templates", "static"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


def change(path: Path, before: str, after: str) -> None:
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after, 1))


class Said:
    """What a command says, and how it ends."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._root, self._capsys = root, capsys

    def __call__(self, line: str) -> tuple[int, str]:
        verb, *arguments = line.split()
        status = commands.run(self._root, verb, arguments)
        out, complaint = self._capsys.readouterr()
        return status, (out + complaint).strip()


@pytest.fixture
def say(root: Path, capsys: pytest.CaptureFixture[str]) -> Said:
    return Said(root, capsys)


def test_a_copy_is_the_original_under_a_line_that_says_where_it_came_from(root: Path, say: Said) -> None:
    original = (root / "templates/pages/login.html").read_text()
    assert say("copy-template login") == (
        0,
        f"{LOGIN} is yours now, and stands in place of templates/pages/login.html.\n"
        "So that the site looks there, put this line into .env and start again: BRAND_DIR=brand",
    )
    note, _, rest = (root / LOGIN).read_text().partition("\n")
    version = originals.version(original)
    assert note.startswith(f"{{# Copied from templates/pages/login.html, version {version}. ")
    assert note.endswith(" #}")
    assert rest == original
    assert (root / "brand/.originals/pages/login.html").read_text() == original


def test_where_BRAND_DIR_is_set_the_copy_goes_there(root: Path, say: Said) -> None:
    (root / ".env").write_text("BRAND_DIR=ours/look\n")
    assert say("copy-template components/button") == (
        0,
        "ours/look/templates/components/button.html is yours now, and stands in place of templates/components/button.html.",
    )


@pytest.mark.parametrize(
    ("asked", "made"),
    [
        ("/login", ["pages/login.html"]),
        ("button", ["components/button.html"]),
        ("404", ["errors/404.html"]),
        ("errors/404", ["errors/404.html"]),
        ("layouts/base", ["layouts/base.html"]),
        ("emails/verify", ["emails/verify.html", "emails/verify.txt"]),
        ("templates/emails/verify.txt", ["emails/verify.txt"]),
        ("login verify pages/login", ["pages/login.html", "pages/verify.html"]),
    ],
)
def test_a_template_is_found_by_whatever_a_person_calls_it(root: Path, say: Said, asked: str, made: list[str]) -> None:
    assert say(f"copy-template {asked}")[0] == 0
    there = (path for path in (root / "brand/templates").rglob("*.*"))
    assert sorted(path.relative_to(root / "brand/templates").as_posix() for path in there) == made


@pytest.mark.parametrize(
    ("asked", "complaint"),
    [
        ("logn", "There is no template “logn”. The nearest: pages/login, pages/logout."),
        ("pages/sign_up", "There is no template “pages/sign_up”. The nearest: pages/signup, "),
        ("dev/mail", "There is no template “dev/mail”."),
        ("../run.py", "There is no template “../run.py”. There are: components/account,"),
        ("pages/../../run.py", "There is no template “pages/../../run.py”."),
    ],
)
def test_an_unknown_name_makes_nothing_and_says_the_nearest(root: Path, say: Said, asked: str, complaint: str) -> None:
    status, said = say(f"copy-template {asked}")
    assert (status, said[: len(complaint)]) == (1, complaint)
    assert not (root / "brand").exists()


def test_a_copy_that_is_there_is_never_written_over(root: Path, say: Said) -> None:
    put(root, {"brand/templates/emails/verify.txt": "mine"})
    assert say("copy-template emails/verify") == (
        1,
        "brand/templates/emails/verify.txt is there already; nothing was changed.",
    )
    assert not (root / "brand/templates/emails/verify.html").exists()


def test_a_copy_that_cannot_be_written_and_a_call_without_a_name_are_said_in_a_sentence(root: Path, say: Said) -> None:
    (root / "brand").write_text("a file")
    assert say("copy-template login") == (1, f"{root}/brand/templates/pages cannot be written (Not a directory).")
    for call in ("copy-template", "copy-template --help"):
        assert say(call)[0] == 2


def test_every_template_can_be_copied_and_the_site_is_the_same(root: Path, say: Said) -> None:
    names = [each for each in originals.files(root / "templates") if not each.endswith(".txt")]
    plain = Renderer(settings_for("sqlite:///x", **PRODUCTION), root)
    assert say(f"copy-template {' '.join(each.removesuffix('.html') for each in names)}")[0] == 0
    copied = Renderer(settings_for("sqlite:///x", brand_dir=root / "brand", **PRODUCTION), root)
    assert copied.broken == plain.broken
    for name in originals.files(root / "templates"):
        made = [each.templates.environments["ja"].get_template(name) for each in (plain, copied)]
        assert made[0].filename != made[1].filename
        assert made[0].blocks.keys() == made[1].blocks.keys()
    button = [each.templates.components["ja"].button("x") for each in (plain, copied)]
    assert button[0] == button[1]
    assert say("check")[0] == 0


# An upgrade: ours has changed, and theirs has, too.


def test_an_upgrade_is_shown_with_its_difference_merged_and_then_quiet(root: Path, say: Said) -> None:
    put(root, {".env": "BRAND_DIR=brand\n", "templates/pages/mill.html": ORIGINAL})
    say("copy-template mill")
    assert say("check") == (0, "brand is in order: every copy is of a template as it is now.")
    change(root / MILL, "<p>5</p>", "<p>of theirs</p>")
    assert say("check")[0] == 0  # that theirs differs is what it is for
    change(root / "templates/pages/mill.html", "<p>15</p>\n", "<p>15</p>\n<p>new in ours</p>\n")
    assert say("check") == (
        1,
        f"""{MILL}: templates/pages/mill.html has changed since it was copied.
--- templates/pages/mill.html (version {originals.version(ORIGINAL)})
+++ templates/pages/mill.html (now)
@@ -13,6 +13,7 @@
 <p>13</p>
 <p>14</p>
 <p>15</p>
+<p>new in ours</p>
 <p>16</p>
 <p>17</p>
 <p>18</p>
You changed none of these lines: python3 run.py check --merge pages/mill puts them into your copy.
When your copy is as you want it: python3 run.py check --accept pages/mill""",
    )
    assert say("check --merge mill") == (
        0,
        f"{MILL} has now what changed in templates/pages/mill.html. Look at the page, or at what your version control shows.",
    )
    text = (root / MILL).read_text()
    assert ("of theirs" in text, "new in ours" in text, text.count("Copied from")) == (True, True, 1)
    assert say("check")[0] == 0
    assert say("check --merge mill") == (0, f"{MILL} is up to date already.")


def test_where_both_changed_the_same_lines_only_a_person_can_bring_them_together(root: Path, say: Said) -> None:
    put(root, {"templates/pages/mill.html": ORIGINAL})
    say("copy-template mill")
    change(root / MILL, "<p>16</p>", "<p>of theirs</p>")
    change(root / "templates/pages/mill.html", "<p>16</p>", "<p>new in ours</p>")
    before = (root / MILL).read_text()
    clash = "You changed the same lines (near 16 of the original): bring them together by hand."
    assert clash in say("check")[1]
    assert say("check --merge mill") == (1, f"{MILL}: nothing was changed. {clash}")
    assert (root / MILL).read_text() == before
    version = originals.version((root / "templates/pages/mill.html").read_text())
    assert say("check --accept mill") == (0, f"{MILL} is noted as up to date with version {version}.")
    assert say("check")[0] == 0
    assert "<p>of theirs</p>" in (root / MILL).read_text()


def test_a_page_of_ours_that_changes_under_a_copy_of_it_is_found(root: Path, say: Said) -> None:
    """The real one, as an upgrade would bring it."""
    say("copy-template login")
    ours = root / "templates/pages/login.html"
    ours.write_text(f"{ours.read_text()}<p>new in ours</p>\n")
    status, said = say("check")
    assert (status, "+<p>new in ours</p>" in said) == (1, True)


def test_an_original_that_was_not_kept_is_compared_with_the_copy_instead(root: Path, say: Said) -> None:
    put(root, {"templates/pages/mill.html": ORIGINAL})
    say("copy-template mill")
    shutil.rmtree(root / "brand/.originals")
    change(root / "templates/pages/mill.html", "<p>5</p>\n", "")
    status, said = say("check")
    assert (status, "What it was then is not kept in .originals/" in said) == (1, True)
    assert f"--- {MILL}\n+++ templates/pages/mill.html (now)\n" in said
    assert "-<p>5</p>" in said
    assert say("check --merge mill")[0] == 1


def test_a_copy_whose_original_is_gone_and_one_with_no_note_are_told(root: Path, say: Said) -> None:
    say("copy-template login signup")
    (root / "templates/pages/signup.html").unlink()
    put(root, {LOGIN: (root / "templates/pages/login.html").read_text()})
    version = originals.version((root / "templates/pages/login.html").read_text())
    status, said = say("check")
    assert status == 1
    assert said.split("\n\n")[1:] == [
        "brand/templates/pages/signup.html: templates/pages/signup.html is no longer there, so nothing shows this copy. "
        "Take it away, or move it."
    ]
    assert f"{LOGIN} does not say what it was copied from." in said
    assert "  python3 run.py check --accept pages/login\n" in said
    assert f"  {{# Copied from templates/pages/login.html, version {version}." in said
    assert say("check --merge login")[0] == 1
    assert say("check --accept pages/login")[0] == 0
    (root / "brand/templates/pages/signup.html").unlink()
    assert say("check")[0] == 0
    status, said = say("check --accept signup")
    assert (status, said.partition(".")[0]) == (1, "There is no template “signup”")
    assert say("check --accept logout") == (1, "There is no copy of templates/pages/logout.html in brand.")


def test_a_note_that_points_elsewhere_than_to_a_template_is_no_note(root: Path, say: Said) -> None:
    put(root, {LOGIN: "{# Copied from templates/../../run.py, version 0123456789ab. #}\n"})
    assert "does not say what it was copied from" in say("check")[1]


def test_a_template_that_only_adds_to_ours_and_those_of_their_own_are_no_copies(root: Path, say: Said) -> None:
    put(
        root,
        {
            LOGIN: '{# Ours. #}\n{% extends "ours/pages/login.html" %}{% include "pages/part.html" %}{{ ui.mill() }}',
            "brand/templates/pages/signup.html": '{% extends "ours/pages/signup.html" %}',
            "brand/templates/pages/logout.html": '{% include "pages/part.html" %}',
            "brand/templates/pages/part.html": "part",
            "brand/templates/components/mill.html": "{% macro mill() %}{% endmacro %}",
        },
    )
    say("check --accept logout")
    assert say("check")[0] == 0
    put(root, {"brand/templates/pages/logn.html": "x"})
    status, said = say("check")
    told = "brand/templates/pages/logn.html: nothing asks for it. The nearest: pages/login"
    assert (status, said.splitlines()[-1][: len(told)]) == (1, told)


# What else is looked at.


def test_what_cannot_be_used_lies_nowhere_or_is_said_by_nobody_is_told(root: Path, say: Said) -> None:
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    put(
        root,
        {
            "brand/logo.svg": LOGO,
            "brand/README.md": "about this",
            "brand/css/deep/own.css": "a{}",
            "brand/css/own.css": "a{",
            "brand/locale/ja.po": "",
            "brand/locale/ja/LC_MESSAGES/messages.po": head[:-1] + "nonsense\n",
            "brand/locale/en/LC_MESSAGES/messages.po": head
            + 'msgid "Log inn"\nmsgstr "Enter"\n\nmsgid "Our own \\"words\\""\nmsgstr "x"\n\nmsgid "Zzz %(a)s"\nmsgstr "x"\n',
            "brand/templates/components/mill.html": '{# x #}{{ _("Our own \\"words\\"") }}',
        },
    )
    assert say("check") == (
        1,
        "BRAND_DIR is not set, so nothing in brand/ is used here; to use it: BRAND_DIR=brand\n"
        + "\n\n".join(
            [
                "BRAND_DIR: css/own.css: line 1: { is never closed.",
                "BRAND_DIR: locale/ja/LC_MESSAGES/messages.po: line 3: Unknown or misformatted keyword.",
                "brand/css/deep/own.css: nothing looks there; it belongs into css/.",
                "brand/locale/ja.po: nothing looks there; it belongs into locale/CODE/LC_MESSAGES/messages.po.",
                "brand/logo.svg: nothing looks there; it belongs into img/.",
                "brand/locale/en/LC_MESSAGES/messages.po: nobody says “Log inn”. Did you mean “Log in”?",
                "brand/locale/en/LC_MESSAGES/messages.po: nobody says “Zzz %(a)s”.",
            ]
        ),
    )


def test_without_a_folder_there_is_nothing_to_check_unless_one_is_named(root: Path, say: Said) -> None:
    assert say("check") == (0, "There is no folder brand: nothing of ours is replaced, so there is nothing to check.")
    (root / ".env").write_text("BRAND_DIR=/nowhere/brand\n")
    status, said = say("check")
    assert (status, said.partition(":")[0]) == (1, "There is no folder /nowhere/brand")


# Three texts: what both come from, ours now, and theirs.


@pytest.mark.parametrize(
    ("ours", "theirs", "joined", "clashes"),
    [
        ("a b c d e f", "a b c d e f", "a b c d e f", []),
        ("a b c d X f", "a Y c d e f", "a Y c d X f", []),
        ("N a b c d e f", "a b c d e f E", "N a b c d e f E", []),
        ("a b c d e", "b c d e f", "b c d e", []),
        ("a X c d e f", "a X c d e f", "a X c d e f", []),
        ("a X c d e f", "a Y c d e f", "a Y c d e f", [2]),
        ("a X c d e Z", "a b Y d e f", "a b Y d e Z", [2]),
        ("a b c X d e f", "a b c Y d e f", "a b c Y d e f", [4]),
        ("a b X f", "a b c D e f", "a b c D e f", [3]),
    ],
)
def test_changes_of_both_are_joined_and_theirs_stays_where_they_meet(
    ours: str, theirs: str, joined: str, clashes: list[int]
) -> None:
    def lines(words: str) -> str:
        return "".join(f"{word}\n" for word in words.split())

    assert merging.joined(lines("a b c d e f"), lines(ours), lines(theirs)) == (lines(joined), clashes)
