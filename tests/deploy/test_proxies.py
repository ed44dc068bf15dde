"""Do nginx and Caddy, set up by the files of deploy/, let in whom Genkan knows and nobody else? (FA-*, HH-*; ASVS 16.5.3)"""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from browsing import QUICK_TO_LEAVE, free_socket, serving
from entrance import PASSWORD, Clock, quick_hasher
from genkan.app import create_app
from neighbourhood import BASE_URL, OWN, SHARED, WIKI, domain_settings
from proxies import PROXIES, Echo, Ports, client, echoing, free_ports

ON_A_PATH = f"{BASE_URL}/reports/1"
OWN_DOING = {"Origin": BASE_URL, "Sec-Fetch-Site": "same-origin"}
IDENTITY = ("remote-user", "remote-name", "remote-email", "remote-groups", "x-forwarded-user", "x-forwarded-email")
SPOOFED = (
    ("Remote-User", "root"),
    ("Remote-User", "admin"),
    ("REMOTE-NAME", "root"),
    ("Remote-Email", "root@example.com"),
    ("Remote-Groups", "admins"),
    ("remote_user", "root"),
    ("Remote_Email", "root@example.com"),
    ("REMOTE_GROUPS", "admins"),
    ("X-Forwarded-User", "root"),
    ("X-Forwarded_User", "root"),
    ("X_Forwarded_User", "root"),
    ("X-Forwarded-Email", "root@example.com"),
    ("X-Forwarded-For", "127.0.0.1"),
    ("X-Forwarded-Host", "evil.example"),
    ("X_Forwarded_Host", "evil.example"),
    ("X-Forwarded-Proto", "http"),
    ("X-Forwarded-Uri", "/healthz"),
    ("X-Forwarded-Method", "OPTIONS"),
    ("X-Original-URI", "/healthz"),
    ("X-Original-URL", "/healthz"),
    ("X_Original_URL", "/healthz"),
    ("X-Rewrite-URL", "/login"),
    ("X_Rewrite_URL", "/login"),
    ("Forwarded", "for=127.0.0.1;host=evil.example"),
)


class Street:
    """Genkan, an application that echoes, and a proxy in front of both."""

    def __init__(self, ports: Ports, echo: Echo, hana: httpx2.Client, jiro: httpx2.Client) -> None:
        self.ports, self.echo, self.hana, self.jiro = ports, echo, hana, jiro
        self.stop: Callable[[], None] = lambda: None

    def log_in(self, browser: httpx2.Client, next: str = "") -> httpx2.Response:
        fields = {"username": "hanako", "password": PASSWORD, "next": next}
        return browser.post(f"{BASE_URL}/login", data=fields, headers=OWN_DOING)

    def sign_up(self, browser: httpx2.Client) -> None:
        fields = {"name": "山田 花子", "email": "h@example.com", "username": "hanako", "password": PASSWORD}
        assert browser.post(f"{BASE_URL}/signup", data=fields, headers=OWN_DOING).status_code == 303


@pytest.fixture(params=PROXIES)
def street(request: pytest.FixtureRequest, sqlite_url: str, tmp_path: Path) -> Iterator[Street]:
    bound = free_socket()
    settings = domain_settings(sqlite_url, environment="production", dev_provider=False)
    app = create_app(settings, hasher=quick_hasher(), now=Clock())
    with contextlib.ExitStack() as stack, contextlib.ExitStack() as genkan:
        echo = stack.enter_context(echoing())
        ports = Ports(bound.getsockname()[1], echo.port, *free_ports(2))
        genkan.enter_context(serving(app, bound, QUICK_TO_LEAVE))
        stack.enter_context(PROXIES[request.param](tmp_path, ports))
        people = [stack.enter_context(client(ports)) for _ in range(2)]
        found = Street(ports, echo, *people)
        found.stop = genkan.close
        yield found


def seen(answer: httpx2.Response) -> dict[str, Any]:
    """What the application saw, each header once."""
    assert answer.status_code == 200, answer.text
    headers: list[tuple[str, str]] = answer.json()["headers"]
    assert len({name for name, _ in headers}) == len(headers), headers
    return dict(headers)


