"""/admin/invitations/new: whom does the team invite? The answer shows the link, this once; what is mailed is shown to nobody."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from genkan.accounts import addresses, invitations
from genkan.errors import Invalid, InvitationDays, InvitationMost, InvitationNote, Refused
from genkan.web import admins, forms, show
from genkan.web.admins import AdminRoute, for_admins
from genkan.web.forms import Form
from genkan.web.routes import form_route
from genkan.web.session import Person

DAY: Final = 86_400  # seconds
MOST: Final = 1000  # accounts
DAYS: Final = 90
NOTE: Final = 200  # characters
USUAL: Final = {"most": "1", "days": "7"}
NAMES: Final = ("note", "email", "most", "days")


class Asked(NamedTuple):
    note: str
    email: str | None
    most: int
    days: int


def form() -> Form:
    return forms.blank("invitation-form", **{name: f"invitation-{name}" for name in NAMES})


@for_admins
async def show_form(request: Request, person: Person) -> Response:
    return show.page(request, "admin_invitation_new", {"form": form().filled(USUAL)})


@for_admins
async def submit(request: Request, person: Person) -> Response:
    services, now = request.app.state.services, request.app.state.now()
    typed = await forms.read(request, NAMES)
    try:
        asked = _asked(typed, can_mail=services.can_mail)
    except Refused as error:
        return show.form_again(request, "admin_invitation_new", error, {"form": form().filled(typed).refused(error)})
    made = await invitations.create(
        services,
        admins.actor(request, person),
        note=asked.note,
        email=asked.email,
        most=asked.most,
        lasts=asked.days * DAY,
        now=now,
    )
    link = request.app.state.settings.base_url + made.link if made.link else None
    context = {"link": link, "email": asked.email, "most": asked.most, "ends_at": now + asked.days * DAY}
    return show.page(request, "admin_invited", context)


def _asked(typed: Mapping[str, str], *, can_mail: bool) -> Asked:
    """What was typed, as it is meant. Raises Refused with all that is to be mended."""
    errors: list[Invalid] = []
    note, email = typed["note"].strip(), typed["email"].strip() if can_mail else ""
    most, days = _number(typed["most"], MOST), _number(typed["days"], DAYS)
    if len(note) > NOTE:
        errors.append(InvitationNote(max=NOTE))
    try:
        written = addresses.parse(email).written if email else None
    except Invalid as error:
        errors.append(error)
    if most is None:
        errors.append(InvitationMost(max=MOST))
    if days is None:
        errors.append(InvitationDays(max=DAYS))
    if errors or most is None or days is None:
        raise Refused(*errors)
    return Asked(note, written, most, days)


def _number(text: str, most: int) -> int | None:
    """From 1 to `most`; None for anything else."""
    digits = text.strip()
    is_one = digits.isascii() and digits.isdigit() and len(digits) <= len(str(most)) and 1 <= int(digits) <= most
    return int(digits) if is_one else None


routes = [form_route("/admin/invitations/new", show_form, submit, kind=AdminRoute)]
