"""Can every page be seen in every state, with no database and no provider, and only in development?"""

import itertools
import re
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from branding import LOGO, put
from entrance import Browser, running, settings_for, words
from genkan.app import ROOT, create_app
from genkan.design import components, lint, states
from genkan.design.lint import Finding
from genkan.dev.gallery import shelf
from genkan.dev.gallery.choices import OPTIONS
from genkan.settings import ProviderSettings
from genkan.web.language import LANGUAGES
from genkan.web.render import Renderer
from starlette.applications import Starlette

pytestmark = pytest.mark.anyio
NOWHERE = "postgresql://127.0.0.1:1/nothing"
ALL = states.load(ROOT / "templates")
COMPONENTS = sorted(path.stem for path in (ROOT / "templates" / "components").glob("*.html"))
EXAMPLES = [(name, each.name) for name in COMPONENTS for each in components.examples(ROOT / "templates", name)]
PAGES = ["", "/checks", "/components", "/tokens", "/type", "/strings", "/type/specimen", "/sheet.css", "/pages/login"]
Changed = Callable[[str, str], None]


@pytest.fixture(scope="module")
def app() -> Starlette:
    """An app that has no database: what its lifespan would connect to is not there, and it has not begun."""
    return create_app(settings_for(NOWHERE, dev_provider=False))


@pytest.fixture
async def browser(app: Starlette) -> AsyncIterator[Browser]:
    async with Browser(app) as browser:
        yield browser


@pytest.fixture
def changed(app: Starlette, tmp_path: Path) -> Iterator[Changed]:
    """Changes a file of a copy, which the app then shows. Called with the file's path and its new text."""
    for name in ("templates", "static", "site"):
        shutil.copytree(ROOT / name, tmp_path / name)
    before = app.state.renderer
    app.state.renderer = Renderer(app.state.settings, tmp_path, look_every=0)

    def change(name: str, text: str) -> None:
        (tmp_path / name).write_text(text)

    yield change
    app.state.renderer = before


def test_every_template_is_there_with_or_without_states(app: Starlette) -> None:
    on_disk = {
        f"{room}/{path.stem}"
        for room in states.ROOMS
        for path in (ROOT / "templates" / room).glob("*.html")
        if path.stem not in ("layout", "parts")
    }
    assert {each.name for each in shelf.every(app.state.renderer)} == on_disk


async def test_the_index_names_every_template_and_state(app: Starlette, browser: Browser) -> None:
    page = await browser.get("/dev/gallery")
    assert page.status_code == 200
    for shown in shelf.every(app.state.renderer):
        assert f'<a href="{shown.url}">{shown.stem}</a>' in page.text
        assert f"<code>{shown.files[0]}</code> · {len(shown.states)} state" in page.text
        for each in shown.states:
            assert f'href="{shown.url}?state={each.name}">{each.name}</a>' in page.text
    assert '<a class="shelf__address" href="/login">/login</a>' in page.text
    assert 'lang="en"' in page.text


@pytest.mark.parametrize(
    ("asked", "found"), [("wrong-PASSWORD", ["login"]), ("/login", ["login"]), ("no such thing", [])]
)
async def test_the_index_can_be_searched_without_javascript(browser: Browser, asked: str, found: list[str]) -> None:
    page = await browser.get("/dev/gallery", params={"q": asked, "theme": "dark"})
    names = re.findall(r'shelf__title"><a href="[^"]*">([^<]*)<', page.text)
    assert set(found) <= set(names)
    assert bool(names) is bool(found)
    assert f'value="{asked}"' in page.text
    assert '<input type="hidden" name="theme" value="dark">' in page.text


