"""Is the gallery itself sound, and does a frame really show what was chosen?"""

from collections.abc import Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from browsing import free_socket, serving, tab
from entrance import quick_hasher, settings_for
from genkan.app import create_app
from playwright.sync_api import Browser, Frame, Page

PAGES = (
    "",
    "/pages/login",
    "/emails/verify",
    "/components",
    "/tokens",
    "/strings?q=forgot",
    "/type",
    "/checks",
    "/pages/login?contrast=forced&js=off&width=1280",
)
# What stands in the frames is looked at elsewhere, each state by itself.
AXE = """() => axe.run({
  iframes: false,
  runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
  rules: { "color-contrast-enhanced": { enabled: true }, "target-size": { enabled: true } },
  resultTypes: ["violations"],
}).then((found) => found.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.html}`)))"""
PAGE = "/dev/gallery/pages/login"
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
LOOK = "(name) => { const style = getComputedStyle(document.querySelector(name)); return [style.color, style.backgroundColor, style.borderTopColor, style.boxShadow]; }"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site that runs, and serves the gallery alone to all tests here."""
    bound = free_socket()
    url = f"sqlite:///{tmp_path_factory.mktemp('gallery')}/genkan.db"
    settings = settings_for(url, base_url=f"http://127.0.0.1:{bound.getsockname()[1]}")
    with serving(create_app(settings, hasher=quick_hasher()), bound):
        yield settings.base_url


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_the_gallery_is_sound(chromium: Browser, site: str, path: str, scheme: str) -> None:
    """No violation of WCAG, and nothing wider than the window, on a phone, wide, and with text of twice the size."""
    with tab(chromium, color_scheme=scheme, viewport={"width": 320, "height": 800}, reduced_motion="reduce") as page:
        page.goto(f"{site}/dev/gallery{path}")
        page.wait_for_selector("[data-checking]", state="detached")
        assert page.locator("h1").count() == 1
        page.evaluate(AXE_SCRIPT)
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate(AXE) == []
            assert page.evaluate(WIDER) <= 0
            page.evaluate("document.documentElement.style.fontSize = '200%'")
            assert page.evaluate(WIDER) <= 0
            page.evaluate("document.documentElement.style.fontSize = ''")


def shown(page: Page, site: str, query: str) -> Frame:
    """What stands in the frame of one state."""
    page.goto(f"{site}{PAGE}?state=wrong-password&{query}")
    frame = page.wait_for_selector("iframe.glass__frame")
    assert frame is not None
    inside = frame.content_frame()
    assert inside is not None
    inside.wait_for_selector("h1")
    return inside


def test_a_frame_shows_the_language(chromium: Browser, site: str) -> None:
    with tab(chromium) as page:
        inside = shown(page, site, "language=ja")
        assert inside.locator("html").get_attribute("lang") == "ja"
        assert inside.locator("h1").inner_text() == "ログイン"


@pytest.mark.parametrize(
    ("scheme", "theme", "ground"), [("light", "dark", "rgb(21, 20, 17)"), ("dark", "light", "rgb(246, 243, 236)")]
)
def test_a_frame_shows_the_theme_whatever_the_system_has(
    chromium: Browser, site: str, scheme: str, theme: str, ground: str
) -> None:
    with tab(chromium, color_scheme=scheme) as page:
        inside = shown(page, site, f"theme={theme}")
        assert inside.evaluate(LOOK, "body")[1] == ground
        assert shown(page, site, "theme=system").evaluate(LOOK, "body")[1] != ground


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_a_frame_is_as_wide_as_chosen_however_wide_the_screen(chromium: Browser, site: str, width: int) -> None:
    for screen in (320, 1100):
        with tab(chromium, viewport={"width": screen, "height": 900}) as page:
            assert shown(page, site, f"width={width}").evaluate("innerWidth") == width
            page.wait_for_load_state("networkidle")
            assert page.evaluate("document.documentElement.scrollWidth") == screen


def test_a_frame_has_scripts_or_none(chromium: Browser, site: str) -> None:
    with tab(chromium) as page:
        assert shown(page, site, "js=on").wait_for_selector(".password__show", state="visible")
        assert shown(page, site, "js=off").locator(".password__show").is_hidden()


def test_a_frame_shows_text_of_twice_the_size(chromium: Browser, site: str) -> None:
    with tab(chromium) as page:
        size = "getComputedStyle(document.querySelector('h1')).fontSize"
        usual, twice = (float(shown(page, site, f"text={text}").evaluate(size)[:-2]) for text in ("100", "200"))
        assert twice == 2 * usual


def looks(page: Page, site: str, query: str) -> list[list[str]]:
    inside = shown(page, site, query)
    return [inside.evaluate(LOOK, each) for each in ("body", "h1", ".field__input", ".button", ".or", "a.links__one")]


def test_more_contrast_is_what_the_browser_itself_would_show(chromium: Browser, site: str) -> None:
    with tab(chromium) as page:
        usual, imitated = (looks(page, site, f"contrast={each}") for each in ("usual", "more"))
    with tab(chromium, contrast="more") as page:
        real = looks(page, site, "contrast=usual")
    assert imitated == real != usual


def test_forced_colours_are_those_that_the_browser_itself_would_show(chromium: Browser, site: str) -> None:
    """But for what is transparent, which a style sheet cannot know, and links, whose blue is the palette's."""
    with tab(chromium) as page:
        usual, imitated = (looks(page, site, f"contrast={each}") for each in ("usual", "forced"))
    with tab(chromium, forced_colors="active") as page:
        real = looks(page, site, "contrast=usual")
    assert [each[:1] + each[2:] for each in imitated[:-1]] == [each[:1] + each[2:] for each in real[:-1]]
    assert [each[1] for each in (imitated[0], imitated[2])] == [each[1] for each in (real[0], real[2])]
    assert imitated != usual