def test_whoever_is_not_logged_in_is_led_there_and_back_and_then_the_application_knows_who_it_is(
    street: Street,
) -> None:
    page = f"{WIKI}/page?a=1&b=2"
    away = street.hana.get(page)
    assert away.status_code == 303
    assert street.echo.seen == []
    door = away.headers["location"]
    assert door.startswith(f"{BASE_URL}/login?next=")
    assert street.hana.get(door).status_code == 200
    street.sign_up(street.jiro)
    answer = street.log_in(street.hana, parse_qs(urlsplit(door).query)["next"][0])
    onward = street.hana.get(BASE_URL + answer.headers["location"])
    assert onward.headers["refresh"] == f"0;url={page}"
    headers = seen(street.hana.get(page))
    assert len(headers["remote-user"]) == 22
    assert headers["remote-name"] == "%E5%B1%B1%E7%94%B0 %E8%8A%B1%E5%AD%90"
    assert headers.get("remote-email", "") == ""  # nobody has proven it
    assert headers["host"] == headers["x-forwarded-host"] == "wiki.example.com"


def test_an_application_on_a_path_is_guarded_too(street: Street) -> None:
    away = street.hana.get(f"{ON_A_PATH}?x=1")
    assert (away.status_code, away.headers["location"]) == (303, f"{BASE_URL}/login?next=/reports/1%3Fx%3D1")
    street.sign_up(street.hana)
    assert len(seen(street.hana.get(ON_A_PATH))["remote-user"]) == 22


def test_the_application_does_not_see_the_session(street: Street) -> None:
    street.sign_up(street.hana)
    tokens = [street.hana.cookies[name] for name in (OWN, SHARED)]
    for url in (WIKI, ON_A_PATH):
        for kept in ("theme=dark", f"a=b; {SHARED}={tokens[1]}; theme=dark"):
            cookies = {"Cookie": kept} if SHARED in kept else {}
            told = str(seen(street.hana.get(url, headers=cookies)))
            assert not any(each.rpartition(".")[2] in told for each in tokens)
    street.hana.cookies.set("theme", "dark", domain="wiki.example.com")
    assert "theme=dark" in seen(street.hana.get(WIKI))["cookie"]


def test_whatever_is_sent_reaches_the_application(street: Street) -> None:
    street.sign_up(street.hana)
    for method in ("POST", "PUT", "DELETE"):
        told = street.hana.request(method, f"{WIKI}/save", content=b"x" * 70_000).json()
        assert (told["method"], told["path"], len(told["body"])) == (method, "/save", 70_000)


def test_what_is_not_asking_for_a_page_is_not_led_to_the_login(street: Street) -> None:
    for asked in (
        street.hana.post(f"{WIKI}/save", content=b"x"),
        street.hana.get(f"{WIKI}/data", headers={"Sec-Fetch-Mode": "cors"}),
    ):
        assert (asked.status_code, "location" in asked.headers) == (401, False)
    assert street.echo.seen == []


def test_FA_07_who_logs_out_in_one_browser_or_is_logged_out_from_another_is_out_at_the_next_request(
    street: Street,
) -> None:
    street.sign_up(street.hana)
    street.log_in(street.jiro)
    for browser in (street.hana, street.jiro):
        assert browser.get(f"{WIKI}/page").status_code == 200
    street.hana.post(f"{BASE_URL}/account/devices/others/end", headers=OWN_DOING)
    assert street.jiro.get(f"{WIKI}/page").status_code == 303
    kept = {"Cookie": f"{SHARED}={street.hana.cookies[SHARED]}"}
    street.hana.post(f"{BASE_URL}/logout", headers=OWN_DOING)
    count = len(street.echo.seen)
    assert street.hana.get(f"{WIKI}/page", headers=kept).status_code == 303
    assert len(street.echo.seen) == count


