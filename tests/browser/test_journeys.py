"""Does everything work in a real browser, with JavaScript and without?"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from browsing import site_at, tab
from entrance import PASSWORD, provider
from playwright.sync_api import Browser, Page, expect


def sign_up(page: Page, site: str, username: str = "hanako") -> None:
    page.goto(f"{site}/signup")
    page.get_by_label("Name", exact=True).fill("Hanako Yamada")
    page.get_by_label("Email address").fill(f"{username}@example.com")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Create a password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    expect(page).to_have_url(f"{site}/account")


def log_in(page: Page, site: str, password: str = PASSWORD) -> None:
    page.goto(f"{site}/login")
    page.get_by_label("Username or email").fill("hanako")
    page.get_by_label("Password", exact=True).fill(password)
    page.keyboard.press("Enter")


def log_out(page: Page, site: str) -> None:
    page.goto(f"{site}/account")
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are logged out")


def test_signs_up_logs_out_logs_in_and_gets_in_through_a_provider(page: Page, site: str) -> None:
    sign_up(page, site)
    expect(page.get_by_text("hanako@example.com")).to_be_visible()
    log_out(page, site)
    log_in(page, site)
    expect(page).to_have_url(f"{site}/account")
    log_out(page, site)
    page.goto(f"{site}/signup")
    page.get_by_role("link", name="Continue with Example ID").click()
    page.get_by_role("button", name="New here, with a verified address").click()
    expect(page).to_have_url(f"{site}/account")
    expect(page.get_by_text("hanako@example.com")).to_be_visible()
    log_out(page, site)
    page.goto(f"{site}/login")
    page.get_by_role("link", name="Continue with Example ID Last used").click()
    page.get_by_role("button", name="New here, with a verified address").click()
    expect(page).to_have_url(f"{site}/account")


def test_OA_28_the_cookie_is_that_of_the_contract(page: Page, site: str) -> None:
    sign_up(page, site)
    cookie = next(each for each in page.context.cookies() if each["name"] == "jwt")
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Lax", "/")


def test_a_refused_login_comes_back_with_the_focus_on_what_is_wrong(page: Page, site: str) -> None:
    log_in(page, site, "not my password")
    problem = page.get_by_role("alert")
    expect(problem).to_contain_text("The username or password is not correct")
    expect(page.locator(".notice[data-kind=bad]")).to_be_focused()
    expect(page.get_by_label("Username or email")).to_have_value("hanako")
    expect(page.get_by_label("Password", exact=True)).to_have_value("")
    expect(page.get_by_label("Password", exact=True)).to_have_attribute("aria-invalid", "true")
    problem.get_by_role("link").click()
    assert page.evaluate("location.hash") in ("", "#username")


def test_a_refused_sign_up_says_everything_and_keeps_what_was_typed(page: Page, site: str) -> None:
    page.goto(f"{site}/signup")
    page.get_by_label("Name", exact=True).fill("花子")
    page.get_by_label("Username").fill("a b")
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("alert").get_by_role("listitem")).to_have_count(3)
    expect(page.locator(".notice[data-kind=bad]")).to_be_focused()
    expect(page.get_by_label("Name", exact=True)).to_have_value("花子")


def test_with_the_keyboard_alone(page: Page, site: str) -> None:
    sign_up(page, site)
    log_out(page, site)
    page.goto(f"{site}/login")
    for _ in range(5):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "username":
            break
    page.keyboard.type("hanako")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "current-password"
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site}/account")


def test_a_new_identity_is_asked_and_linked_to_the_account_there_is(page: Page, site: str) -> None:
    sign_up(page, site)
    log_out(page, site)
    page.goto(f"{site}/login")
    page.get_by_role("link", name="Continue with Example ID").click()
    page.get_by_role("button", name="With no address").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your details")
    page.get_by_role("link", name="I already have an account").click()
    page.get_by_label("Username or email").fill("hanako")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Add Example ID to your account?")
    page.get_by_role("button", name="Add Example ID").click()
    expect(page.get_by_text("Example ID is now linked")).to_be_visible()


def test_cancelling_at_the_provider_leads_back(page: Page, site: str) -> None:
    page.goto(f"{site}/login")
    page.get_by_role("link", name="Continue with Example ID").click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("You cancelled logging in with Example ID")).to_be_visible()


def test_CA_02_after_logging_out_Back_shows_nothing_private(page: Page, site: str) -> None:
    sign_up(page, site)
    log_out(page, site)
    page.go_back()
    page.wait_for_load_state()
    page.wait_for_timeout(200)
    assert "hanako@example.com" not in page.content()


def test_CA_04_nothing_is_kept_in_the_browsers_stores(page: Page, site: str) -> None:
    sign_up(page, site)
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


def test_reads_in_japanese_and_keeps_to_it(page: Page, site: str) -> None:
    page.goto(f"{site}/login?next=/reports")
    page.get_by_role("navigation", name="Language").locator("summary").click()
    page.get_by_role("link", name="日本語").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ログイン")
    assert page.locator("html").get_attribute("lang") == "ja"
    assert page.locator("input[name=next]").get_attribute("value") == "/reports"
    page.goto(f"{site}/signup")
    expect(page.get_by_role("heading", level=1)).to_have_text("アカウントを作成")


def test_with_JavaScript_the_page_stays_while_a_form_is_refused(chromium: Browser, site: str) -> None:
    with tab(chromium) as page:
        page.goto(f"{site}/login")
        page.evaluate("window.stayed = true")
        page.get_by_label("Username or email").fill("hanako")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_be_visible()
        assert page.evaluate("window.stayed")
        expect(page.locator(".notice[data-kind=bad]")).to_be_focused()


def test_with_JavaScript_a_username_and_a_password_are_judged_when_their_fields_are_left(
    chromium: Browser, site: str
) -> None:
    with tab(chromium) as page:
        sign_up(page, site)
        page.context.clear_cookies()
        page.goto(f"{site}/signup")
        page.get_by_label("Username").fill("hanako")
        page.keyboard.press("Tab")
        expect(page.locator("#signup-username-status")).to_have_text("This username is taken. Choose a different one.")
        assert page.evaluate("document.activeElement.id") == "new-password"
        page.get_by_label("Username").fill("jirou")
        page.get_by_label("Create a password").fill("short")
        page.keyboard.press("Tab")
        expect(page.locator("#signup-username-status")).to_have_text("This username is free.")
        expect(page.locator("#new-password-status")).to_have_text("Password must be 15 characters or more")


def test_with_JavaScript_a_password_can_be_shown_and_hides_itself(chromium: Browser, site: str) -> None:
    with tab(chromium) as page:
        page.goto(f"{site}/login")
        field = page.get_by_label("Password", exact=True)
        page.get_by_role("button", name="Show password").click()
        expect(field).to_have_attribute("type", "text")
        expect(page.get_by_text("Your password is visible")).to_be_attached()
        page.get_by_role("button", name="Hide password").click()
        expect(field).to_have_attribute("type", "password")


def test_with_JavaScript_a_server_that_is_gone_is_said(chromium: Browser, site: str) -> None:
    with tab(chromium) as page:
        page.goto(f"{site}/login")
        page.context.set_offline(True)
        page.get_by_role("button", name="Log in").click()
        expect(page.locator("#status")).to_contain_text("Could not reach Genkan")


def test_with_JavaScript_two_presses_send_one_form(chromium: Browser, site: str) -> None:
    with tab(chromium) as page:
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
        page.goto(f"{site}/login")
        page.get_by_label("Username or email").fill("x")
        page.evaluate("() => { const form = document.forms[0]; form.requestSubmit(); form.requestSubmit(); }")
        expect(page.get_by_role("alert")).to_be_visible()
        assert len([url for url in sent if url.endswith("/login")]) == 1


def test_another_sites_page_can_neither_post_nor_frame(chromium: Browser, site: str) -> None:
    with chromium.new_context() as context:
        page = context.new_page()
        page.route(
            "https://evil.example/**",
            lambda route: route.fulfill(
                body=f'<form method=post action="{site}/login"><input name=username value=x></form><iframe src="{site}/login"></iframe>',
                content_type="text/html",
            ),
        )
        page.goto("https://evil.example/")
        with page.expect_navigation() as navigation:
            page.evaluate("document.forms[0].submit()")
        assert navigation.value.status == 403


@pytest.fixture
def production(sqlite_url: str) -> Iterator[str]:
    """A site as people meet it: nothing of development in it, three providers, mails. Over http, for the browser is here."""
    changes: dict[str, Any] = {
        "environment": "production",
        "dev_provider": False,
        "providers": tuple(provider(name) for name in ("google", "github", "microsoft")),
        "smtp_url": "smtp://127.0.0.1:9",
        "mail_from": "no-reply@example.com",
    }
    with site_at(sqlite_url, **changes) as settings:
        yield settings.base_url


@pytest.mark.parametrize("path", ["/login", "/signup"])
def test_first_visit_is_light(chromium: Browser, production: str, path: str) -> None:
    site = production
    with tab(chromium) as page:
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        received: list[float] = []
        asked: list[str] = []
        session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(site + path)
        page.wait_for_load_state("networkidle")
        assert len(asked) <= 4, asked
        assert all(url.startswith(site) for url in asked)
        assert sum(received) <= 25 * 1024, received


def test_nothing_moves_while_a_page_arrives(chromium: Browser, site: str) -> None:
    with tab(chromium, viewport={"width": 390, "height": 844}) as page:
        page.add_init_script(
            "window.shift = 0; new PerformanceObserver((list) => { for (const each of list.getEntries()) window.shift += each.value; })"
            ".observe({type: 'layout-shift', buffered: true});"
        )
        for _ in range(3):
            page.goto(f"{site}/login")
            page.wait_for_timeout(150)
            assert page.evaluate("window.shift") == 0


def test_XS_10_no_page_uses_what_the_policy_forbids(page: Page, site: str) -> None:
    sign_up(page, site)
    for path in ("/account", "/logout", "/login", "/signup", "/nowhere", "/dev/provider"):
        page.goto(site + path)
        assert not re.search(r"<[^>]+ (style|on\w+)=", page.content())