def test_nothing_in_a_frame_takes_the_focus_or_is_sent(chromium: Browser, site: str) -> None:
    with tab(chromium) as page:
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.method))
        inside = shown(page, site, "width=390")
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.activeElement.tagName") == "BODY"
        inside.locator("#current-password").fill("x")
        inside.locator("#current-password").press("Enter")
        inside.locator("button[data-kind=primary]").click()
        page.wait_for_load_state("networkidle")
        assert set(sent) == {"GET"}
        assert inside.url.partition("?")[0].endswith("/pages/login/wrong-password")


def test_a_link_in_a_frame_opens_beside_and_a_problem_leads_to_its_field(chromium: Browser, site: str) -> None:
    with tab(chromium) as page:
        inside = shown(page, site, "js=off")
        inside.locator(".notice a").click()
        assert inside.evaluate("location.hash") == "#username"
        with page.context.expect_page() as opened:
            inside.locator("a[href='/reset']").click()
        opened.value.wait_for_load_state()
        assert opened.value.url == f"{site}/reset"


def test_a_frame_is_as_high_as_its_page(chromium: Browser, site: str) -> None:
    with tab(chromium, viewport={"width": 1280, "height": 900}) as page:
        inside = shown(page, site, "width=320&text=200")
        page.wait_for_function("document.querySelector('iframe').clientHeight > 640")
        assert inside.evaluate("document.documentElement.scrollHeight - innerHeight") <= 0


def test_choices_and_filter_work_by_keyboard_without_javascript(chromium: Browser, site: str) -> None:
    with tab(chromium, java_script_enabled=False) as page:
        page.goto(f"{site}/dev/gallery")
        page.get_by_role("link", name="dark", exact=True).press("Enter")
        page.get_by_label("Name, address, file").fill("pages/login.html wrong-password")
        page.get_by_label("Name, address, file").press("Enter")
        page.get_by_role("link", name="wrong-password", exact=True).first.press("Enter")
        page.wait_for_selector("iframe")
        assert page.locator("iframe").get_attribute("src") == f"{PAGE}/wrong-password?theme=dark"
