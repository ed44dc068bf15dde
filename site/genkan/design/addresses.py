"""Which module answers an address, and with which templates? Read from the sources, so that nothing has to run for it."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOMS: Final = ("pages", "dev")  # of site/genkan, whose modules have routes
ROUTES: Final = {"form_route": ("GET", "POST"), "Route": ("GET",), "AdminRoute": ("GET",)}
SHOWING: Final = {
    "page",
    "form",
    "form_again",
    "form_anew",
    "same_for_all",
    "block",
}  # what makes an answer of a template
PARAMETER: Final = re.compile(r"{(\w+)(?::\w+)?}")


@dataclass(frozen=True, slots=True)
class Door:
    """path: as the routes have it, "/oauth/{provider}"; module: its file; templates: "pages/login", what it may show."""

    path: str
    methods: tuple[str, ...]
    module: Path
    templates: tuple[str, ...]

    def answers(self, address: str) -> bool:
        parts = PARAMETER.split(self.path)[::2]  # what stands around the parameters
        return re.fullmatch("[^/]+".join(map(re.escape, parts)), address) is not None


def doors(house: Path) -> list[Door]:
    """Every route of the pages. house: the folder site/genkan. Those without a parameter first: they are asked for first."""
    found = [
        each
        for room in ROOMS
        for path in sorted((house / room).rglob("*.py"))
        for each in _of(room, path, house.parent)
    ]
    return sorted(found, key=lambda each: "{" in each.path)


def _of(room: str, path: Path, sources: Path) -> Iterator[Door]:
    tree = ast.parse(path.read_text())
    calls = [each for each in ast.walk(tree) if isinstance(each, ast.Call)]
    templates = tuple(dict.fromkeys(each for call in calls for each in _shown(room, path, call)))
    for call in calls:
        if isinstance(call.func, ast.Name) and call.func.id in ROUTES:
            address = _text(call.args[0], tree, sources)
            if address is not None:
                yield Door(address, _methods(call), path, templates)


def _text(node: ast.expr | None, tree: ast.Module, sources: Path) -> str | None:
    """What the address is, where it can be read: a text, a name for one, or one that is put together of both."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.Name):
        return _meant(node.id, tree, sources)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        path = _module(node.value.id, tree, sources)
        return _meant(node.attr, ast.parse(path.read_text()), sources) if path else None
    if isinstance(node, ast.FormattedValue):
        return _text(node.value, tree, sources)
    if isinstance(node, ast.JoinedStr):
        parts = [_text(each, tree, sources) for each in node.values]
        return None if None in parts else "".join(filter(None, parts))
    return None


def _meant(name: str, tree: ast.Module, sources: Path) -> str | None:
    """The text that a name stands for, in this module or in the one of ours that it comes from."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and name in [each.id for each in node.targets if isinstance(each, ast.Name)]:
            return _text(node.value, tree, sources)
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == name:
            return _text(node.value, tree, sources)
        if isinstance(node, ast.ImportFrom) and name in [each.name for each in node.names]:
            path = sources / f"{(node.module or '').replace('.', '/')}.py"
            return _meant(name, ast.parse(path.read_text()), sources) if path.exists() else None
    return None


def _module(name: str, tree: ast.Module, sources: Path) -> Path | None:
    """The file of a module of ours that is imported by its name: `from genkan.dev.gallery import shelf`."""
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and name in [each.name for each in node.names]:
            path = sources / f"{(node.module or '').replace('.', '/')}/{name}.py"
            return path if path.exists() else None
    return None


def _methods(call: ast.Call) -> tuple[str, ...]:
    said = next((each.value for each in call.keywords if each.arg == "methods"), None)
    if isinstance(said, ast.List):
        return tuple(str(each.value) for each in said.elts if isinstance(each, ast.Constant))
    return ROUTES[call.func.id] if isinstance(call.func, ast.Name) else ()


def _shown(room: str, path: Path, call: ast.Call) -> Iterator[str]:
    """The template that a call shows: `show.page(request, "login", …)`."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    second = call.args[1] if len(call.args) > 1 else None
    if isinstance(second, ast.Constant) and isinstance(second.value, str):
        if path.parent.name == "gallery" and name in SHOWING:
            yield f"{room}/gallery/{second.value}"
        elif name in SHOWING:
            yield f"pages/{second.value}"
        elif name == "development":
            yield f"{room}/{second.value}"
