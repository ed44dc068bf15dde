"""What is `ui` in a template? The components: `ui.field(…)` is the macro `field` of components/field.html."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from jinja2 import Environment

# Components whose parameters are no person's: what they made is kept, in production.
SAME_FOR_ALL: Final = frozenset(
    {"admintabs", "button", "change", "foot", "languages", "mark", "plate", "provider", "providers", "status", "tabs"}
)
REMEMBERED: Final = 256  # of each component


class Components:
    """No page has to import anything."""

    def __init__(self, environment: Environment, *, is_development: bool) -> None:
        self._environment = environment
        self._is_development = is_development
        self.used: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        macro = getattr(self._environment.get_template(f"components/{name}.html").module, name)
        if self._is_development:
            self.used.add(name)  # and asked for anew the next time: the file may have changed
            return macro
        found = remembered(macro) if name in SAME_FOR_ALL else macro
        setattr(self, name, found)
        return found


def remembered(macro: Callable[..., str]) -> Callable[..., str]:
    """The same, made once for each of its parameters; a list among them, which nothing is kept by, is no fault of a template."""
    kept = lru_cache(REMEMBERED)(macro)

    def made(*given: Any, **named: Any) -> str:
        try:
            return kept(*given, **named)
        except TypeError:
            return macro(*given, **named)

    return made
