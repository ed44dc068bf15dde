"""Which names does a template use? A walk through its tree as Jinja would go, with every branch taken."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from jinja2 import nodes

from genkan.design.lint import known
from genkan.design.lint.known import TEXT, Known
from genkan.design.lint.values import Scope, Values

OF_MACROS: Final = ("caller", "varargs", "kwargs")
OF_BLOCKS: Final = ("super", "self")
MAKERS: Final = (nodes.Assign, nodes.AssignBlock, nodes.Import, nodes.FromImport, nodes.Macro)


def top(tree: nodes.Template) -> Iterator[str]:
    """The names that a template makes at its top: its blocks and layouts know them too."""
    for node in tree.body:
        for each in node.find_all(MAKERS) if isinstance(node, nodes.If) else [node]:
            if isinstance(each, MAKERS):
                yield from _made(each)


def _made(node: Any) -> Iterator[str]:
    if isinstance(node, nodes.FromImport):
        yield from (each if isinstance(each, str) else each[1] for each in node.names)
    elif isinstance(node, nodes.Macro):
        yield node.name
    elif isinstance(node, nodes.Import):
        yield node.target
    else:
        yield from _names(node.target)


def _names(target: nodes.Node) -> list[str]:
    return [target.name] if isinstance(target, nodes.Name) else [each.name for each in target.find_all(nodes.Name)]


class Walk(Values):
    """given: what components are called with, by component and parameter."""

    def __init__(
        self, why: str, *, is_known: bool = True, given: Mapping[str, Mapping[str, Known | None]] | None = None
    ) -> None:
        super().__init__(why, is_known=is_known)
        self._given = given or {}
        self._top: Scope = {}

    def template(self, tree: nodes.Template, scope: Scope) -> None:
        self._top = scope
        self._body(tree.body, scope)

    def _body(self, body: list[nodes.Node], scope: Scope) -> None:
        for node in body:
            self._statement(node, scope)

    def _statement(self, node: nodes.Node, scope: Scope) -> None:
        special: Callable[[Any, Scope], None] | None = getattr(self, f"_{type(node).__name__.lower()}", None)
        if special is not None:
            special(node, scope)
            return
        for each in node.iter_child_nodes():
            if isinstance(each, nodes.Expr):
                self.value(each, scope)
            else:
                self._statement(each, scope)

    def _for(self, node: nodes.For, scope: Scope) -> None:
        over = self.value(node.iter, scope)
        inner = {**scope, "loop": None}
        self._bind(node.target, over.each if over else None, inner)
        if node.test is not None:
            self.value(node.test, inner)
        self._body(node.body, inner)
        self._body(node.else_, dict(scope))

    def _block(self, node: nodes.Block, scope: Scope) -> None:
        self._body(node.body, {**(scope if node.scoped else self._top), **dict.fromkeys(OF_BLOCKS)})

    def _macro(self, node: nodes.Macro, scope: Scope) -> None:
        inner = {**self._top, **dict.fromkeys(OF_MACROS)}
        given = self._given.get(node.name, {})
        defaults = dict(zip([each.name for each in node.args[::-1]], node.defaults[::-1], strict=False))
        for each in node.args:
            usual = self.value(defaults[each.name], inner) if each.name in defaults else Known()
            inner[each.name] = known.both(given[each.name], usual) if each.name in given else None
        self._body(node.body, inner)

    def _callblock(self, node: nodes.CallBlock, scope: Scope) -> None:
        self.value(node.call, scope)
        self._body(node.body, {**scope, **{each.name: None for each in node.args}})

    def _assign(self, node: nodes.Assign, scope: Scope) -> None:
        self._bind(node.target, self.value(node.node, scope), scope)

    def _assignblock(self, node: nodes.AssignBlock, scope: Scope) -> None:
        self._body(node.body, dict(scope))
        self._bind(node.target, TEXT, scope)

    def _with(self, node: nodes.With, scope: Scope) -> None:
        inner = dict(scope)
        for target, value in zip(node.targets, node.values, strict=True):
            self._bind(target, self.value(value, scope), inner)
        self._body(node.body, inner)

    def _import(self, node: nodes.Import, scope: Scope) -> None:
        scope.update(dict.fromkeys(_made(node)))

    _fromimport = _import

    def _bind(self, target: nodes.Node, value: Known | None, scope: Scope) -> None:
        if isinstance(target, nodes.Name):
            scope[target.name] = value
        for each in target.items if isinstance(target, nodes.Tuple) else ():
            self._bind(each, value.each if value else None, scope)
