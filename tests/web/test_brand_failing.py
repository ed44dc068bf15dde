"""Does a team's own template that fails in production give way to ours, told once, with nothing of anybody's in the log?"""

import itertools
from pathlib import Path
from typing import Any

import pytest
from branding import PRODUCTION, ROOT, events, put, renderer, visiting
from entrance import Browser
from genkan.accounts.sending import Carried
from genkan.design import states
from genkan.web import mails
from genkan.web.failing import why
from jinja2 import UndefinedError

pytestmark = pytest.mark.anyio
BROKEN: dict[str, str | bytes] = {
    "syntax": "{# One. #}\n{% if %}",
    "not closed": "{# One. #}\n{{ form",
    "undefined": "{# One. #}\n{{ emial }}",
    "attribute": "{# One. #}\n{{ form.usernam.value }}",
    "division": "{# One. #}\n{{ 1 / 0 }}",
    "filter": "{# One. #}\n{{ form|shout }}",
    "component": "{# One. #}\n{{ ui.nothing() }}",
    "parameter": '{# One. #}\n{{ ui.button("Log in", colour="red") }}',
    "include": '{# One. #}\n{% include "pages/nothing.html" %}',
    "picture": '{# One. #}\n{{ asset("nothing.svg") }}',
    "itself": '{# One. #}\n{% extends "pages/login.html" %}',
    "sentence": '{# One. #}\n{{ _("%(a)s", b=1) }}',
    "not text": b"{# One. #}\n\xff\xfe",
}


@pytest.mark.parametrize("kind", BROKEN)
async def test_a_page_of_theirs_that_fails_is_ours_in_production_and_told_once(
    sqlite_url: str, tmp_path: Path, kind: str
) -> None:
    put(tmp_path, {"templates/pages/login.html": BROKEN[kind]})
    with events("brand template failed") as told:
        async with visiting(sqlite_url, tmp_path, **PRODUCTION) as browser:
            for code in ("en", "ja", "en"):
                answer = await browser.get(f"/login?lang={code}")
                assert (answer.status_code, 'id="login-form"' in answer.text) == (200, True)
    assert [(each["level"], each["template"]) for each in told] == [("error", "pages/login.html")]
    assert told[0].get("line") == (None if kind == "not text" else 2)
    assert told[0]["why"]


async def test_the_log_says_what_is_wrong_and_where(sqlite_url: str, tmp_path: Path) -> None:
    put(tmp_path, {"templates/pages/login.html": "{# One. #}\n\n<p>{{ emial }}</p>"})
    with events("brand template failed") as told:
        async with visiting(sqlite_url, tmp_path, **PRODUCTION) as browser:
            await browser.get("/login")
    assert told[0] | {"at": "", "request": ""} == {
        "at": "",
        "level": "error",
        "event": "brand template failed",
        "template": "pages/login.html",
        "line": 3,
        "why": "UndefinedError: 'emial' is undefined",
        "request": "",
    }


@pytest.mark.parametrize(
    ("place", "broken"),
    [
        (
            "templates/layouts/entrance.html",
            '{% extends "layouts/base.html" %}{{ 1 / 0 }}{% block kind %}{{ 1 / 0 }}{% endblock %}',
        ),
        ("templates/components/plate.html", "{% macro plate(service, logo) %}{{ nothing }}{% endmacro %}"),
        ("templates/components/field.html", "{% macro field(only) %}{% endmacro %}"),
        ("templates/components/check.html", "{# no macro of its name #}"),
        ("img/providers/google.svg", "{{ nothing }}"),
    ],
)
async def test_a_layout_a_component_or_a_mark_that_fails_takes_no_page_down(
    sqlite_url: str, tmp_path: Path, place: str, broken: str
) -> None:
    put(tmp_path, {place: broken})
    with events("brand template failed") as told:
        async with visiting(sqlite_url, tmp_path, **PRODUCTION) as browser:
            page = await browser.get("/login")
            made = renderer(tmp_path, **PRODUCTION).templates
            mark = made.render("pages/login.html", None, "en", _login(made))
    assert (page.status_code, 'id="login-form"' in page.text, 'id="login-form"' in mark) == (200, True, True)
    assert len(told) >= 1


def _login(made: Any) -> dict[str, Any]:
    state = states.load(ROOT / "templates")["pages/login"][0]
    around = {"here": "/", "lang": "en", "languages": (), "stylesheet": "", "script": "", "icon": "", "logo": None}
    return states.common(ROOT / "templates") | around | dict(state.context)


