"""Is every sentence in every catalog, used, and with the same values as in English?"""

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Final

from jinja2 import nodes

from genkan import errors
from genkan.design.lint.entries import Entry
from genkan.design.lint.finding import Finding
from genkan.design.lint.tree import Source, Tree
from genkan.web import notices

VALUE: Final = re.compile(r"%\((\w+)\)s")
ALONE: Final = re.compile(r"(?<!%)(?:%%)*%(?!%|\(\w+\)s)")
JOINED: Final = re.compile(r'"\s*\n\s*f?"')  # a text of Python that goes on in the next line
IN_CODE: Final = ("site/genkan/errors.py", "site/genkan/web/notices.py")

Used = dict[str, tuple[str, int]]  # sentence → where it is used first


def findings(tree: Tree) -> Iterator[Finding]:
    used = _in_templates(tree) | _in_code(tree.root)
    sources = [path.read_text() for path in sorted((tree.root / "site").rglob("*.py"))]
    code = JOINED.sub("", "\n".join([*sources, *(each.text for each in tree.templates if each.tree is None)]))
    for language, source, entries in tree.catalogs:
        if source.is_ours:
            yield from _missing(language, used, _there(tree, language))
        for each in entries:
            yield from _unused(source, each, used, code)
            yield from _different(source, each)


def sentences(calls: Iterable[nodes.Call]) -> Iterator[tuple[str, int]]:
    """What stands in `_("…")`, and in which line."""
    for call in calls:
        first = call.args[0] if call.args else None
        if isinstance(call.node, nodes.Name) and call.node.name == "_" and isinstance(first, nodes.Const):
            yield first.value, call.lineno


def _in_templates(tree: Tree) -> Used:
    found: Used = {}
    for template in tree.templates:
        for text, line in sentences(template.all(nodes.Call)):
            found.setdefault(text, (template.shown, line))
    return found


def _in_code(root: Path) -> Used:
    kinds = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, errors.GenkanError)]
    texts = [*(each.text for each in kinds if each.text), *(text for _, _, text in notices.NOTICES.values())]
    files = [(name, (root / name).read_text()) for name in IN_CODE if (root / name).exists()]
    return {text: _place(text, files) for text in texts}


def _place(text: str, files: list[tuple[str, str]]) -> tuple[str, int]:
    for name, source in files:
        if text[:40] in source:
            return name, source.count("\n", 0, source.index(text[:40])) + 1
    return IN_CODE[0], 1


def _there(tree: Tree, language: str) -> set[str]:
    """What our catalog says, and the team's own."""
    return {each.text for code, _, entries in tree.catalogs if code == language for each in entries if each.translated}


def _missing(language: str, used: Used, there: set[str]) -> Iterator[Finding]:
    for text in used.keys() - there:
        path, line = used[text]
        said = (
            f'"{text}" has no translation in {language}. Add it to {_locale(path)}/{language}/LC_MESSAGES/messages.po.'
        )
        yield Finding(path, line, "translation", said)


def _locale(path: str) -> str:
    """Of a template of the team's own: where an upgrade of ours does not come."""
    brand, found, _ = path.partition("/templates/")
    return f"{brand}/locale" if found else "templates/locale"


def _unused(source: Source, entry: Entry, used: Used, code: str) -> Iterator[Finding]:
    if entry.text not in used and _quoted(entry.text) not in code:
        close = get_close_matches(entry.text, used, 1, 0.8)
        instead = f' Did you mean "{close[0]}"?' if close else " Take it out."
        yield Finding(source.shown, entry.line, "translation", f'Nobody says "{entry.text}".{instead}')


@lru_cache(None)
def _quoted(text: str) -> str:
    return '"' + text.replace('"', '\\"') + '"'


def _different(source: Source, entry: Entry) -> Iterator[Finding]:
    wanted, has = set(VALUE.findall(entry.text)), set(VALUE.findall(entry.translated))
    for name in sorted(has - wanted):
        text = f"%({name})s is no value of this sentence, whose values are: {', '.join(sorted(wanted)) or 'none'}."
        yield Finding(source.shown, entry.line, "placeholder-value", text)
    if wanted and ALONE.search(entry.translated):
        text = "A % by itself breaks a sentence that has values. Write it twice: %%."
        yield Finding(source.shown, entry.line, "placeholder-value", text)