@pytest.mark.parametrize("name", ALL)
async def test_a_template_has_all_its_states_in_frames(browser: Browser, name: str) -> None:
    page = await browser.get(f"/dev/gallery/{name}", params={"language": "ja", "width": "768"})
    assert page.status_code == 200
    assert f"<code>templates/{name}.html</code> <code>" in page.text
    frames = re.findall(r'<iframe class="glass__frame" src="([^"]*)" title="([^"]*)" data-width="768"', page.text)
    assert [src for src, _ in frames] == [f"/dev/gallery/{name}/{each.name}?language=ja" for each in ALL[name]]
    assert len({title for _, title in frames}) == len(frames)
    for each in ALL[name]:
        assert f'<h2 id="state-{each.name}">{each.name}</h2>' in page.text
        assert f'href="/dev/gallery/{name}?language=ja&amp;width=768&amp;state={each.name}"' in page.text


@pytest.mark.parametrize("name", ALL)
async def test_every_state_is_shown_in_every_language(browser: Browser, name: str) -> None:
    for state, code in itertools.product(ALL[name], LANGUAGES):
        answer = await browser.get(f"/dev/gallery/{name}/{state.name}", params={"language": code})
        assert answer.status_code == 200, (state.name, code)
        assert f'<html lang="{code}"' in answer.text or name == "errors/500"
        assert answer.headers["x-frame-options"] == "SAMEORIGIN"
        assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]


async def test_one_state_by_itself_has_an_address(browser: Browser) -> None:
    page = await browser.get("/dev/gallery/pages/login?state=throttled&theme=dark")
    assert re.findall(r'<h2 id="state-([^"]*)"', page.text) == ["throttled"]
    assert 'href="/dev/gallery/pages/login?theme=dark">All' in page.text
    assert 'href="/dev/gallery/pages/login?theme=light&amp;state=throttled"' in page.text


async def test_a_state_is_exactly_what_people_get(browser: Browser, tmp_path: Path) -> None:
    providers = tuple(ProviderSettings(name, "id", "secret") for name in ("google", "github", "line"))
    settings = settings_for(f"sqlite:///{tmp_path}/genkan.db", dev_provider=False, providers=providers)
    async with running(settings) as app, Browser(app) as person:
        served = await person.get("/login")
    assert (await browser.get("/dev/gallery/pages/login/default")).text == served.text


async def test_in_a_frame_a_state_takes_no_focus_and_its_links_open_beside(browser: Browser) -> None:
    path = "/dev/gallery/pages/login/wrong-password"
    alone = (await browser.get(path)).text
    framed = (await browser.get(path, headers={"Sec-Fetch-Dest": "iframe"})).text
    assert " autofocus>" in alone
    assert ' target="_blank"' not in alone
    assert "autofocus" not in framed
    assert '<a class="links__one" target="_blank" href="/reset">' in framed
    assert '<a href="#username">' in framed


@pytest.mark.parametrize(
    "path",
    [
        "/dev/gallery/pages/nothing",
        "/dev/gallery/nothing/login",
        "/dev/gallery/pages/login?state=nothing",
        "/dev/gallery/pages/login/nothing",
        "/dev/gallery/pages/nothing/default",
        "/dev/gallery/pages/..%2f..%2frun",
        "/dev/gallery/components/nothing/default",
        "/dev/gallery/components/button/nothing",
        "/dev/gallery/components/../button",
    ],
)
async def test_what_is_not_there_is_not_found(browser: Browser, path: str) -> None:
    assert (await browser.get(path)).status_code == 404


async def test_in_production_there_is_no_gallery() -> None:
    settings = replace(
        settings_for(NOWHERE, dev_provider=False), environment="production", base_url="https://login.example.com"
    )
    app = create_app(settings)
    async with Browser(app) as browser:
        for path in (*PAGES, "/pages/login/default", "/components/button/primary"):
            assert (await browser.get(f"/dev/gallery{path}")).status_code == 404
    assert [
        name for name in app.state.renderer.assets.table if name.startswith(("gallery", "specimen", "forced"))
    ] == []


