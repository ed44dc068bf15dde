"""Is what no state can show sound as well? The pages of development, and refusals as the server itself gives them."""

import sqlite3
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
import soundness
import stage
from browsing import site_at, tab
from entrance import NOW, SECRET
from genkan.accounts import mailed
from genkan.accounts.digests import digest
from genkan.errors import Busy
from genkan.keys import Keys
from genkan.settings import ProviderSettings
from genkan.web.faults import MethodNotAllowed
from playwright.sync_api import Browser, Page
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

LONG_ADDRESS = f"hanako.{'long' * 12}@example.com"
# What can go wrong by itself, and would have to be waited for.
ACCIDENTS: dict[str, Exception] = {
    "405": MethodNotAllowed(),
    "500": RuntimeError("an accident"),
    "503": Busy(seconds=5),
}
DOWN = ProviderSettings("works", "id", "secret", label="Works", issuer="http://127.0.0.1:1")


async def accident(request: Request) -> Response:
    raise ACCIDENTS[request.path_params["name"]]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site with one mail, a provider that does not answer, and pages that fail."""
    path = tmp_path_factory.mktemp("served") / "genkan.db"
    with site_at(f"sqlite:///{path}", [Route("/accident/{name}", accident)], providers=(DOWN,)) as settings:
        write_mail(str(path))
        yield settings.base_url


def write_mail(path: str) -> None:
    """One with a code and a link, as another process would have left it."""
    link = digest(mailed.link_token(Keys.derive(SECRET).mailing[0], "a-token"))
    database = sqlite3.connect(path, timeout=10)
    database.execute(
        "INSERT INTO mailed_tokens VALUES ('a-token', 'reset', NULL, :email, :email, 'x', :link, 'x', 0, NULL, :now, :end)",
        {"email": LONG_ADDRESS, "link": link, "now": NOW, "end": NOW + 900},
    )
    database.execute(
        "INSERT INTO outbox (id, template, recipient, language, details, token_id, created_at, due_at, tries, claimed_until)"
        " VALUES ('a-mail', 'reset', :email, 'ja', :details, 'a-token', :now, :now, 0, 0)",
        {"email": LONG_ADDRESS, "details": '{"minutes": 15, "username": "hanako"}', "now": NOW},
    )
    database.commit()
    database.close()


def at(path: str) -> Callable[[Page, str], None]:
    def go(page: Page, site: str) -> None:
        page.goto(site + path)

    return go


def scanned(page: Page, site: str) -> None:
    page.goto(f"{site}/dev/mail/a-mail")
    page.locator("form[action$=scan] button").click()
    page.wait_for_selector("#visits")


def from_elsewhere(page: Page, site: str) -> None:
    """Another site's form."""
    page.set_content(f'<form method="post" action="{site}/logout"><button>x</button></form>')
    page.locator("button").click()
    page.wait_for_url(f"{site}/logout")


def too_large(page: Page, site: str) -> None:
    page.goto(f"{site}/login")
    page.locator("#username").fill("x" * 70_000)
    with page.expect_navigation():
        page.locator("#login-form").evaluate("form => form.submit()")


class Served(NamedTuple):
    go: Callable[[Page, str], None]
    status: int = 200


PAGES: dict[str, Served] = {
    "provider": Served(at("/dev/provider")),
    "authorize": Served(at("/oauth/example")),
    "mails": Served(at("/dev/mail")),
    "mail": Served(at("/dev/mail/a-mail")),
    "mail scanned": Served(scanned),
    "another site's form": Served(from_elsewhere, 403),
    "nowhere": Served(at("/nowhere"), 404),
    "not that way": Served(at("/accident/405"), 405),
    "too large": Served(too_large, 413),
    "an accident": Served(at("/accident/500"), 500),
    "busy": Served(at("/accident/503"), 503),
    "a provider that is down": Served(at("/oauth/works"), 503),
}


@pytest.mark.parametrize("name", PAGES)
def test_what_is_served_for_real_is_sound(chromium: Browser, served: str, name: str) -> None:
    """In Japanese and dark, once: all four ways of a page are what test_states.py is for."""
    answers: list[int] = []
    with tab(chromium, locale="ja", color_scheme="dark", reduced_motion="reduce") as page:
        soundness.prepared(page.context)
        page.on("response", lambda answer: answers.append(answer.status))
        PAGES[name].go(page, served)
        assert PAGES[name].status in answers
        soundness.is_sound(page, "en" if name == "an accident" else "ja")  # which says both


def test_a_menu_that_is_open_is_sound(chromium: Browser, served: str) -> None:
    """It lies over the page, so it is looked at alone."""
    for theme in stage.THEMES:
        with tab(chromium, locale="ja", color_scheme=theme, reduced_motion="reduce") as page:
            page.set_viewport_size({"width": 320, "height": 800})
            soundness.prepared(page.context)
            page.goto(f"{served}/login")
            page.locator("nav.languages summary").press("Enter")
            assert soundness.seen_by_axe(page, "nav.languages") == []
