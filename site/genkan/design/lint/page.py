"""Is every page put together as it has to be? Headings, landmarks, language, focus, ids and what points to them."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from genkan.design.lint.blame import Fault
from genkan.design.lint.document import Element
from genkan.design.lint.finding import Finding
from genkan.design.lint.shown import Shown
from genkan.design.lint.tree import Tree

HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
POINTING: Final = ("aria-describedby", "aria-labelledby", "aria-controls", "aria-errormessage", "for")


def faults(shown: Shown) -> Iterator[Fault]:
    """Of one state."""
    is_whole = shown.state.part is None
    for element, rule, text in _of(shown.page, is_whole=is_whole, is_mail=shown.state.template.startswith("emails/")):
        yield Fault(element, rule, text, shown)


def without_title(tree: Tree, every: Iterable[Shown]) -> Iterator[Finding]:
    """The whole pages that have no h1: there is no element to be blamed for it."""
    told = set()
    for shown in every:
        stem = shown.state.template
        if shown.state.part is None and shown.html and stem not in told and not shown.page.all("h1"):
            told.add(stem)
            template = tree.by_name[f"{stem}.html"]
            at = next((each for each in ("block content", "block main") if each in template.text), "")
            text = f"This page has no <h1> in the state {shown.state.name}. Give it one: it is what the page is called."
            yield Finding(template.shown, template.line_of(at), "h1", text)


def _of(page: Element, *, is_whole: bool, is_mail: bool) -> Iterator[tuple[Element, str, str]]:
    yield from _headings(page, is_whole=is_whole)
    yield from _focus(page)
    yield from _ids(page)
    if is_whole:
        yield from _pointers(page)
        yield from _frame(page, is_mail=is_mail)


def _headings(page: Element, *, is_whole: bool) -> Iterator[tuple[Element, str, str]]:
    """From the page's h1 down, with no step left out. What stands before it, the summary of errors, is an h2."""
    before, titles = 1 if is_whole else 6, 0
    for each in page.all(*HEADINGS):
        level = int(each.tag[1])
        titles += level == 1
        if titles > 1 and level == 1:
            yield each, "h1", "This is the second <h1> of the page. Make it an <h2>."
        elif level > before + 1:
            yield (
                each,
                "headings",
                f"<{each.tag}> comes after <h{before}>. Make it an <h{before + 1}>: no step is left out.",
            )
        before = level


def _focus(page: Element) -> Iterator[tuple[Element, str, str]]:
    for each in [each for each in page.all() if "autofocus" in each.attributes][1:]:
        yield (
            each,
            "autofocus",
            "Something before this asks for the focus already. Take one `autofocus` out: a page has one at most.",
        )


def _ids(page: Element) -> Iterator[tuple[Element, str, str]]:
    seen: Counter[str] = Counter()
    for each in page.all():
        name = each.get("id")
        seen[name] += 1
        if name and seen[name] > 1:
            yield each, "id", f'The id "{name}" is in the page twice. Give this one another.'


def _pointers(page: Element) -> Iterator[tuple[Element, str, str]]:
    ids = {each.get("id") for each in page.all()} | {"top"}
    for each in page.all():
        for attribute in POINTING:
            for name in each.get(attribute).split():
                if name not in ids:
                    yield (
                        each,
                        "pointer",
                        f'{attribute}="{name}" points to an id that is not in the page. Mend the name.',
                    )
        for attribute in ("href", "hx-target"):
            value = each.get(attribute)
            if value.startswith("#") and value[1:] not in ids:
                yield each, "pointer", f'{attribute}="{value}" points to an id that is not in the page. Mend the name.'


def _frame(page: Element, *, is_mail: bool) -> Iterator[tuple[Element, str, str]]:
    for html in page.all("html"):
        if not html.get("lang").strip():
            yield (
                html,
                "lang",
                '<html> has no language. Write <html lang="{{ lang }}">: screen readers choose the voice by it.',
            )
    if is_mail:
        return
    mains = list(page.all("main"))
    for each in mains[1:]:
        yield each, "main", "This is the second <main> of the page. Make it a <div>."
    for body in page.all("body"):
        if not mains:
            yield body, "main", "This page has no <main>. Put what the page is for into one: people jump to it."
