"""What if a state cannot be rendered? A sentence for whoever changed the template, instead of a failure of the server."""

from collections.abc import Callable
from typing import Final, TypeVar

from jinja2 import TemplateError, TemplateSyntaxError

# What a template can do wrong: by itself, and in what it asks of a macro or a value.
FAULTS: Final = (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
Drawn = TypeVar("Drawn")


class CannotDraw(Exception):
    """In a sentence: which template, which line, what is wrong."""


def drawn(draw: Callable[[], Drawn]) -> Drawn:
    """What `draw` makes of a template. Raises CannotDraw."""
    try:
        return draw()
    except TemplateSyntaxError as fault:
        raise CannotDraw(f"{fault.name or 'A template'}, line {fault.lineno}: {fault.message}") from fault
    except FAULTS as fault:
        raise CannotDraw(f"{type(fault).__name__}: {fault}") from fault
