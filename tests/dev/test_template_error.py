"""Can a designer who broke a template mend it from the page alone? Every kind of error: the sentence, the file, the line."""

import contextlib
import re
import shutil
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import httpx2
import pytest
from browsing import free_socket, serving, tab
from entrance import Browser, Clock, quick_hasher, running, settings_for, words
from genkan.accounts import addresses, mailed
from genkan.app import create_app
from genkan.errors import Message
from genkan.web import template_faults
from genkan.web.render import Renderer
from jinja2 import TemplateRuntimeError
from playwright.sync_api import Browser as Chromium
from soundness import carried, faults
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[2]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """templates/ and static/ to be broken."""
    for name in ("templates", "static"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


@contextlib.asynccontextmanager
async def showing(root: Path, database_url: str) -> AsyncIterator[Browser]:
    async with running(settings_for(database_url)) as app:
        app.state.renderer = Renderer(app.state.settings, root)
        async with Browser(app) as browser:
            yield browser


def edit(root: Path, name: str, old: str, new: str) -> None:
    path = root / "templates" / name
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))


def heading(answer: httpx2.Response) -> str:
    return unescape(re.sub(r"</?code>", "`", re.findall(r"<h1>(.*?)</h1>", answer.text, re.DOTALL)[0]))


def place(answer: httpx2.Response) -> tuple[str, str]:
    """The file that is named, and the line that is marked."""
    file = re.findall(r'<h2 id="fault-file">(.*?)</h2>', answer.text)[0]
    marked = re.findall(r"data-marked.*?<code>(.*?)</code>", answer.text)
    assert len(marked) == 1
    return file, unescape(marked[0])


