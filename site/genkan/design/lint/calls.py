"""Is every component there, and called with the parameters that it has?"""

from collections.abc import Iterator, Mapping
from typing import Any

from jinja2 import nodes

from genkan.design.lint.finding import Finding
from genkan.design.lint.syntax import chain, meant
from genkan.design.lint.tree import Template, Tree

Macros = Mapping[str, nodes.Macro]


def findings(tree: Tree) -> Iterator[Finding]:
    components = {each.name.partition("/")[2]: each for each in tree.by_name.values() if each.room == "components"}
    names = {name.removesuffix(".html") for name in components}
    for template in tree.templates:
        if template.tree is not None:
            imported = _imported(tree, template)
            yield from _absent(template, tree, names, imported)
            for call in template.all(nodes.Call):
                macro = _called(call, template, tree, imported)
                if macro is not None:
                    yield from _wrong(template, call, macro)
    yield from _misnamed(components)


def macros(tree: Tree, name: str) -> dict[str, nodes.Macro]:
    """The macros of a template."""
    template = tree.get(name)
    return _of(template.tree) if template and template.tree else {}


def _of(tree: nodes.Template) -> dict[str, nodes.Macro]:
    return {node.name: node for node in tree.body if isinstance(node, nodes.Macro)}


def _imported(tree: Tree, template: Template) -> dict[str, str]:
    """Name → template, of what it or its layouts import."""
    every = [node for each in chain(tree, template) for node in each.all(nodes.Import)]
    return {node.target: node.template.value for node in every if isinstance(node.template, nodes.Const)}


def _absent(template: Template, tree: Tree, names: set[str], imported: Mapping[str, str]) -> Iterator[Finding]:
    for node in template.all(nodes.Getattr):
        of = node.node.name if isinstance(node.node, nodes.Name) else ""
        if of == "ui" and node.attr not in names:
            text = f"There is no component `{node.attr}`.{meant(node.attr, names)}"
            yield Finding(template.shown, node.lineno, "component", text)
        elif of in imported and imported[of] in tree.by_name:
            there = macros(tree, imported[of])
            if there and node.attr not in there:
                text = f"There is no `{node.attr}` in {imported[of]}.{meant(node.attr, there)}"
                yield Finding(template.shown, node.lineno, "component", text)


def _called(call: nodes.Call, template: Template, tree: Tree, imported: Mapping[str, str]) -> nodes.Macro | None:
    of: Any = call.node
    if isinstance(of, nodes.Name):
        return macros(tree, template.name).get(of.name)
    if not isinstance(of, nodes.Getattr) or not isinstance(of.node, nodes.Name):
        return None
    name = f"components/{of.attr}.html" if of.node.name == "ui" else imported.get(of.node.name, "")
    return macros(tree, name).get(of.attr)


def _wrong(template: Template, call: nodes.Call, macro: nodes.Macro) -> Iterator[Finding]:
    names = [each.name for each in macro.args]
    needed = names[: len(names) - len(macro.defaults)]
    named = [each.key for each in call.kwargs]
    given = [*names[: len(call.args)], *named]
    if call.dyn_args is not None or call.dyn_kwargs is not None:
        return
    said = [f"has no parameter `{name}`.{meant(name, names)}" for name in named if name not in names]
    said += [f"needs `{name}`, which is not given." for name in needed if name not in given]
    said += [f"is given `{name}` twice." for name in named if name in names[: len(call.args)]]
    if len(call.args) > len(names):
        said.append(f"takes {len(names)} parameters, and is given {len(call.args)}.")
    for each in said:
        yield Finding(template.shown, call.lineno, "parameter", f"`{macro.name}` {each}")


def _misnamed(components: Mapping[str, Template]) -> Iterator[Finding]:
    for name, each in components.items():
        stem = name.removesuffix(".html")
        there = _of(each.tree) if each.tree is not None else {stem: None}
        if stem not in there:
            line = min((macro.lineno for macro in there.values() if macro), default=1)
            text = f"This file has to have a macro `{stem}`: that is what `ui.{stem}` is."
            yield Finding(each.shown, line, "component", text)
