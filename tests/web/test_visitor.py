"""Whose address is it? (HH-*, BF-*)"""

import ipaddress

import pytest
from genkan.accounts import throttle
from genkan.web import visitor
from starlette.responses import Response
from web_requests import request, settings

PROXIED = settings(trusted_proxies=(ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("fd00::/8")))


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "X_Forwarded_For", "x-forwarded-FOR", "True-Client-IP"]
)
def test_HH_03_nobody_is_believed_where_no_proxy_is_named(header: str) -> None:
    assert str(visitor.client_address(request((header, "6.6.6.6"), peer="127.0.0.1"))) == "127.0.0.1"


@pytest.mark.parametrize(
    ("peer", "headers", "expected"),
    [
        pytest.param("9.9.9.9", [("X-Forwarded-For", "6.6.6.6")], "9.9.9.9", id="the peer is no proxy"),
        pytest.param("10.0.0.1", [], "10.0.0.1", id="the proxy says nothing"),
        pytest.param("10.0.0.1", [("X-Forwarded-For", "6.6.6.6, 9.9.9.9")], "9.9.9.9", id="HH-05 the last hop counts"),
        pytest.param(
            "10.0.0.1", [("X-Forwarded-For", "6.6.6.6, 9.9.9.9, 10.0.0.2")], "9.9.9.9", id="HH-05 two proxies"
        ),
        pytest.param(
            "10.0.0.1", [("X-Forwarded-For", "6.6.6.6"), ("X-Forwarded-For", "9.9.9.9")], "9.9.9.9", id="two lines"
        ),
        pytest.param("10.0.0.1", [("X-Forwarded-For", "9.9.9.9, garbage")], "10.0.0.1", id="HH-05 garbage"),
        pytest.param("10.0.0.1", [("X-Forwarded-For", "10.0.0.2, 10.0.0.3")], "10.0.0.2", id="only proxies"),
        pytest.param(
            "10.0.0.1", [("X-Forwarded-For", ", ".join(["6.6.6.6"] * 1000 + ["9.9.9.9"]))], "9.9.9.9", id="HH-05 1000"
        ),
        pytest.param("10.0.0.1", [("X-Forwarded-For", "9.9.9.9:4711")], "9.9.9.9", id="with a port"),
        pytest.param(
            "10.0.0.1", [("X-Forwarded-For", "[2001:db8::1]:4711")], "2001:db8::1", id="HH-05 IPv6 with a port"
        ),
        pytest.param("fd00::1", [("X-Forwarded-For", "2001:db8::1")], "2001:db8::1", id="an IPv6 proxy"),
        pytest.param("::ffff:10.0.0.1", [("X-Forwarded-For", "9.9.9.9")], "9.9.9.9", id="IPv4 as IPv6"),
        pytest.param("10.0.0.1", [("X_Forwarded_For", "6.6.6.6")], "10.0.0.1", id="HH-10 underscores"),
    ],
)
def test_a_named_proxy_is_believed_as_far_as_it_goes(peer: str, headers: list[tuple[str, str]], expected: str) -> None:
    assert str(visitor.client_address(request(*headers, peer=peer, set_up=PROXIED))) == expected


def test_a_connection_without_an_address_has_none() -> None:
    assert visitor.client_address(request(peer=None)) is None
    assert visitor.of(request(peer=None)).address == "none"


@pytest.mark.parametrize(
    ("peer", "proxied", "text"),
    [
        ("9.9.9.9", False, "9.9.9.9"),
        ("::ffff:9.9.9.9", False, "9.9.9.9"),
        ("2001:DB8::0:1", False, "2001:db8::1"),
        ("10.0.0.1", True, "6.6.6.6"),
        ("10.0.0.1", False, "10.0.0.1"),
        (None, False, "None"),
        (None, True, "None"),
    ],
)
def test_the_log_names_the_same_address_in_its_one_spelling(peer: str | None, proxied: bool, text: str) -> None:
    asked = request(("X-Forwarded-For", "6.6.6.6"), peer=peer, set_up=PROXIED if proxied else settings())
    assert visitor.client_text(asked) == text
    assert visitor.client_text(asked) == str(visitor.client_address(asked))


def test_IPv4_counts_whole_and_IPv6_by_64() -> None:
    addresses = ["192.0.2.1", "192.0.2.2", "2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1"]
    counted = [visitor.network(ipaddress.ip_address(each)) for each in addresses]
    assert counted == ["192.0.2.1", "192.0.2.2", "2001:db8:1:2::/64", "2001:db8:1:2::/64", "2001:db8:1:3::/64"]


def remembered(*users: str, cookie: str | None = None) -> str:
    for user in users:
        response = Response()
        visitor.remember(request(*([("Cookie", f"known={cookie}")] if cookie else [])), response, user)
        cookie = response.headers["set-cookie"].split(";")[0].removeprefix("known=")
    assert cookie is not None
    return cookie


def test_a_browser_that_was_inside_is_known_again_to_that_account_only() -> None:
    asked = request(("Cookie", f"known={remembered('user-1')}"))
    found = visitor.of(asked)
    services = asked.app.state.services
    assert throttle.acquaintance(services, found.browser, "user-1", now=1)[0] in found.known
    assert throttle.acquaintance(services, found.browser, "user-2", now=1)[0] not in found.known


def test_CK_14_the_cookie_says_nothing_of_whom_it_knows() -> None:
    assert "user-1" not in remembered("user-1")


def test_knows_five_accounts_and_the_newest_first() -> None:
    cookie = remembered("user-0", *(f"user-{each}" for each in range(7)), "user-6")
    found = visitor.of(request(("Cookie", f"known={cookie}")))
    assert len(found.known) == 5


@pytest.mark.parametrize("cookie", ["", "garbage", "a.b.c", "X" + remembered("user-1")[1:]])
def test_a_broken_cookie_is_a_strangers(cookie: str) -> None:
    found = visitor.of(request(("Cookie", f"known={cookie}")))
    assert (found.browser, found.known) == ("", frozenset())