LOGIN = "pages/login.html"
KINDS = {
    "a variable that is not there": (
        (LOGIN, "{% if next %}", "{% if nxt %}"),
        "`nxt` is not a variable of pages/login.html. Did you mean `next`?",
        "templates/pages/login.html",
    ),
    "a name that is not there, handed on to a component": (
        (LOGIN, "ui.field(form.username", "ui.field(form.usernam"),
        "`form` has no `usernam`. Did you mean `username`?",
        "templates/pages/login.html",
    ),
    "a variable that is not there, handed on to a component": (
        (LOGIN, "ui.field(form.username", "ui.field(from"),
        "`from` is not a variable of pages/login.html. Did you mean `form`?",
        "templates/pages/login.html",
    ),
    "a name of what is nothing": (
        (LOGIN, "{% if next %}", "{% if person.name %}"),
        "`person` is nothing here, so that it has no `name`. Ask first: {% if person %}.",
        "templates/pages/login.html",
    ),
    "a name behind an index": (
        (LOGIN, "{% if next %}", "{% if providers[0].lable %}"),
        "`providers[0]` has no `lable`. Did you mean `label`?",
        "templates/pages/login.html",
    ),
    "a name behind another": (
        (LOGIN, "{% if next %}", "{% if form.username.valu %}"),
        "`form.username` has no `valu`. Did you mean `value`?",
        "templates/pages/login.html",
    ),
    "an index that is not there": (
        (LOGIN, "{% if next %}", "{% if providers[9].name %}"),
        "tuple object has no element 9",
        "templates/pages/login.html",
    ),
    "a component that is not there": (
        (LOGIN, "ui.field(form.username", "ui.feild(form.username"),
        "There is no component `feild`. Did you mean `field`?",
        "templates/pages/login.html",
    ),
    "a component without its macro": (
        ("components/check.html", "{% macro check(", "{% macro chek("),
        "templates/components/check.html has no macro `check`: a component is the macro of its file's name.",
        "templates/pages/login.html",
    ),
    "a component without what it needs": (
        (LOGIN, 'ui.field(form.username, _("Username or email"), autocomplete="username"', "ui.field(form.username"),
        "`ui.field` is called without its `label`.",
        "templates/pages/login.html",
    ),
    "a component with what it does not take": (
        (LOGIN, 'described="login-problem") }}', 'describd="login-problem") }}'),
        "`field` takes no `describd`. Did you mean `described`?",
        "templates/pages/login.html",
    ),
    "a component with too much": (
        (LOGIN, "ui.notice(notice)", "ui.notice(notice, 1)"),
        "`notice` is given more than the 1 it takes.",
        "templates/pages/login.html",
    ),
    "a fault in a component": (
        ("components/field.html", "{% if hint %}", "{% if hnt %}"),
        "`hnt` is not a variable of components/field.html. Did you mean `hint`?",
        "templates/components/field.html",
    ),
    "a fault in a layout": (
        ("layouts/base.html", "{{ site_name }}</title>", "{{ sitename }}</title>"),
        "`sitename` is not a variable of layouts/base.html. Did you mean `site_name`?",
        "templates/layouts/base.html",
    ),
    "a block that is not closed": (
        ("layouts/base.html", "{% block main %}{% endblock %}", "{% block main %}"),
        "layouts/base.html cannot be read: Unexpected end of template. Jinja was looking for the following tags: 'endblock'. "
        "The innermost block that needs to be closed is 'block'.",
        "templates/layouts/base.html",
    ),
    "a tag that is not there": (
        (LOGIN, "{% if next %}", "{% fi next %}"),
        "pages/login.html cannot be read: Encountered unknown tag 'fi'. Jinja was looking for the following tags: 'endblock'. "
        "The innermost block that needs to be closed is 'block'.",
        "templates/pages/login.html",
    ),
    "a tag that is nearly there": (
        (LOGIN, "{% if next %}", "{% iff next %}"),
        "pages/login.html cannot be read: Encountered unknown tag 'iff'. Jinja was looking for the following tags: 'endblock'. "
        "The innermost block that needs to be closed is 'block'. Did you mean `if`?",
        "templates/pages/login.html",
    ),
    "a component that cannot be read": (
        ("components/check.html", "{% macro check(", "{% macro check(,"),
        "components/check.html cannot be read: expected token 'name', got ','.",
        "templates/components/check.html",
    ),
    "a filter that is not there": (
        (LOGIN, "{% if next %}", "{% if next|uper %}"),
        "There is no filter `uper`. Did you mean `upper`?",
        "templates/pages/login.html",
    ),
    "a filter that is not there, where it is always asked for": (
        (LOGIN, '{{ _("Log in") }}{% endblock %}', "{{ site_name|uper }}{% endblock %}"),
        "There is no filter `uper`. Did you mean `upper`?",
        "templates/pages/login.html",
    ),
    "a test that is not there": (
        (LOGIN, "{% if next %}", "{% if next is definde %}"),
        "There is no test `definde`. Did you mean `defined`?",
        "templates/pages/login.html",
    ),
    "a layout that is not there": (
        (LOGIN, "layouts/entrance.html", "layouts/entrence.html"),
        "There is no template `layouts/entrence.html`. Did you mean `layouts/entrance.html`?",
        "templates/pages/login.html",
    ),
    "a template in a folder that is not there": (
        (LOGIN, "layouts/entrance.html", "layout/base.html"),
        "There is no template `layout/base.html`. Did you mean `layouts/base.html`?",
        "templates/pages/login.html",
    ),
    "a value that a sentence is not given": (
        (LOGIN, '_("New to %(service)s?", service=site_name)', '_("New to %(service)s?", name=site_name)'),
        'A sentence has a value `service` that it is not given: _("…", service=…).',
        "templates/pages/login.html",
    ),
    "what Python says": (
        (LOGIN, "{% if next %}", "{% if 1 / 0 %}"),
        "ZeroDivisionError: division by zero",
        "templates/pages/login.html",
    ),
    "a type that does not fit": (
        (LOGIN, "{% if next %}", "{% if 1 + 'x' %}"),
        "TypeError: unsupported operand type(s) for +: 'int' and 'str'",
        "templates/pages/login.html",
    ),
}


@pytest.mark.parametrize("kind", KINDS)
async def test_says_what_is_wrong_and_marks_the_line(kind: str, root: Path, sqlite_url: str) -> None:
    (name, old, new), sentence, file = KINDS[kind]
    edit(root, name, old, new)
    async with showing(root, sqlite_url) as browser:
        answer = await browser.get("/login")
    named, marked = place(answer)
    assert (answer.status_code, heading(answer), named) == (500, sentence, file)
    assert marked in (root / file).read_text().splitlines()
    assert new.splitlines()[0] in marked or file != f"templates/{name}" or kind == "a block that is not closed"
    assert "Traceback" in answer.text


async def test_says_how_the_page_came_there(root: Path, sqlite_url: str) -> None:
    edit(root, "components/field.html", "{% if hint %}", "{% if hnt %}")
    async with showing(root, sqlite_url) as browser:
        said = words(await browser.get("/login"))
    assert "Called from templates/pages/login.html, line 22" in said
    base = (root / "templates/layouts/base.html").read_text()
    assert (
        f"Called from templates/layouts/base.html, line {base[: base.index('{% block main %}')].count(chr(10)) + 1}"
        in said
    )


async def test_what_a_component_takes_is_listed(root: Path, sqlite_url: str) -> None:
    edit(root, LOGIN, 'described="login-problem") }}', 'describd="login-problem") }}')
    async with showing(root, sqlite_url) as browser:
        said = words(await browser.get("/login"))
    assert "It takes field label autocomplete type=&#34;text&#34;" in said