async def test_what_people_load_has_nothing_of_the_gallery(app: Starlette, browser: Browser) -> None:
    assets = app.state.renderer.assets
    assert "glass" not in (await browser.get(assets.stylesheet)).text + (await browser.get(assets.script)).text
    assert {"gallery.css", "gallery.js", "specimen.css"} <= set(assets.addresses)
    for address in assets.addresses.values():
        assert (await browser.get(address)).status_code == 200


@pytest.mark.parametrize("path", [each for each in PAGES if each not in ("/type/specimen", "/sheet.css")])
async def test_the_gallery_works_under_the_headers_of_every_page(browser: Browser, path: str) -> None:
    answer = await browser.get(f"/dev/gallery{path}")
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'; style-src 'self'" in policy
    assert policy.endswith("frame-ancestors 'none'; frame-src 'self'")
    assert answer.headers["x-frame-options"] == "DENY"
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(("js", "scripts"), [("on", True), ("off", False)])
async def test_a_frame_never_sends_a_form_and_runs_scripts_where_that_is_chosen(
    browser: Browser, js: str, scripts: bool
) -> None:
    page = await browser.get("/dev/gallery/pages/login", params={"js": js})
    boxes = set(re.findall(r' sandbox="([^"]*)"', page.text))
    assert boxes == {
        ("allow-scripts " if scripts else "") + "allow-same-origin allow-popups allow-popups-to-escape-sandbox"
    }
    state = await browser.get("/dev/gallery/pages/login/default", params={"js": js})
    policy = state.headers["content-security-policy"]
    assert "form-action 'none'" in policy
    assert "connect-src http://127.0.0.1:8000/dev/changes http://127.0.0.1:8000/dev/gallery/;" in policy
    assert ("; sandbox allow-same-origin" in policy) is not scripts


async def test_a_mail_stands_in_a_frame_beside_its_text(browser: Browser, changed: Changed) -> None:
    changed(
        "templates/emails/verify.states.toml",
        '[states.one]\nabout = "x"\npath = "/verify/abc"\ncode = "12345678"\ndetails = { minutes = 30 }\n',
    )
    page = await browser.get("/dev/gallery/emails/verify", params={"theme": "dark"})
    text = words(page)
    assert "Subject Confirm your email address for Genkan" in text
    assert "1234 5678" in text
    assert 'src="/dev/gallery/emails/verify/one?theme=dark"' in page.text
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page.text
    dark = await browser.get("/dev/gallery/emails/verify/one", params={"theme": "dark"})
    light = await browser.get("/dev/gallery/emails/verify/one", params={"theme": "light"})
    usual = await browser.get("/dev/gallery/emails/verify/one")
    assert "style-src 'unsafe-inline'" in usual.headers["content-security-policy"]
    assert "script" not in usual.headers["content-security-policy"]
    assert ["@media all {" in each.text for each in (dark, light, usual)] == [True, False, False]
    assert ["@media not all {" in each.text for each in (dark, light, usual)] == [False, True, False]
    assert ["@media (prefers-color-scheme: dark) {" in each.text for each in (dark, light, usual)] == [
        False,
        False,
        True,
    ]
    assert ":root { color-scheme: dark;" in dark.text


async def test_a_logo_for_the_dark_is_shown_in_the_theme_that_was_chosen(app: Starlette, tmp_path: Path) -> None:
    put(tmp_path, {"img/logo.svg": LOGO, "img/logo.dark.svg": LOGO})
    before = app.state.renderer
    app.state.renderer = Renderer(replace(app.state.settings, brand_dir=tmp_path), ROOT)
    async with Browser(app) as browser:
        found = [
            re.findall(
                r'<source [^>]*media="([^"]*)"', (await browser.get(f"/dev/gallery/pages/login/default{asked}")).text
            )
            for asked in ("", "?theme=dark", "?theme=light")
        ]
    app.state.renderer = before
    assert found == [["(prefers-color-scheme: dark)"], ["all"], ["not all"]]


