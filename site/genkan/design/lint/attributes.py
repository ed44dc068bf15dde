"""Does a template say something that it must not? Inline styles and handlers, other sites, native validation, htmx that needs eval."""

import re
from collections.abc import Callable, Iterator
from typing import Final

from genkan.design.lint.finding import Finding
from genkan.design.lint.masked import Tag
from genkan.design.lint.tree import WITHOUT_JINJA, Template, Tree

MAIL_LAYOUT: Final = "emails/layout.html"  # mail programs fetch no style sheet
FETCHING: Final = ("src", "href", "action", "formaction", "poster", "srcset", "data", "background")
ASKING: Final = ("hx-get", "hx-post", "hx-put", "hx-patch", "hx-delete")
ELSEWHERE: Final = re.compile(r"\s*(https?:)?//", re.IGNORECASE)
EVALUATED: Final = ("hx-vals", "hx-vars", "hx-headers")
UNWANTED: Final = {"hx-boost": "pages are whole", "hx-confirm": "a page asks instead, in the reader's language"}

Rule = Callable[[Tag, str, str], str | None]
NOT_FILLED: Final = ("recovery_code", "subject")  # a code that is used once; a field that people do not see


def findings(tree: Tree) -> Iterator[Finding]:
    for template in tree.pages:
        for tag in template.html.tags:
            for line, rule, text in _of_tag(template, tag):
                yield Finding(template.shown, line, rule, text)


def _of_tag(template: Template, tag: Tag) -> Iterator[tuple[int, str, str]]:
    for name, value in tag.attributes:
        for rule, judge in RULES.items():
            text = judge(tag, name, value)
            if text is not None:
                yield tag.line_of(name), rule, text
    if tag.name == "style" and template.name != MAIL_LAYOUT:
        yield (
            tag.line,
            "inline-style",
            "Styles do not stand in a page: the content policy drops them. Put them into static/css.",
        )
    if tag.name == "script" and tag.get("src") is None:
        yield (
            tag.line,
            "inline-script",
            "Scripts do not stand in a page: the content policy drops them. Put it into static/js.",
        )
    if tag.name == "form" and template.room != "dev" and template.name != WITHOUT_JINJA:
        yield from ((tag.line, rule, text) for rule, text in _of_form(tag))


def _of_form(tag: Tag) -> Iterator[tuple[str, str]]:
    if (tag.get("method") or "get").lower() != "post":
        yield (
            "get-form",
            'A form changes something, so it is posted: write method="post". What only leads on is a link.',
        )
    if not (tag.get("action") or "").strip():
        yield "action", "This form does not say where it is sent. Write action with the page's address."


def _style(tag: Tag, name: str, value: str) -> str | None:
    return (
        "A style in a tag is dropped by the content policy. Give it a class, and put the style into static/css."
        if name == "style"
        else None
    )


def _handler(tag: Tag, name: str, value: str) -> str | None:
    if name.startswith("on") and len(name) > 2:
        return f"`{name}` is script in a tag: the content policy drops it. Put it into static/js."
    return (
        "`javascript:` is dropped by the content policy." if value.strip().lower().startswith("javascript:") else None
    )


def _external(tag: Tag, name: str, value: str) -> str | None:
    if name in (*FETCHING, *ASKING) and ELSEWHERE.match(value):
        return f'{name}="{value}" is another site, which learns who comes here. Put the file into static/.'
    return None


def _filled(tag: Tag, name: str, value: str) -> str | None:
    if name == "autocomplete" and value.strip().lower() == "off" and tag.get("name") not in NOT_FILLED:
        return 'autocomplete="off" keeps password managers out. Write what is asked for, like autocomplete="email".'
    return None


def _placeholder(tag: Tag, name: str, value: str) -> str | None:
    return (
        "A placeholder is gone while somebody types. Write a label, and a hint below it."
        if name == "placeholder"
        else None
    )


def _required(tag: Tag, name: str, value: str) -> str | None:
    return (
        "`required` shows the browser's own bubble, in its language. Take it out: the server says what is missing."
        if name == "required"
        else None
    )


def _cut(tag: Tag, name: str, value: str) -> str | None:
    return (
        "`maxlength` cuts without a word, passwords too. Take it out: the server says what is too long."
        if name == "maxlength"
        else None
    )


def _order(tag: Tag, name: str, value: str) -> str | None:
    if name == "tabindex" and value.strip().isdigit() and int(value) > 0:
        return f'tabindex="{value}" breaks the order of the page for the keyboard. Move the element to where it comes in turn.'
    return None


def _htmx(tag: Tag, name: str, value: str) -> str | None:
    if name.startswith("hx-on") or name in EVALUATED or (name.startswith("hx-") and value.strip().startswith("js:")):
        return (
            f"`{name}` makes script out of text: the content policy drops it. Put it into static/js, or a hidden field."
        )
    return f"No `{name}`: {UNWANTED[name]}." if name in UNWANTED else None


def _zoom(tag: Tag, name: str, value: str) -> str | None:
    if name == "content" and re.search("user-scalable|maximum-scale", value):
        return "This keeps people from making the page larger. Take user-scalable and maximum-scale out."
    return None


RULES: Final[dict[str, Rule]] = {
    "inline-style": _style,
    "inline-handler": _handler,
    "external-url": _external,
    "autocomplete-off": _filled,
    "placeholder": _placeholder,
    "required": _required,
    "maxlength": _cut,
    "tabindex": _order,
    "htmx": _htmx,
    "zoom": _zoom,
}
