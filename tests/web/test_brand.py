"""Does what a team puts into BRAND_DIR stand in place of ours, and nothing that lies outside?"""

import os
import re
from pathlib import Path
from typing import Any

import pytest
from branding import LOGO, PRODUCTION, ROOT, events, faults, put, renderer, settings, visiting
from genkan.design import showing, states
from genkan.web.assets import PICTURES, Assets
from genkan.web.brand import Brand
from genkan.web.render import Renderer

pytestmark = pytest.mark.anyio
OWN_LOGIN = (
    '{# Ours. #}\n{% extends "layouts/entrance.html" %}\n{% block main %}<h1>Welcome to the mill</h1>{% endblock %}\n'
)
MAILING = {"smtp_url": "smtp://127.0.0.1:1", "mail_from": "no-reply@id.example.com"}
PO = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


async def test_a_template_of_theirs_stands_in_place_of_ours_and_all_others_stay(
    database_url: str, tmp_path: Path
) -> None:
    put(tmp_path, {"templates/pages/login.html": OWN_LOGIN})
    async with visiting(database_url, tmp_path) as browser:
        login, signup = (await browser.get("/login")).text, (await browser.get("/signup")).text
    assert "Welcome to the mill" in login
    assert 'id="login-form"' not in login
    assert 'id="signup-form"' in signup


