"""Do words of two directions leave each other alone?"""

from pathlib import Path

import pytest
from genkan.errors import Message
from genkan.web.direction import isolated
from genkan.web.render import Renderer
from markupsafe import Markup, escape
from web_requests import settings

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("value", "direction", "is_isolated"),
    [
        ("hanako@example.com", "rtl", True),
        ("hanako@example.com", "ltr", False),
        ("山田花子", "ltr", False),
        ("דנה", "ltr", True),
        ("مريم (Admin)", "ltr", True),
        ("דנה", "rtl", True),
        (15, "ltr", False),
        (15, "rtl", True),
    ],
)
def test_a_value_is_kept_apart_where_it_could_turn_the_sentence(
    value: object, direction: str, is_isolated: bool
) -> None:
    assert isolated({"value": value}, direction) == {"value": f"\u2068{value}\u2069" if is_isolated else value}


def test_XS_08_what_was_escaped_stays_so_and_what_was_not_is_escaped() -> None:
    values = isolated({"name": "<b>דנה", "ways": Markup("<b>דנה</b>")}, "ltr")
    assert escape("%(name)s %(ways)s") % values == "\u2068&lt;b&gt;דנה\u2069 \u2068<b>דנה</b>\u2069"


def test_what_templates_and_messages_say_keeps_its_values_apart() -> None:
    templates = Renderer(settings(), ROOT).templates
    message = Message("%(email)s is not confirmed yet. We will send you a code and a link.", {"email": "a@example.com"})
    assert templates.say("ar-XB", message).startswith("\u2068a@example.com\u2069 ")
    context = {"others": ["Example"]}
    template = templates.environments["ar-XB"].from_string("{{ ui.without(others) }}")
    assert "\u2068Example\u2069" in template.render(context)
    assert "\u2068" not in templates.say("en", message)
