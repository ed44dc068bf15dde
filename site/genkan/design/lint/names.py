"""Does a template use a name that nobody knows? It knows what its states give it; a component what its callers do."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from jinja2 import Environment

from genkan.design.lint import known
from genkan.design.lint.calls import macros
from genkan.design.lint.finding import Finding
from genkan.design.lint.known import Known
from genkan.design.lint.syntax import chain
from genkan.design.lint.tree import PARTS, WITHOUT_JINJA, Template, Tree
from genkan.design.lint.values import Call, Scope
from genkan.design.lint.walk import Walk, top

ROUNDS: Final = 4  # components call components, no deeper than this
FOR_500: Final = {"service": "", "ref": "", "stylesheet": ""}

Given = dict[str, dict[str, Known | None]]  # component → parameter → what it may be
Contexts = Mapping[str, Iterable[Mapping[str, Any]]]  # of each template in its states, by its name without the suffix


def findings(tree: Tree, jinja: Environment, contexts: Contexts) -> Iterator[Finding]:
    given: Given = {}
    found = set()
    for template in tree.by_name.values():
        if template.room not in ("layouts", "components") and template.name not in PARTS:
            found |= set(_of_chain(tree, template, jinja, contexts, given))
    for _ in range(ROUNDS):
        inside = set(_of_components(tree, jinja, given))
    yield from found | inside


def _of_chain(
    tree: Tree, template: Template, jinja: Environment, contexts: Contexts, given: Given
) -> Iterator[Finding]:
    """The template and its layouts, which know what it knows."""
    stem = template.name.rpartition(".")[0]
    every = [FOR_500] if template.name == WITHOUT_JINJA else list(contexts.get(stem, ()))
    layers = chain(tree, template)
    own = [name for layer in layers if layer.tree for name in top(layer.tree)]
    scope: Scope = {**dict.fromkeys(jinja.globals), **known.of(every).names, **dict.fromkeys(own)}
    for layer in layers:
        walk = Walk(f"no state of {stem} has it", is_known=bool(every))
        if layer.tree is not None:
            walk.template(layer.tree, dict(scope))
        if every:
            _give(given, tree, walk.calls)
        yield from _found(layer, walk)


def _of_components(tree: Tree, jinja: Environment, given: Given) -> Iterator[Finding]:
    for each in tree.by_name.values():
        if each.tree is not None and (each.room == "components" or each.name in PARTS):
            walk = Walk("a component knows its parameters and no more", given=given if each.name not in PARTS else {})
            walk.template(each.tree, dict.fromkeys([*jinja.globals, *top(each.tree)]))
            _give(given, tree, walk.calls)
            yield from _found(each, walk)


def _give(given: Given, tree: Tree, calls: Iterable[Call]) -> None:
    """Notes what components are called with."""
    for call in calls:
        macro = macros(tree, f"components/{call.name}.html").get(call.name)
        for name, value in call.bound(macro).items() if macro else ():
            of = given.setdefault(call.name, {})
            of[name] = known.both(of[name], value) if name in of else value


def _found(template: Template, walk: Walk) -> Iterator[Finding]:
    for line, _, text in walk.unknown:
        yield Finding(template.shown, line, "undefined", text)
