"""What may people be called, and which address is meant? (UN-*)"""

import pytest
from genkan import errors
from genkan.accounts import addresses, names
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Hanako Yamada", "Hanako Yamada"),
        ("  山田　花子  ", "山田 花子"),
        ("Jose\u0301", "José"),
        ("O'Brien-Smith, Jr.", "O'Brien-Smith, Jr."),
        ("நிலா", "நிலா"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("ညွှို့", "ညွှို့"),
        ("葛\U000e0100城", "葛\U000e0100城"),
        ("<b>Bold</b>", "<b>Bold</b>"),
        ("x" * 64, "x" * 64),
    ],
)
def test_a_name_is_any_script_in_single_spaces(typed: str, name: str) -> None:
    assert names.person(typed) == name


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        pytest.param("", errors.NameEmpty, id="empty"),
        pytest.param(" \t\u3000 ", errors.NameEmpty, id="spaces"),
        pytest.param("x" * 65, errors.NameLong, id="65"),
        pytest.param("x" * 10_000, errors.NameLong, id="10,000"),
        pytest.param("e" + "\u0301" * 1000, errors.NameLong, id="UN-15 a tower of marks"),
        pytest.param("e" + "\u0316" * 7, errors.NameLong, id="UN-15 seven marks"),
        pytest.param("ก" + "\u0e47" * 40, errors.NameLong, id="UN-15 marks without a combining class"),
        pytest.param(
            "e" + ("\u0316" * 4 + "\u034f") * 40, errors.NameLong, id="UN-15 marks held apart by an invisible one"
        ),
        pytest.param("\u200d\u200c", errors.NameEmpty, id="UN-05 nothing but joiners"),
        pytest.param("\ufe0f \u034f", errors.NameEmpty, id="UN-05 nothing but marks that cannot be seen"),
        pytest.param("\u3164", errors.NameFormat, id="UN-05 a letter that cannot be seen"),
        pytest.param("a\u2800b", errors.NameFormat, id="UN-05 a pattern without dots"),
        pytest.param("Admin\u202etxt", errors.NameFormat, id="UN-15 turned round"),
        pytest.param("a\u2066b", errors.NameFormat, id="UN-05 isolate"),
        pytest.param("a\u200bb", errors.NameFormat, id="UN-05 zero width"),
        pytest.param("a\ufeffb", errors.NameFormat, id="UN-05 byte order mark"),
        pytest.param("a\u00adb", errors.NameFormat, id="UN-05 soft hyphen"),
        pytest.param("a\x00b", errors.NameFormat, id="NUL"),
        pytest.param("a\x1bb", errors.NameFormat, id="escape"),
        pytest.param("a\ud800b", errors.NameFormat, id="surrogate"),
    ],
)
def test_refuses_a_name(typed: str, error: type[errors.GenkanError]) -> None:
    with pytest.raises(error):
        names.person(typed)


@pytest.mark.parametrize(
    ("typed", "written", "key"),
    [
        ("Hanako_1.x-y", "Hanako_1.x-y", "hanako_1.x-y"),
        (" hana ", "hana", "hana"),
        ("ＨＡＮＡ", "HANA", "hana"),
        ("x" * 32, "x" * 32, "x" * 32),
    ],
)
def test_a_username_is_ascii_and_compared_without_case(typed: str, written: str, key: str) -> None:
    assert names.username(typed) == names.Username(written, key)


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("", errors.UsernameEmpty),
        ("　", errors.UsernameEmpty),
        ("a b", errors.UsernameFormat),
        ("花子", errors.UsernameFormat),
        ("a@b", errors.UsernameFormat),
        ("hаnako", errors.UsernameFormat),
        ("a\x00", errors.UsernameFormat),
        ("x" * 33, errors.UsernameLong),
        ("x" * 10_000, errors.UsernameLong),
    ],
)
def test_refuses_a_username(typed: str, error: type[errors.GenkanError]) -> None:
    with pytest.raises(error):
        names.username(typed)


