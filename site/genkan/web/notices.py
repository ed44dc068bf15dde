"""What is said on the next page? A notice, left for one page in a sealed cookie; its words come from a fixed table."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Literal

from starlette.requests import HTTPConnection
from starlette.responses import Response

from genkan import errors
from genkan.accounts.session import ENDED
from genkan.errors import GenkanError, Message
from genkan.web import cookies

COOKIE: Final = "notice"
LASTS: Final = 60  # seconds: the redirect that brings it

Kind = Literal["good", "note", "bad"]

# name → (kind, status of the page that shows it, sentence). What an error says stands in errors.py alone.
OURS: Final[dict[str, tuple[Kind, int, str]]] = {
    "login needed": ("note", 200, "Log in to see that page."),
    "linked": ("good", 200, "%(provider)s is now linked. You can use it to log in."),
    "linked already": ("note", 200, "%(provider)s is linked to your account already."),
    "unlinked": ("good", 200, "%(provider)s was unlinked."),
    "confirmed": ("good", 200, "Thank you, it is you. You can make your change now."),
    "cancelled there": ("note", 200, "You cancelled at %(provider)s, so nothing was changed."),
    "failed there": (
        "bad",
        502,
        "%(provider)s gave an answer that cannot be used, so nothing was changed. Try again. Reference: %(ref)s",
    ),
    "address proven": ("good", 200, "Your email address is confirmed."),
    "address proven elsewhere": ("good", 200, "Your email address is confirmed. You can log in now."),
    "mail sent": ("good", 200, "The email is on its way. Only the newest one counts."),
    "mail too early": ("note", 200, "You asked for an email a moment ago. Wait a minute, then ask again."),
    "reset done": ("good", 200, "Your password was changed. Log in with the new one."),
    "device ended": ("good", 200, "That device was logged out."),
    "devices ended": ("good", 200, "Logged out of all other devices: %(count)s."),
    "stayed": ("good", 200, "Your account stays. Log in as before."),
    "saved": ("good", 200, "Saved."),
    "password changed": ("good", 200, "Your password was changed. Other devices were logged out."),
    "password set": ("good", 200, "Your password was set. You can use it to log in."),
    "undone": (
        "good",
        200,
        "The changes were taken back, and every device was logged out. Now choose a new password.",
    ),
    "account disabled": ("good", 200, "The account is suspended."),
    "account enabled": ("good", 200, "The suspension is lifted."),
    "account logged out": ("good", 200, "All sessions of the account are over."),
    "session ended": ("good", 200, "The session is over."),
    "account deleted": ("good", 200, "The account is deleted."),
    "recovery sent": ("good", 200, "The recovery email is on its way."),
    "invitation withdrawn": ("good", 200, "The invitation is withdrawn."),
    "still at provider": (
        "note",
        200,
        "You are still logged in to %(provider)s. On a shared device, log out there too.",
    ),
}
OUT: Final[dict[str, tuple[Kind, int, str]]] = {
    f"ended {reason}": ("note", 200, text) for reason, text in ENDED.items()
}
ERRORS: Final[dict[str, tuple[Kind, int, str]]] = {
    each.__name__: ("note" if each.status == 200 else "bad", each.status, each.text)
    for each in (
        errors.AttemptUnknown,
        errors.ProviderCancelled,
        errors.ProviderFailed,
        errors.ProviderDown,
        errors.IdentityTaken,
        errors.TakenElsewhere,
        errors.OnePerProvider,
        errors.NotLinked,
        errors.SessionChanged,
        errors.LastWay,
        errors.TooManyStarts,
        errors.WaitingGone,
        errors.AccountDisabled,
        errors.SessionEnded,
        errors.LastAdmin,
        errors.NowhereToMail,
        errors.MembershipUnknown,
        errors.NotOfOrganisation,
        errors.AddressNotAllowed,
        errors.HouseFull,
        errors.InvitationUsed,
    )
}
NOTICES: Final = MappingProxyType(OURS | OUT | ERRORS)


@dataclass(frozen=True, slots=True)
class Notice:
    """kind: good, note or bad; status: of the page that shows it."""

    kind: Kind
    message: Message
    status: int


def leave(request: HTTPConnection, response: Response, what: str | GenkanError, **values: str) -> Response:
    """Leave a notice for the next page: one of NOTICES by its name, or an error.

    values: for the sentence; our own words only, never a provider's.
    """
    name = what if isinstance(what, str) else _name(what)
    cookies.put(request, response, COOKIE, request.app.state.notice_seal.close([name, values]), seconds=LASTS)
    return response


def read(request: HTTPConnection) -> Notice | None:
    """The notice that was left. Templates find it as `notice`; `taken` takes it away."""
    found: Any = request.app.state.notice_seal.open(cookies.read(request, COOKIE), seconds=LASTS)
    name, values = found or ("", {})
    if name not in NOTICES:
        return None
    kind, status, text = NOTICES[name]
    return Notice(kind=kind, message=Message(text, values), status=status)


def taken(request: HTTPConnection, response: Response) -> Response:
    """The page that shows the notice also takes it away."""
    if cookies.read(request, COOKIE) is not None:
        cookies.drop(request, response, COOKIE)
    return response


def _name(error: GenkanError) -> str:
    """The name under which an error, or the class it refines, stands in NOTICES."""
    return next(
        (each.__name__ for each in type(error).__mro__ if each.__name__ in NOTICES), errors.ProviderFailed.__name__
    )
