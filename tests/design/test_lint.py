"""Does `python3 run.py lint` say what is wrong, and nothing where all is well?"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from genkan.design import commands
from genkan.design.lint import Finding, findings, mails
from genkan.design.lint import command as lint
from genkan.mail import LONGEST_SUBJECT
from seeded import ROOT, copied


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    copied(tmp_path)
    return tmp_path


def replaced(root: Path, name: str, before: str, after: str) -> None:
    text = (root / name).read_text()
    assert before in text
    (root / name).write_text(text.replace(before, after))


def places(found: list[Finding]) -> set[tuple[str, int, str]]:
    return {(each.path, each.line, each.rule) for each in found}


def test_nothing_is_found_in_what_is_here() -> None:
    assert findings(ROOT) == []


def test_the_command_says_in_one_sentence_that_nothing_was_found() -> None:
    ran = subprocess.run(
        [sys.executable, str(ROOT / "run.py"), "lint"],
        env={name: value for name, value in os.environ.items() if name != "BRAND_DIR"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("Nothing found: templates, styles and catalogs are in order (")
    assert ran.stdout.count("\n") == 1


def test_the_command_says_each_finding_in_a_line_and_how_many_there_are(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    replaced(copy, "templates/pages/login.html", "{% if can_mail %}", "{% if can_male %}")
    replaced(copy, "templates/pages/reset.html", 'method="post" ', "")
    assert commands.run(copy, "lint", []) == 1
    page = (copy / "templates/pages/login.html").read_text()
    line = page[: page.index("can_male")].count("\n") + 1
    first, second, last = capsys.readouterr().out.splitlines()
    assert first == (
        f"templates/pages/login.html:{line}: undefined: `can_male` is not known here: no state of pages/login has it."
        " Did you mean `can_mail`?"
    )
    assert second.startswith("templates/pages/reset.html:9: get-form: ")
    assert last.startswith("2 findings in 2 files (")


def test_the_command_looks_at_some_files_alone(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    replaced(copy, "templates/pages/login.html", "{% if can_mail %}", "{% if can_male %}")
    replaced(copy, "templates/pages/reset.html", 'method="post" ', "")
    assert commands.run(copy, "lint", [str(copy / "templates" / "pages" / "reset.html")]) == 1
    assert capsys.readouterr().out.splitlines()[-1].startswith("1 finding in 1 file (")
    assert commands.run(copy, "lint", [str(copy / "static")]) == 0


def test_the_command_says_that_a_path_is_not_there(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.run(copy, "lint", ["templates/pages/nobody.html"]) == 2
    assert capsys.readouterr().out == "There is no templates/pages/nobody.html.\n"


def test_the_command_tells_programs_in_json(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    replaced(copy, "templates/pages/logout.html", '_("Log out")', '"Log out"')
    assert commands.run(copy, "lint", ["--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert {(each["path"], each["rule"]) for each in told} == {("templates/pages/logout.html", "hard-coded")}
    assert {each.keys() == {"path", "line", "rule", "text"} for each in told} == {True}


BRANDED = """{# Ours, with a line of its own. #}
{% extends "ours/pages/signed_out.html" %}
{% block titel %}Hallo{% endblock %}
{% block main %}{{ super() }}<p class="motto" style="color: red">{{ notice.kint }}</p>{% endblock %}
"""


def test_a_brand_is_looked_at_too(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its templates, its styles with what they make of our tokens, and its sentences; what stands outside a layer is as it should be."""
    brand = copy / "brand"
    (brand / "templates" / "pages").mkdir(parents=True)
    (brand / "css").mkdir()
    (brand / "locale" / "ja" / "LC_MESSAGES").mkdir(parents=True)
    (brand / "templates" / "pages" / "signed_out.html").write_text(BRANDED)
    (brand / "css" / "brand.css").write_text(
        ":root {\n  --bad: #ffaaaa; --accent-strong: light-dark(#183659, oklch(90% 0.05 250));\n}\n.motto {\n  margin-left: 1rem;\n  margin-top: 1rem;\n}\n.mottto { gap: 0; }\n"
    )
    (brand / "locale" / "ja" / "LC_MESSAGES" / "messages.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Log inn"\nmsgstr "入る"\n\nmsgid "Log in"\nmsgstr "入る"\n'
    )
    (copy / ".env").write_text("BRAND_DIR=brand\n")
    assert commands.run(copy, "lint", ["--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert {(each["path"], each["line"], each["rule"]) for each in told} == {
        ("brand/templates/pages/signed_out.html", 3, "block"),
        ("brand/templates/pages/signed_out.html", 3, "hard-coded"),
        ("brand/templates/pages/signed_out.html", 4, "inline-style"),
        ("brand/templates/pages/signed_out.html", 4, "undefined"),
        ("brand/css/brand.css", 2, "contrast"),
        ("brand/css/brand.css", 5, "direction"),
        ("brand/css/brand.css", 8, "class"),
        ("brand/locale/ja/LC_MESSAGES/messages.po", 4, "translation"),
    }


def test_a_sentence_of_a_brand_is_translated_in_its_own_catalog(
    copy: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    brand = tmp_path_factory.mktemp("brand")
    (brand / "templates" / "pages").mkdir(parents=True)
    (brand / "templates" / "pages" / "signed_out.html").write_text(
        '{# Ours. #}\n{% extends "ours/pages/signed_out.html" %}\n{% block main %}{{ super() }}<p>{{ _("Ask us") }}</p>{% endblock %}\n'
    )
    languages = {path.name for path in (copy / "templates" / "locale").iterdir()}
    told = {each.text for each in findings(copy, brand)}
    assert told == {
        f'"Ask us" has no translation in {code}. Add it to {brand}/locale/{code}/LC_MESSAGES/messages.po.'
        for code in languages
    }
    for code in languages:
        catalog = brand / "locale" / code / "LC_MESSAGES" / "messages.po"
        catalog.parent.mkdir(parents=True)
        catalog.write_text('msgid "Ask us"\nmsgstr "Fragen"\n')
    assert findings(copy, brand) == []


def test_a_brand_that_is_in_order_has_no_findings(copy: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    brand = tmp_path_factory.mktemp("brand")
    (brand / "templates" / "pages").mkdir(parents=True)
    (brand / "css").mkdir()
    (brand / "templates" / "pages" / "signed_out.html").write_text(
        '{# Ours. #}\n{% extends "ours/pages/signed_out.html" %}\n{% block main %}<div class="ours">{{ super() }}</div>{% endblock %}\n'
    )
    (brand / "css" / "brand.css").write_text(
        ":root { --accent: light-dark(#4a1a6e, #d8b4fe); }\n.ours { color: #4a1a6e; }\n"
    )
    assert findings(copy, brand) == []


def test_a_picture_that_says_what_it_shows_is_right(copy: Path) -> None:
    replaced(copy, "templates/pages/login.html", "{% block main %}", '{% block main %}<img alt="" src="/static/x.png">')
    assert [each for each in findings(copy) if each.rule == "alt"] == []


def test_a_fault_that_all_callers_have_is_the_components_and_else_the_callers(copy: Path) -> None:
    replaced(copy, "templates/components/field.html", 'for="{{ field.id }}"', 'for="{{ field.name }}-x"')
    found = findings(copy)
    assert places(found) == {
        ("templates/components/field.html", 8, "pointer"),
        ("templates/components/field.html", 11, "label"),
    }
    assert len(found) == 2


def test_the_longest_subject_is_that_of_the_mails_that_are_sent() -> None:
    assert mails.LONGEST_SUBJECT == LONGEST_SUBJECT


def test_a_finding_reads_as_editors_expect_it() -> None:
    assert str(Finding("a.html", 3, "label", "This input has no label.")) == "a.html:3: label: This input has no label."
    assert lint.run.__doc__
