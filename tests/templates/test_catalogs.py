"""Is every sentence there in every language, and nothing else?"""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from genkan import errors
from genkan.dev.people import PEOPLE
from genkan.pages import activity, admin_acts
from genkan.web import faults, notices
from genkan.web.language import LANGUAGES, OURS
from genkan.web.locales import CATALOG
from jinja2.ext import babel_extract

ROOT = Path(__file__).parents[2]
IN_CODE = {"This username is free."}
CODES = sorted(set(LANGUAGES) - {"en"})
SAME = {"%(label)s: %(value)s", ", ", "Browser", "Code", "Name", "Text"} | {  # in another language as in English
    "Administration",
    "Invitations",
    "Note",
    "Sessions",
}
VALUE = re.compile(r"%\(\w+\)s")
UNSAID = {("ja", "New to %(service)s?")}  # it asks who has no account, and names no site
# What a language does not write: straight quotes, and in French signs without their narrow space.
UNLIKELY = {
    "de": re.compile(r"[\"'”’]|[^\s(]…|\b[Bb]itte\b"),
    "fr": re.compile(r"[\"'“”]|[^\u202f][:;?!»]|«[^\u202f]|\b[Ii]nvalide"),
    "ja": re.compile(r"[\"'“”]|不正な|無効な|ご確認のうえ"),
}


def used() -> set[str]:
    """The English of templates, errors, notices and the built-in provider's people."""
    found = (
        set(IN_CODE)
        | set(activity.SENTENCES.values())
        | set(admin_acts.SENTENCES.values())
        | {person.about for person in PEOPLE.values()}
        | {faults.MethodNotAllowed.text}
    )
    for path in [*(ROOT / "templates").rglob("*.html"), *(ROOT / "templates").rglob("*.txt")]:
        with path.open("rb") as file:
            messages = [message for _, _, message, _ in babel_extract(file, ("_",), [], {})]
            texts = [message[0] if isinstance(message, tuple) else message for message in messages]
            found |= {text for text in texts if text is not None}
    kinds = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, errors.GenkanError)]
    return found | {each.text for each in kinds if each.text} | {text for _, _, text in notices.NOTICES.values()}


def catalog(code: str) -> dict[str, str]:
    with (OURS / code / CATALOG).open("rb") as file:
        return {str(each.id): str(each.string) for each in read_po(file) if each.id}


@pytest.mark.parametrize("code", CODES)
def test_a_catalog_has_every_sentence_and_no_other(code: str) -> None:
    assert {key for key, value in catalog(code).items() if value} == used()


@pytest.mark.parametrize("code", CODES)
def test_a_translation_has_the_values_of_the_english_and_no_other(code: str) -> None:
    for english, translated in catalog(code).items():
        if (code, english) not in UNSAID:
            assert set(VALUE.findall(translated)) == set(VALUE.findall(english)), english
        assert translated % dict.fromkeys(re.findall(r"%\((\w+)\)s", english), "x")


@pytest.mark.parametrize("code", CODES)
def test_nothing_was_left_in_english(code: str) -> None:
    assert {english for english, translated in catalog(code).items() if english == translated} <= SAME


@pytest.mark.parametrize("code", CODES)
def test_a_translation_is_written_as_its_language_is(code: str) -> None:
    found = {VALUE.sub("", text): UNLIKELY[code].search(VALUE.sub("x", text)) for text in catalog(code).values()}
    brand = "Yahoo! JAPAN"
    assert [text for text, unlikely in found.items() if unlikely and brand not in text] == []


@pytest.mark.parametrize("code", CODES)
def test_a_catalog_says_what_it_is_and_is_sorted(code: str) -> None:
    with (OURS / code / CATALOG).open("rb") as file:
        read = read_po(file)
    assert (str(read.locale), read.charset) == (code, "utf-8")
    texts = [each.id for each in read if each.id]
    assert texts == sorted(texts)
