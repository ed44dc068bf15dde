"""Is a mail one mail to one person, whatever was typed? (ASVS 1.3.11)"""

from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import pytest
from genkan.mail import LONGEST_SUBJECT, Never, composed
from smtp_sink import LETTER

NAMES = {
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "Content-Language",
    "MIME-Version",
    "Content-Type",
}


def test_has_text_and_html_and_the_headers_of_a_machine() -> None:
    message = composed(LETTER)
    assert set(message.keys()) == NAMES
    assert (message["From"], message["To"]) == ("Genkan <no-reply@id.example.com>", "hanako@example.com")
    assert message["Date"] == "Mon, 21 Sep 2026 14:13:20 +0000"
    assert message["Auto-Submitted"] == "auto-generated"
    assert [each.get_content_type() for each in message.iter_parts()] == ["text/plain", "text/html"]
    assert not [name for name in message if name.startswith("List-")]


def test_a_second_copy_of_a_mail_can_be_recognised() -> None:
    assert composed(LETTER)["Message-ID"] == composed(replace(LETTER, at=1))["Message-ID"]
    assert composed(LETTER)["Message-ID"] != composed(replace(LETTER, id="another"))["Message-ID"]


@pytest.mark.parametrize(
    "recipient",
    [
        "hanako@example.com\r\nBcc: all@example.com",
        "hanako@example.com\nBcc: all@example.com",
        "hanako@example.com, jiro@example.com",
        "hanako@example.com,jiro@example.com",
        "Hanako <hanako@example.com>",
        "<hanako@example.com>",
        '"hanako, jiro"@example.com',
        "hanako@example.com>\r\nRCPT TO:<jiro@example.com",
        "hanako jiro@example.com",
        "hanako@[127.0.0.1]",
        "hanako@exa mple.com",
        "hanako\0@example.com",
        "hanako@",
        "@example.com",
        "hanako",
        "",
        ".hanako@example.com",
        "花" * 22 + "@example.com",
        "a@" + "example." * 40 + "com",
        "a" * 64 + "@" + "example." * 24 + "com",
    ],
)
def test_an_address_that_is_more_than_one_is_none(recipient: str) -> None:
    with pytest.raises(Never, match="address"):
        composed(replace(LETTER, recipient=recipient))


@pytest.mark.parametrize(
    "text",
    ["A\r\nBcc: all@example.com", "A\nBcc: all@example.com", "A\u2028Bcc: x", "A <b@example.com>, c", "A\x00\x1b[2J"],
)
def test_a_name_or_a_subject_adds_no_header_and_no_recipient(text: str) -> None:
    raw = composed(replace(LETTER, sender_name=text, subject=text)).as_bytes()
    message = message_from_bytes(raw, policy=default)
    assert set(message.keys()) == NAMES
    assert [each.addr_spec for each in message["From"].addresses] == ["no-reply@id.example.com"]
    assert [each.addr_spec for each in message["To"].addresses] == ["hanako@example.com"]
    assert "\n" not in message["Subject"]


def test_a_subject_is_short() -> None:
    assert len(composed(replace(LETTER, subject="長" * 100))["Subject"]) == LONGEST_SUBJECT


def test_a_domain_in_another_script_travels_in_ascii() -> None:
    assert composed(replace(LETTER, recipient="hanako@例え.jp"))["To"] == "hanako@xn--r8jz45g.jp"


def test_everything_is_seven_bits_so_that_nobody_on_the_way_has_to_change_it() -> None:
    message = composed(replace(LETTER, subject="確認", text="花子さん\n", html="<p>花子</p>", sender_name="玄関"))
    assert all(
        each["Content-Transfer-Encoding"] in ("7bit", "quoted-printable", "base64") for each in message.iter_parts()
    )
