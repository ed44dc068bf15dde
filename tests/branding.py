"""What do tests of a team's own folder share? A folder with files in it, and a site that looks there."""

import contextlib
import io
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from entrance import Browser, running, settings_for
from genkan import log
from genkan.settings import Settings, SettingsFault
from genkan.web.render import Renderer

ROOT = Path(__file__).parents[1]
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 100"><path d="M0 0h400v100H0z"/></svg>'
PRODUCTION = {"environment": "production", "base_url": "https://id.example.com", "dev_provider": False}


def put(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """These files, by their paths in the folder, which is returned."""
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def settings(folder: Path, **changes: Any) -> Settings:
    return settings_for("sqlite:///unused", brand_dir=folder, **changes)


def renderer(folder: Path, **changes: Any) -> Renderer:
    return Renderer(settings(folder, **changes), ROOT)


def faults(folder: Path) -> list[str]:
    """What the site says when it refuses to start, one sentence each."""
    with pytest.raises(SettingsFault) as fault:
        renderer(folder)
    return fault.value.faults


@contextlib.asynccontextmanager
async def visiting(database_url: str, folder: Path, **changes: Any) -> AsyncIterator[Browser]:
    async with running(settings_for(database_url, brand_dir=folder, **changes)) as app, Browser(app) as browser:
        yield browser


@contextlib.contextmanager
def events(name: str) -> Iterator[list[dict[str, Any]]]:
    """The events of this name that are logged inside, to be read afterwards."""
    found: list[dict[str, Any]] = []
    stream = io.StringIO()
    with log.to(stream):
        yield found
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    found += [line for line in lines if line["event"] == name]
