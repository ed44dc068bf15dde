"""Do real pages and mails give their templates only what the states know? Looks on while tests run, and fails those where not."""

import contextlib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from genkan.design import states
from genkan.design.shapes import Shape, shape
from genkan.design.states import State
from genkan.web.templates import Templates

ROOT = Path(__file__).parents[1]
TEMPLATES = ROOT / "templates"
AROUND = {"here", "lang", "languages", "stylesheet", "script", "icon", "logo", "card"}  # what design/showing.py adds
OWN = {"person", "notice"}  # of what every page has: it depends on the page whether there is one


@cache
def of_every_page() -> frozenset[str]:
    """What web/render.py gives every page, the same on all of them."""
    return frozenset(states.common(TEMPLATES).keys() | AROUND) - OWN


@cache
def known() -> dict[str, Shape]:
    """What the states of each template know, by its name: "pages/login"."""
    common = {name: value for name, value in states.common(TEMPLATES).items() if name in OWN}
    return {name: _union(each, common) for name, each in states.load(TEMPLATES).items()}


def _union(found: list[State], common: Mapping[str, Any]) -> Shape:
    if found and found[0].template.startswith("emails/"):
        return set().union(*(shape(state.context["details"]) for state in found))
    return set().union(*(_shape({**common, **state.context}) for state in found))


def _shape(context: Mapping[str, Any]) -> Shape:
    return shape({name: value for name, value in context.items() if name not in of_every_page()})


def drift(template: str, context: Mapping[str, Any]) -> list[str]:
    """What the template is given and no state of it has, in sentences. template: with its suffix, in templates/."""
    room = template.partition("/")[0]
    if room not in states.ROOMS:
        return []
    name = template.rpartition(".")[0]
    given = shape(context.get("details", {})) if room == "emails" else _shape(context)
    return [
        f"templates/{template} is given {path} ({kind}), which no state in templates/{name}{states.SUFFIX} has."
        for path, kind in sorted(given - known().get(name, set()))
    ]


@contextlib.contextmanager
def watched() -> Iterator[list[str]]:
    """Looks on at every template of ours that is rendered inside; templates of a test's own are none of them."""
    found: list[str] = []

    def looking_on(name: str) -> Any:
        real = getattr(Templates, name)

        def observed(self: Templates, template: str, part: str | None, code: str, context: dict[str, Any]) -> str:
            drifted = drift(template, context)
            if drifted and _is_ours(self, template, code):
                found.extend(each for each in drifted if each not in found)  # render asks mail
            return str(real(self, template, part, code, context))

        return observed

    with pytest.MonkeyPatch.context() as patch:
        for name in ("render", "mail"):
            patch.setattr(Templates, name, looking_on(name))
        yield found


@contextlib.contextmanager
def without_drift() -> Iterator[None]:
    """Fails where a page or a mail gives its template what no state has."""
    with watched() as found:
        yield
    if found:
        pytest.fail("\n".join(dict.fromkeys(found)), pytrace=False)


def _is_ours(templates: Templates, template: str, code: str) -> bool:
    file = templates.environments[code].get_template(template).filename
    return file is not None and Path(file).is_relative_to(TEMPLATES)


@pytest.fixture(autouse=True)
def no_drift(request: pytest.FixtureRequest) -> Iterator[None]:
    """A page that gives its template what no state has fails the test that met it; not in tests that are marked `own_contexts`."""
    if request.node.get_closest_marker("own_contexts"):
        yield
    else:
        with without_drift():
            yield
