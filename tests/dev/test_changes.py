"""Does the server tell what was saved, at once, for ever, and in development only?"""

import asyncio
import io
import json
from pathlib import Path

import pytest
from entrance import Browser, running, settings_for
from genkan import log
from genkan.dev import changes
from watchfiles import Change

pytestmark = pytest.mark.anyio


async def test_a_question_is_answered_at_once_when_there_is_news_and_soon_when_there_is_none(sqlite_url: str) -> None:
    async with running(settings_for(sqlite_url, dev_tools=True)) as app, Browser(app) as browser:
        state = app.state.changes
        first = (await browser.get("/dev/changes")).json()
        assert first["changes"] == [[state.revision, "script"]]
        assert first["assets"]["all.css"] == app.state.renderer.assets.stylesheet
        asked = asyncio.create_task(browser.get(f"/dev/changes?since={state.revision}"))
        await asyncio.sleep(0)
        state.add({"page", "style"})
        told = (await asked).json()
        assert told["revision"] == state.revision > first["revision"]
        assert [kind for _, kind in told["changes"]] == ["script", "page", "style"]
        again = (await browser.get(f"/dev/changes?since={state.revision}")).json()
        assert again == told
        assert (await browser.get("/dev/changes?since=nonsense")).json() == told


async def test_what_cannot_be_read_is_told_and_does_not_end_the_watching(sqlite_url: str, tmp_path: Path) -> None:
    said = io.StringIO()
    async with running(settings_for(sqlite_url, dev_tools=True)) as app:
        app.state.renderer._static = tmp_path  # nothing is there
        before = app.state.changes.revision
        with log.to(said):
            changes._tell(app, {tmp_path / "tokens.css"})
            async with changes.watching(app, [tmp_path / "nowhere"]):
                pass
    assert app.state.changes.revision > before
    events = [json.loads(line)["event"] for line in said.getvalue().splitlines()]
    assert events == ["a file cannot be read", "files cannot be watched"]


async def test_a_saved_file_is_told(sqlite_url: str, tmp_path: Path) -> None:
    async with running(settings_for(sqlite_url, dev_tools=True)) as app:
        before = app.state.changes.revision
        async with changes.watching(app, [tmp_path]):
            async with asyncio.timeout(10):
                while app.state.changes.revision == before:
                    (tmp_path / "own.css").write_text(str(asyncio.get_running_loop().time()))
                    await asyncio.sleep(0.05)  # until the folder is watched, nothing is seen
    assert [kind for _, kind in app.state.changes._known][-1] == "style"


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("login.html", True),
        ("tokens.css", True),
        ("messages.po", True),
        ("login.states.toml", True),
        (".login.html.swp", False),
        (".#login.html", False),
        ("#login.html", False),
        ("login.html~", False),
        ("4913", False),
    ],
)
def test_what_editors_put_beside_a_file_is_no_change(name: str, counts: bool) -> None:
    assert changes._counts(Change.modified, f"/templates/pages/{name}") is counts


def test_a_new_folder_is_a_change_and_so_is_what_came_in_it(tmp_path: Path) -> None:
    """What is put into a folder as soon as it is made may be there before the folder is watched."""
    catalog = tmp_path / "ja" / "LC_MESSAGES" / "messages.po"
    catalog.parent.mkdir(parents=True)
    catalog.write_text("")
    (catalog.parent / ".messages.po.swp").write_text("")
    folder = str(tmp_path / "ja")
    assert changes._counts(Change.added, folder)
    assert not changes._counts(Change.modified, folder)
    assert changes._files(Path(folder)) == [catalog]
    assert changes._files(catalog) == [catalog]


@pytest.mark.parametrize("production", [True, False], ids=["production", "switched off"])
async def test_nothing_of_it_is_there_in_production_or_where_it_is_switched_off(
    production: bool, database_url: str
) -> None:
    more = {"environment": "production", "base_url": "https://id.example.com", "dev_provider": False}
    async with running(settings_for(database_url, **more if production else {})) as app, Browser(app) as browser:
        assert (await browser.get("/dev/changes")).status_code == 404
        for path in ("/login", "/signup", "/nowhere"):
            html = (await browser.get(path)).text
            assert ("<!--" in html) is not production
            for each in ("reload", "data-since", "corner", "/static/dev"):
                assert each not in html
        addresses = app.state.renderer.assets.addresses
        assert production is not ({"reload.js", "corner.css", "template_error.css"} <= set(addresses))
        assert not hasattr(app.state, "changes")
