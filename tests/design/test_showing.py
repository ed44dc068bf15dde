"""Is a state shown as the site would show it, with no request at all?"""

from pathlib import Path

from entrance import settings_for
from genkan.design import showing, states
from genkan.design.states import State
from genkan.web.render import Renderer

ROOT = Path(__file__).parents[2]
COMMON = states.common(ROOT / "templates")
RENDERER = Renderer(settings_for("sqlite:///unused", environment="production"), ROOT)


def state(template: str, name: str) -> State:
    return next(each for each in states.load(ROOT / "templates")[template] if each.name == name)


def test_a_page_stands_between_head_and_foot() -> None:
    html = showing.page(RENDERER, state("pages/login", "wrong-password"), "ja", COMMON)
    assert html.startswith("<!doctype html>")
    assert f'href="{RENDERER.assets.stylesheet}"' in html
    assert f'src="{RENDERER.assets.script}"' in html
    assert f'href="{RENDERER.assets.icon}"' in html
    assert 'href="/login?lang=en"' in html
    assert 'value="hanako"' in html


def test_a_part_stands_alone() -> None:
    html = showing.page(RENDERER, state("pages/login", "wrong-password-in-place"), "en", COMMON)
    assert html.lstrip().startswith("<form")
    assert "<html" not in html


def test_a_state_may_say_otherwise_than_all_pages() -> None:
    assert "/reset" in showing.page(RENDERER, state("pages/login", "default"), "en", COMMON)
    assert "/reset" not in showing.page(RENDERER, state("pages/login", "no-mail"), "en", COMMON)
    assert "Donaudampf" in showing.page(RENDERER, state("pages/login", "long-site-name"), "en", COMMON)


def test_a_mail_has_its_code_and_its_link() -> None:
    mail = showing.mail(RENDERER, state("emails/reset", "default"), "en")
    assert mail.subject == "Set a new password for Genkan"
    assert "0123 4567" in mail.text
    assert f"{RENDERER.settings.base_url}/reset/n4bQ" in mail.text
    assert "0123 4567" in mail.html
