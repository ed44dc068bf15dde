"""Which requests are refused before any page sees them? (HH-*, CS-*)"""

import pytest
from genkan.errors import BadRequest, CrossOrigin, NotFound, TooLarge
from genkan.web.guard import MOST_BYTES, Guard, is_form_post_callback
from web_requests import request, settings

HOST = ("Host", "127.0.0.1:8000")
SET_UP = settings()
HTTPS = settings(base_url="https://id.example.com", environment="production")
GUARD = Guard(SET_UP)


@pytest.mark.parametrize(
    "hosts",
    [
        ["evil.example"],
        ["127.0.0.1"],
        ["127.0.0.1:80"],
        ["127.0.0.1:8000", "evil.example"],
        ["127.0.0.1:8000", "127.0.0.1:8000"],
        [""],
        [],
        ["127.0.0.1:8000/static/?"],
        ["a@127.0.0.1:8000"],
        ["127.0.0.1:8000 "],
        ["x" * 10_000],
        ["127.0.0.1:8000."],
    ],
    ids=lambda hosts: f"HH-06 HH-07 HH-11 {str(hosts)[:40]}",
)
def test_another_host_is_refused(hosts: list[str]) -> None:
    assert isinstance(GUARD.fault(request(*[("Host", each) for each in hosts])), BadRequest)


@pytest.mark.parametrize("host", ["id.example.com", "ID.example.com", "id.example.com:443"])
def test_our_own_host_is_ours_in_any_case_and_with_its_default_port(host: str) -> None:
    assert Guard(HTTPS).fault(request(("Host", host), set_up=HTTPS)) is None


def test_a_host_that_says_another_port_is_refused() -> None:
    assert isinstance(Guard(HTTPS).fault(request(("Host", "id.example.com:8443"), set_up=HTTPS)), BadRequest)


@pytest.mark.parametrize("path", ["/login\n", "/\x00", "/a\x7fb", "/\u2028"])
def test_RQ_12_a_path_with_controls_is_not_found(path: str) -> None:
    assert isinstance(GUARD.fault(request(HOST, path=path)), NotFound)


def test_RQ_09_an_address_beyond_eight_kilobytes_is_refused() -> None:
    assert isinstance(GUARD.fault(request(HOST, query="a=" + "x" * 8192)), BadRequest)


@pytest.mark.parametrize("length", [str(MOST_BYTES + 1), "9" * 5000, "-1", "x", ""])
def test_RQ_01_a_body_that_says_it_is_too_large_is_not_read(length: str) -> None:
    assert isinstance(GUARD.fault(request(HOST, ("Content-Length", length), method="POST")), TooLarge)
    assert GUARD.fault(request(HOST, ("Content-Length", str(MOST_BYTES)), method="POST")) is None


CROSS = ("Sec-Fetch-Site", "cross-site")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_CS_01_another_site_changes_nothing(method: str) -> None:
    assert isinstance(GUARD.fault(request(HOST, CROSS, method=method, path="/login")), CrossOrigin)
    assert GUARD.fault(request(HOST, ("Sec-Fetch-Site", "same-origin"), method=method, path="/login")) is None


@pytest.mark.parametrize(
    ("mode", "destination", "refused"),
    [
        ("navigate", "document", False),
        ("no-cors", "image", True),
        ("no-cors", "script", True),
        ("navigate", "iframe", True),
    ],
)
def test_another_sites_page_may_link_to_us_but_not_embed_us(mode: str, destination: str, refused: bool) -> None:
    asked = request(HOST, CROSS, ("Sec-Fetch-Mode", mode), ("Sec-Fetch-Dest", destination), path="/account")
    assert isinstance(GUARD.fault(asked), CrossOrigin) is refused


def test_public_things_may_be_fetched_by_anybody() -> None:
    asked = request(HOST, CROSS, ("Sec-Fetch-Mode", "cors"), ("Sec-Fetch-Dest", "empty"), path="/.well-known/jwks.json")
    assert GUARD.fault(asked) is None


def test_a_provider_may_post_its_answer() -> None:
    assert GUARD.fault(request(HOST, CROSS, method="POST", path="/oauth/apple/callback")) is None
    assert [
        is_form_post_callback(path) for path in ("/oauth/a/b/callback", "/oauth/callback", "/x/apple/callback")
    ] == [False] * 3


@pytest.mark.parametrize(
    ("host", "path", "query", "target"),
    [
        ("localhost:8000", "/login", "", "http://127.0.0.1:8000/login"),
        ("[::1]:8000", "/login", "next=/a", "http://127.0.0.1:8000/login?next=/a"),
    ],
)
def test_in_development_the_other_names_of_this_machine_lead_to_the_one(
    host: str, path: str, query: str, target: str
) -> None:
    answer = GUARD.elsewhere(request(("Host", host), path=path, query=query))
    assert answer is not None
    assert (answer.status_code, answer.headers["location"]) == (303, target)


@pytest.mark.parametrize(
    "asked",
    [
        request(HOST),
        request(("Host", "localhost:8000"), method="POST"),
        request(("Host", "localhost:8001")),
        request(("Host", "evil.example:8000")),
        request(("Host", "localhost:8000"), path="//evil.example"),
        request(("Host", "localhost:8000"), path="http://evil.example"),
        request(("Host", "localhost:8000"), ("Host", "localhost:8000")),
    ],
)
def test_nothing_else_is_sent_elsewhere(asked: object) -> None:
    assert GUARD.elsewhere(asked) is None  # type: ignore[arg-type]


def test_in_development_a_program_may_post_by_any_name_of_this_machine() -> None:
    assert GUARD.fault(request(("Host", "localhost:8000"), method="POST", path="/login")) is None
    local = settings(base_url="https://127.0.0.1:8000", environment="production")
    asked = request(("Host", "localhost:8000"), method="POST", path="/login", set_up=local)
    assert isinstance(Guard(local).fault(asked), BadRequest)


def test_in_production_nobody_is_sent_elsewhere() -> None:
    local = settings(base_url="http://127.0.0.1:8000", environment="production")
    assert Guard(local).elsewhere(request(("Host", "localhost:8000"), set_up=local)) is None


def test_a_site_on_the_default_port_names_none() -> None:
    plain = Guard(settings(base_url="http://127.0.0.1"))
    answer = plain.elsewhere(request(("Host", "localhost"), path="/login"))
    assert answer is not None
    assert answer.headers["location"] == "http://127.0.0.1/login"
