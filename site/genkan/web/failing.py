"""What is said of a team's own template that failed? Once each, in the log: its name, the line and why, and nothing of anybody's."""

import re
import traceback
from pathlib import Path
from typing import Final

from jinja2 import TemplateError, TemplateSyntaxError

from genkan import log
from genkan.web.brand import Brand

QUOTED: Final = re.compile(r"'([^']*)'")
KIND: Final = re.compile(r"^'(?:None|[\w.]+ object)' has no ")  # which Jinja names before what it misses


class Failures:
    """Those of one site."""

    def __init__(self, brand: Brand) -> None:
        self._brand = brand
        self._told: set[str] = set()

    def tell(self, asked: str, error: BaseException) -> None:
        """asked: the template that was to be read or rendered; it is named where nothing of theirs is found in the error."""
        place = self._place(error)
        name = self._name(Path(place.filename)) if place else asked
        if name in self._told:
            return
        self._told.add(name)
        line = error.lineno if isinstance(error, TemplateSyntaxError) else place.lineno if place else None
        log.event("brand template failed", level="error", template=name, line=line, why=why(error, self._source(name)))

    def _place(self, error: BaseException) -> traceback.FrameSummary | None:
        """The innermost of their lines that the error went through."""
        frames = traceback.extract_tb(error.__traceback__, limit=None)
        theirs = [each for each in frames if Path(each.filename).is_relative_to(self._brand.folder)]
        return theirs[-1] if theirs else None

    def _name(self, path: Path) -> str:
        return next(str(path.relative_to(each)) for each in self._brand.templates if path.is_relative_to(each))

    def _source(self, name: str) -> str:
        there = [folder / name for folder in self._brand.templates if (folder / name).is_file()]
        return there[0].read_text(errors="replace") if there else ""


def why(error: BaseException, source: str) -> str:
    """The error's kind; and its sentence, where all that it quotes stands in the template itself: anything else may be a person's."""
    kind, sentence = type(error).__name__, str(getattr(error, "message", None) or error).partition("\n")[0]
    is_of_template = isinstance(error, TemplateError) or sentence.startswith("macro '")
    quoted = QUOTED.findall(KIND.sub("", sentence))
    is_known = isinstance(error, TemplateSyntaxError) or all(each in source for each in quoted)
    return f"{kind}: {sentence}" if is_of_template and is_known else kind
