"""Does a template become an answer, whole or in part, and does a change show at once in development?"""

import os
import shutil
from pathlib import Path

import pytest
from entrance import Browser, running, settings_for
from genkan.db import DatabaseUnavailable
from genkan.errors import Busy, Message
from genkan.web.render import Renderer
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from web_requests import settings

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[2]


async def test_in_development_a_page_ends_with_its_files(browser: Browser) -> None:
    html = (await browser.get("/login")).text
    comment = html[html.rindex("<!--") :]
    assert comment.startswith("<!-- templates/pages/login.html · layouts/entrance.html · components: button ")
    assert "languages" in comment
    assert " · css: base.css components/button.css " in comment
    assert " · states: templates/pages/login.states.toml · strings: templates/locale/de/" in comment


async def test_CA_05_a_page_is_remembered_in_no_cache_and_varies_with_what_it_depends_on(browser: Browser) -> None:
    headers = (await browser.get("/login")).headers
    assert headers["vary"] == "HX-Request, HX-Request-Type, Cookie, Accept-Language"
    assert headers["content-language"] == "en"


async def test_CS_15_a_restored_page_is_a_whole_one(browser: Browser) -> None:
    headers = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-History-Restore-Request": "true"}
    assert "<html" in (await browser.get("/login", headers=headers)).text
    assert "<html" in (await browser.get("/login", headers={"HX-Request": "true"})).text


async def test_FS_06_a_failure_is_a_part_for_htmx(browser: Browser) -> None:
    answer = await browser.get("/nowhere", headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert (answer.status_code, "<html" in answer.text, "Page not found" in answer.text) == (404, False, True)


async def test_RQ_17_an_answer_is_what_it_is_whatever_is_accepted(browser: Browser) -> None:
    for accept in ("application/json", "image/*", "q=;;", "*/*;q=x"):
        answer = await browser.get("/login", headers={"Accept": accept})
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")


async def test_what_is_static_is_for_ever_and_packed_where_that_helps(browser: Browser, app: Starlette) -> None:
    assets = app.state.renderer.assets
    packed = await browser.get(assets.stylesheet, headers={"Accept-Encoding": "gzip"})
    plain = await browser.get(assets.stylesheet, headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.text == plain.text
    assert plain.headers["cache-control"] == "public, max-age=31536000, immutable"
    for path in ("../run.py", "..%2frun.py", "all.css", "x/y", "css/tokens.css", "%00", assets.stylesheet[8:] + "/"):
        assert (await browser.get(f"/static/{path}")).status_code == 404


@pytest.mark.parametrize(("production", "changes"), [(False, True), (True, False)])
def test_a_changed_style_shows_at_once_in_development_only(tmp_path: Path, production: bool, changes: bool) -> None:
    for name in ("templates", "static"):
        shutil.copytree(ROOT / name, tmp_path / name)
    renderer = Renderer(settings(environment="production" if production else "development"), tmp_path, look_every=0)
    before = renderer.assets.stylesheet
    tokens = tmp_path / "static" / "css" / "tokens.css"
    tokens.write_text(tokens.read_text().replace("#234a7c", "#aa0000"))
    os.utime(tokens, (1, 1))
    assert (renderer.assets.stylesheet != before) is changes
    assert renderer.assets.stylesheet in renderer.broken


def test_what_was_saved_is_read_anew_and_nothing_else(tmp_path: Path) -> None:
    for name in ("templates", "static"):
        shutil.copytree(ROOT / name, tmp_path / name)
    probe, other = (tmp_path / "templates" / "pages" / f"{name}.html" for name in ("probe", "other"))
    catalog = tmp_path / "templates" / "locale" / "ja" / "LC_MESSAGES" / "messages.po"
    probe.write_text('{{ _("Log in") }}')
    other.write_text("other")
    renderer = Renderer(settings(), tmp_path)
    templates = renderer.templates
    assert templates.mail("pages/probe.html", None, "ja", {}) == "ログイン"
    kept = templates.environments["ja"].get_template("pages/other.html")
    catalog.write_text(catalog.read_text().replace('"Log in"\nmsgstr "ログイン"', '"Log in"\nmsgstr "入る"'))
    renderer.refresh([catalog])
    assert templates.mail("pages/probe.html", None, "ja", {}) == "入る"
    assert templates.environments["ja"].get_template("pages/other.html") is kept
    at = probe.stat().st_mtime_ns
    probe.write_text("anew")
    os.utime(probe, ns=(at, at))
    assert templates.mail("pages/probe.html", None, "ja", {}) == "入る"
    renderer.refresh([probe])
    assert templates.mail("pages/probe.html", None, "ja", {}) == "anew"


def test_one_and_many_are_told_apart_where_a_template_counts(tmp_path: Path) -> None:
    catalog = Renderer(settings(), ROOT).templates.catalogs["ja"]
    assert [catalog.ngettext("Log in", "Log out", count) for count in (1, 2)] == ["ログイン", "ログアウト"]


async def test_a_message_is_said_with_its_values(app: Starlette) -> None:
    message = Message("Password must be %(min)s characters or more", {"min": 15})
    assert app.state.renderer.templates.say("ja", message) == "パスワードは15文字以上で入力してください"


async def test_in_production_a_page_that_is_the_same_for_all_is_made_once(database_url: str) -> None:
    production = settings_for(
        database_url, environment="production", base_url="https://id.example.com", dev_provider=False
    )
    async with running(production) as app, Browser(app) as browser:
        kept = app.state.renderer.pages
        pages = [(await browser.get("/login", headers={"Accept-Language": each})).text for each in ("en", "en", "ja")]
        assert len(kept) == 2
        assert pages[0] == pages[1] != pages[2]
        await browser.get("/login?next=/" + "x" * 300)
        assert len(kept) == 2
        kept.update({(str(each),): next(iter(kept.values())) for each in range(600)})
        await browser.get("/signup")
        assert len(kept) == 1
        await browser.sign_up()
        assert "hanako@example.com" in (await browser.get("/login")).text
        assert not any(b"hanako" in page.plain for page in kept.values())


async def unavailable(request: Request) -> Response:
    raise DatabaseUnavailable("locked")


async def busy(request: Request) -> Response:
    raise Busy(seconds=7)


async def test_RL_04_a_database_that_does_not_answer_is_a_503_that_says_when(app: Starlette, browser: Browser) -> None:
    app.router.routes[:0] = [Route("/unavailable", unavailable), Route("/busy", busy)]
    for path, seconds in (("/unavailable", "5"), ("/busy", "7")):
        answer = await browser.get(path)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, seconds)
        assert "nothing was saved" in answer.text


async def test_error_pages_say_whom_to_ask_and_the_foot_where_to_read(database_url: str) -> None:
    more = {"support": "help@example.com", "terms_url": "/terms", "privacy_url": "/privacy", "help_url": "/help"}
    async with running(settings_for(database_url, **more)) as app, Browser(app) as browser:
        assert "help@example.com" in (await browser.get("/nowhere")).text
        page = (await browser.get("/signup")).text
        assert page.count('href="/terms"') == 2
        assert 'href="/help"' in page
