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
        ("fr,ja;q=0.5", "ja"),
        ("ja;q=0,en", "en"),
        ("ja;q=0.1,en;q=0.2", "en"),
        ("fr", "en"),
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
    found = language.links(request(path="/login", query="next=%2Fa%3Fb&lang=ja"))
    assert [each.url for each in found] == ["/login?next=%2Fa%3Fb&lang=ja", "/login?next=%2Fa%3Fb&lang=en"]


def test_an_address_with_too_much_in_it_is_as_good_as_one_with_nothing() -> None:
    many = "&".join(f"a{each}=1" for each in range(30))
    assert language.links(request(path="/login", query=many))[0].url == "/login?lang=ja"
