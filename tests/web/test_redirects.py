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
