"""Is `next` only ever a path here? (RD-*)"""

import pytest
from genkan.web.redirects import HOME, safe_next

BAD = {
    "RD-01": ["//evil", "///evil", "////evil", "//evil%2f..", "//evil.example/account"],
    "RD-02": ["/\\evil", "\\/evil", "\\\\evil", "/%5cevil", "/%5Cevil", "/\t\\evil", "/a\\b"],
    "RD-03": ["/\t/evil", "/\n/evil", "/ /evil", "/\x00/evil", "/%00", "/%09/evil", "/\u00a0/evil", "/\u2028/evil"],
    "RD-04": [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "https:evil",
        "https:/evil",
        "https://evil",
        "ftp://evil",
        "vbscript:x",
        "/javascript:alert(1)",
    ],
    "RD-05": ["https://me@evil", "https://me.evil", "//me:80@evil", "https://evil#me", "http://localhost:80@evil"],
    "RD-06": ["/%2f/evil", "/%2fevil", "/%2F%2Fevil", "/%252fevil", "/%40evil", "%2f%2fevil"],
    "RD-08": ["/..//evil", "/.//evil", "/a/..//evil", "/;@evil", "/a/../b", "/%2e%2e/evil", "/.%2e/x", "/a/.", "/./"],
    "RD-14": [
        "/logout",
        "/logout/",
        "/LOGOUT",
        "/%6cogout",
        "/login",
        "/signup",
        "/login?next=/login",
        "/oauth/google",
        "/oauth/google/callback?code=1",
        "/oauth/finish/x",
        "/" + "a" * 2048,
    ],
    "RD-15": ["/%0d%0aSet-Cookie:x=1", "/a%0Ab", "/a\r\nSet-Cookie: x=1", "/a?b=%0d%0a"],
    "RD-16": ["", "account", "evil.example", "?next=/a", "#a", "/a#b", "/ä", "/a b", "/<script>", "/%", "/%zz", " /a"],
}


@pytest.mark.parametrize(
    "value", [pytest.param(value, id=f"{kind} {value[:30]!r}") for kind, values in BAD.items() for value in values]
)
def test_what_is_not_plainly_a_path_here_is_the_account(value: str) -> None:
    assert safe_next(value) == HOME


@pytest.mark.parametrize(
    "value",
    [
        "/",
        "/account",
        "/a/b/c",
        "/a/b/",
        "/reports?year=2026&page=2",
        "/a?next=/b",
        "/%E7%8E%84",
        "/a.b-c_d~e",
        "/oauth/finish",
        "/?a=1",
    ],
)
def test_a_path_here_is_kept_as_it_is(value: str) -> None:
    assert safe_next(value) == value


def test_nothing_asked_is_the_account() -> None:
    assert safe_next(None) == HOME


# With applications: the same, and their addresses, which lead there by a path here.

APPS = ("https://wiki.example.com", "https://files.example.com:8443")
WAYS = {
    "https://wiki.example.com": "https://wiki.example.com/",
    "https://wiki.example.com/": "https://wiki.example.com/",
    "https://wiki.example.com/a/b?c=d&e=%20f": "https://wiki.example.com/a/b%3Fc%3Dd%26e%3D%2520f",
    "https://wiki.example.com/Special:Pages/@me;v=1?to=https://evil.example/": (
        "https://wiki.example.com/Special:Pages/%40me%3Bv%3D1%3Fto%3Dhttps://evil.example/"
    ),
    "https://wiki.example.com/login": "https://wiki.example.com/login",
    "https://wiki.example.com//evil.example": "https://wiki.example.com//evil.example",
    "https://files.example.com:8443/x": "https://files.example.com:8443/x",
}


@pytest.mark.parametrize(("address", "quoted"), WAYS.items())
def test_an_address_of_an_application_becomes_the_path_here_that_leads_there(address: str, quoted: str) -> None:
    onward = safe_next(address, APPS)
    assert onward == f"/auth/onward?next={quoted}"
    assert safe_next(onward, APPS) == onward  # as it comes back from forms and rows
    assert safe_next(address) == safe_next(onward) == safe_next(onward, ("https://other.example.com",)) == HOME


@pytest.mark.parametrize(
    "value",
    [
        "https://evil.example",
        "https://good.com.evil",
        "https://wiki.example.com.evil.example/",
        "https://wiki.example.com.evil.example",
        "https://wiki.example.comevil.example/",
        "https://wiki.example.com@evil.example/",
        "https://wiki.example.com:443@evil.example/",
        "https://wiki.example.com:8443/",
        "https://wiki.example.com:443/",
        "https://evil.wiki.example.com/",
        "https://example.com/",
        "https://wiki.example.com./",
        "https://wiki.example.com?x",
        "https://wiki.example.com#x",
        "https://wiki.example.com\\evil.example",
        "https://wiki.example.com/\\evil.example",
        "https://wiki.example.com/\t/evil",
        "https://wiki.example.com/a b",
        "https://wiki.example.com/#a",
        "https://wiki.example.com/ä",
        "https://wiki.example.com/%",
        "https://wiki.example.com/%zz",
        "https://wiki.example.com/%0d%0aSet-Cookie:x=1",
        "https://wiki.example.com/%00",
        "https://wiki.example.com/%7f",
        "https://wiki.example.com/\r\nRefresh: 0;url=https://evil.example",
        'https://wiki.example.com/"onclick=x',
        "https://wiki.example.com/<script>",
        "http://wiki.example.com/",
        "HTTPS://wiki.example.com/",
        "https://WIKI.example.com/",
        "https:/wiki.example.com/",
        "//wiki.example.com/",
        " https://wiki.example.com/",
        "https://files.example.com/",
        "javascript:https://wiki.example.com/",
        "https://wiki.example.com/" + "a" * 2048,
        "https://wiki.example.com/" + "=" * 1000,
        "/auth/onward?next=https://evil.example/",
        "/auth/onward?next=//evil.example",
        "/auth/onward?next=https://wiki.example.com.evil.example/",
        "/auth/onward?next=https://wiki.example.com/%0d%0a",
        "/auth/onward?next=https%253A//evil.example",
        "/auth/onward?next=/auth/onward",
        "/auth/onward",
        "/auth/verify",
    ],
    ids=lambda value: f"FA-06 RD-05 {value[:50]!r}",
)
def test_nothing_but_an_address_of_an_application_is(value: str) -> None:
    assert safe_next(value, APPS) == HOME


@pytest.mark.parametrize(
    "value", [pytest.param(value, id=f"{kind} {value[:30]!r}") for kind, values in BAD.items() for value in values]
)
def test_applications_make_nothing_else_a_path_here(value: str) -> None:
    assert safe_next(value, APPS) == HOME


def test_what_is_double_encoded_is_decoded_once() -> None:
    twice = "/auth/onward?next=https%3A%2F%2Fwiki.example.com%2F%2541"
    assert safe_next(twice, APPS) == "/auth/onward?next=https://wiki.example.com/%2541"
