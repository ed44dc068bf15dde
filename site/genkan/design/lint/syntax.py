"""Can every template be read? Its syntax, what it builds on, and the filters and tests that it uses."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any, Final

from jinja2 import Environment, TemplateNotFound, nodes

from genkan.design.lint.finding import Finding
from genkan.design.lint.tree import Template, Tree

NAMING: Final = (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)
UNSAFE: Final = {
    "safe": "`|safe` puts text into the page as HTML. Take it out: whatever is to be markup belongs into a template.",
    "xmlattr": "`|xmlattr` makes attributes out of data. Write the attributes that are meant.",
}


def findings(tree: Tree, jinja: Environment) -> Iterator[Finding]:
    """jinja: the environment that templates are rendered in, for what it knows."""
    for template in tree.templates:
        if template.fault is not None:
            text = f"{(template.fault.message or '').rstrip('.')}. The template cannot be read until this is mended."
            yield Finding(template.shown, template.fault.lineno, "syntax", text)
        if template.tree is None:
            continue
        yield from _missing(template, jinja)
        yield from _unknown(template, jinja)
        yield from _unsafe(template)
        yield from _without_effect(template, template.tree, tree)


def chain(tree: Tree, template: Template) -> list[Template]:
    """The template and its layouts, the outermost last."""
    found = [template]
    while (parent := tree.get(_parent(found[-1]))) is not None and parent not in found:
        found.append(parent)
    return found


def meant(name: str, known: Iterable[str]) -> str:
    """Which known name was meant, as the end of a sentence; or nothing."""
    close = get_close_matches(name, sorted(known), 1, 0.7)
    return f" Did you mean `{close[0]}`?" if close else ""


def _parent(template: Template) -> str:
    found = template.all(nodes.Extends)
    return str(getattr(found[0].template, "value", "")) if found else ""


def _missing(template: Template, jinja: Environment) -> Iterator[Finding]:
    naming: list[Any] = [each for kind in NAMING for each in template.all(kind)]
    for node in naming:
        named = node.template
        names: list[Any] = named.items if isinstance(named, nodes.List | nodes.Tuple) else [named]
        if not all(isinstance(each, nodes.Const) for each in names) or getattr(node, "ignore_missing", False):
            continue
        if not any(_is_there(each.value, jinja) for each in names):
            text = f"There is no `{names[0].value}`.{meant(names[0].value, jinja.list_templates())}"
            yield Finding(template.shown, node.lineno, "missing-file", text)


def _is_there(name: str, jinja: Environment) -> bool:
    assert jinja.loader
    try:
        jinja.loader.get_source(jinja, name)
    except TemplateNotFound:
        return False
    return True


def _unknown(template: Template, jinja: Environment) -> Iterator[Finding]:
    for kind, known in ((nodes.Filter, jinja.filters), (nodes.Test, jinja.tests)):
        for node in template.all(kind):
            if node.name not in known:
                what = kind.__name__.lower()
                text = f"There is no {what} `{node.name}`.{meant(node.name, known)}"
                yield Finding(template.shown, node.lineno, f"unknown-{what}", text)


def _unsafe(template: Template) -> Iterator[Finding]:
    for node in template.all(nodes.Filter):
        if node.name in UNSAFE:
            yield Finding(template.shown, node.lineno, "unescaped", UNSAFE[node.name])
    for each in template.all(nodes.ScopedEvalContextModifier):
        text = "Escaping is switched off. Take `autoescape` out: what people typed would become markup."
        yield Finding(template.shown, each.lineno, "unescaped", text)


def _without_effect(template: Template, tree: nodes.Template, all_of: Tree) -> Iterator[Finding]:
    """Blocks that no layout has, and no state asks for by name."""
    layers = chain(all_of, template)
    layouts = layers[1:]
    if not layouts or _parent(layers[-1]) or not all(layout.tree for layout in layouts) or all_of.unreadable:
        return  # what is not known cannot be missed
    stem = template.name.rpartition(".")[0]
    there = {each.name for layout in layouts for each in layout.all(nodes.Block)}
    asked = {state.part for state in all_of.states.get(stem, ())}
    for node in tree.body:
        if isinstance(node, nodes.Block) and node.name not in there | asked | {"subject"}:
            text = f"No layout has a block `{node.name}`, so this is never shown.{meant(node.name, there)}"
            yield Finding(template.shown, node.lineno, "block", text)
