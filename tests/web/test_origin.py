"""Is a request of another site told by its headers? (CS-*)"""

import pytest
from genkan.web import origin
from web_requests import request

OWN = "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param([], id="neither: no current browser"),
        pytest.param([("Sec-Fetch-Site", "same-origin"), ("Origin", OWN)], id="a browser's own form"),
        pytest.param([("Sec-Fetch-Site", "same-origin")], id="no Origin"),
        pytest.param([("Sec-Fetch-Site", "none")], id="the person's own doing"),
        pytest.param([("Origin", OWN)], id="an older browser"),
    ],
)
def test_our_own(headers: list[tuple[str, str]]) -> None:
    assert not origin.is_foreign(request(*headers), OWN)


@pytest.mark.parametrize(
    "headers",
    [
        [("Sec-Fetch-Site", "cross-site"), ("Origin", "https://evil.example")],
        [("Sec-Fetch-Site", "cross-site")],
        [("Sec-Fetch-Site", "same-site")],
        [("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Site", "cross-site")],
        [("Sec-Fetch-Site", "")],
        [("Sec-Fetch-Site", "same-origin"), ("Origin", "https://evil.example")],
        [("Origin", "null")],
        [("Origin", "")],
        [("Origin", "https://127.0.0.1:8000")],
        [("Origin", "http://127.0.0.1:8443")],
        [("Origin", "http://127.0.0.1")],
        [("Origin", f"{OWN}.evil.example")],
        [("Origin", OWN), ("Origin", "https://evil.example")],
        [("Origin", OWN + "/")],
    ],
    ids=lambda headers: f"CS-04 {headers}",
)
def test_another_sites(headers: list[tuple[str, str]]) -> None:
    assert origin.is_foreign(request(*headers), OWN)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([], False),
        ([("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document")], False),
        ([("Sec-Fetch-Site", "none"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document")], False),
        ([("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document")], True),
        ([("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Mode", "no-cors"), ("Sec-Fetch-Dest", "image")], True),
        ([("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "iframe")], True),
    ],
)
def test_what_another_page_starts(headers: list[tuple[str, str]], expected: bool) -> None:
    assert origin.is_started_elsewhere(request(*headers)) is expected
