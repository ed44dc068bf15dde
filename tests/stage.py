"""How does a state come before a browser? The running site serves it, with its own styles, script and headers, under /stage."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import quote

import pytest
from browsing import site_at
from genkan import surroundings
from genkan.design import showing, states
from genkan.design.states import State
from genkan.dev.mail import LETTER_POLICY
from genkan.settings import brand_folder
from genkan.web import locales
from genkan.web.page import Page as HtmlPage
from genkan.web.render import Renderer
from playwright.sync_api import Page
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

THEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
PICTURES: Final = os.environ.get("GENKAN_PICTURES")  # a folder to keep one of each state in: see tests/pictures.py
TEMPLATES: Final = Path(__file__).parents[1] / "templates"
STATES: Final = states.load(TEMPLATES)
COMMON: Final = states.common(TEMPLATES)
DRAWN_IN: Final = ("en", "ja")
FURTHER: Final = sorted(locales.found([TEMPLATES / "locale"], with_pseudo=True).every.keys() - {*DRAWN_IN})  # languages
MAILS: Final = sorted(each for each in STATES if each.startswith("emails/"))
PAGES: Final = sorted(STATES.keys() - set(MAILS))
# As the mailbox of development shows them, but for the sandbox, in which axe's own timers do not run either.
UNBOXED: Final = LETTER_POLICY.partition("; sandbox")[0]
ROW: Final = {
    name: ("pages/account", f"#row-{name}", "innerHTML") for name in ("name", "email", "username", "language")
}
# Where htmx puts a part that takes neither the place of what has its id in its own page nor that of all which can change there:
# the page, the element, and how.
PLACES: Final = {
    **{(f"pages/account_{name}", "form"): place for name, place in ROW.items()},
    **{("pages/account", name): place for name, place in ROW.items()},
    ("pages/signup", "username_status"): ("pages/signup", "#signup-username-status", "innerHTML"),
    ("pages/signup", "password_status"): ("pages/signup", "#new-password-status", "innerHTML"),
    ("pages/unlink", "form"): ("pages/security", "#linked", "outerHTML"),
}
OF_A_FAILURE: Final = ("pages/login", "#login-form", "outerHTML")
PUT: Final = """async ([url, target, swap]) => {
  const html = await (await fetch(url)).text();
  const roots = [...new DOMParser().parseFromString(html, "text/html").body.children].filter((each) => !each.hasAttribute("hx-swap-oob"));
  const alone = roots.length === 1 && roots[0].id && document.getElementById(roots[0].id);
  const wanted = target || (alone ? `#${roots[0].id}` : "main > .stack");
  if (!document.querySelector(wanted)) return `there is no ${wanted} to put it into`;
  await htmx.ajax("GET", url, { target: wanted, swap: swap || (alone ? "outerHTML" : "innerHTML") });
}"""


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site that has the states, in the look that BRAND_DIR gives it."""
    brand = brand_folder(surroundings.read(TEMPLATES.parent), TEMPLATES.parent)
    with site_at(f"sqlite:///{tmp_path_factory.mktemp('stage') / 'genkan.db'}", [route], brand_dir=brand) as settings:
        yield settings.base_url


def path(state: State, code: str) -> str:
    return f"/stage/{code}/{state.template}/{quote(state.name)}"


def language_of(state: State, code: str) -> str:
    """What the page says of itself. 500 is one file that says everything twice."""
    return "en" if state.template == "errors/500" else code


def show(page: Page, site: str, state: State, code: str) -> list[str]:
    """Open the state: a page, a mail, or a part, which htmx puts where it belongs. What went wrong with that."""
    if state.part is None:
        page.goto(site + path(state, code))
        return []
    template, target, swap = PLACES.get((state.template, state.part), _usual(state))
    whole = next((each for each in STATES[template] if each.part is None), None)
    if whole is None:
        return [f"{template} has no whole state that the part could be put into"]
    page.goto(site + path(whole, code))
    failed = page.evaluate(PUT, [path(state, code), target, swap])
    return [f"{failed} on {template}: say where in tests/stage.py"] if failed else []


def _usual(state: State) -> tuple[str, str, str]:
    return OF_A_FAILURE if state.template.startswith("errors/") else (state.template, "", "")


def keep_picture(page: Page, state: State, code: str, theme: str, widths: tuple[int, ...]) -> None:
    """One at each width, where they are asked for."""
    for width in widths if PICTURES else ():
        page.set_viewport_size({"width": width, "height": 800})
        name = f"{state.name}.{code}.{theme}.{width}.png"
        page.screenshot(path=Path(PICTURES or "") / state.template / name, full_page=True)


async def serve(request: Request) -> Response:
    asked: dict[str, Any] = request.path_params
    renderer: Renderer = request.app.state.renderer
    state = next(each for each in STATES[asked["template"]] if each.name == asked["name"])
    if state.template in MAILS:
        html = showing.mail(renderer, state, asked["code"]).html
        return HTMLResponse(html, headers={"Content-Security-Policy": UNBOXED})
    return HtmlPage(showing.page(renderer, state, asked["code"], COMMON).encode(), 200, asked["code"])


route: Final = Route("/stage/{code}/{template:path}/{name}", serve, methods=["GET"])
