"""How does a mail read? templates/emails/{template}: subject, text and HTML, in its reader's language, like the pages."""

import json
import re
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from genkan.accounts import mailed
from genkan.accounts.sending import Carried, Kept, Post
from genkan.mail import LONGEST_SUBJECT, Letter
from genkan.settings import Settings
from genkan.web.language import DEFAULT
from genkan.web.render import Renderer
from genkan.web.visitor import NOWHERE

EMPTY_LINES: Final = re.compile(r"\n{3,}")


class Mail(NamedTuple):
    subject: str
    text: str
    html: str


class Details(dict[str, Any]):
    """What stands in the mail's row. What does not is empty: a mail that says less is better than none."""

    def __missing__(self, name: str) -> str:
        return ""


def letter(renderer: Renderer, post: Post | Kept, carried: Carried, *, now: int) -> Letter:
    """A mail of the outbox, ready to be sent."""
    settings = renderer.settings
    code = post.language if post.language in renderer.languages.every else DEFAULT
    mail = rendered(renderer, post.template, code, json.loads(post.details), carried)
    return Letter(
        id=post.id,
        sender_name=settings.site_name,
        sender=settings.mail_from or f"no-reply@{host(settings)}",
        recipient=post.recipient,
        language=code,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        at=now,
    )


def rendered(renderer: Renderer, template: str, code: str, details: dict[str, Any], carried: Carried) -> Mail:
    context = known(renderer.settings, code, details, carried)
    subject = _subject(renderer, template, code, context)
    context["subject"] = subject
    text = renderer.templates.mail(f"emails/{template}.txt", None, code, context)
    html = renderer.templates.mail(f"emails/{template}.html", None, code, context)
    return Mail(subject, EMPTY_LINES.sub("\n\n", text).strip() + "\n", html)


def host(settings: Settings) -> str:
    return urlsplit(settings.base_url).hostname or ""


def _subject(renderer: Renderer, template: str, code: str, context: dict[str, Any]) -> str:
    """At most 60 characters: where it is longer, the site's name is cut."""
    name = context["site_name"]
    subject = renderer.templates.mail(f"emails/{template}.txt", "subject", code, context)
    over = len(subject) - LONGEST_SUBJECT
    if over <= 0:
        return subject
    short = name[: len(name) - over - 1].rstrip() + "…"
    return renderer.templates.mail(f"emails/{template}.txt", "subject", code, context | {"site_name": short})


def known(settings: Settings, code: str, details: dict[str, Any], carried: Carried) -> dict[str, Any]:
    """What the templates of a mail know; besides, those of its HTML know the subject."""
    kept = Details({name: _line(value) for name, value in details.items()})
    return {
        "site_name": settings.site_name,
        "base_url": settings.base_url,
        "host": host(settings),
        "language": code,
        "details": kept,
        "link": f"{settings.base_url}{carried.path}" if carried.path else "",
        "code": f"{carried.code[:4]} {carried.code[4:]}" if carried.code else "",
        "undo_hours": mailed.UNDO.lasts // 3600,
        "happened_at": kept["happened_at"],
        "device": kept["device"],
        "place": "" if kept["place"] == NOWHERE else kept["place"],
    }


def _line(value: Any) -> Any:
    """What a person typed stays on its line: it cannot add a paragraph, or a link on a line of its own."""
    return " ".join(value.split()) if isinstance(value, str) else value