def test_FA_01_FA_02_FA_03_HH_09_HH_10_whatever_a_stranger_says_lets_nobody_in(street: Street) -> None:
    for headers in [[each] for each in SPOOFED] + [[*SPOOFED], [*SPOOFED, *SPOOFED]]:
        for url in (f"{WIKI}/page", ON_A_PATH):
            answer = street.hana.get(url, headers=headers)
            assert answer.status_code in (303, 400, 401, 403), (headers, answer.status_code)
            assert answer.headers.get("location", BASE_URL).startswith(f"{BASE_URL}/login") or answer.status_code != 303
    assert street.echo.seen == []


def test_FA_02_HH_10_whatever_somebody_says_of_themselves_the_application_hears_what_genkan_says(
    street: Street,
) -> None:
    street.sign_up(street.hana)
    for url in (f"{WIKI}/page", ON_A_PATH):
        plain = seen(street.hana.get(url))
        for headers in [[each] for each in SPOOFED] + [[*SPOOFED]]:
            assert seen(street.hana.get(url, headers=headers)) == plain, headers
    assert plain["x-forwarded-for"] == "127.0.0.1"
    assert not {name for name in plain if "_" in name}


@pytest.mark.parametrize("agent", ["kube-probe/1.30", "GoogleHC/1.0", "ELB-HealthChecker/2.0", ""])
def test_FA_05_no_browsers_name_is_a_key(street: Street, agent: str) -> None:
    assert street.hana.get(f"{WIKI}/page", headers={"User-Agent": agent}).status_code == 303
    assert street.echo.seen == []


@pytest.mark.parametrize(
    "path",
    ["/page#/healthz", "/page?/healthz", "/page%3f/healthz", "//page", "/./page", "/%2e%2e/page", "/static/../page", "/login", "/healthz"],
)  # fmt: skip
def test_FA_04_no_spelling_of_a_path_goes_around(street: Street, path: str) -> None:
    answer = street.hana.get(WIKI + path)
    assert answer.status_code in (303, 400)
    assert street.echo.seen == []


def test_FA_10_the_cookie_of_an_application_is_nothing_in_the_account(street: Street) -> None:
    street.sign_up(street.hana)
    own, shared = street.hana.cookies[OWN], street.hana.cookies[SHARED]
    answer = street.jiro.get(f"{BASE_URL}/account", headers={"Cookie": f"{OWN}={shared}"})
    assert answer.headers["location"].startswith("/login")
    assert street.jiro.get(f"{WIKI}/page", headers={"Cookie": f"{SHARED}={own}"}).status_code == 303


def test_nobody_but_a_proxy_asks_who_it_is(street: Street) -> None:
    street.sign_up(street.hana)
    for path in ("/auth/verify", "/auth/verify?login=redirect", "/_genkan/verify"):
        answer = street.hana.get(BASE_URL + path)
        assert (answer.status_code, "remote-user" in answer.headers) == (404, False)
    told = street.hana.get(f"{WIKI}/auth/verify").json()  # the application's own
    assert told["path"] == "/auth/verify"


def test_HH_11_another_host_is_not_served(street: Street) -> None:
    street.sign_up(street.hana)
    kept = {"Cookie": f"{SHARED}={street.hana.cookies[SHARED]}"}
    with contextlib.suppress(httpx2.TransportError):  # nginx ends the handshake
        answer = street.hana.get("https://other.example.com/", headers=kept)
        assert "remote-user" not in answer.text.lower()
    assert street.echo.seen == []


def test_FA_09_where_genkan_is_away_nobody_is_let_in(street: Street) -> None:
    street.sign_up(street.hana)
    assert street.hana.get(f"{WIKI}/page").status_code == 200
    street.stop()
    count = len(street.echo.seen)
    for url in (f"{WIKI}/page", ON_A_PATH):
        assert street.hana.get(url).status_code in (500, 502, 503)
    assert len(street.echo.seen) == count
    page = street.hana.get(f"{BASE_URL}/login")
    assert (page.status_code, page.headers["retry-after"]) == (503, "10")
    assert "not available at the moment" in page.text


def test_who_comes_without_tls_is_led_to_it(street: Street) -> None:
    answer = httpx2.get(
        f"http://127.0.0.1:{street.ports.plain}/login?x=1", headers={"Host": "id.example.com"}, trust_env=False
    )
    assert answer.status_code == 308
    assert urlsplit(answer.headers["location"])[:1] == ("https",)
