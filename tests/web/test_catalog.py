"""Does what is said last stand, and is a catalog that would break a page found?"""

from pathlib import Path

import pytest
from genkan.web import catalog
from genkan.web.catalog import Catalog

HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


def po(path: Path, **said: str) -> Path:
    path.write_text(HEAD + "".join(f'msgid "{english}"\nmsgstr "{text}"\n\n' for english, text in said.items()))
    return path


def test_a_later_catalog_stands_in_place_of_an_earlier_one(tmp_path: Path) -> None:
    first = po(tmp_path / "first.po", a="1", b="2")
    later = po(tmp_path / "later.po", b="3", c="4", a="")
    found = Catalog(first, tmp_path / "nothing.po", later)
    assert [found.gettext(each) for each in "abcd"] == ["1", "3", "4", "d"]
    assert found.ngettext("a", "b", 2) == "3"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (b'msgid "a"\nmsgstr "b"\nnonsense\n', "line 3: Unknown or misformatted keyword"),
        (b'msgid "a"\nmsgid "b"\nmsgstr "b"\n', "line 1: missing msgstr for msgid 'a'"),
        (b'msgid "a"\nmsgstr "\xff"\n', "it cannot be read (UnicodeDecodeError)"),
        (b'msgid ""\nmsgstr "Content-Type: text/plain; charset=nowhere\\n"\n\nmsgid "a"\nmsgstr "\xc3\xa4"\n', "it cannot be read (LookupError)"),
        (b'msgid "a %(b)s"\nmsgstr "%(c)s"\n', "\u201c%(c)s\u201d names %(c)s, which \u201ca %(b)s\u201d does not have"),
        (b'msgid "a"\nmsgstr "100 %"\n', "\u201c100 %\u201d has a % that begins no %(name)s"),
        (b'msgid "a %(b)s"\nmsgstr "%s"\n', "\u201c%s\u201d has a % that begins no %(name)s"),
    ],
)  # fmt: skip
def test_a_catalog_that_would_break_a_page_is_found(tmp_path: Path, text: bytes, fault: str) -> None:
    (tmp_path / "a.po").write_bytes(text)
    assert catalog.faults(tmp_path / "a.po") == [fault]


def test_a_sound_catalog_has_no_fault(tmp_path: Path) -> None:
    assert catalog.faults(po(tmp_path / "a.po", **{"a %(b)s": "b: %(b)s", "c": ""})) == []