async def test_a_part_for_htmx_stands_on_a_page_with_the_same_styles(browser: Browser, changed: Changed) -> None:
    source = (ROOT / "templates/pages/login.states.toml").read_text()
    changed("templates/pages/login.states.toml", source + '\n[states.part]\npart = "form"\n')
    answer = await browser.get("/dev/gallery/pages/login/part", params={"theme": "dark"})
    assert '<html data-theme="dark" lang="en">' in answer.text
    assert '<meta name="color-scheme" content="dark">' in answer.text
    assert '<main id="main"><div class="stack" data-gap="large"><form class="stack" id="login-form"' in re.sub(
        r">\s+<", "><", answer.text
    )
    assert "The block “form”, as htmx gets it." in (await browser.get("/dev/gallery/pages/login")).text


@pytest.mark.parametrize(
    ("name", "text", "path", "said"),
    [
        (
            "templates/pages/login.html",
            "{{ emial }}",
            "/pages/login/default",
            "UndefinedError: &#39;emial&#39; is undefined",
        ),
        ("templates/pages/login.states.toml", "[", "/pages/login", "login.states.toml"),
        ("templates/components/button.html", "{% if %}", "/components", "button.html, line 1: Expected an expression"),
        (
            "templates/dev/components/button.html",
            "{% block one %}{{ ui.button() }}{% endblock %}",
            "/components/button/one",
            "label",
        ),
    ],
)
async def test_what_a_designer_broke_is_said_in_a_sentence(
    browser: Browser, changed: Changed, name: str, text: str, path: str, said: str
) -> None:
    changed(name, text)
    answer = await browser.get(f"/dev/gallery{path}")
    assert answer.status_code == 500
    assert "This cannot be shown" in answer.text
    assert said in answer.text
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"


async def test_a_mail_that_is_broken_is_said_beside_the_others(browser: Browser, changed: Changed) -> None:
    changed(
        "templates/emails/verify.states.toml",
        '[all]\npath = ""\ncode = ""\ndetails = {}\n[states.one]\n[states.two]\nabout = "y"\n',
    )
    changed("templates/emails/verify.txt", "{% block subject %}{{ what }}{% endblock %}")
    page = await browser.get("/dev/gallery/emails/verify")
    assert page.status_code == 200
    assert page.text.count("UndefinedError: &#39;what&#39; is undefined") == 2


async def test_a_template_without_states_says_where_they_would_stand(browser: Browser, changed: Changed) -> None:
    changed("templates/pages/hall.html", "<p>{% block main %}{% endblock %}</p>")
    for path in ("/dev/gallery?q=hall", "/dev/gallery/pages/hall"):
        page = await browser.get(path)
        assert "templates/pages/hall.states.toml" in page.text


async def test_a_file_shows_what_the_checks_found_in_it(browser: Browser, changed: Changed, app: Starlette) -> None:
    tokens = (ROOT / "static/css/tokens.css").read_text()
    changed("static/css/tokens.css", tokens.replace("--muted: light-dark(#524b40", "--muted: light-dark(#f0f0f0"))
    login = (ROOT / "templates/pages/login.html").read_text()
    changed("templates/pages/login.html", login.replace("{% block form %}", "{% block form %}<p style='top: 0'></p>"))
    found = lint.findings(app.state.renderer.templates.root)
    assert {"static/css/tokens.css", "templates/pages/login.html"} <= {each.path for each in found}
    first = await browser.get("/dev/gallery")
    assert "checking…" in first.text
    listed = await browser.get("/dev/gallery/checks")
    assert f"{len(found)} found" in words(listed)
    assert all(f"<code>{each.path}:{each.line}</code> <strong>{each.rule}</strong>" in listed.text for each in found)
    index, own = words(await browser.get("/dev/gallery")), await browser.get("/dev/gallery/pages/login")
    assert f"The quick checks: {len(found)} found by the quick checks What they found" in index
    assert "checking…" not in index + own.text
    count = len([each for each in found if each.path == "templates/pages/login.html"])
    assert own.text.count(f">{count} found</span>") == 1 + len(ALL["pages/login"])
    assert "<code>templates/pages/login.html:" in own.text
    assert "too little, needs 7" in (await browser.get("/dev/gallery/tokens")).text