@pytest.mark.parametrize(
    ("typed", "written", "key"),
    [
        pytest.param("Hanako@Example.com", "Hanako@example.com", "hanako@example.com", id="UN-01 case"),
        pytest.param(" a@example.com\u3000", "a@example.com", "a@example.com", id="UN-08 spaces around"),
        pytest.param("ａ＠ｅｘａｍｐｌｅ．ｃｏｍ", "a@example.com", "a@example.com", id="full width"),
        pytest.param("a.b+c@example.com", "a.b+c@example.com", "a.b+c@example.com", id="UN-08 dots and plus"),
        pytest.param("x@bücher.example", "x@bücher.example", "x@xn--bcher-kva.example", id="UN-07 IDN"),
        pytest.param("x@xn--bcher-kva.example", "x@bücher.example", "x@xn--bcher-kva.example", id="UN-07 A-label"),
        pytest.param("Jose\u0301@example.com", "José@example.com", "josé@example.com", id="UN-06 NFC"),
        pytest.param("x@mail.test", "x@mail.test", "x@mail.test", id="a name for tests"),
    ],
)
def test_an_address_has_one_key(typed: str, written: str, key: str) -> None:
    assert addresses.parse(typed) == addresses.Address(written, key)


def test_UN_04_look_alikes_stay_different() -> None:
    assert addresses.parse("аdmin@example.com").key != addresses.parse("admin@example.com").key


@pytest.mark.parametrize(
    ("one", "another"),
    [("straße", "strasse"), ("muſter", "muster"), ("oﬃce", "office"), ("mıke", "mike"), ("MİKE", "mike"), ("ŉ", "ʼn")],
)
def test_UN_01_only_capitals_make_no_difference(one: str, another: str) -> None:
    """Whoever proves one mailbox must not be taken for who owns another (Django CVE-2019-19844)."""
    assert addresses.parse(f"{one}@example.com").key != addresses.parse(f"{another}@example.com").key
    assert addresses.parse("JOSÉ@EXAMPLE.COM").key == addresses.parse("josé@example.com").key


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        pytest.param("", errors.EmailEmpty, id="empty"),
        pytest.param("  ", errors.EmailEmpty, id="spaces"),
        pytest.param("a" * 64 + "@" + "b" * 63 + "." + "c" * 63 + "." + "d" * 63 + ".com", errors.EmailLong, id="UN-09 255"),
        pytest.param("a" * 100_000, errors.EmailLong, id="RQ-15 100 KB"),
        pytest.param("ß" * 60 + "@" + ("ü" * 40 + ".") * 4 + "example", errors.EmailFormat, id="a label too long in ASCII"),
        *(
            pytest.param(typed, errors.EmailFormat, id=f"UN {typed!r}")
            for typed in (
                "nobody", "@example.com", "a@", "a@b@c.example", "a@example..com", "a@.example.com", "a@example.com.",
                '"quoted"@example.com', "a(comment)@example.com", "a@[127.0.0.1]", "a@127.0.0.1", "a@localhost", "a b@example.com",
                "a\u200b@example.com", "a\u200d@example.com", "a\ufeff@example.com", "a\u00ad@example.com", "a\u202e@example.com",
                "a\u2066@example.com", "a@exa\u00a0mple.com", "a@x\n.com", "a\x00@example.com", "a,b@example.com", "<a@example.com>",
                "a@xn--zz--.example", "a@-example.com", "a..b@example.com", ".a@example.com", "\ud800@example.com",
            )
        ),
    ],
)  # fmt: skip
def test_refuses_an_address(typed: str, error: type[errors.GenkanError]) -> None:
    with pytest.raises(error):
        addresses.parse(typed)


def test_an_address_whose_domain_grows_in_ascii_is_too_long() -> None:
    typed = "a" * 64 + "@" + ".".join(["ü" * 12] * 14) + ".example"
    with pytest.raises((errors.EmailLong, errors.EmailFormat)):
        addresses.parse(typed)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Hana", ("username", "hana")),
        ("Ａ", ("username", "a")),
        ("A@b.example", ("email", "A@b.example")),
        ("a b", None),
        ("x" * 33, None),
        ("x" * 2000, None),
    ],
)
def test_what_is_typed_to_log_in_is_a_username_or_an_address_or_nobodys(typed: str, meant: object) -> None:
    assert names.identifier(typed) == meant


def test_nothing_typed_is_said() -> None:
    with pytest.raises(errors.IdentifierEmpty):
        names.identifier("  ")


@given(st.text(max_size=80))
def test_a_name_that_is_taken_is_taken_again_as_it_is(text: str) -> None:
    try:
        name = names.person(text)
    except errors.Invalid:
        return
    assert names.person(name) == name


@given(st.emails())
def test_an_address_that_is_taken_has_the_same_key_again(text: str) -> None:
    try:
        address = addresses.parse(text)
    except errors.Invalid:
        return
    assert addresses.parse(address.written).key == address.key
    assert addresses.parse(address.key).key == address.key
