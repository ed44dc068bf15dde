"""Is every page accessible, and does it fit, in both languages and themes, on a phone and wide? (ux: the measurable bar)"""

import itertools
import sqlite3
from collections.abc import Callable, Iterator

import pytest
from browsing import site_at, tab
from entrance import NOW, PASSWORD, SECRET
from genkan.accounts import mailed
from genkan.accounts.digests import digest
from genkan.errors import Busy
from genkan.keys import Keys
from genkan.settings import ProviderSettings
from genkan.web.faults import MethodNotAllowed
from playwright.sync_api import Browser, Page
from postbox import newest_mail, run_sql
from soundness import is_sound
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

LONG_ADDRESS = f"hanako.{'long' * 12}@example.com"
DATABASES: dict[str, str] = {}  # of each site, by its address: where its mails are read


# What can go wrong by itself, and would have to be waited for.
ACCIDENTS: dict[str, Exception] = {
    "405": MethodNotAllowed(),
    "500": RuntimeError("an accident"),
    "503": Busy(seconds=5),
}
DOWN = ProviderSettings("works", "id", "secret", label="Works", issuer="http://127.0.0.1:1")


async def accident(request: Request) -> Response:
    raise ACCIDENTS[request.path_params["name"]]


@pytest.fixture
def site(sqlite_url: str) -> Iterator[str]:
    """A site where one guess at a password is all, with a provider that does not answer, and pages that fail."""
    routes = [Route("/accident/{name}", accident)]
    with site_at(sqlite_url, routes, login_tries_per_account=1, providers=(DOWN,)) as settings:
        yield settings.base_url


def refused_login(page: Page, site: str) -> None:
    page.goto(f"{site}/login")
    page.locator("#username").fill("hanako")
    page.locator("#current-password").press("Enter")
    page.wait_for_selector("[role=alert]")


def refused_signup(page: Page, site: str) -> None:
    page.goto(f"{site}/signup")
    page.locator("#signup-username").fill("a b")
    page.locator("#new-password").press("Enter")
    page.wait_for_selector("[role=alert]")


def too_many_logins(page: Page, site: str) -> None:
    for _ in range(2):
        page.goto(f"{site}/login")
        page.locator("#username").fill("hanako")
        page.locator("#current-password").fill(PASSWORD)
        page.locator("#current-password").press("Enter")
        page.wait_for_selector("[role=alert]")


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


def waiting(page: Page, site: str, person: str = "verified") -> None:
    page.goto(f"{site}/oauth/example")
    page.locator(f"button[value={person}]").click()
    page.wait_for_url("**/oauth/finish")


def signed_up(page: Page, site: str, address: str = "") -> None:
    page.goto(f"{site}/signup")
    viewport = page.viewport_size or {"width": 0}
    username = f"user{viewport['width']}{page.evaluate('Date.now()')}"
    page.locator("#signup-name").fill("とても長い名前の花子 " + "Hanako" * 6)
    page.locator("#signup-email").fill(address or f"{username}.{'long' * 10}@example.com")
    page.locator("#signup-username").fill(username)
    page.locator("#new-password").fill(PASSWORD)
    page.locator("#new-password").press("Enter")
    page.wait_for_url("**/account")


def linking(page: Page, site: str) -> None:
    waiting(page, site)
    signed_up(page, site)
    page.goto(f"{site}/oauth/finish")


def editing(page: Page, site: str) -> None:
    """Every row that can be a form is one, and one of them is to be mended."""
    signed_up(page, site)
    for row in ("username", "email", "language", "name"):
        page.locator(f"#change-{row}").click()
        page.wait_for_selector(f"#{row}-form")
    page.locator("#account-name").fill("")
    page.locator("#account-name").press("Enter")
    page.wait_for_selector("[role=alert]")


def saved(page: Page, site: str) -> None:
    signed_up(page, site)
    page.locator("#change-name").click()
    page.locator("#account-name").press("Enter")
    page.wait_for_selector("#status p")


def refused_password(page: Page, site: str) -> None:
    signed_up(page, site)
    page.goto(f"{site}/account/password")
    page.locator("#new-password").press("Enter")
    page.wait_for_selector("[role=alert]")


