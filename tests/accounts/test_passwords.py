"""Are easy passwords refused with the reason, and all others taken as they are? (PW-*, NIST SP 800-63B-4)"""

import random
import string
import unicodedata

import pytest
from genkan import errors
from genkan.accounts import passwords

ABOUT = ["Hanako Yamada", "hanako", "hanako.yamada@example.com"]
SITE = ["Genkan", "genkan", "id.example.org"]


def check(password: str, min_length: int = 15) -> str:
    return passwords.check(password, min_length=min_length, about=ABOUT, site=SITE)


def chance(length: int, letters: str = string.ascii_lowercase) -> str:
    dice = random.Random(length)
    return "".join(dice.choice(letters) for _ in range(length))


@pytest.mark.parametrize(
    "password",
    [
        pytest.param(chance(15), id="PW-01 fifteen"),
        pytest.param(chance(64), id="PW-01 64"),
        pytest.param(chance(128), id="128"),
        pytest.param(chance(256), id="PW-01 256"),
        pytest.param(chance(15, string.digits), id="PW-03 digits"),
        pytest.param("seven lanterns by the river", id="words"),
        pytest.param("correct horse battery staple", id="more words"),
        pytest.param("my password is a good sentence", id="PW-08 a passphrase with a listed word"),
        pytest.param("'\"; <>& %s {{7*7}} \\", id="PW-03 punctuation"),
        pytest.param(" leading and trailing ", id="PW-05 spaces"),
        pytest.param("川のほとりの七つの灯籠と桜の木", id="PW-03 Japanese"),
        pytest.param("🦊🐻🐼🦁🐯🐸🐵🐔🐧🐦🐤🦆🦅🦉🦇", id="PW-02 emoji"),
        pytest.param("tab\tand\nline and\0nul", id="controls"),
        pytest.param("a" * 72 + chance(30), id="the end is looked at, too"),
    ],
)
def test_takes(password: str) -> None:
    assert check(password) == unicodedata.normalize("NFC", password)


@pytest.mark.parametrize(
    ("password", "error"),
    [
        pytest.param("", errors.NewPasswordEmpty, id="empty"),
        pytest.param(chance(14), errors.PasswordShort, id="PW-01 fourteen"),
        pytest.param("🦊" * 14, errors.PasswordShort, id="PW-02 code points, not bytes"),
        pytest.param("e\u0301" * 14, errors.PasswordShort, id="PW-02 counted as NFC"),
        pytest.param(chance(257), errors.PasswordLong, id="PW-01 257"),
        pytest.param("x" * 1_000_000, errors.PasswordLong, id="PW-07 1 MB"),
        pytest.param("x" * 4097, errors.PasswordLong, id="PW-07 4097"),
        pytest.param("a lone surrogate \ud800", errors.PasswordUnreadable, id="surrogate"),
        pytest.param("passwordpassword", errors.PasswordLeaked, id="listed"),
        pytest.param("PASSWORDpassword", errors.PasswordLeaked, id="PW-08 listed in another case"),
        pytest.param("123456789012345", errors.PasswordLeaked, id="PW-08 digits"),
        pytest.param("qwertyuiopasdfghjkl", errors.PasswordLeaked, id="keyboard"),
        pytest.param("abcabcabcabcabcabc", errors.PasswordCommon, id="repeated"),
        pytest.param("aaaaaaaaaaaaaaaaab", errors.PasswordCommon, id="nearly repeated"),
        pytest.param("passwordpassword1", errors.PasswordCommon, id="guessable"),
        pytest.param("hanako.yamada@example.com", errors.PasswordIsAboutYou, id="PW-09 address"),
        pytest.param("HanakoYamada2026!", errors.PasswordIsAboutYou, id="PW-09 name and year"),
        pytest.param("hanako-hanako-hanako", errors.PasswordIsAboutYou, id="PW-09 username"),
        pytest.param("genkan12345678901", errors.PasswordIsAboutUs, id="PW-09 product and digits"),
        pytest.param("GENKAN-genkan-2026", errors.PasswordIsAboutUs, id="PW-09 product"),
    ],
)
def test_refuses(password: str, error: type[errors.GenkanError]) -> None:
    with pytest.raises(error):
        check(password)


def test_PW_08_every_listed_password_that_is_long_enough_is_refused() -> None:
    listed = sorted(each for each in passwords.common() if len(each) >= 15)
    assert len(listed) > 3000
    for password in random.Random(1).sample(listed, 300):
        with pytest.raises(errors.Invalid):
            check(password)


def test_a_setting_may_lower_the_length_to_eight() -> None:
    assert check("vxq8mzkw", min_length=8) == "vxq8mzkw"
    with pytest.raises(errors.PasswordLeaked):
        check("iloveyou", min_length=8)


def test_words_of_one_or_two_letters_are_nobodys_own() -> None:
    assert passwords.check(chance(15), min_length=15, about=["q", "", "zz"], site=[]) == chance(15)


def test_PW_04_one_word_typed_on_two_keyboards_is_one_password() -> None:
    composed, decomposed = "Été à la plage, café noir", unicodedata.normalize("NFD", "Été à la plage, café noir")
    assert check(decomposed) == check(composed) == passwords.readable(decomposed) == composed
    assert passwords.readable("ﬁne") == "ﬁne"  # NFC, not NFKC


@pytest.mark.parametrize("password", ["", "x" * 257, "x" * 1_000_000, "\ud800", "e\u0301" * 257])
def test_what_can_be_nobodys_password_is_told_without_work(password: str) -> None:
    assert passwords.readable(password) is None
