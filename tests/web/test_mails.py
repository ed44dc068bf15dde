"""Does every mail say what happened, what to do and for how long, in every language, whatever people are called?"""

import itertools
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from entrance import NOW, SECRET, settings_for
from genkan.accounts import mailed
from genkan.accounts.sending import Carried, Post
from genkan.keys import Keys
from genkan.mail import LONGEST_SUBJECT, composed
from genkan.web import locales, mails
from genkan.web.mails import Mail
from genkan.web.render import Renderer
from genkan.web.visitor import NOWHERE

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.own_contexts
TOKEN = mailed.link_token(Keys.derive(SECRET).mailing[0], "an-id")
BASE_URL = "https://id.example.com"
CODES = {"verify": "/verify/", "reset": "/reset/", "confirm": ""}
NOTICES = (
    "login_new_device",
    "username_changed",
    "email_changed",
    "password_changed",
    "password_set",
    "way_added",
    "way_removed",
    "recovered",
)
ALL = (*CODES, *NOTICES, "email_changed_new", "leaving")
DETAILS: dict[str, Any] = {
    "minutes": 15,
    "username": "hanako",
    "name": "Hanako",
    "old": "hanako",
    "new": "hana.yamada",
    "new_email": "h•••@example.com",
    "provider_label": "Google",
    "leaves_at": NOW + 14 * 86_400,
}
WHO = {"happened_at": NOW, "device": "Firefox, Linux", "place": "203.0.113.7"}


def renderer(**changes: Any) -> Renderer:
    return Renderer(settings_for("sqlite:///unused", base_url=BASE_URL, **changes), ROOT)


ONE = renderer()


def carried(template: str, *, has_link: bool = True) -> Carried:
    path = CODES.get(template, {"leaving": "/stay/", "email_changed_new": ""}.get(template, "/undo/"))
    link = f"{path}{TOKEN}" if path and has_link else ""
    return Carried(link, "01234567" if template in CODES else "")


def made(template: str, code: str = "en", *, has_link: bool = True, by: Renderer = ONE, **details: Any) -> Mail:
    known = DETAILS | ({} if template in CODES else WHO) | details
    return mails.rendered(by, template, code, known, carried(template, has_link=has_link))