async def test_what_htmx_gets_is_ours_too_also_where_their_page_has_no_such_block(
    sqlite_url: str, tmp_path: Path
) -> None:
    asks = {"HX-Request": "true", "HX-Request-Type": "partial", "Sec-Fetch-Site": "same-origin"}
    bodies = ("no block at all", "{# One. #}\n{% block form %}\n{{ emial }}{% endblock %}")
    for number, body in enumerate(bodies):
        folder = put(tmp_path / str(number), {"templates/pages/login.html": body})
        with events("brand template failed") as told:
            async with visiting(sqlite_url, folder, **PRODUCTION) as browser:
                answer = await browser.post("/login", data={"username": "", "password": ""}, headers=asks)
        assert (answer.status_code, 'id="login-form"' in answer.text, "<html" in answer.text) == (422, True, False)
        assert [(each["template"], each.get("line")) for each in told] == [("pages/login.html", (None, 3)[number])]


async def test_an_error_page_of_theirs_that_fails_is_ours(sqlite_url: str, tmp_path: Path) -> None:
    put(tmp_path, {"templates/errors/404.html": "{{ 1 / 0 }}"})
    async with visiting(sqlite_url, tmp_path, **PRODUCTION) as browser:
        answer = await browser.get("/nowhere")
    assert (answer.status_code, "Page not found" in answer.text) == (404, True)


@pytest.mark.parametrize(
    ("part", "broken"), list(itertools.product(("html", "txt"), ("{% if %}", "{{ details.minutes / 0 }}")))
)
async def test_a_mail_of_theirs_that_fails_is_sent_as_ours(tmp_path: Path, part: str, broken: str) -> None:
    put(tmp_path, {f"templates/emails/verify.{part}": broken})
    with events("brand template failed") as told:
        made, plain = renderer(tmp_path, **PRODUCTION), renderer(ROOT / "docs", **PRODUCTION)
        carried = Carried(path="/verify/abc", code="01234567")
        letters = [mails.rendered(each, "verify", "en", {"minutes": 15}, carried) for each in (made, plain, made)]
    assert letters[0] == letters[1] == letters[2]
    assert [each["template"] for each in told] == [f"emails/verify.{part}"]


async def test_a_template_that_fails_with_some_people_only_stays_theirs_for_all_others(
    sqlite_url: str, tmp_path: Path
) -> None:
    put(
        tmp_path,
        {"templates/pages/account.html": "own {{ person.name }} {{ person[person.name] if person.name != 'Taro' }}"},
    )
    with events("brand template failed") as told:
        async with visiting(sqlite_url, tmp_path, **PRODUCTION) as browser:
            await browser.sign_up(name="Hanako Yamada")
            assert "Hanako Yamada" in (await browser.get("/account")).text
            await browser.submit("/account/name", name="Taro")
            assert (await browser.get("/account")).text == "own Taro "
    assert [each["why"] for each in told] == ["UndefinedError"]  # its sentence would hold her name
    assert "Hanako" not in str(told)


async def test_in_development_the_error_is_shown_and_not_hidden(tmp_path: Path) -> None:
    put(tmp_path, {"templates/pages/login.html": "{{ emial }}", "templates/pages/signup.html": "{% if %}"})
    made = renderer(tmp_path).templates
    for name in ("login", "signup"):
        with pytest.raises(Exception, match=r"emial|Expected an expression"):
            made.render(f"pages/{name}.html", None, "en", {})


async def test_what_fails_in_ours_as_well_is_no_fault_of_theirs(tmp_path: Path) -> None:
    put(tmp_path, {"templates/pages/signup.html": "x"})
    with events("brand template failed") as told, pytest.raises(UndefinedError):
        renderer(tmp_path, **PRODUCTION).templates.render("pages/login.html", None, "en", {})
    assert told == []


async def test_without_a_folder_nothing_is_tried_twice(browser: Browser) -> None:
    """And no second set of templates is made where none of theirs failed."""
    made = renderer(ROOT / "docs", **PRODUCTION).templates
    made.render("pages/login.html", None, "en", _login(made))
    assert made._ours == {}


@pytest.mark.parametrize(
    ("error", "source", "sentence"),
    [
        (UndefinedError("'emial' is undefined"), "{{ emial }}", "UndefinedError: 'emial' is undefined"),
        (UndefinedError("'dict object' has no attribute 'hanako'"), "{{ known[person.name] }}", "UndefinedError"),
        (UndefinedError("'None' has no attribute 'name'"), "{{ person.name }}", "UndefinedError: 'None' has no attribute 'name'"),
        (ValueError("invalid literal for int() with base 10: 'hanako'"), "{{ hanako|int }}", "ValueError"),
        (TypeError("macro 'button' takes no keyword argument 'colour'"), "button colour", "TypeError: macro 'button' takes no keyword argument 'colour'"),
    ],
)  # fmt: skip
def test_a_sentence_is_logged_only_where_all_that_it_quotes_stands_in_the_template(
    error: Exception, source: str, sentence: str
) -> None:
    assert why(error, source) == sentence
