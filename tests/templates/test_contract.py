"""Do forms keep what password managers know them by? Ids, names, types and autocomplete, byte for byte, in every state. (ux: bar 29)

People's saved rules depend on them. They are not changed, whatever a page may look like.
"""

from html.parser import HTMLParser
from typing import Final

from genkan.design import showing
from genkan.web.render import Renderer
from stage import COMMON, PAGES, STATES, TEMPLATES
from web_requests import settings

KEPT: Final = ("id", "name", "type", "autocomplete", "autocapitalize", "spellcheck", "inputmode", "passwordrules")
KEPT_TOO: Final = ("readonly", "hidden")  # without a value
ANYWHERE: Final = 'name="next" type="hidden"'  # of every form that leads on
AS_TYPED: Final = 'autocapitalize="none" spellcheck="false"'
KNOWN: Final = 'name="username" type="text" autocomplete="username" readonly hidden'
USERNAME: Final = f'name="username" type="text" autocomplete="username" {AS_TYPED}'
NOW: Final = f'id="current-password" name="password" type="password" autocomplete="current-password" {AS_TYPED}'
NEW: Final = f'type="password" autocomplete="new-password" {AS_TYPED} passwordrules="minlength: 15; allowed: unicode;"'
CODE: Final = 'id="code" name="code" type="text" autocomplete="one-time-code" spellcheck="false" inputmode="numeric"'
OFF: Final = 'type="text" autocomplete="off"'  # for admins: nothing that anybody has saved
NUMBERS: Final = (
    'id="invitation-most" name="most" type="number" autocomplete="off"',
    'id="invitation-days" name="days" type="number" autocomplete="off"',
)
# The fields of every form that has a name, in the order of the page; several lists where it has several shapes.
CONTRACT: Final[dict[str, set[tuple[str, ...]]]] = {
    "login-form": {
        (f'id="username" {USERNAME}', NOW, 'id="keep" name="keep" type="checkbox"', 'name="keep_asked" type="hidden"'),
    },
    "signup-form": {
        (
            'id="signup-name" name="name" type="text" autocomplete="name"',
            'id="signup-email" name="email" type="email" autocomplete="email"',
            f'id="signup-username" {USERNAME}',
            f'id="new-password" name="password" {NEW}',
            'id="signup-subject" name="subject" type="text" autocomplete="off"',  # nobody sees it, no manager fills it in
        ),
    },
    "complete-form": {
        (
            'id="complete-name" name="name" type="text" autocomplete="nickname"',
            'id="complete-email" name="email" type="email" autocomplete="email"',
        ),
        ('name="email" type="hidden"',),  # the address is an account's already: it can be mailed to
        (),
    },
    "reset-form": {(f'id="email" name="email" type="email" autocomplete="username" {AS_TYPED}',)},
    "reset-new-form": {
        (KNOWN, f'id="new-password" name="new_password" {NEW}'),
        (f'id="reset-username" {USERNAME}', f'id="new-password" name="new_password" {NEW}'),
    },
    "code-form": {(CODE,)},
    "code": {()},  # a button that sends one, where a summary would point at the field
    "address-form": {('id="email" name="email" type="email" autocomplete="email"',)},
    "reauth-form": {(KNOWN, NOW)},
    "password-form": {
        (KNOWN, NOW, f'id="new-password" name="new_password" {NEW}'),
        (KNOWN, f'id="new-password" name="new_password" {NEW}'),
        (f'id="password-username" {USERNAME}', f'id="new-password" name="new_password" {NEW}'),
    },
    "name-form": {('id="account-name" name="name" type="text" autocomplete="name"',)},
    "username-form": {(f'id="account-username" {USERNAME}',)},
    "email-form": {('id="account-email" name="email" type="email" autocomplete="email"',)},
    "search-form": {(f'id="account-search" name="q" {OFF}',)},
    "acts-form": {(f'id="acts-account" name="account" {OFF}',)},
    "invitation-form": {
        (f'id="invitation-note" name="note" {OFF}', *NUMBERS),
        (
            f'id="invitation-note" name="note" {OFF}',
            'id="invitation-email" name="email" type="email" autocomplete="off"',
            *NUMBERS,
        ),
    },
    "language-form": {('id="account-language" name="language"',)},
}


class Forms(HTMLParser):
    """The forms of a page: of each its id, or "", and its fields as they are written."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, list[str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.found.append((given.get("id") or "", []))
        if tag in ("input", "select", "textarea"):
            kept = [f'{name}="{given[name]}"' for name in KEPT if name in given]
            self.found[-1][1].append(" ".join([*kept, *(name for name in KEPT_TOO if name in given)]))


def forms() -> list[tuple[str, tuple[str, ...]]]:
    """Every form of every state, without what any of them may have."""
    renderer = Renderer(settings(), TEMPLATES.parent)
    pages = [showing.page(renderer, state, "en", COMMON) for template in PAGES for state in STATES[template]]
    found = [each for page in pages for each in Forms(page).found]
    return [(id, tuple(field for field in fields if field != ANYWHERE)) for id, fields in found]


def test_every_form_has_the_fields_that_password_managers_know() -> None:
    found: dict[str, set[tuple[str, ...]]] = {}
    for id, fields in forms():
        found.setdefault(id, set()).add(fields)
    assert found.pop("") == {()}  # a button and nothing else
    assert found == CONTRACT


def test_nothing_is_asked_for_twice() -> None:
    """No second password, no second address: a manager would fill in the wrong one, and people mistype both alike."""
    for id, fields in forms():
        typed = [field for field in fields if "hidden" not in field and 'autocomplete="off"' not in field]
        assert len({field.partition(" type=")[2] for field in typed}) == len(typed), id
