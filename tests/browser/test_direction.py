"""Does every page turn for a language that runs from right to left, with names and addresses still readable?"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import site_at, tab
from entrance import PASSWORD, settings_for
from genkan.design import showing, states
from genkan.web.render import Renderer
from playwright.sync_api import Browser, Page, ViewportSize
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

TEMPLATES = Path(__file__).parents[2] / "templates"
CODE = "ar-XB"
COMMON = states.common(TEMPLATES)
STATES = {name: found for name, found in states.load(TEMPLATES).items() if found and name != "errors/500"}
OTHERS = {
    "pages/data_file",
    *(name for name in STATES if name.startswith("errors/") and name != "errors/404"),
}  # no styles; alike
PAGES = sorted(name for name in STATES.keys() - OTHERS if not name.startswith("emails/"))
# What stands at the beginning of a line, and what at its end, by page.
ENTRANCE = {
    "/login": (("h1", ".field__label", ".field__input", ".provider .mark", ".check__input"), (".password__show",)),
    "/signup": (("h1", ".field__label", ".field__hint", ".field__input"), (".password__show",)),
}
ACCOUNT = {
    "/account": (
        ("h1", ".tabs__list", ".rows__row dt", "#row-name bdi", "#row-email bdi", ".plate"),
        (".topbar__out .button", ".change"),
    ),
    "/account/security": (("h1", ".way .mark", ".way strong"), (".topbar__out .button",)),
    "/account/devices": (("h1", ".rows__row strong"), ()),
    "/account/activity": (("h1", ".rows__row .hint"), ()),
}


@pytest.fixture
def site(sqlite_url: str) -> Iterator[str]:
    """A site that shows every state at /state/NAME?of=TEMPLATE, turned."""
    with site_at(sqlite_url, routes=[Route("/state/{name}", show_state)]) as settings:
        yield settings.base_url


async def show_state(request: Request) -> HTMLResponse:
    of_one = STATES[request.query_params["of"]]
    state = next(each for each in of_one if each.name == request.path_params["name"])
    return HTMLResponse(showing.page(request.app.state.renderer, state, CODE, COMMON))


def sign_up(page: Page, site: str) -> None:
    page.goto(f"{site}/signup")
    for id, value in (("name", "Hanako Yamada"), ("email", "hanako@example.com"), ("username", "hanako")):
        page.locator(f"#signup-{id}").fill(value)
    page.locator("#new-password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/account")


def size(width: int) -> ViewportSize:
    return {"width": width, "height": 800}


def edges(page: Page, selector: str) -> list[tuple[float, float]]:
    """Where each of them begins and ends, from the left."""
    found: list[list[float]] = page.eval_on_selector_all(
        selector, "all => all.map(each => each.getBoundingClientRect()).map(box => [box.left, box.right])"
    )
    assert found, selector
    return [(left, right) for left, right in found]


def overflows(page: Page) -> list[str]:
    """What reaches out of the window, on either side."""
    found: list[str] = page.evaluate(
        "() => [...document.querySelectorAll('body *')].filter(each => !each.closest('.hidden, .skip, details:not([open])'))"
        ".filter(each => { const box = each.getBoundingClientRect(); return box.width && (box.left < -1 || box.right > innerWidth + 1); })"
        ".map(each => each.outerHTML.slice(0, 80))"
    )
    return found


def turns(page: Page, site: str, path: str, begins: tuple[str, ...], ends: tuple[str, ...]) -> None:
    """Each stands as far from the right as it did from the left, and the other way around."""
    width = page.viewport_size["width"] if page.viewport_size else 0
    page.goto(f"{site}{path}?lang=en")
    plain = {selector: edges(page, selector) for selector in (*begins, *ends)}
    page.goto(f"{site}{path}?lang={CODE}")
    assert page.locator("html").get_attribute("dir") == "rtl"
    for selector in begins:
        assert [width - right for _, right in edges(page, selector)] == pytest.approx(
            [left for left, _ in plain[selector]], abs=1
        ), selector
    for selector in ends:
        assert [left for left, _ in edges(page, selector)] == pytest.approx(
            [width - right for _, right in plain[selector]], abs=1
        ), selector


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("path", ENTRANCE)
def test_the_pages_before_the_door_turn(chromium: Browser, site: str, path: str, width: int) -> None:
    with tab(chromium, viewport=size(width)) as page:
        turns(page, site, path, *ENTRANCE[path])


@pytest.mark.parametrize("width", [320, 1280])
def test_the_pages_behind_it_turn(chromium: Browser, site: str, width: int) -> None:
    with tab(chromium, viewport=size(width)) as page:
        sign_up(page, site)
        for path, stands in ACCOUNT.items():
            turns(page, site, path, *stands)


def test_the_step_is_crossed_the_other_way(chromium: Browser, site: str) -> None:
    with tab(chromium, viewport=size(1280)) as page:
        for code, side in (("en", "right"), (CODE, "left")):
            page.goto(f"{site}/login?lang={code}")
            styles = "getComputedStyle(document.querySelector('.topbar'))"
            assert float(page.evaluate(f"parseFloat({styles}.borderLeftWidth) || 0")) == (6 if side == "left" else 0)
            assert float(page.evaluate(f"parseFloat({styles}.borderRightWidth) || 0")) == (6 if side == "right" else 0)


def test_a_refusal_has_its_edge_where_a_line_begins(chromium: Browser, site: str) -> None:
    with tab(chromium) as page:
        page.goto(f"{site}/login?lang={CODE}")
        page.locator("#username").press("Enter")
        notice = page.locator(".notice[data-kind=bad]")
        notice.wait_for()
        assert notice.evaluate("each => getComputedStyle(each).borderRightWidth") == "4px"
        assert notice.evaluate("each => getComputedStyle(each).borderLeftWidth") == "1px"


@pytest.mark.parametrize("template", PAGES)
def test_nothing_reaches_out_of_a_turned_page(chromium: Browser, site: str, template: str) -> None:
    with tab(chromium, java_script_enabled=False, viewport=size(320)) as page:
        first, *others = (state for state in STATES[template] if state.part is None)
        for state in (first, *(each for each in others if "long" in each.name)):
            page.goto(f"{site}/state/{state.name}?of={template}")
            assert overflows(page) == [], state.name
        page.set_viewport_size(size(1280))
        page.goto(f"{site}/state/{first.name}?of={template}")
        assert overflows(page) == []


def test_what_is_typed_runs_its_own_way_and_begins_where_the_label_does(chromium: Browser, site: str) -> None:
    with tab(chromium) as page:
        page.goto(f"{site}/signup?lang={CODE}")
        page.locator("#signup-name").fill("Hanako")
        runs = {
            each: page.locator(each).evaluate(
                "each => [getComputedStyle(each).direction, getComputedStyle(each).textAlign]"
            )
            for each in ("#signup-name", "#signup-email", "#signup-username", "#new-password")
        }
        assert runs == {each: ["ltr", "right"] for each in runs}
        page.locator("#signup-name").fill("דנה כהן")
        assert page.locator("#signup-name").evaluate("each => getComputedStyle(each).direction") == "rtl"
        page.goto(f"{site}/signup?lang=en")
        page.locator("#signup-name").fill("דנה כהן")
        assert page.locator("#signup-name").evaluate(
            "each => [getComputedStyle(each).direction, getComputedStyle(each).textAlign]"
        ) == ["rtl", "left"]


def test_a_name_and_an_address_leave_the_words_around_them_alone(chromium: Browser, site: str) -> None:
    """The full stop after a value of the other direction stays at the end of the sentence: at the left of a turned line."""
    with tab(chromium, java_script_enabled=False, viewport=size(1280)) as page:
        sign_up(page, site)
        page.goto(f"{site}/login?lang={CODE}")
        text = page.get_by_text("hanako@example.com").first
        assert text.inner_text().endswith("\u2068hanako@example.com\u2069.")
        stop = text.evaluate(
            "each => { const range = document.createRange(), node = [...each.childNodes].findLast(child => child.nodeType === 3);"
            " const at = node.data.trimEnd().length; range.setStart(node, at - 1); range.setEnd(node, at); return range.getBoundingClientRect().left; }"
        )
        start = text.evaluate(
            "each => { const range = document.createRange(), node = [...each.childNodes].findLast(child => child.nodeType === 3);"
            " const at = node.data.indexOf('hanako'); range.setStart(node, at); range.setEnd(node, at + 1); return range.getBoundingClientRect().left; }"
        )
        assert stop < start


@pytest.mark.parametrize("template", ["emails/login_new_device", "emails/verify"])
def test_a_mail_turns(chromium: Browser, template: str) -> None:
    renderer = Renderer(settings_for("sqlite:///unused"), TEMPLATES.parent)
    with tab(chromium, java_script_enabled=False, viewport=size(800)) as page:
        boxes = {}
        for code in ("en", CODE):
            page.set_content(showing.mail(renderer, STATES[template][0], code).html)
            boxes[code] = [
                edges(page, selector)[0]
                for selector in ("h1", ".plate", ".facts", ".press")
                if page.locator(selector).count()
            ]
        assert [800 - right for _, right in boxes[CODE]] == pytest.approx([left for left, _ in boxes["en"]], abs=1)
