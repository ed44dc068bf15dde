"""How is a page made that needs nothing of ours? For what has to be readable while layouts, components or catalogs are broken."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined


def rendered(folders: Sequence[Path], name: str, **context: Any) -> str:
    """A template without `ui`, `_` and all that; everything it is given is escaped."""
    return _environment(tuple(folders)).get_template(name).render(context)


@lru_cache(16)
def _environment(folders: tuple[Path, ...]) -> Environment:
    loader = FileSystemLoader(folders)
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