def setting_password(page: Page, site: str) -> None:
    page.goto(f"{site}/oauth/example?intent=signup")
    page.locator("button[value=verified]").click()
    page.wait_for_url("**/account")
    page.goto(f"{site}/account/password")


def with_two_ways(page: Page, site: str) -> None:
    signed_up(page, site)
    page.goto(f"{site}/account/security")
    page.locator("a[href*='/oauth/example?intent=link']").click()
    page.locator("button[value=verified]").click()
    page.wait_for_url("**/account/security")


def grow_stale(sqlite_url: str) -> None:
    """Whoever is logged in has shown that it is them long ago."""
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as database:
        database.execute("UPDATE sessions SET confirmed_at = 0")
        database.execute("UPDATE users SET email_proven_at = 1 WHERE email LIKE '%long%'")
    database.close()


def refused_confirmation(page: Page, site: str) -> None:
    page.goto(f"{site}/account/confirm")
    page.locator("button[value=send]").click()
    page.wait_for_selector("#code-form")
    page.locator("#current-password").fill("wrong")
    page.locator("button[value=password]").click()
    page.wait_for_selector("[role=alert]")


def refused_code(page: Page, site: str) -> None:
    at("/verify", signed_up)(page, site)
    page.locator("#code").fill("12")
    page.locator("#code").press("Enter")
    page.wait_for_selector("[role=alert]")
    page.locator("details summary").click()


def reset_sent(page: Page, site: str) -> None:
    page.goto(f"{site}/reset")
    page.locator("#email").fill(f"{'long' * 12}@example.com")
    page.locator("#email").press("Enter")
    page.wait_for_url("**/reset/sent")


def mailed_link(page: Page, site: str, purpose: str) -> None:
    """Open the newest link of the site's own database, as its reader would."""
    page.goto(f"{site}/{purpose}/{newest_mail(DATABASES[site], purpose)[0]}")


def verify_link(page: Page, site: str) -> None:
    signed_up(page, site)
    mailed_link(page, site, "verify")


def verify_taken(page: Page, site: str) -> None:
    """Somebody proves an address that is proven already."""
    signed_up(page, site)
    address = page.locator("dd bdi").nth(1).inner_text()
    mailed_link(page, site, "verify")
    page.locator("main form button").click()
    page.wait_for_url("**/account")
    page.context.clear_cookies()
    signed_up(page, site, address)
    mailed_link(page, site, "verify")
    page.locator("main form button").click()
    page.wait_for_selector("text=@example.com")


def reset_new(page: Page, site: str) -> None:
    verify_link(page, site)
    page.locator("main form button").click()
    page.wait_for_url("**/account")
    address = page.locator("dd bdi").nth(1).inner_text()
    run_sql(DATABASES[site], "UPDATE user_authentications SET created_at = 1")
    page.goto(f"{site}/reset")
    page.locator("#email").fill(address)
    page.locator("#email").press("Enter")
    page.wait_for_url("**/reset/sent")
    mailed_link(page, site, "reset")


def reset_new_refused(page: Page, site: str) -> None:
    reset_new(page, site)
    page.locator("#new-password").press("Enter")
    page.wait_for_selector("[role=alert]")


def finish_elsewhere(page: Page, site: str) -> None:
    """A provider vouches for an address that is proven here."""
    verify_link(page, site)
    page.locator("main form button").click()
    page.wait_for_url("**/account")
    address = page.locator("dd bdi").nth(1).inner_text()
    page.context.clear_cookies()
    page.goto(f"{site}/oauth/example")
    page.locator("input[name=address]").fill(address)
    page.locator("button[value=existing]").click()
    page.wait_for_url("**/oauth/finish")


def at(path: str, before: Callable[[Page, str], None] | None = None) -> Callable[[Page, str], None]:
    def go(page: Page, site: str) -> None:
        if before is not None:
            before(page, site)
        page.goto(site + path)

    return go


def scanned(page: Page, site: str) -> None:
    page.goto(f"{site}/dev/mail/a-mail")
    page.locator("form[action$=scan] button").click()
    page.wait_for_selector("#visits")


