"""Are all words in a catalog? What stands in a template outside of `_()` is English to everybody."""

import re
from collections.abc import Iterator
from typing import Final

from jinja2 import nodes

from genkan.design.lint.finding import Finding
from genkan.design.lint.masked import FILLER, blanked
from genkan.design.lint.tree import WITHOUT_JINJA, Template, Tree

READ_ALOUD: Final = ("aria-label", "aria-description", "alt", "title", "placeholder", "summary")
WORD: Final = re.compile(r"[^\W\d_]{2,}")
CODE: Final = re.compile(
    rf"[/@\\{FILLER}]|^[#.]|\w\.\w"
)  # of a word: it is an address, a name of a file, or none of ours
SENTENCE: Final = re.compile(
    r"[^\W\d_]+.*\s|[^\W\d_a-z]"
)  # of a text in an expression: capitals, blanks, other scripts


def findings(tree: Tree) -> Iterator[Finding]:
    for template in tree.templates:
        if template.room == "dev" or template.name == WITHOUT_JINJA:
            continue
        for line, words in _plain(template):
            text = f'"{words}" is not in a catalog. Write {{{{ _("{words}") }}}}, and its translations.'
            yield Finding(template.shown, line, "hard-coded", text)


def _plain(template: Template) -> Iterator[tuple[int, str]]:
    if template.name.endswith(".txt"):
        said = list(enumerate(blanked(template.text).split("\n"), 1))
    else:
        said = list(template.html.said)
        for tag in template.html.tags:
            said += [(tag.line_of(name), value) for name, value in tag.attributes if name in READ_ALOUD]
    for line, text in said:
        words = [each for each in text.split() if WORD.search(each) and not CODE.search(each)]
        if words:
            yield line, " ".join(words)
    yield from _in_expressions(template)


def _in_expressions(template: Template) -> Iterator[tuple[int, str]]:
    """What is put out, given to a component or given a name as it stands, and reads like a sentence."""
    put_out = [each for node in template.all(nodes.Output) for each in node.nodes]
    called = [node.call for node in template.all(nodes.CallBlock)]
    named = [node.node for node in template.all(nodes.Assign)]
    listed = [node.iter for node in template.all(nodes.For)]
    for each in (*put_out, *called, *named, *listed):
        for const in _texts(each):
            if SENTENCE.match(const.value) and WORD.search(const.value) and not const.value.startswith("/"):
                yield const.lineno, const.value


def _texts(node: nodes.Node) -> Iterator[nodes.Const]:
    if isinstance(node, nodes.Const):
        if isinstance(node.value, str):
            yield node
    elif isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name == "_":
        return
    elif not isinstance(node, nodes.Compare | nodes.Test | nodes.TemplateData):
        for each in node.iter_child_nodes():
            yield from _texts(each)
