"""How does a state look? Its template, rendered as the site would, with no request, no database and no provider."""

from typing import Any

from genkan.accounts.sending import Carried
from genkan.design.states import State
from genkan.web import language, mails
from genkan.web.mails import Mail
from genkan.web.render import Renderer


def page(renderer: Renderer, state: State, code: str, common: dict[str, Any]) -> str:
    """The HTML of a page, or of the one block that the state shows. common: as `states.common` reads it."""
    return renderer.templates.render(f"{state.template}.html", state.part, code, known(renderer, state, code, common))


def known(renderer: Renderer, state: State, code: str, common: dict[str, Any]) -> dict[str, Any]:
    """What the template of a page is given in a state."""
    return common | _around(renderer, state, code) | dict(state.context)


def mail(renderer: Renderer, state: State, code: str) -> Mail:
    """Subject, text and HTML of a mail. Its state has `details` as the outbox keeps them, and `path` and `code`, "" for none."""
    name = state.template.removeprefix("emails/")
    return mails.rendered(renderer, name, code, dict(state.context["details"]), carried(state))


def carried(state: State) -> Carried:
    """Code and link of a mail's state."""
    return Carried(path=state.context["path"], code=state.context["code"])


def _around(renderer: Renderer, state: State, code: str) -> dict[str, Any]:
    assets = renderer.assets
    return {
        "here": state.address,
        "lang": code,
        "languages": language.links_of(state.address),
        "stylesheet": assets.stylesheet,
        "script": assets.script,
        "icon": assets.icon,
    }