async def test_a_teams_own_files_are_looked_at_too(sqlite_url: str, tmp_path: Path) -> None:
    page = tmp_path / "templates" / "pages" / "logout.html"
    page.parent.mkdir(parents=True)
    page.write_text((ROOT / "templates/pages/logout.html").read_text().replace("<h1>", '<h1 style="top: 0">'))
    async with running(settings_for(sqlite_url, brand_dir=tmp_path)) as app, Browser(app) as browser:
        found = await browser.get("/dev/gallery/checks")
    assert "templates/pages/logout.html" in found.text
    assert "style" in words(found)


async def test_a_badge_says_how_many(app: Starlette) -> None:
    found = [Finding("templates/pages/login.html", 3, "label", "An input has no label.")]
    templates = app.state.renderer.templates
    badge = templates.environments["en"].get_template("dev/gallery/parts.html").module
    assert "1 found" in badge.badge(found, "login")
    assert "templates/pages/login.html:3" in badge.found(found)
    assert "0 found" in badge.badge([], "")
    assert "checking…" in badge.badge(None, "login")


async def test_every_component_is_shown_with_its_parameters_and_users(browser: Browser) -> None:
    page = await browser.get("/dev/gallery/components")
    assert re.findall(r'<h2 id="(\w+)">', page.text) == COMPONENTS
    assert "<code>ui.check(id, name, label, checked)</code>" in page.text
    assert "<code>pages/login.html</code>" in page.text
    assert re.findall(r'src="/dev/gallery/components/(\w+)/(\w+)"', page.text) == EXAMPLES


@pytest.mark.parametrize(("name", "example"), EXAMPLES)
async def test_every_example_of_a_component_is_shown_in_every_language(
    browser: Browser, name: str, example: str
) -> None:
    for code in LANGUAGES:
        answer = await browser.get(f"/dev/gallery/components/{name}/{example}", params={"language": code})
        assert answer.status_code == 200
        assert f'<html lang="{code}">' in answer.text
        assert answer.text.partition('<main id="main">')[2].partition("</main>")[0].strip()
        assert "<!-- here -->" not in answer.text


async def test_an_example_that_borrows_from_no_state_is_told_of(browser: Browser, changed: Changed) -> None:
    changed(
        "templates/dev/components/button.html",
        '{% block one %}{{ ui.button(state("pages/login", "x").next) }}{% endblock %}',
    )
    answer = await browser.get("/dev/gallery/components/button/one")
    assert (answer.status_code, "pages/login has no state “x” to borrow from" in answer.text) == (500, True)


async def test_every_token_and_every_pair_is_shown(browser: Browser) -> None:
    page = await browser.get("/dev/gallery/tokens")
    style = (ROOT / "static/css/tokens.css").read_text()
    shown = re.findall(r'token__name">--([\w-]+)<', page.text)
    assert sorted(shown) == sorted(re.findall(r"--([\w-]+):", style))
    assert 'fill="#234a7c"' in page.text
    ratios = re.findall(r"<strong>([\d.]+)</strong> <span class=\"tag\" data-kind=\"good\">(AAA|AA)<", page.text)
    assert len(ratios) == 2 * page.text.count('class="pairs__one"') > 40
    assert "style=" not in page.text


async def test_the_specimen_has_every_size_and_weight_in_each_language(browser: Browser) -> None:
    page = await browser.get("/dev/gallery/type", params={"theme": "dark", "language": "ja"})
    frames = re.findall(r'src="(/dev/gallery/type/specimen[^"]*)"', page.text)
    ends = {code: "?theme=dark" if code == "en" else f"?language={code}&amp;theme=dark" for code in LANGUAGES}
    assert frames == [f"/dev/gallery/type/specimen{ends[code]}" for code in LANGUAGES]
    japanese = await browser.get("/dev/gallery/type/specimen", params={"language": "ja"})
    assert len(set(re.findall(r'data-size="(\w+)" data-weight="(\d+)"', japanese.text))) == 12
    assert "あア亜Aa1 パスワードを忘れた場合" in japanese.text
    assert '<html lang="ja">' in japanese.text


