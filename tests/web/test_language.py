"""Is a page in the language that its reader asks for?"""

import pytest
from genkan.web import language
from web_requests import request


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "en"),
        ("ja", "ja"),
        ("ja-JP,ja;q=0.9,en;q=0.8", "ja"),
        ("en-GB,ja;q=0.9", "en"),
        ("fr-CA,fr;q=0.9,en;q=0.8", "fr"),
        ("de-Latn-AT", "de"),
        ("DE", "de"),
        ("ko,ja;q=0.5", "ja"),
        ("de;q=0.5,fr;q=0.7", "fr"),
        ("ja;q=0,en", "en"),
        ("ja;q=0.1,en;q=0.2", "en"),
        ("ko", "en"),
        ("en-XA", "en"),
        ("ar-XB,fr;q=0.1", "fr"),
        ("-,--;q=1,-ja", "en"),
        ("ja;q=x", "en"),
        (",;,;q=", "en"),
        ("x" * 100_000, "en"),
        ("*", "en"),
    ],
)
def test_RQ_15_the_browsers_wish_is_read_whatever_it_looks_like(header: str, code: str) -> None:
    assert language.of(request(("Accept-Language", header))) == code


def test_what_is_asked_for_beats_what_is_kept_and_that_the_browsers_wish() -> None:
    wish = ("Accept-Language", "ja")
    assert language.of(request(wish, ("Cookie", "lang=en"))) == "en"
    assert language.of(request(wish, ("Cookie", "lang=en"), query="lang=ja")) == "ja"
    assert language.of(request(wish, ("Cookie", "lang=xx"), query="lang=xx")) == "ja"


def test_links_keep_where_one_is() -> None:
    found = language.links(request(path="/login", query="next=%2Fa%3Fb&lang=ja"), "ja")
    assert [each.url for each in found] == [f"/login?next=%2Fa%3Fb&lang={code}" for code in ("de", "en", "fr", "ja")]


def test_an_address_with_too_much_in_it_is_as_good_as_one_with_nothing() -> None:
    many = "&".join(f"a{each}=1" for each in range(30))
    assert language.links(request(path="/login", query=many), "en")[0].url == "/login?lang=de"


def test_a_made_up_language_is_offered_to_whoever_reads_it_and_nobody_else() -> None:
    codes = [each.code for each in language.links(request(path="/login"), "ar-XB")]
    assert codes == ["de", "en", "fr", "ja", "ar-XB"]
    assert language.of(request(query="lang=ar-XB")) == "ar-XB"
    assert language.of(request(("Cookie", "lang=en-XA"))) == "en-XA"
    assert "en-XA" not in language.offered(request())
