"""What may an expression of a template be, and which of its names does nobody know?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from jinja2 import nodes

from genkan.design.lint import known
from genkan.design.lint.known import TEXT, Known
from genkan.design.lint.syntax import meant

Scope = dict[str, Known | None]
ASKING: Final = ("defined", "undefined", "default", "d")
# Filters that leave what they are given, maybe less of it.
SAME: Final = ("list", "select", "reject", "selectattr", "rejectattr", "sort", "reverse", "unique", "default", "d")


@dataclass(frozen=True, slots=True)
class Call:
    """Of a component: `ui.field(…)`."""

    name: str
    positional: tuple[Known | None, ...]
    named: Mapping[str, Known | None]

    def bound(self, macro: nodes.Macro) -> dict[str, Known | None]:
        """By the names of its parameters."""
        names = [each.name for each in macro.args]
        named = {name: value for name, value in self.named.items() if name in names}
        return dict(zip(names, self.positional, strict=False)) | named


class Values:
    """unknown: line, name and sentence of each name that nobody knows; calls: of components, with what they are given.

    why: the end of that sentence; is_known: whether it can be said at all what the template knows.
    """

    def __init__(self, why: str, *, is_known: bool) -> None:
        self._why = why
        self._is_known = is_known
        self.unknown: list[tuple[int, str, str]] = []
        self.calls: list[Call] = []

    def value(self, node: nodes.Node, scope: Scope, *, is_asked: bool = False) -> Known | None:
        """is_asked: the template asks itself whether this is there."""
        special = getattr(self, f"_of_{type(node).__name__.lower()}", None)
        if special is not None:
            found: Known | None = special(node, scope, is_asked)
            return found
        for each in node.iter_child_nodes():
            self.value(each, scope)
        return None

    def _any(self, each: Iterable[nodes.Node], scope: Scope) -> Known | None:
        """Any of these."""
        values = [self.value(node, scope) for node in each]
        found = values[0] if values else Known()
        for value in values[1:]:
            found = known.both(found, value)
        return found

    def _of_name(self, node: nodes.Name, scope: Scope, is_asked: bool) -> Known | None:
        if node.name in scope:
            return scope[node.name]
        if self._is_known and not is_asked:
            self._tell(node, node.name, node.name, scope)
        return None

    def _of_const(self, node: nodes.Const, scope: Scope, is_asked: bool) -> Known | None:
        return TEXT if isinstance(node.value, str) else Known({"nothing" if node.value is None else "number"})

    def _of_getattr(self, node: nodes.Getattr, scope: Scope, is_asked: bool) -> Known | None:
        return self._part(node, node.attr, scope, is_asked)

    def _of_getitem(self, node: nodes.Getitem, scope: Scope, is_asked: bool) -> Known | None:
        if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
            return self._part(node, node.arg.value, scope, is_asked)
        of = self.value(node.node, scope)
        self.value(node.arg, scope)
        return of if isinstance(node.arg, nodes.Slice) or of is None else of.each

    def _part(self, node: Any, name: str, scope: Scope, is_asked: bool) -> Known | None:
        of = self.value(node.node, scope)
        if of is None or (of.has(name) and name not in of.names):
            return None
        if name in of.names:
            return of.names[name]
        if not is_asked:
            whole = f"{node.node.name}.{name}" if isinstance(node.node, nodes.Name) else f"….{name}"
            self._tell(node, name, whole, of.names)
        return None

    def _tell(self, node: nodes.Node, name: str, whole: str, there: Iterable[str]) -> None:
        self.unknown.append((node.lineno, name, f"`{whole}` is not known here: {self._why}.{meant(name, there)}"))

    def _of_filter(self, node: nodes.Filter, scope: Scope, is_asked: bool) -> Known | None:
        of = self.value(node.node, scope, is_asked=node.name in ASKING) if node.node is not None else None
        for each in [*node.args, *node.kwargs]:
            self.value(each, scope)
        return of if node.name in SAME else TEXT if node.name == "join" else None

    def _of_test(self, node: nodes.Test, scope: Scope, is_asked: bool) -> Known | None:
        self.value(node.node, scope, is_asked=node.name in ASKING)
        for each in node.args:
            self.value(each, scope)
        return None

    def _of_call(self, node: nodes.Call, scope: Scope, is_asked: bool) -> Known | None:
        self.value(node.node, scope)
        positional = tuple(self.value(each, scope) for each in node.args)
        named = {each.key: self.value(each.value, scope) for each in node.kwargs}
        of = node.node
        if isinstance(of, nodes.Getattr) and isinstance(of.node, nodes.Name) and of.node.name == "ui":
            self.calls.append(Call(of.attr, positional, named))
        return None

    def _of_condexpr(self, node: nodes.CondExpr, scope: Scope, is_asked: bool) -> Known | None:
        self.value(node.test, scope)
        return self._any([node.expr1, node.expr2] if node.expr2 else [node.expr1], scope)

    def _of_or(self, node: nodes.Or, scope: Scope, is_asked: bool) -> Known | None:
        return self._any([node.left, node.right], scope)

    def _of_and(self, node: nodes.And, scope: Scope, is_asked: bool) -> Known | None:
        return self._any([node.left, node.right], scope)

    def _of_list(self, node: nodes.List, scope: Scope, is_asked: bool) -> Known | None:
        return Known({"list"}, each=self._any(node.items, scope))

    def _of_tuple(self, node: nodes.Tuple, scope: Scope, is_asked: bool) -> Known | None:
        return Known({"list"}, each=self._any(node.items, scope))

    def _of_concat(self, node: nodes.Concat, scope: Scope, is_asked: bool) -> Known | None:
        self._any(node.nodes, scope)
        return TEXT