async def test_a_component_that_is_not_there_shows_those_that_are(root: Path, sqlite_url: str) -> None:
    edit(root, LOGIN, "ui.notice(notice)", "ui.zzz(notice)")
    async with showing(root, sqlite_url) as browser:
        answer = await browser.get("/login")
    assert heading(answer) == "There is no component `zzz`."
    assert "Components account addressform" in words(answer)


async def test_a_page_without_its_template_is_said_to_have_none(root: Path, sqlite_url: str) -> None:
    (root / "templates" / LOGIN).unlink()
    async with showing(root, sqlite_url) as browser:
        answer = await browser.get("/login")
    assert heading(answer).startswith("There is no template `pages/login.html`.")
    assert "fault-file" not in answer.text
    assert "pages/account_name.html" in answer.text


async def test_a_block_that_htmx_asks_for_and_that_is_gone_is_named(root: Path, sqlite_url: str) -> None:
    edit(root, LOGIN, "{% block form %}", "{% block shape %}")
    async with showing(root, sqlite_url) as browser:
        answer = await refused_by_htmx(browser)
    assert heading(answer) == "pages/login.html has no block `form`, and that is what htmx asks for."
    assert place(answer)[0] == "templates/pages/login.html"
    assert "Blocks prefix title card main shape" in words(answer)


async def refused_by_htmx(browser: Browser) -> httpx2.Response:
    headers = {"HX-Request": "true", "HX-Request-Type": "partial", "Sec-Fetch-Site": "same-origin"}
    return await browser.post("/login", data={"username": "hanako"}, headers=headers)


async def test_htmx_shows_it_in_place_of_the_whole_page(root: Path, sqlite_url: str) -> None:
    edit(root, LOGIN, "ui.field(form.username", "ui.field(form.usernam")
    async with showing(root, sqlite_url) as browser:
        answer = await refused_by_htmx(browser)
    assert (answer.status_code, answer.headers["hx-retarget"], answer.headers["hx-reswap"]) == (
        500,
        "body",
        "innerHTML",
    )
    assert "<html" not in answer.text
    assert "template_error." in answer.text
    assert place(answer)[0] == "templates/pages/login.html"


async def test_a_broken_mail_is_explained_where_it_is_read(root: Path, sqlite_url: str) -> None:
    async with running(settings_for(sqlite_url)) as app, Browser(app) as browser:
        services = app.state.services
        async with services.db.transaction():
            address = addresses.parse("hanako@example.com")
            await mailed.send(
                services, mailed.RESET, user_id=None, address=address, holder="browser", language="en", now=1
            )
        app.state.renderer = Renderer(app.state.settings, root)
        edit(root, "emails/reset.html", "part.code(code)", "part.cod(code)")
        answer = await browser.get("/dev/mail")
        assert heading(answer) == "`part` has no `cod`. Did you mean `code`?"
        assert place(answer)[0] == "templates/emails/reset.html"
        code = re.findall(r"<dt><code>code</code></dt><dd>(.*?)</dd>", answer.text)
        assert code == ['text<span class="fault__example">(not shown)</span>']
        edit(root, "emails/reset.html", "part.cod(code)", "part.code()")
        answer = await browser.get("/dev/mail")
        assert heading(answer) == "A macro of parts.html is called without its `digits`."
        assert place(answer)[0] == "templates/emails/reset.html"
        edit(root, "emails/reset.html", "part.code()", "part.code(code, 1)")
        assert heading(await browser.get("/dev/mail")) == "`code` is given more than the 1 it takes."
        edit(root, "emails/reset.html", "part.code(code, 1)", "part.code(code, digit=1)")
        answer = await browser.get("/dev/mail")
        assert heading(answer) == "`code` takes no `digit`."


async def test_the_page_stands_where_layout_components_and_catalog_are_broken(root: Path, sqlite_url: str) -> None:
    for path in [*(root / "templates/layouts").glob("*"), *(root / "templates/components").glob("*")]:
        path.write_text("{% broken %}")
    (root / "templates/locale/ja/LC_MESSAGES/messages.po").write_text('msgid "broken')
    async with showing(root, sqlite_url) as browser:
        answer = await browser.get("/login", headers={"Accept-Language": "ja"})
    assert answer.status_code == 500
    assert heading(answer).startswith("layouts/entrance.html cannot be read: Encountered unknown tag 'broken'.")


