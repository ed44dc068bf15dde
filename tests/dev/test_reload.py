"""Does an open page show what was saved, and keep what its reader has done to it? A real server, real files, a real browser."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browsing import tab
from entrance import PASSWORD
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, Request, expect
from workshop import Workshop, workshop

LOGIN = "templates/pages/login.html"
HEADING = '<h1>{{ _("Log in") }}</h1>\n    {% for'
MARKED = "window.mine = true; document.querySelector('#login-form').mine = true"
IS_OURS = "window.mine === true"
IS_UNTOUCHED = "document.querySelector('#login-form').mine === true"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    with workshop(tmp_path_factory.mktemp("workshop")) as made:
        yield made


@pytest.fixture
def page(chromium: Chromium, shop: Workshop) -> Iterator[Page]:
    with tab(chromium, viewport={"width": 360, "height": 300}) as page:
        page.goto(f"{shop.url}/login")
        page.evaluate(MARKED)
        yield page


def headed(text: str) -> str:
    return f"<h1>{text}</h1>\n    {{% for"


def test_a_saved_template_is_painted_and_what_was_done_to_the_page_is_kept(page: Page, shop: Workshop) -> None:
    page.locator("#current-password").fill("typed")
    page.locator("#keep").uncheck()
    page.locator(".corner summary").click()
    page.locator("#username").fill("hanako")
    page.locator("#username").evaluate("each => each.setSelectionRange(2, 4, 'backward')")
    page.evaluate("scrollTo(0, 120)")
    with shop.saved(LOGIN, HEADING, headed("Welcome")):
        expect(page.locator("h1")).to_have_text("Welcome")
    expect(page.locator("h1")).to_have_text("Log in")
    assert page.evaluate(IS_OURS)
    assert not page.evaluate(IS_UNTOUCHED)
    assert page.evaluate("scrollY") == 120
    assert page.locator("#current-password").input_value() == "typed"
    assert not page.locator("#keep").is_checked()
    assert page.locator(".corner details").evaluate("each => each.open")
    caret = "each => [each.value, each.selectionStart, each.selectionEnd, each.selectionDirection]"
    assert page.locator("#username:focus").evaluate(caret) == ["hanako", 2, 4, "backward"]


def test_a_saved_style_is_put_on_and_the_page_is_not_touched(page: Page, shop: Workshop) -> None:
    sheets = page.locator('link[rel="stylesheet"]').count()
    with shop.saved("static/css/tokens.css", "#f6f3ec", "#aabbcc"):
        expect(page.locator("body")).to_have_css("background-color", "rgb(170, 187, 204)")
        assert page.evaluate(IS_UNTOUCHED)
        expect(page.locator('link[rel="stylesheet"]')).to_have_count(sheets)
    expect(page.locator("body")).to_have_css("background-color", "rgb(246, 243, 236)")


def test_a_saved_script_loads_the_page_again_and_what_was_typed_is_kept_but_no_password(
    page: Page, shop: Workshop
) -> None:
    page.locator("#username").fill("hanako")
    page.locator("#current-password").fill("typed")
    page.locator("#username").focus()
    with shop.saved("static/js/genkan.js", '"use strict";', '"use strict"; document.documentElement.id = "fresh";'):
        page.locator("#fresh").wait_for()
        expect(page.locator("#username:focus")).to_have_value("hanako")
        assert not page.evaluate(IS_OURS)
        assert page.locator("#current-password").input_value() == ""
        assert page.evaluate("sessionStorage.length") == 0


def test_a_saved_catalog_shows_in_its_language(page: Page, shop: Workshop) -> None:
    page.goto(f"{shop.url}/login?lang=ja")
    catalog = "templates/locale/ja/LC_MESSAGES/messages.po"
    with shop.saved(catalog, 'msgid "Log in"\nmsgstr "ログイン"', 'msgid "Log in"\nmsgstr "入る"'):
        expect(page.locator("h1")).to_have_text("入る")
        expect(page).to_have_title("入る – Genkan")
    expect(page.locator("h1")).to_have_text("ログイン")


def test_a_broken_template_is_explained_in_place_and_mended_by_the_next_save(page: Page, shop: Workshop) -> None:
    page.locator("#username").fill("hanako")
    with shop.saved(LOGIN, "ui.field(form.username", "ui.field(form.usernam"):
        expect(page.locator("h1")).to_have_text("form has no usernam. Did you mean username?")
        expect(page.locator(".fault")).to_have_css("display", "grid")
    expect(page.locator("h1")).to_have_text("Log in")
    expect(page.locator("#username:focus")).to_have_value("hanako")
    assert page.evaluate(IS_OURS)


def test_what_htmx_got_of_a_broken_template_is_mended_too(page: Page, shop: Workshop) -> None:
    with shop.saved("templates/components/field.html", "say(field.error)", "say(field.eror)"):
        with page.expect_response(f"{shop.url}/login"):  # painted anew: it does not show there
            pass
        page.locator("#username").fill("hanako")
        page.locator("#current-password").fill("typed")
        page.locator("#username").fill("")
        page.locator("#username").press("Enter")
        expect(page.locator("h1")).to_have_text("field has no eror. Did you mean error?")
        assert page.evaluate(IS_OURS)
    expect(page.locator("h1")).to_have_text("Log in")
    assert page.locator("#current-password").input_value() == "typed"


def test_a_page_that_came_from_a_form_is_painted_without_sending_it_again(page: Page, shop: Workshop) -> None:
    page.locator("#username").fill("hanako")
    with page.expect_navigation():
        page.locator("#login-form").evaluate("form => form.submit()")
    page.locator("[role=alert]").wait_for()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.method))
    page.on("dialog", lambda dialog: asked.append(dialog.type))
    page.locator("#username").fill("jiro")
    with shop.saved(LOGIN, HEADING, headed("Welcome")):
        expect(page.locator("h1")).to_have_text("Welcome")
        expect(page.locator("#username")).to_have_value("jiro")
    with shop.saved("static/js/genkan.js", '"use strict";', '"use strict"; document.documentElement.id = "fresh";'):
        page.locator("#fresh").wait_for()
    assert set(asked) == {"GET"}


def test_what_the_page_does_not_show_leaves_it_alone(page: Page, shop: Workshop) -> None:
    with contextlib.ExitStack() as changed:
        with page.expect_response(f"{shop.url}/login"):
            changed.enter_context(shop.saved("templates/pages/signup.html", "{#", "{# Saved."))
        with page.expect_response(f"{shop.url}/login"):
            changed.close()
    with shop.saved("static/css/tokens.css", "#f6f3ec", "#aabbcc"):
        expect(page.locator("body")).to_have_css("background-color", "rgb(170, 187, 204)")
    assert page.evaluate(IS_UNTOUCHED)


def test_what_javascript_adds_to_a_page_it_adds_to_a_painted_one(page: Page, shop: Workshop) -> None:
    with shop.saved(LOGIN, HEADING, headed("Welcome")):
        expect(page.locator("h1")).to_have_text("Welcome")
        expect(page.locator(".password__show")).to_be_visible()
        page.locator("#current-password").press("Enter")
        page.locator("[role=alert]").wait_for()
        assert page.evaluate(IS_OURS)  # htmx sent it


def noting(asking: set[int], number: int) -> Callable[[Request], None]:
    return lambda request: asking.add(number) if "/dev/changes" in request.url else None


def test_one_tab_asks_for_all_of_them(chromium: Chromium, shop: Workshop) -> None:
    """A browser has six connections to a site: with one for each tab, the seventh would wait for ever."""
    context = chromium.new_context()
    pages = [context.new_page() for _ in range(8)]
    asking: set[int] = set()
    for number, page in enumerate(pages):
        page.on("request", noting(asking, number))
        page.goto(f"{shop.url}/login")
    with shop.saved(LOGIN, HEADING, headed("Welcome")):
        for page in pages:
            expect(page.locator("h1")).to_have_text("Welcome")
    assert asking == {0}
    pages[0].close()
    with shop.saved(LOGIN, HEADING, headed("Once more")):
        for page in pages[1:]:
            expect(page.locator("h1")).to_have_text("Once more")
    assert len(asking) == 2
    context.close()


def test_the_frame_of_a_mail_shows_what_was_saved(page: Page, shop: Workshop) -> None:
    """It is sandboxed, without scripts: the page around it has it loaded again."""
    page.goto(f"{shop.url}/signup")
    for name, value in {"name": "Hanako", "email": "hanako@example.com", "username": "hanako"}.items():
        page.locator(f"#signup-{name}").fill(value)
    page.locator("#new-password").fill(PASSWORD)
    page.locator("#new-password").press("Enter")
    page.wait_for_url("**/account")
    page.goto(f"{shop.url}/dev/mail")
    page.locator(".letters__one").first.click()
    expect(page.frame_locator("iframe").locator("h1")).to_be_visible()
    with shop.saved("templates/emails/layout.html", "<h1>", "<h1>Saved: "):
        expect(page.frame_locator("iframe").locator("h1")).to_contain_text("Saved: ")


def test_a_page_that_leads_elsewhere_by_now_goes_there(page: Page, shop: Workshop) -> None:
    page.goto(f"{shop.url}/signup")
    page.evaluate("history.replaceState(null, '', '/account')")
    with shop.saved(LOGIN, HEADING, headed("Welcome")):
        page.wait_for_url("**/login?next=/account")


def test_a_server_that_was_started_again_has_every_page_loaded_again(page: Page, shop: Workshop) -> None:
    page.locator("#username").fill("hanako")
    with page.expect_navigation():
        shop.start_again()
    assert not page.evaluate(IS_OURS)
    expect(page.locator("#username")).to_have_value("hanako")


def test_ctrl_c_does_not_wait_for_open_tabs(chromium: Chromium, tmp_path: Path) -> None:
    with workshop(tmp_path) as shop, tab(chromium) as page:
        with page.expect_response("**/dev/changes*"):
            page.goto(f"{shop.url}/login")
        assert shop.ended() < 4  # it holds a question for 0.7
        said = shop.log()
    assert "/login" in said
    assert "/dev/changes" not in said
    assert "change detected" not in said
    assert "Traceback" not in said