async def test_strings_stand_side_by_side_and_can_be_narrowed_down(browser: Browser) -> None:
    page = await browser.get("/dev/gallery/strings", params={"q": "forgot YOUR"})
    text = words(page)
    assert "Forgot your password? templates/dev/gallery/specimen.html templates/pages/login.html" in text
    assert "パスワードを忘れた場合" in text
    longer = await browser.get("/dev/gallery/strings", params={"kind": "long"})
    rows = longer.text.split('class="sayings__one"')[1:]
    assert rows
    assert all(">much longer</span>" in row for row in rows)
    assert " 0 shown " in words(await browser.get("/dev/gallery/strings", params={"kind": "nonsense", "q": "xyzzy"}))


async def test_a_missing_translation_is_marked(browser: Browser, changed: Changed) -> None:
    changed("templates/pages/hall.html", '{{ _("Nobody has translated this") }}')
    page = await browser.get("/dev/gallery/strings", params={"kind": "missing", "q": "hall.html"})
    assert "1 shown Nobody has translated this templates/pages/hall.html" in words(page)
    assert page.text.count(">missing</span>") == len(LANGUAGES) - 1


@pytest.mark.parametrize(
    ("query", "has", "has_not"),
    [
        ("contrast=more", "@media all {", "prefers-contrast"),
        ("contrast=forced", "@layer forced {", "@layer larger"),
        ("text=200", "@layer larger {", "@layer forced"),
        ("", "prefers-contrast", "@layer site"),
    ],
)
async def test_the_copy_of_the_style_sheet_is_changed_as_chosen(
    browser: Browser, query: str, has: str, has_not: str
) -> None:
    sheet = await browser.get(f"/dev/gallery/sheet.css?{query}")
    assert sheet.headers["content-type"] == "text/css; charset=utf-8"
    assert has in sheet.text.replace("all{", "all {")
    assert has_not not in sheet.text


@pytest.mark.parametrize("query", ["contrast=more", "contrast=forced", "text=200"])
async def test_a_state_has_the_copy_only_where_that_is_chosen(app: Starlette, browser: Browser, query: str) -> None:
    own = app.state.renderer.assets.stylesheet
    usual, other = [(await browser.get(f"/dev/gallery/pages/login/default?{each}")).text for each in ("js=off", query)]
    assert f'<link rel="stylesheet" href="{own}">' in usual
    assert own not in other
    assert f'<link rel="stylesheet" href="/dev/gallery/sheet.css?{query}">' in other


async def test_an_imitation_is_called_one(browser: Browser) -> None:
    for contrast, said in (("more", "prefers-contrast"), ("forced", "forced-colors")):
        page = await browser.get("/dev/gallery/pages/login", params={"contrast": contrast})
        assert f"emulate <code>{said}</code>" in page.text
    assert "emulate" not in (await browser.get("/dev/gallery/pages/login")).text


async def test_choices_are_links_that_keep_each_other_and_nonsense_is_the_usual(browser: Browser) -> None:
    page = await browser.get("/dev/gallery/pages/login?theme=dark&width=320&language=xx&text=&js=maybe")
    chosen = re.findall(r'<a class="chip" href="[^"]*"(?: lang="\w+")? aria-current="true">([^<]*)<', page.text)
    assert chosen == ["English", "dark", "usual", "320", "on", "100 %"]
    assert 'href="/dev/gallery/pages/login?theme=dark&amp;width=320&amp;js=off">off</a>' in page.text
    assert 'href="/dev/gallery/pages/login?theme=dark">390</a>' in page.text
    assert page.text.count('class="chip"') >= sum(len(values) for _, values in OPTIONS.values())
