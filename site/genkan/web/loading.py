"""From which folder does a template come? From the team's own where it is there and can be read, else from ours."""

from collections.abc import Callable, MutableMapping, Sequence
from pathlib import Path
from typing import Any, Final

from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, Template, TemplateNotFound

from genkan.web.brand import BOM_TOO, Brand

OURS: Final = "ours"  # `{% extends "ours/pages/login.html" %}`: the original, from a template of the same name
Source = tuple[str, str, Callable[[], bool]]
Report = Callable[[str, BaseException], None]


def ours(root: Path, brand: Brand | None = None) -> FileSystemLoader:
    return Ours([root / "templates", root / "static" / "img"], brand.templates if brand else ())


def both(root: Path, brand: Brand, report: Report | None) -> BaseLoader:
    """report: told of each template of theirs that cannot be read, and ours is taken; None: it is an error."""
    own = ours(root, brand)
    return ChoiceLoader([Theirs(brand, report), own, PrefixLoader({OURS: own})])


class Ours(FileSystemLoader):
    """shadows: folders that are looked into first; in development a template is asked for anew when it appears there."""

    def __init__(self, folders: Sequence[Path], shadows: Sequence[Path]) -> None:
        super().__init__(folders)
        self._shadows = shadows

    def get_source(self, environment: Environment, template: str) -> Source:
        source, path, is_current = super().get_source(environment, template)
        return source, path, lambda: is_current() and not any((each / template).exists() for each in self._shadows)


class Theirs(FileSystemLoader):
    """Nothing that a link leads out of the folder."""

    def __init__(self, brand: Brand, report: Report | None) -> None:
        super().__init__(brand.templates, encoding=BOM_TOO)
        self._inside = brand.folder.resolve()
        self._report = report

    def get_source(self, environment: Environment, template: str) -> Source:
        source, path, is_current = super().get_source(environment, template)
        if not Path(path).resolve().is_relative_to(self._inside):
            raise TemplateNotFound(template)
        return source, path, is_current

    def load(self, environment: Environment, name: str, globals: MutableMapping[str, Any] | None = None) -> Template:
        try:
            return super().load(environment, name, globals)
        except TemplateNotFound:
            raise
        except Exception as error:  # whatever is wrong with it: of a syntax, of letters, of rights
            if self._report is None:
                raise
            self._report(name, error)
            raise TemplateNotFound(name) from error