def words(html: str) -> str:
    body = re.sub(r"<(style|title)>.*?</\1>", "", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


EVERY = list(itertools.product(ALL, ONE.languages.every))


@pytest.mark.parametrize("code", ONE.languages.every)
def test_a_mail_says_nothing_of_an_address_that_nobody_knows(code: str) -> None:
    known, unknown = made("leaving", code), made("leaving", code, place=NOWHERE)
    assert NOWHERE not in unknown.text
    assert NOWHERE not in words(unknown.html)
    assert len(unknown.text.splitlines()) == len(known.text.splitlines()) - 1


@pytest.mark.parametrize(("template", "code"), EVERY)
def test_a_mail_says_the_same_as_text_and_as_html(template: str, code: str) -> None:
    mail = made(template, code)
    assert "{" not in mail.text
    for text in (mail.text, words(mail.html)):
        if template not in CODES:
            assert "203.0.113.7" in text
            assert "Firefox, Linux" in text
            assert locales.moment(NOW, code) in text
        else:
            assert "0123 4567" in text
        assert "Genkan" in text
        assert f"{BASE_URL}/" in text
    path = carried(template).path
    links = re.findall(r'href="([^"]*)"', mail.html)
    if path:
        assert mail.text.count(f"{BASE_URL}{path}") == 1
        assert links.count(f"{BASE_URL}{path}") == 2  # the button, and the address in full
        assert f">{BASE_URL}{path}</a>" in mail.html
    assert f'<html lang="{code}" dir="{"rtl" if code == "ar-XB" else "ltr"}">' in mail.html
    assert (code == "ja") == bool(re.search(r"[ぁ-ん]", mail.text))


@pytest.mark.parametrize(("template", "code"), list(itertools.product(ALL, ONE.languages.listed)))
def test_a_subject_names_the_site_and_is_short_however_long_its_name(template: str, code: str) -> None:
    assert "Genkan" in made(template, code).subject
    for name in ("Genkan " * 6, "玄" * 40):
        subject = made(template, code, by=renderer(site_name=name[:40].strip())).subject
        assert len(subject) <= LONGEST_SUBJECT
        assert name[:8].strip() in subject


def test_a_cut_name_says_that_it_is_cut() -> None:
    subject = made("verify", by=renderer(site_name="The long name of a team, which has forty")).subject
    assert subject == "Confirm your email address for The long name of a team, whi…"


@pytest.mark.parametrize("template", CODES)
def test_a_code_is_one_run_of_text_and_bound_to_the_site_at_the_end(template: str) -> None:
    mail = made(template)
    assert mail.text.splitlines()[-1] == "@id.example.com #01234567"
    assert ">0123 4567<" in mail.html
    assert "15 minutes" in mail.text
    assert "01234567" not in words(mail.html)


@pytest.mark.parametrize("template", ["verify", "reset"])
def test_whoever_did_not_ask_is_told_to_do_nothing(template: str) -> None:
    for text in (made(template).text, words(made(template).html)):
        assert "If you did not ask for this, ignore this email." in text


def test_whoever_did_not_ask_for_a_code_inside_the_account_is_warned() -> None:
    for text in (made("confirm").text, words(made("confirm").html)):
        assert "somebody else may be logged in" in text
        assert f"{BASE_URL}/account/devices" in text


@pytest.mark.parametrize("template", NOTICES)
def test_a_warning_has_a_way_to_take_it_back_for_three_days(template: str) -> None:
    mail = made(template)
    assert "72 hours" in mail.text
    assert "This wasn’t me" in mail.html


@pytest.mark.parametrize("template", NOTICES)
def test_a_warning_without_a_link_has_no_dead_button(template: str) -> None:
    mail = made(template, has_link=False)
    assert "This wasn’t me" not in mail.html
    assert "/undo" not in mail.html + mail.text
    assert f"{BASE_URL}/reset" in mail.text
    assert 'href=""' not in mail.html


@pytest.mark.parametrize("template", ALL)
def test_a_mail_that_knows_little_is_sent_all_the_same(template: str) -> None:
    needed = {"leaves_at": NOW} if template == "leaving" else {}
    mail = mails.rendered(ONE, template, "en", needed, carried(template))
    assert "None" not in mail.text
    assert "Browser" not in mail.text


BAD = (
    '<b onclick="x">',
    "Hana\nhttps://evil.example/\n\nHello",
    "Hana\r\nBcc: a@b.example",
    "</style><script>alert(1)</script>",
)


@pytest.mark.parametrize(("template", "name"), list(itertools.product(ALL, BAD)))
def test_XS_what_people_typed_is_text_on_its_line_and_nothing_else(template: str, name: str) -> None:
    typed: dict[str, Any] = dict.fromkeys(("username", "name", "old", "new", "new_email", "provider_label"), name)
    who: dict[str, Any] = {} if template in CODES else {"device": name, "place": name}
    mail = made(template, **typed, **who)
    assert re.findall(r"<(?:script|b onclick)", mail.html) == []
    assert mail.html.count("<b>") == made(template).html.count("<b>")
    assert not [line for line in mail.text.splitlines() if line.startswith(("https://evil", "Bcc:", "Hello"))]
    assert "&lt;" not in mail.text  # as text, every sign is itself
    assert "\n" not in mail.subject


def test_the_mail_that_goes_to_an_unproven_address_says_nothing_that_its_sender_chose() -> None:
    """Whoever signs up with somebody else's address could have us say anything to them, and in our name."""
    mail = made("verify", name="Buy pills at pills.example", username="pills.example")
    assert "pills" not in mail.text + mail.html


def test_a_mail_asks_nobody_for_a_picture_or_a_style_sheet() -> None:
    for template in ALL:
        html = made(template).html
        assert not re.search(r"<(img|link|script|iframe|form)\b|url\(|@import|\sstyle=", html)


def test_a_row_becomes_a_letter_from_the_site() -> None:
    post = Post("an-id", "verify", "hanako@example.com", "xx", '{"minutes": 15}', "t", NOW, 1)
    letter = mails.letter(ONE, post, carried("verify"), now=NOW)
    assert (letter.sender, letter.sender_name, letter.language) == ("no-reply@id.example.com", "Genkan", "en")
    other = mails.letter(renderer(mail_from="post@example.com"), post, carried("verify"), now=NOW)
    assert composed(other)["From"] == "Genkan <post@example.com>"


# What the team does is told without a link that takes it back: whoever does not know why asks them.
TOLD = ("disabled", "enabled", "deleted")
HANDED = ("reset_by_team", "welcome_by_team")


@pytest.mark.parametrize(("template", "code"), list(itertools.product((*TOLD, *HANDED), ONE.languages.every)))
def test_a_mail_of_the_team_says_the_same_as_text_and_as_html(template: str, code: str) -> None:
    link = Carried(f"/reset/{TOKEN}" if template in HANDED else "", "")
    mail = mails.rendered(ONE, template, code, {"happened_at": NOW, "hours": 72, "name": "Buy at pills.example"}, link)
    assert len(mail.subject) <= LONGEST_SUBJECT
    assert "Genkan" in mail.subject
    assert "{" not in mail.text
    assert "None" not in mail.text + mail.html
    assert "pills" not in mail.text + mail.html  # whoever made the account chose the name
    for text in (mail.text, words(mail.html)):
        assert ("72" in text) == (template in HANDED)
        assert (locales.moment(NOW, code) in text) == (template in TOLD)
        assert "/undo" not in text
    assert mail.text.count(f"{BASE_URL}/reset/{TOKEN}") == int(template in HANDED)
    assert mail.html.count(f'href="{BASE_URL}/reset/{TOKEN}"') == 2 * int(template in HANDED)
    assert (code == "ja") == bool(re.search(r"[ぁ-ん]", mail.text))
