"""Is every template, style sheet and catalog as it has to be? `findings` looks at all of them: under two seconds, no browser."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment

from genkan.design.lint import (
    attributes,
    blame,
    calls,
    catalogs,
    classes,
    colours,
    contract,
    controls,
    kept,
    mails,
    names,
    page,
    shown,
    styles,
    syntax,
    tree,
    weight,
    words,
)
from genkan.design.lint.finding import Finding
from genkan.design.lint.shown import Shown
from genkan.design.lint.tree import Tree

__all__ = ["Finding", "findings"]


def findings(root: Path, brand: Path | None = None) -> list[Finding]:
    """Everything that is wrong below root, and below the folder that BRAND_DIR names; by file and line."""
    root = root.resolve()
    there = tree.read(root, brand.resolve() if brand else None)
    renderer = shown.renderer(root, there.brand)
    every = shown.every(there, renderer)
    read = set(_as_read(there, shown.environment(renderer), every))
    found = read | set(_as_shown(there, every)) | set(kept.findings(there, every, read))
    return sorted(found | set(weight.findings(root, renderer.assets, every)))


def _as_read(there: Tree, jinja: Environment, every: list[Shown]) -> Iterator[Finding]:
    """What can be seen without showing anything."""
    yield from syntax.findings(there, jinja)
    yield from calls.findings(there)
    yield from names.findings(there, jinja, _contexts(every))
    yield from attributes.findings(there)
    yield from words.findings(there)
    yield from catalogs.findings(there)
    yield from styles.findings(there)
    yield from classes.findings(there)
    yield from colours.findings(there)
    yield from mails.findings(there, every)


def _as_shown(there: Tree, every: list[Shown]) -> Iterator[Finding]:
    faults = [each for state in every for of in (page, controls, contract) for each in of.faults(state)]
    yield from blame.findings(there, every, faults)
    yield from page.without_title(there, every)
    yield from contract.lost(there, every)


def _contexts(every: list[Shown]) -> Mapping[str, list[Mapping[str, Any]]]:
    found = defaultdict(list)
    for each in every:
        found[each.state.template].append(each.known)
    return found
