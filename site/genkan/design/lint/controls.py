"""Can what is filled in, pressed or looked at be understood unseen? Labels, and the texts of buttons, links and pictures."""

from collections.abc import Iterator
from typing import Final

from genkan.design.lint.attributes import ASKING
from genkan.design.lint.blame import Fault
from genkan.design.lint.document import Element
from genkan.design.lint.shown import Shown

NOT_FILLED_IN: Final = ("hidden", "submit", "button", "reset", "image")
FILLED_BY_BROWSERS: Final = ("text", "email", "password", "tel")


def faults(shown: Shown) -> Iterator[Fault]:
    """Of one state."""
    page = shown.page
    labels = {each.get("for"): each for each in page.all("label")}
    for each in page.all("input", "select", "textarea", "button", "a", "img"):
        if "hidden" in each.attributes:
            continue
        for rule, text in _of(page, each, labels):
            yield Fault(each, rule, text, shown)
    for each in page.all("a", "form", "button"):
        for text in _leads(each):
            yield Fault(each, "provider-start", text, shown)


def _of(page: Element, each: Element, labels: dict[str, Element]) -> Iterator[tuple[str, str]]:
    if each.tag == "a":
        if "href" in each.attributes and not _named(page, each):
            yield "link", "This link has no text. Write where it leads."
    elif each.tag == "button" or each.get("type") in ("submit", "button", "reset"):
        if not _named(page, each):
            yield "button", "This button has no text. Write what it does."
    elif each.tag == "img":
        if "alt" not in each.attributes:
            yield "alt", 'This picture has no alt. Write what it shows, or alt="" where it is decoration.'
    elif each.get("type") not in NOT_FILLED_IN:
        yield from _filled_in(page, each, labels)


def _filled_in(page: Element, each: Element, labels: dict[str, Element]) -> Iterator[tuple[str, str]]:
    label = labels.get(each.get("id")) or each.inside("label")
    if not (label and label.text()) and not _named(page, each):
        yield "label", f'This {each.tag} has no label. Give it one: <label for="{each.get("id") or "its id"}">.'
    if (
        each.tag == "input"
        and each.get(
            "type",
        )
        in ("", *FILLED_BY_BROWSERS)
        and "autocomplete" not in each.attributes
    ):
        yield (
            "autocomplete",
            "This input says nothing to password managers. Give it `autocomplete`, with the word for what is asked.",
        )


def _named(page: Element, each: Element) -> str:
    """What it is called: by itself, or by what it points to."""
    pointed = each.get("aria-labelledby").split()
    others = [other.text() for other in page.all() if pointed and other.get("id") in pointed]
    text = each.get("value") if each.get("type") in NOT_FILLED_IN else ""
    text = text if each.tag in ("input", "select", "textarea") else each.text()
    return " ".join(others) or each.get("aria-label").strip() or text or each.get("title").strip()


def _leads(each: Element) -> Iterator[str]:
    """To a provider: only a link that a browser follows can go there."""
    if _is_provider(each.get("action")) or _is_provider(each.get("formaction")):
        yield "A form that leads to a provider is stopped by browsers (form-action). Make it a link."
    if any(_is_provider(each.get(name)) for name in ASKING):
        yield "htmx cannot go to a provider: a browser has to. Make it a plain link."


def _is_provider(address: str) -> bool:
    return address.startswith("/oauth/") and address != "/oauth/finish"
