"""Does every class have its style, and every style its class?"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from genkan.design.lint import css
from genkan.design.lint.css import Rule
from genkan.design.lint.finding import Finding
from genkan.design.lint.masked import FILLER
from genkan.design.lint.syntax import meant
from genkan.design.lint.tree import Template, Tree

CLASS: Final = re.compile(r"\.(-?[a-zA-Z_][\w-]*)")
QUOTED: Final = re.compile(r""""[^"]*"|'[^']*'""")
SHEET: Final = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL)

Places = dict[str, tuple[str, int]]  # class → where it stands first


def findings(tree: Tree) -> Iterator[Finding]:
    pages = [each for each in tree.pages if each.room != "emails"]
    mails = [each for each in tree.pages if each.room == "emails"]
    styled = _styled((source.shown, source.text, 0) for source in tree.styles)
    kinds = {kind for each in pages for kind in each.html.kinds}
    script = " ".join(path.read_text() for path in sorted((tree.root / "static" / "js").rglob("*.js")))
    by_script = {word for found in QUOTED.findall(script) for word in re.findall(r"[\w-]+", found)}
    yield from _compared(_used(pages), styled, kinds, by_script)
    yield from _compared(_used(mails), _styled(_of_mails(mails)), set(), set())


def _compared(used: Places, styled: Places, kinds: set[str], by_script: set[str]) -> Iterator[Finding]:
    for name in used.keys() - styled.keys() - kinds:
        text = f'No style sheet knows the class "{name}".{meant(name, styled) or " Style it, or take it out."}'
        yield Finding(*used[name], "class", text)
    for name in styled.keys() - used.keys() - kinds - by_script:
        text = f'No template has the class "{name}".{meant(name, used) or " Take the style out."}'
        yield Finding(*styled[name], "class", text)


def _used(templates: Iterable[Template]) -> Places:
    found: Places = {}
    for template in templates:
        for tag in template.html.tags:
            for name in (tag.get("class") or "").split():
                if FILLER not in name:
                    found.setdefault(name, (template.shown, tag.line_of("class")))
    return found


def _styled(sheets: Iterable[tuple[str, str, int]]) -> Places:
    """sheets: path, text, and how many lines stand before it."""
    found: Places = {}
    for shown, text, before in sheets:
        for part in css.read(text):
            if isinstance(part, Rule) and not part.head.startswith("@"):
                for name in CLASS.findall(QUOTED.sub("", part.head)):
                    found.setdefault(name, (shown, part.line + before))
    return found


def _of_mails(mails: Iterable[Template]) -> Iterator[tuple[str, str, int]]:
    for each in mails:
        for found in SHEET.finditer(each.text):
            yield each.shown, found[1], each.text.count("\n", 0, found.start(1))
