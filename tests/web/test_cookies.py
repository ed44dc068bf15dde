"""Are cookies read strictly and set with every attribute? (CK-*)"""

import pytest
from genkan.web import cookies
from starlette.responses import Response
from web_requests import request, settings

HTTPS = settings(base_url="https://id.example.com")


def test_reads_the_one_cookie_of_exactly_this_name() -> None:
    assert cookies.read(request(("Cookie", "a=1; jwt=x.y.z; b=2")), "jwt") == "x.y.z"
    assert cookies.read(request(("Cookie", "a=1"), ("Cookie", "jwt=x")), "jwt") == "x"
    assert cookies.read(request(("Cookie", "__Host-jwt=x; jwt=y"), set_up=HTTPS), "jwt") == "x"


@pytest.mark.parametrize(
    "header",
    [
        pytest.param("jwt=a; jwt=b", id="CK-03 twice"),
        pytest.param("jwt=a; jwt=a", id="CK-03 twice the same"),
        pytest.param("\xa0jwt=a", id="CK-04 no-break space"),
        pytest.param("jwt\x0b=a", id="CK-04 vertical tab"),
        pytest.param("JWT=a", id="CK-04 case"),
        pytest.param("=jwt=a", id="CK-05 nameless"),
        pytest.param("jwt", id="CK-05 no value"),
        pytest.param("$Version=1; x", id="CK-05 old grammar"),
        pytest.param("; ".join(f"c{each}=1" for each in range(50)) + "; jwt=a", id="CK-06 too many"),
        pytest.param("jwt=a; b=" + "x" * 8192, id="CK-06 too long"),
        pytest.param("", id="empty"),
        pytest.param("__Host-jwt=a", id="https name over http"),
    ],
)
def test_what_is_not_plainly_the_cookie_is_none(header: str) -> None:
    assert cookies.read(request(("Cookie", header)), "jwt") is None


def test_no_cookie_is_none() -> None:
    assert cookies.read(request(), "jwt") is None


def test_CK_05_a_quoted_value_is_taken_as_it_is() -> None:
    assert cookies.read(request(("Cookie", 'jwt="a; b"')), "jwt") == '"a'


def test_bytes_beyond_ascii_do_no_harm() -> None:
    assert cookies.read(request(("Cookie", "jwt=\xff")), "jwt") == "\ufffd"


def test_CK_01_is_set_with_every_attribute() -> None:
    response = Response()
    cookies.put(request(set_up=HTTPS), response, "jwt", "value", seconds=172_800)
    assert response.headers["set-cookie"] == "__Host-jwt=value; HttpOnly; Max-Age=172800; Path=/; SameSite=lax; Secure"


def test_over_http_on_this_machine_it_has_no_prefix() -> None:
    response = Response()
    cookies.put(request(), response, "jwt", "value", seconds=172_800)
    assert response.headers["set-cookie"] == "jwt=value; HttpOnly; Max-Age=172800; Path=/; SameSite=lax"


def test_is_dropped_with_the_same_attributes() -> None:
    response = Response()
    cookies.drop(request(set_up=HTTPS), response, "jwt")
    assert response.headers["set-cookie"] == '__Host-jwt=""; HttpOnly; Max-Age=0; Path=/; SameSite=lax; Secure'
