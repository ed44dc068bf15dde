"""Does a real browser get from an application to the login and back, with our policy as it is? (CSP form-action; RD-*, FA-06)"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import FLAGS, QUICK_TO_LEAVE, free_socket, serving, tab
from entrance import PASSWORD, Clock, quick_hasher
from genkan.app import create_app
from neighbourhood import BASE_URL, OWN, SHARED, WIKI, domain_settings
from playwright.sync_api import Browser, Page, expect, sync_playwright
from proxies import PROXIES, Ports, echoing, free_ports

PAGE = f"{WIKI}/page?a=1&b=2"


@pytest.fixture(scope="module")
def port() -> int:
    return free_ports(1)[0]


@pytest.fixture(scope="module")
def browser_of_the_domain(port: int) -> Iterator[Browser]:
    """A browser that finds every host of the domain behind the proxy of the test, on the port where https always is."""
    rules = f"--host-resolver-rules=MAP *.example.com:443 127.0.0.1:{port}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            timeout=60_000,
            executable_path=os.environ["GENKAN_TEST_CHROMIUM"],
            args=[*FLAGS, rules, "--ignore-certificate-errors"],
        )
        yield browser
        browser.close()


@pytest.fixture
def street(sqlite_url: str, tmp_path: Path, port: int) -> Iterator[None]:
    bound = free_socket()
    settings = domain_settings(sqlite_url, environment="production", dev_provider=False)
    app = create_app(settings, hasher=quick_hasher(), now=Clock())
    with contextlib.ExitStack() as stack:
        echo = stack.enter_context(echoing())
        stack.enter_context(serving(app, bound, QUICK_TO_LEAVE))
        stack.enter_context(
            PROXIES["nginx"](tmp_path, Ports(bound.getsockname()[1], echo.port, free_ports(1)[0], port))
        )
        yield


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def person(request: pytest.FixtureRequest, browser_of_the_domain: Browser, street: None) -> Iterator[Page]:
    with tab(browser_of_the_domain, java_script_enabled=request.param, ignore_https_errors=True) as page:
        yield page


def sign_up(page: Page) -> None:
    page.get_by_role("link", name="Create an account").click()
    for field, text in (("signup-name", "Hanako Yamada"), ("signup-email", "hanako@example.com")):
        page.locator(f"#{field}").fill(text)
    page.locator("#signup-username").fill("hanako")
    page.locator("#new-password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()


def test_whoever_comes_from_an_application_signs_up_is_back_there_and_logs_in_again_later(person: Page) -> None:
    person.goto(PAGE)
    expect(person).to_have_url(f"{BASE_URL}/login?next=https://wiki.example.com/page%3Fa%3D1%26b%3D2")
    sign_up(person)
    person.wait_for_url(PAGE)
    assert '"remote-user"' in person.content()
    names = {each["name"]: each for each in person.context.cookies([WIKI])}
    assert set(names) == {SHARED}
    assert (names[SHARED]["domain"], names[SHARED]["httpOnly"], names[SHARED]["secure"]) == (
        ".example.com",
        True,
        True,
    )
    person.goto(f"{BASE_URL}/logout")
    person.get_by_role("button", name="Log out").click()
    expect(person.get_by_role("heading", name="You are logged out")).to_be_visible()
    assert not {each["name"] for each in person.context.cookies()} & {OWN, SHARED}
    person.goto(PAGE)
    person.locator("#username").fill("hanako")
    person.locator("#current-password").fill(PASSWORD)
    person.get_by_role("button", name="Log in", exact=True).click()
    person.wait_for_url(PAGE)
    assert '"remote-user"' in person.content()


def test_the_way_back_and_forward_leads_through(person: Page) -> None:
    person.goto(f"{BASE_URL}/login?next={WIKI}/")
    sign_up(person)
    person.wait_for_url(f"{WIKI}/")
    person.goto(f"{BASE_URL}/login?next={WIKI}/other")
    person.get_by_role("link", name="Continue").click()
    person.wait_for_url(f"{WIKI}/other")
