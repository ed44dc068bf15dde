"""Does the look at real pages find what no state has, and leave alone what is a test's own? (tests/drift.py)"""

import shutil
from pathlib import Path
from typing import Any

import pytest
from drift import drift, watched, without_drift
from entrance import Browser, settings_for
from genkan.accounts.sending import Carried
from genkan.pages import doors
from genkan.web import mails
from genkan.web.render import Renderer

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.anyio, pytest.mark.own_contexts]


def confirm(root: Path, **details: str) -> None:
    """A mail of the site that stands there."""
    renderer = Renderer(settings_for("sqlite:///unused"), root)
    mails.rendered(renderer, "confirm", "en", {"minutes": 10, **details}, Carried("", "01234567"))


async def test_a_page_as_it_is_has_no_drift(browser: Browser) -> None:
    with watched() as found:
        assert (await browser.get("/login")).status_code == 200
        assert (await browser.get("/nowhere")).status_code == 404
    assert found == []


async def test_a_page_that_gives_something_new_is_told_with_its_name_and_kind(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = doors.entrance

    def broken(*given: Any, **more: Any) -> dict[str, object]:
        return real(*given, **more) | {"last_used": 7, "extra": {"name": "x"}}

    monkeypatch.setattr(doors, "entrance", broken)
    with watched() as found:
        await browser.get("/login")
    assert found == [
        "templates/pages/login.html is given extra.name (text), which no state in templates/pages/login.states.toml has.",
        "templates/pages/login.html is given last_used (number), which no state in templates/pages/login.states.toml has.",
    ]


def test_a_test_that_meets_drift_fails() -> None:
    with pytest.raises(pytest.fail.Exception, match=r"^templates/emails/confirm.txt is given place \(text\)"):
        with without_drift():
            confirm(ROOT, place="x")
    with without_drift():
        confirm(ROOT)


def test_a_mail_that_gives_something_new_is_told() -> None:
    with watched() as found:
        confirm(ROOT, place="x")
    assert set(found) == {
        f"templates/emails/confirm.{suffix} is given place (text), which no state in templates/emails/confirm.states.toml has."
        for suffix in ("txt", "html")
    }


def test_a_template_that_has_no_states_is_told() -> None:
    assert len(drift("pages/new.html", {"a": 1, "site_name": "x"})) == 1


def test_templates_of_other_rooms_and_of_other_sites_are_left_alone(tmp_path: Path) -> None:
    assert drift("dev/mail.html", {"a": 1}) == []
    for name in ("templates", "static"):
        shutil.copytree(ROOT / name, tmp_path / name)
    with watched() as found:
        confirm(tmp_path, place="x")
    assert found == []
