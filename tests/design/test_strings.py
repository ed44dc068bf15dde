"""Is every sentence found where it is said, and held against its translations?"""

from pathlib import Path

import pytest
from genkan.design import strings
from genkan.design.strings import Said, Sentence


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in {
        "templates/pages/a.html": '{{ _("Log in") }} {{ _("In %(n)s days", n=1) }} {{ _(name) }}',
        "templates/emails/a.txt": '{{ _("Log in") }}',
        "templates/pages/broken.html": '{{ _("Broken") ',
        "templates/pages/a.css": '_("Not this")',
        "site/errors.py": 'text = "Try again"\nother = "Not said"\nnumber = 1',
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_every_sentence_has_its_files_and_translations(root: Path) -> None:
    catalogs = {
        "de": {"Log in": "Anmelden", "Try again": "Noch einmal versuchen", "Gone": "Weg"},
        "ja": {"Log in": "ログイン", "In %(n)s days": "%(n)s日後"},
    }
    assert strings.read(root, catalogs) == [
        Sentence("Gone", (), (Said("de", "Weg", False), Said("ja", "", False))),
        Sentence("In %(n)s days", ("templates/pages/a.html",), (Said("de", "", False), Said("ja", "%(n)s日後", False))),
        Sentence(
            "Log in",
            ("templates/emails/a.txt", "templates/pages/a.html"),
            (Said("de", "Anmelden", False), Said("ja", "ログイン", False)),
        ),
        Sentence("Try again", ("site/errors.py",), (Said("de", "Noch einmal versuchen", True), Said("ja", "", False))),
    ]
    assert [said.is_missing for said in strings.read(root, catalogs)[0].said] == [False, True]


@pytest.mark.parametrize(
    ("english", "translated", "is_much_longer"),
    [
        ("x" * 20, "y" * 30, False),
        ("x" * 20, "y" * 31, True),
        ("x" * 20, "亜" * 15, False),
        ("x" * 20, "亜" * 16, True),
        ("No", "Nein", False),
        ("No", "Nichts", True),
    ],
)
def test_much_longer_is_by_the_room_that_letters_take(
    root: Path, english: str, translated: str, is_much_longer: bool
) -> None:
    sentences = {each.english: each for each in strings.read(root, {"ja": {english: translated}})}
    assert sentences[english].said[0].is_much_longer is is_much_longer