def write_mail(sqlite_url: str) -> None:
    """One mail with a code and a link, as another process would have left it."""
    database = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
    database.execute(
        "INSERT INTO mailed_tokens VALUES ('a-token', 'reset', NULL, :email, :email, 'x', :link, 'x', 0, NULL, :now, :end)",
        {
            "email": LONG_ADDRESS,
            "link": digest(mailed.link_token(Keys.derive(SECRET).mailing[0], "a-token")),
            "now": NOW,
            "end": NOW + 900,
        },
    )
    database.execute(
        "INSERT INTO outbox (id, template, recipient, language, details, token_id, created_at, due_at, tries, claimed_until)"
        " VALUES ('a-mail', 'reset', :email, 'ja', :details, 'a-token', :now, :now, 0, 0)",
        {"email": LONG_ADDRESS, "details": '{"minutes": 15, "username": "hanako"}', "now": NOW},
    )
    database.commit()
    database.close()


def leaving(page: Page, site: str) -> None:
    signed_up(page, site)
    page.goto(f"{site}/account/delete")
    page.locator("main button[data-kind=danger]").click()
    page.wait_for_url("**/stay")


STATES: dict[str, Callable[[Page, str], None]] = {
    "login": at("/login"),
    "login refused": refused_login,
    "login needed": at("/account"),
    "signup": at("/signup"),
    "signup refused": refused_signup,
    "finish": waiting,
    "finish without an address": lambda page, site: waiting(page, site, "nothing"),
    "link": linking,
    "account": signed_up,
    "security": at("/account/security", signed_up),
    "security with two ways": with_two_ways,
    "unlink": at("/account/security/unlink/example", with_two_ways),
    "confirm": with_two_ways,
    "confirm refused": with_two_ways,
    "account, changing": editing,
    "account, saved": saved,
    "change name": at("/account/name", signed_up),
    "change username": at("/account/username", signed_up),
    "change email": at("/account/email", signed_up),
    "change language": at("/account/language", signed_up),
    "change password": at("/account/password", signed_up),
    "change password refused": refused_password,
    "set a password": setting_password,
    "undo expired": at("/undo"),
    "already": at("/login", signed_up),
    "verify": at("/verify", signed_up),
    "verify refused": refused_code,
    "verify link": verify_link,
    "verify taken": verify_taken,
    "link expired": at("/reset/new"),
    "reset": at("/reset"),
    "reset sent": reset_sent,
    "reset new": reset_new,
    "reset new refused": reset_new_refused,
    "finish elsewhere": finish_elsewhere,
    "logout": at("/logout", signed_up),
    "signed out": at("/logout"),
    "403": from_elsewhere,
    "devices": at("/account/devices", signed_up),
    "activity": at("/account/activity", signed_up),
    "data": at("/account/data", signed_up),
    "delete": at("/account/delete", signed_up),
    "stay": leaving,
    "stay with a link that does not count": at("/stay/x"),
    "404": at("/nowhere"),
    "405": at("/accident/405"),
    "413": too_large,
    "429": too_many_logins,
    "500": at("/accident/500"),
    "503": at("/accident/503"),
    "503 of a provider": at("/oauth/works"),
    "provider": at("/dev/provider"),
    "authorize": at("/oauth/example"),
    "mails": at("/dev/mail"),
    "mail": at("/dev/mail/a-mail"),
    "mail scanned": scanned,
}
# What comes after a state, once its person's proof is old.
LATER: dict[str, Callable[[Page, str], None]] = {
    "confirm": at("/account/confirm"),
    "confirm refused": refused_confirmation,
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(("language", "scheme"), list(itertools.product(("en", "ja"), ("light", "dark"))))
def test_is_accessible_and_fits(
    chromium: Browser, site: str, sqlite_url: str, state: str, language: str, scheme: str
) -> None:
    DATABASES[site] = sqlite_url
    write_mail(sqlite_url)
    options = {
        "locale": language,
        "color_scheme": scheme,
        "viewport": {"width": 320, "height": 800},
        "reduced_motion": "reduce",
    }
    with tab(chromium, **options) as page:
        answers: list[int] = []
        page.on("response", lambda response: answers.append(response.status))
        STATES[state](page, site)
        if state in LATER:
            grow_stale(sqlite_url)
            LATER[state](page, site)
        is_sound(page, "en" if state == "500" else language)  # it says both
        assert not state[:3].isdecimal() or int(state[:3]) in answers