async def test_what_may_not_be_seen_is_not_shown(root: Path, sqlite_url: str) -> None:
    edit(root, "pages/account.html", "{% block title %}", "{% block title %}{{ nothing_such }}")
    async with showing(root, sqlite_url) as browser:
        await browser.sign_up()
        cookie = browser.cookies["jwt"]
        answer = await browser.get("/account")
    assert answer.status_code == 500
    session = re.findall(r"<dt><code>person</code></dt><dd>(.*?)</dd>", answer.text)[0]
    assert session.startswith('person<span class="fault__example">with id, name, email')
    assert "Hanako" not in session
    assert cookie not in answer.text


def described(**values: object) -> dict[str, tuple[str, str]]:
    found = template_faults._variables(values)
    return {each.name: (each.kind, each.example) for each in found}


def test_a_variable_is_shown_by_its_kind_and_a_short_example() -> None:
    assert described(
        nothing=None,
        yes=True,
        no=False,
        number=7,
        message=Message("Log in"),
        text="x" * 20,
        long="a b" * 40,
        path="/verify/" + "A" * 43,
        things=[{"name": "x"}],
        none_of_them=(),
        password="my secret",
        tokens=["my secret"],
        say=str,
        moment="kept from us",
    ) == {
        "nothing": ("nothing", ""),
        "yes": ("yes or no", "yes"),
        "no": ("yes or no", "no"),
        "number": ("number", "7"),
        "message": ("message", "Log in"),
        "text": ("text", "x" * 20),
        "long": ("text", ("a b" * 40)[:47] + "…"),
        "path": ("text", "/verify/(not shown)"),
        "things": ("list of 1", "each with name"),
        "none_of_them": ("list of 0", ""),
        "password": ("text", "(not shown)"),
        "tokens": ("list", "(not shown)"),
    }


def test_an_error_of_templates_that_has_no_line_is_said_as_it_is() -> None:
    templates = Renderer(settings_for("sqlite:///nowhere"), ROOT).templates
    found = template_faults.found(TemplateRuntimeError("a fault of its own"), templates)
    assert found is not None
    assert (found.sentence, found.file, found.lines, found.way, found.variables) == (
        "a fault of its own",
        "",
        (),
        (),
        (),
    )


async def breaks(request: Request) -> Response:
    raise RuntimeError("no template had a part in it")


@pytest.mark.parametrize("production", [False, True])
async def test_every_other_error_and_all_errors_of_production_have_the_page_they_had(
    production: bool, root: Path, sqlite_url: str
) -> None:
    more = {"environment": "production", "base_url": "https://id.example.com", "dev_provider": False}
    async with running(settings_for(sqlite_url, **more if production else {})) as app, Browser(app) as browser:
        app.router.routes[:0] = [Route("/breaks", breaks)]
        app.state.renderer = Renderer(app.state.settings, root)
        edit(root, LOGIN, "{% if next %}", "{% if nxt %}")
        for path in ("/breaks", "/login") if production else ("/breaks",):
            answer = await browser.get(path)
            assert answer.status_code == 500
            assert "Sorry, there is a problem with Genkan" in answer.text
            assert "nxt" not in answer.text
            assert "Traceback" not in answer.text


def test_the_page_is_sound_in_both_themes_on_a_phone_and_wide(chromium: Chromium, root: Path, sqlite_url: str) -> None:
    edit(root, LOGIN, "ui.field(form.username", "ui.field(form.usernam")
    bound = free_socket()
    settings = settings_for(sqlite_url, base_url=f"http://127.0.0.1:{bound.getsockname()[1]}")
    app = create_app(settings, hasher=quick_hasher(), now=Clock())
    app.state.renderer = Renderer(settings, root)
    with serving(app, bound):
        for theme in ("light", "dark"):
            with tab(chromium, color_scheme=theme) as page:
                page.goto(f"{settings.base_url}/login")
                page.locator("details summary").click()
                carried(page)
                found = list(faults(page, "en"))
                assert not found, "\n".join(found)


def test_htmx_puts_it_where_it_is_seen(chromium: Chromium, root: Path, sqlite_url: str) -> None:
    bound = free_socket()
    settings = settings_for(sqlite_url, base_url=f"http://127.0.0.1:{bound.getsockname()[1]}")
    app = create_app(settings, hasher=quick_hasher(), now=Clock())
    app.state.renderer = Renderer(settings, root)
    with serving(app, bound), tab(chromium) as page:
        page.goto(f"{settings.base_url}/login")
        edit(root, LOGIN, "ui.field(form.username", "ui.field(form.usernam")
        page.locator("#current-password").press("Enter")
        page.locator("h1", has_text="has no").wait_for()
        assert page.locator("form").count() == 0
        assert page.locator("main").evaluate("main => getComputedStyle(main).display") == "grid"
