"""Is every sentence there in every language, and nothing else?"""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from genkan import errors
from genkan.dev.people import PEOPLE
from genkan.pages import activity
from genkan.web import faults, notices
from genkan.web.language import LANGUAGES
from jinja2.ext import babel_extract

ROOT = Path(__file__).parents[2]
IN_CODE = {"This username is free."}


def used() -> set[str]:
    """The English of templates, errors, notices and the built-in provider's people."""
    found = (
        set(IN_CODE)
        | set(activity.SENTENCES.values())
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
    with (ROOT / "templates" / "locale" / code / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return {str(each.id): str(each.string) for each in read_po(file) if each.id}


@pytest.mark.parametrize("code", sorted(set(LANGUAGES) - {"en"}))
def test_a_catalog_has_every_sentence_and_no_other(code: str) -> None:
    assert {key for key, value in catalog(code).items() if value} == used()


@pytest.mark.parametrize("code", sorted(set(LANGUAGES) - {"en"}))
def test_a_translation_names_no_value_that_the_english_does_not(code: str) -> None:
    for english, translated in catalog(code).items():
        assert set(re.findall(r"%\((\w+)\)s", translated)) <= set(re.findall(r"%\((\w+)\)s", english)), english
