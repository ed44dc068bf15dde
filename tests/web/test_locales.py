"""Is a language there as soon as its catalog is, with its name, its direction and its dates?"""

from pathlib import Path

import pytest
from babel import UnknownLocaleError
from entrance import Browser, running, settings_for
from genkan.web import locales
from genkan.web.language import LANGUAGES, OURS
from genkan.web.render import Renderer
from web_requests import settings

ROOT = Path(__file__).parents[2]
AT = 1_790_000_000


def catalog_in(folder: Path, code: str) -> None:
    path = folder / code / locales.CATALOG
    path.parent.mkdir(parents=True)
    path.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Log in"\nmsgstr "Entrar"\n'
    )


def test_each_language_is_called_by_its_own_name_in_the_order_of_their_codes() -> None:
    assert list(LANGUAGES.items()) == [("de", "Deutsch"), ("en", "English"), ("fr", "Français"), ("ja", "日本語")]


def test_a_language_is_one_catalog(tmp_path: Path) -> None:
    for code in ("pt-BR", "he", "zh-Hant"):
        catalog_in(tmp_path, code)
    found = locales.found([tmp_path, tmp_path / "nowhere"])
    assert found.listed == {"en": "English", "he": "עברית", "pt-BR": "Português (Brasil)", "zh-Hant": "中文 (繁體)"}
    assert {code: each.direction for code, each in found.every.items() if each.direction != "ltr"} == {"he": "rtl"}


def test_a_folder_that_is_called_like_no_language_is_said_at_start(tmp_path: Path) -> None:
    catalog_in(tmp_path, "xq")
    with pytest.raises(UnknownLocaleError, match="xq"):
        locales.found([tmp_path])


@pytest.mark.parametrize(
    ("code", "day", "moment", "ago"),
    [
        ("en", "21 September 2026", "21 September 2026, 14:13 UTC", "2 hours ago"),
        ("ja", "2026年9月21日", "2026年9月21日 14:13（UTC）", "2時間前"),
        ("de", "21. September 2026", "21. September 2026, 14:13 UTC", "vor 2 Stunden"),
        ("fr", "21 septembre 2026", "21 septembre 2026, 14:13 UTC", "il y a 2 heures"),
        ("pt-BR", "21 de setembro de 2026", "21 de setembro de 2026 14:13 UTC", "há 2 horas"),
    ],
)
def test_dates_are_as_the_language_writes_them(code: str, day: str, moment: str, ago: str) -> None:
    assert (locales.day(AT // 86_400, code), locales.moment(AT, code), locales.ago(7200, code)) == (day, moment, ago)


def test_dates_of_a_made_up_language_are_made_up() -> None:
    said = [locales.day(AT // 86_400, "en-XA"), locales.moment(AT, "en-XA"), locales.ago(7200, "en-XA")]
    assert [text[0] + text[-1] for text in said] == ["⟦⟧"] * 3


def test_made_up_languages_are_there_in_development_only() -> None:
    made = {"en-XA", "ar-XB"}
    production = Renderer(settings(environment="production"), ROOT)
    assert not made & production.languages.every.keys()
    assert not made & production.templates.environments.keys()
    assert made <= Renderer(settings(), ROOT).languages.every.keys()
    assert not made & locales.found([OURS], with_pseudo=True).listed.keys()


@pytest.mark.anyio
@pytest.mark.parametrize(("environment", "code"), [("production", "en"), ("development", "ar-XB")])
async def test_in_production_nobody_can_ask_for_one(sqlite_url: str, environment: str, code: str) -> None:
    changed = settings_for(sqlite_url, environment=environment, dev_provider=False)
    async with running(changed) as app, Browser(app) as browser:
        answer = await browser.get("/login?lang=ar-XB")
        assert answer.headers["content-language"] == code
        direction = "rtl" if code == "ar-XB" else "ltr"
        assert f'<html lang="{code}" dir="{direction}">' in answer.text
