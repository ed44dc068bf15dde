"""Do password managers find what they know? The forms' ids, and the ids, names, types and autocomplete of their fields: for ever."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from genkan.design.lint.blame import Fault
from genkan.design.lint.document import Element
from genkan.design.lint.finding import Finding
from genkan.design.lint.shown import Shown
from genkan.design.lint.tree import Source, Tree


class Field(NamedTuple):
    """One input. is_hidden: it tells the manager whose password this is, and nobody fills it in."""

    name: str
    id: str
    type: str
    autocomplete: str
    is_hidden: bool = False


Forms = Mapping[str, tuple[Field, ...]]  # id → fields
USERNAME: Final = Field("username", "", "text", "username", is_hidden=True)
PASSWORD: Final = Field("password", "current-password", "password", "current-password")
CHOSEN: Final = Field("password", "new-password", "password", "new-password")
NEW: Final = Field("new_password", "new-password", "password", "new-password")
CODE: Final = Field("code", "code", "text", "one-time-code")
# Template → form → its fields.
CONTRACT: Final[dict[str, Forms]] = {
    "pages/login": {"login-form": (Field("username", "username", "text", "username"), PASSWORD)},
    "pages/signup": {
        "signup-form": (
            Field("name", "signup-name", "text", "name"),
            Field("email", "signup-email", "email", "email"),
            Field("username", "signup-username", "text", "username"),
            CHOSEN,
        )
    },
    "pages/oauth_finish": {
        "complete-form": (
            Field("name", "complete-name", "text", "nickname"),
            Field("email", "complete-email", "email", "email"),
        )
    },
    "pages/confirm": {"reauth-form": (USERNAME, PASSWORD), "code-form": (CODE,)},
    "pages/account_password": {"password-form": (USERNAME, PASSWORD, NEW)},
    "pages/reset": {"reset-form": (Field("email", "email", "email", "username"),)},
    "pages/reset_sent": {"code-form": (CODE,)},
    "pages/reset_new": {"reset-new-form": (USERNAME, NEW)},
    "pages/verify": {"code-form": (CODE,)},
}
LEADS_ON: Final = ("login-form", "signup-form", "reauth-form")  # to where the person came from


def faults(shown: Shown) -> Iterator[Fault]:
    """What is there, and is not what it has to be."""
    wanted = CONTRACT.get(shown.state.template, {})
    for form in shown.page.all("form"):
        for element in form.all("input"):
            for field in _of_name(wanted.get(form.get("id"), ()), element):
                for text in _differences(field, element):
                    yield Fault(element, "contract", text, shown)
        if form.get("id") in LEADS_ON and shown.known.get("next") and not _has(form, "next"):
            text = 'The hidden field "next" is gone. Put it back: <input type="hidden" name="next" value="{{ next }}">.'
            yield Fault(form, "contract", text, shown)


def lost(tree: Tree, every: Iterable[Shown]) -> Iterator[Finding]:
    """Forms and fields that no state of their page has."""
    seen: dict[str, dict[str, set[tuple[str, bool]]]] = defaultdict(lambda: defaultdict(set))
    unseen = set()
    for shown in every:
        if shown.broken:
            unseen.add(shown.state.template)
        for form in shown.page.all("form"):
            names = {(each.get("name"), "hidden" in each.attributes) for each in form.all("input")}
            seen[shown.state.template][form.get("id")] |= names
    for stem in CONTRACT.keys() & seen.keys() - unseen:
        yield from _lost(tree.by_name[f"{stem}.html"], CONTRACT[stem], seen[stem])


def _lost(source: Source, wanted: Forms, seen: Mapping[str, set[tuple[str, bool]]]) -> Iterator[Finding]:
    for form_id, fields in wanted.items():
        if form_id not in seen:
            text = f'The form "{form_id}" is gone. Give it back its id.'
            yield Finding(source.shown, source.line_of("<form"), "contract", text)
            continue
        for field in fields:
            if (field.name, field.is_hidden) not in seen[form_id]:
                what = f'The {"hidden " if field.is_hidden else ""}field "{field.name}" of "{form_id}"'
                text = f"{what} is gone or renamed. Password managers look for it by this name."
                yield Finding(source.shown, source.line_of(f'id="{form_id}"'), "contract", text)


def _of_name(fields: Iterable[Field], element: Element) -> list[Field]:
    if element.get("type") == "hidden":
        return []
    is_hidden = "hidden" in element.attributes
    return [each for each in fields if each.name == element.get("name") and each.is_hidden == is_hidden]


def _differences(field: Field, element: Element) -> Iterator[str]:
    for name in ("id", "type", "autocomplete"):
        has, wanted = element.get(name), getattr(field, name)
        if has != wanted:
            yield f'{name}="{has}" has to be {name}="{wanted}": password managers know the field "{field.name}" by it.'


def _has(form: Element, name: str) -> bool:
    return any(each.get("name") == name for each in form.all("input"))