async def test_components_layouts_and_errors_of_theirs_are_looked_into_first(sqlite_url: str, tmp_path: Path) -> None:
    base = (ROOT / "templates/layouts/base.html").read_text()
    put(
        tmp_path,
        {
            "templates/components/button.html": "{% macro button(label, busy) %}<button>own {{ label }}</button>{% endmacro %}",
            "templates/components/mill.html": "{% macro mill() %}<i>wheel</i>{% endmacro %}",
            "templates/layouts/base.html": base.replace("<main ", "{{ ui.mill() }}<main "),
            "templates/errors/404.html": '{% extends "layouts/base.html" %}{% block form %}Lost{% endblock %}',
        },
    )
    async with visiting(sqlite_url, tmp_path, **PRODUCTION) as browser:
        assert "<i>wheel</i><main " in (await browser.get("/login")).text
        answer = await browser.get("/nowhere", headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert (answer.status_code, answer.text) == (404, "Lost")


async def test_a_template_of_theirs_may_change_one_block_of_ours(sqlite_url: str, tmp_path: Path) -> None:
    more = '{% extends "ours/pages/login.html" %}{% block title %}Come in{% endblock %}'
    put(tmp_path, {"templates/pages/login.html": more})
    async with visiting(sqlite_url, tmp_path, **PRODUCTION) as browser:
        page = (await browser.get("/login")).text
    assert "<title>Come in" in page
    assert 'id="login-form"' in page


@pytest.mark.parametrize("environment", [PRODUCTION, {}], ids=["production", "development"])
async def test_a_template_that_adds_to_a_block_of_ours_does_so_where_htmx_asks_for_the_block_alone(
    sqlite_url: str, tmp_path: Path, environment: dict[str, Any]
) -> None:
    more = '{% extends "ours/pages/login.html" %}{% block form %}{{ super() }}<p>Ask us</p>{% endblock %}'
    put(tmp_path, {"templates/pages/login.html": more})
    async with visiting(sqlite_url, tmp_path, **environment) as browser:
        asked = {"HX-Request": "true", "HX-Request-Type": "partial"}
        answer = await browser.post("/login", data={"username": "", "password": ""}, headers=asked)
    assert answer.status_code == 422
    assert 'id="login-form"' in answer.text
    assert answer.text.count("<p>Ask us</p>") == 1
    assert "<html" not in answer.text


async def test_a_template_that_appears_changes_or_goes_shows_at_once_in_development(tmp_path: Path) -> None:
    made = renderer(tmp_path)
    login = states.State("pages/login", "default", "/login", "", None, {})
    context = states.common(ROOT / "templates") | dict(states.load(ROOT / "templates")["pages/login"][0].context)
    assert "Welcome to the mill" not in showing.page(made, login, "en", context)
    put(tmp_path, {"templates/pages/login.html": OWN_LOGIN})
    assert "Welcome to the mill" in showing.page(made, login, "en", context)
    put(tmp_path, {"templates/pages/login.html": OWN_LOGIN.replace("mill", "pond")})
    os.utime(tmp_path / "templates/pages/login.html", (1, 1))
    assert "Welcome to the pond" in showing.page(made, login, "en", context)
    (tmp_path / "templates/pages/login.html").unlink()
    assert 'id="login-form"' in showing.page(made, login, "en", context)


async def test_a_style_sheet_of_theirs_comes_last_and_in_no_layer_so_that_it_always_wins(
    sqlite_url: str, tmp_path: Path
) -> None:
    put(
        tmp_path,
        {
            "css/b.css": ".button { color: rgb(2 2 2) }\n",
            "css/a.css": '\ufeff/* of the mill */ .button {\n  color: rgb(1 1 1);\n  content: "a:  b /* c */";\n}\n',
            "css/.a.css.swp": "no style",
            "css/deeper/c.css": ".never { }",
        },
    )
    async with visiting(sqlite_url, tmp_path, **PRODUCTION) as browser:
        href = re.search(r'rel="stylesheet" href="([^"]*)"', (await browser.get("/login")).text)
        css = (await browser.get(href[1] if href else "")).text
    assert css.endswith('.button{color:rgb(1 1 1);content:"a:  b /* c */";}.button{color:rgb(2 2 2)}')


async def test_without_a_folder_the_style_sheet_is_what_it_was_and_nothing_of_a_logo_is_sent(
    sqlite_url: str, tmp_path: Path
) -> None:
    plain = renderer(tmp_path).assets
    assert plain.table.keys() == renderer(ROOT / "docs").assets.table.keys()
    assert b"plate__logo" not in plain.table[plain.stylesheet[8:]].content
    async with visiting(sqlite_url, tmp_path) as browser:
        assert '<a class="plate" href="/">Genkan</a>' in (await browser.get("/login")).text


async def test_pictures_are_served_for_ever_by_name_and_hash_and_with_the_headers_of_every_answer(
    sqlite_url: str, tmp_path: Path
) -> None:
    hostile = LOGO.replace("<path", '<script>alert(1)</script><path onload="alert(2)"')
    put(
        tmp_path,
        {
            "img/hero.svg": hostile,
            "img/deep/mill.webp": b"RIFF",
            "img/font.woff2": b"wOF2",
            "img/.DS_Store": b"x",
            "templates/pages/login.html": '{{ asset("hero.svg") }} {{ asset("deep/mill.webp") }} {{ asset("font.woff2") }}',
            "css/own.css": "@font-face { font-family: Own; src: url(../img/font.woff2) }",
        },
    )
    async with visiting(sqlite_url, tmp_path, **PRODUCTION) as browser:
        addresses = (await browser.get("/login")).text.split()
        svg, webp, font = [await browser.get(each) for each in addresses]
    assert [re.sub(r"\.[0-9a-f]{12}\.", ".HASH.", each) for each in addresses] == [
        "/static/hero.HASH.svg",
        "/static/mill.HASH.webp",
        "/static/font.HASH.woff2",
    ]
    assert [each.headers["content-type"] for each in (svg, webp, font)] == ["image/svg+xml", "image/webp", "font/woff2"]
    assert (svg.text, webp.content) == (hostile, b"RIFF")
    assert svg.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert svg.headers["x-content-type-options"] == "nosniff"
    policy = svg.headers["content-security-policy"]
    assert (
        "default-src 'none'; script-src 'self'; style-src 'self';" in policy
    )  # what the SVG brings along does nothing
    assert policy.endswith("; font-src 'self'")


async def test_a_picture_that_is_not_there_is_a_sentence_that_names_the_nearest(tmp_path: Path) -> None:
    put(tmp_path, {"img/logo.svg": LOGO})
    asset = renderer(tmp_path).templates.environments["en"].globals["asset"]
    for name, sentence in (
        ("lgo.svg", "There is no 'lgo.svg' in img/ of BRAND_DIR; did you mean logo.svg?"),
        ("../css/own.css", "There is no '../css/own.css' in img/ of BRAND_DIR."),
    ):
        with pytest.raises(Exception, match=re.escape(sentence)):
            asset(name)  # type: ignore[operator]


async def test_the_icon_and_the_marks_of_providers_are_theirs(sqlite_url: str, tmp_path: Path) -> None:
    mark = '<svg viewBox="0 0 1 1"><path d="M9"/></svg>'
    put(tmp_path, {"img/favicon.svg": LOGO, "img/providers/example.svg": mark})
    async with visiting(sqlite_url, tmp_path) as browser:
        page = (await browser.get("/login")).text
        icon = re.search(r'rel="icon" href="([^"]*)"', page)
        assert (await browser.get(icon[1] if icon else "")).text == LOGO
    assert mark in page
    assert renderer(tmp_path).assets.pictures.keys() == set(PICTURES)  # a mark stands in the page, and has no address


@pytest.mark.parametrize(
    ("files", "is_wide"),
    [({"img/logo.svg": LOGO}, True), ({"img/logo.svg": LOGO.replace("400", "100")}, False)],
    ids=["wide", "square"],
)
async def test_a_wide_logo_says_the_name_and_any_other_stands_before_it(
    sqlite_url: str, tmp_path: Path, files: dict[str, str | bytes], is_wide: bool
) -> None:
    put(tmp_path, files)
    async with visiting(sqlite_url, tmp_path, **PRODUCTION) as browser:
        plate = re.search(r'<a class="plate".*?</a>', (await browser.get("/signup")).text, re.DOTALL)
    assert plate is not None
    assert ('alt="Genkan"' in plate[0], ">Genkan</a>" in plate[0]) == (is_wide, not is_wide)
    assert f'width="{400 if is_wide else 100}" height="100"' in plate[0]
    assert "data-paper" in plate[0]  # with no logo for the dark, it keeps light paper under it
    assert "<source" not in plate[0]


async def test_a_logo_for_the_dark_theme_is_chosen_by_the_browser(tmp_path: Path) -> None:
    put(tmp_path, {"img/logo.svg": LOGO, "img/logo.dark.svg": LOGO.replace("M0", "M1")})
    made = renderer(tmp_path)
    logo = made.assets.logo
    plate = str(made.templates.components["en"].plate("The mill", logo))
    assert logo is not None
    assert f'<source srcset="{logo.dark}" media="(prefers-color-scheme: dark)">' in plate
    assert f'src="{logo}"' in plate
    assert "data-paper" not in plate


async def test_their_sentences_stand_in_place_of_ours_in_english_too(sqlite_url: str, tmp_path: Path) -> None:
    put(
        tmp_path,
        {
            "locale/en/LC_MESSAGES/messages.po": PO
            + 'msgid "Forgot your password?"\nmsgstr "Lost the key?"\n\n'
            + 'msgid "Wrong username or password."\nmsgstr ""\n\n'
            + 'msgid "New to %(service)s?"\nmsgstr "First time at %(service)s <3?"\n',
            "locale/ja/LC_MESSAGES/messages.po": PO + 'msgid "Forgot your password?"\nmsgstr "鍵をなくした？"\n',
        },
    )
    async with visiting(sqlite_url, tmp_path, **PRODUCTION | MAILING) as browser:
        english, japanese = [(await browser.get(f"/login?lang={code}")).text for code in ("en", "ja")]
    assert "Lost the key?" in english
    assert "First time at Genkan &lt;3?" in english
    assert "Forgot" not in english
    assert "鍵をなくした？" in japanese
    assert "First time" not in japanese


async def test_a_mail_of_theirs_is_theirs_in_both_parts(tmp_path: Path) -> None:
    put(
        tmp_path,
        {
            "templates/emails/verify.txt": '{% block subject %}Hello{% endblock %} {{ "a & b" }}',
            "templates/emails/verify.html": "<p>{{ code }}</p>",
        },
    )
    state = states.State("emails/verify", "default", "", "", None, {"path": "", "code": "01234567", "details": {}})
    mail = showing.mail(renderer(tmp_path, **PRODUCTION), state, "en")
    assert mail == ("Hello", "Hello a & b\n", "<p>0123 4567</p>")


async def test_some_providers_in_an_order_of_ones_own(sqlite_url: str, tmp_path: Path) -> None:
    page = '{% for each in providers|pick("nobody", "example") %}{{ each.label }};{% endfor %}{{ ui.providers(providers|list) }}'
    put(tmp_path, {"templates/pages/login.html": page})
    async with visiting(sqlite_url, tmp_path, environment="development") as browser:
        assert (await browser.get("/login")).text.startswith("Example ID;")
    pick = renderer(tmp_path, **PRODUCTION).templates.environments["en"].filters["pick"]
    three = [{"name": each} for each in ("google", "github", "line")]
    environment = renderer(tmp_path).templates.environments["en"]
    assert pick(environment, three, "line", "apple", "google") == ({"name": "line"}, {"name": "google"})


async def test_a_sentence_with_an_escape_of_any_kind_is_said(tmp_path: Path) -> None:
    put(tmp_path, {"templates/pages/own.html": '{{ _("Caf\\x65") }} {{ _("a \\"b\\"") }}'})
    assert renderer(tmp_path).templates.mail("pages/own.html", None, "en", {}) == "Cafe a &#34;b&#34;"


async def test_a_component_takes_a_list_in_production_too(tmp_path: Path) -> None:
    ui = renderer(tmp_path, **PRODUCTION).templates.components["en"]
    example = {"name": "example", "label": "Example ID", "url": "/oauth/example"}
    assert str(ui.providers([example])).count("/oauth/example") == 1


async def test_providers_above_a_form_say_or_after_them_and_which_was_used_last(tmp_path: Path) -> None:
    ui = renderer(tmp_path).templates.components["en"]
    three = [{"name": each, "label": each, "url": f"/oauth/{each}"} for each in ("line", "google", "gitlab", "apple")]
    below, above = str(ui.providers(three, "apple")), str(ui.providers(three, "apple", above=True))
    assert (below.index('class="or"') < below.index("/oauth/"), "/oauth/apple" in below) == (True, False)
    assert (above.index('class="or"') > above.rindex("/oauth/"), "/oauth/apple" in above) == (True, True)
    assert (below.count("Last used"), above.count("Last used")) == (0, 1)
    assert above.count('class="or"') == below.count('class="or"') == 1


async def test_a_changed_picture_or_style_shows_at_once_in_development_and_what_is_wrong_is_logged(
    tmp_path: Path,
) -> None:
    put(tmp_path, {"css/own.css": "b{color:red}", "img/a.svg": LOGO})
    made = Renderer(settings(tmp_path), ROOT, look_every=0)
    before = made.assets.stylesheet
    with events("brand cannot be used") as found:
        put(tmp_path, {"css/own.css": b"b{color:blue}\xff/* {", "img/a b.svg": LOGO, "img/c.svg": LOGO})
        os.utime(tmp_path / "css/own.css", (1, 1))
        after = made.assets
    assert after.stylesheet != before
    assert after.pictures.keys() == {*PICTURES, "a.svg", "c.svg"}
    assert [each["text"].partition(":")[0] for each in found] == ["BRAND_DIR", "BRAND_DIR"]


async def test_the_page_of_last_resort_is_theirs_too(tmp_path: Path) -> None:
    put(
        tmp_path,
        {"templates/errors/500.html": "{# Copied. #}\n<h1>{{ service }} is down, {{ ref }}</h1>{{ stylesheet }}"},
    )
    made = renderer(tmp_path)
    assert made.broken == f"<h1>{{{{ service }}}} is down, {{{{ ref }}}}</h1>{made.assets.stylesheet}"


# What cannot be used is refused at start, everything at once.


async def test_every_fault_of_a_folder_is_said_at_once_with_its_file(tmp_path: Path) -> None:
    put(
        tmp_path,
        {
            "img/movie.gif": b"GIF89a",
            "img/My Logo.svg": LOGO,
            "img/huge.png": b"\0" * (4 * 1024 * 1024 + 1),
            "img/logo.svg": "<svg><path/></svg>",
            "img/providers/line.png": b"\x89PNG",
            "css/a.css": "b { color: red;\n",
            "css/b.css": b"b { color: \xff }",
            "locale/ja/LC_MESSAGES/messages.po": 'msgid "Log in"\nmessage "x"\n',
            "locale/en/LC_MESSAGES/messages.po": PO
            + 'msgid "New to %(service)s?"\nmsgstr "New to %(servise)s?"\n\nmsgid "Log in"\nmsgstr "100 % in"\n',
            "locale/README": "about this",
            "locale/klingon/LC_MESSAGES/messages.po": PO,
            "templates/errors/500.html": "{{ service }} {{ person.name }}",
        },
    )
    assert faults(tmp_path) == [
        "BRAND_DIR: img/My Logo.svg: its name may have letters, digits, dots and dashes of ASCII only, since it is part of an address.",
        "BRAND_DIR: img/huge.png: it is larger than 4 MB; whoever opens a page would wait for it.",
        "BRAND_DIR: img/logo.svg: it does not say how wide and high it is (an SVG needs a viewBox).",
        "BRAND_DIR: img/movie.gif: files of this kind are not served; there may be .svg, .png, .webp, .jpg, .jpeg, .ico, .woff2.",
        "BRAND_DIR: img/providers/line.png: a provider's mark is an SVG.",
        "BRAND_DIR: css/a.css: line 1: { is never closed.",
        "BRAND_DIR: css/b.css: it is not written in UTF-8.",
        "BRAND_DIR: locale/en/LC_MESSAGES/messages.po: “New to %(servise)s?” names %(servise)s, which “New to %(service)s?” does not have.",
        "BRAND_DIR: locale/en/LC_MESSAGES/messages.po: “100 % in” has a % that begins no %(name)s.",
        "BRAND_DIR: locale/ja/LC_MESSAGES/messages.po: line 2: Unknown or misformatted keyword.",
        "BRAND_DIR: locale/klingon/LC_MESSAGES/messages.po: there is no language “klingon”; the folder is called by its code, like de or pt-BR.",
        "BRAND_DIR: templates/errors/500.html: it is shown when nothing else works: "
        "{{ stylesheet }}, {{ service }} and {{ ref }} is all that it knows.",
    ]


@pytest.mark.parametrize("place", ["img/passwd.svg", "css/own.css", "templates/pages/login.html", "img", "templates"])
async def test_FS_a_link_that_leads_out_of_the_folder_is_refused_at_start(tmp_path: Path, place: str) -> None:
    outside = put(tmp_path / "outside", {"secret.svg": LOGO})
    brand = put(tmp_path / "brand", {})
    (brand / place).parent.mkdir(parents=True, exist_ok=True)
    (brand / place).symlink_to(outside if "." not in place else outside / "secret.svg")
    assert f"BRAND_DIR: {place}: this link leads out of the folder; put the file itself there." in faults(brand)


async def test_FS_what_is_linked_from_outside_later_is_not_shown_either(sqlite_url: str, tmp_path: Path) -> None:
    put(
        tmp_path / "outside",
        {"secret.html": "hidden-treasure", "secret.svg": "hidden-treasure", "secret.css": ".hidden-treasure{}"},
    )
    brand = put(tmp_path / "brand", {"css/own.css": "b{}", "img/a.svg": LOGO})
    (brand / "templates" / "pages").mkdir(parents=True)
    async with visiting(sqlite_url, brand) as browser:
        for place, file in (
            ("templates/pages/login.html", "secret.html"),
            ("img/secret.svg", "secret.svg"),
            ("css/secret.css", "secret.css"),
            ("img/providers", "."),
        ):
            (brand / place).symlink_to(tmp_path / "outside" / file)
        assert 'id="login-form"' in (await browser.get("/login")).text
    table = Assets(ROOT / "static", Brand(brand)).table
    assert not [address for address, each in table.items() if b"hidden-treasure" in each.content]


@pytest.mark.parametrize(
    "name",
    [
        "../img/a.svg",
        "..%2f..%2fetc%2fpasswd",
        "a.svg",
        "img/a.svg",
        "%2e%2e/css/own.css",
        ".originals/pages/login.html",
    ],
)
async def test_FS_nothing_of_the_folder_has_an_address_but_by_its_hash(
    sqlite_url: str, tmp_path: Path, name: str
) -> None:
    put(tmp_path, {"img/a.svg": LOGO, "css/own.css": "b{}", ".originals/pages/login.html": "original"})
    async with visiting(sqlite_url, tmp_path) as browser:
        assert (await browser.get(f"/static/{name}")).status_code == 404


async def test_a_link_within_the_folder_is_as_good_as_a_file(tmp_path: Path) -> None:
    brand = put(tmp_path, {"img/a.svg": LOGO})
    (brand / "img" / "logo.svg").symlink_to("a.svg")
    assert renderer(brand).assets.pictures.keys() == {*PICTURES, "a.svg", "logo.svg"}
