"""What can go wrong for a person? Every failure that they can meet: its status, its sentence, the field it belongs to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar

NOTHING: Mapping[str, str | int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence to be translated: `text` is the English of the catalogs, with %(name)s for each of `values`."""

    text: str
    values: Mapping[str, str | int] = field(default_factory=lambda: NOTHING)


class GenkanError(Exception):
    """The root. Subclasses say what the person should do next; nothing in them comes from outside but `values`."""

    status: ClassVar[int] = 500
    text: ClassVar[str] = ""
    field: ClassVar[str | None] = None  # the form field that is to be mended, where there is one

    def __init__(self, **values: str | int) -> None:
        super().__init__(type(self).__name__)
        self.values = values

    @property
    def message(self) -> Message:
        return Message(self.text, self.values)

    @property
    def retry_after(self) -> int | None:
        """Seconds until it is worth trying again, for the Retry-After header (RFC 9110 §10.2.3)."""
        return None


class Invalid(GenkanError):
    """A form is to be mended: 422."""

    status = 422


class Refused(Invalid):
    """Several fields are to be mended at once: takes one error for each."""

    def __init__(self, *errors: Invalid) -> None:
        super().__init__()
        self.errors = errors


class Passing(GenkanError):
    """It may work later: takes `seconds`, answers Retry-After."""

    def __init__(self, *, seconds: int, **values: str | int) -> None:
        super().__init__(minutes=max(2, -(-seconds // 60)), **values)  # two at the least: the sentences say "minutes"
        self.seconds = seconds

    @property
    def retry_after(self) -> int:
        return self.seconds


# Fields. ------------------------------------------------------------------------------------------------------


class NameEmpty(Invalid):
    field = "name"
    text = "Enter your name"


class NameLong(Invalid):
    field = "name"
    text = "Name must be %(max)s characters or fewer"


class NameFormat(Invalid):
    field = "name"
    text = "Name cannot have control characters"


class EmailEmpty(Invalid):
    field = "email"
    text = "Enter your email address"


class EmailLong(Invalid):
    field = "email"
    text = "Email address must be 254 characters or fewer"


class EmailFormat(Invalid):
    field = "email"
    text = "Enter an email address in the correct format, like name@example.com"


class EmailDomain(Invalid):
    """Of another domain than those that may have accounts."""

    field = "email"
    text = "Use an email address of: %(domains)s"


class EmailTaken(Invalid):
    """Said only to whoever has shown that the mailbox is theirs."""

    field = "email"
    text = "You already have an account with this email address. Log in instead."


class UsernameEmpty(Invalid):
    field = "username"
    text = "Enter your username"


class UsernameLong(Invalid):
    field = "username"
    text = "Username must be %(max)s characters or fewer"


class UsernameFormat(Invalid):
    field = "username"
    text = "Username can have letters a to z, numbers, dots, hyphens and underscores"


class UsernameTaken(Invalid):
    field = "username"
    text = "This username is taken. Choose a different one."


class IdentifierEmpty(Invalid):
    field = "username"
    text = "Enter your username or email address"


class PasswordEmpty(Invalid):
    field = "password"
    text = "Enter your password"


class NewPasswordEmpty(Invalid):
    field = "password"
    text = "Enter a new password"


class PasswordShort(Invalid):
    field = "password"
    text = "Password must be %(min)s characters or more"


class PasswordLong(Invalid):
    field = "password"
    text = "Password must be %(max)s characters or fewer"


class PasswordUnreadable(Invalid):
    field = "password"
    text = "Password has a character that cannot be stored. Type it again."


class PasswordLeaked(Invalid):
    field = "password"
    text = "This password has appeared in a data leak. Choose a different one."


class PasswordCommon(Invalid):
    field = "password"
    text = "This password is too easy to guess. Choose a different one."


class PasswordIsAboutYou(Invalid):
    field = "password"
    text = "Password must not be your own name, username or email address"


class PasswordIsAboutUs(Invalid):
    field = "password"
    text = "Password must not be made of the name of this site"


class CurrentPasswordEmpty(Invalid):
    field = "current"
    text = "Enter your current password"


class CurrentPasswordWrong(Invalid):
    field = "current"
    text = "Current password is not correct"


class PasswordSame(Invalid):
    field = "password"
    text = "New password must be different from the current one"


class UsernameSame(Invalid):
    field = "username"
    text = "This is your username already. Enter a different one."


class EmailSame(Invalid):
    field = "email"
    text = "This is your email address already. Enter a different one."


class PasswordWrong(Invalid):
    """Of the person who is logged in: whose account it is needs no hiding."""

    field = "password"
    text = "The password is not correct. Try again."


class WrongCredentials(Invalid):
    text = "The username or password is not correct. Check both and try again."


class TrapFilled(Invalid):
    """A field that people do not see was filled in: by a program, which may be one of their own."""

    text = (
        "Something on your device filled in a field that is not for you, so nothing was saved. Create the account again; "
        "if this happens again, turn off automatic filling for this page."
    )


# Mailed codes and links. --------------------------------------------------------------------------------------


class CodeEmpty(Invalid):
    field = "code"
    text = "Enter the code from the email"


class CodeWrong(Invalid):
    field = "code"
    text = "The code is not correct. Check the newest email and try again."


class CodeExpired(Invalid):
    """Used, too old, tried too often, or never sent: one answer for all of them."""

    field = "code"
    text = "This code cannot be used any more. Ask for a new one."


class LinkExpired(GenkanError):
    """Unknown, used or too old: one answer for all of them."""

    status = 410
    text = "Links work once and for a limited time. Ask for a new one."


# Limits. ------------------------------------------------------------------------------------------------------


class TooManyLogins(Passing):
    status = 429
    text = "Too many attempts to log in. Wait %(minutes)s minutes and try again."


class TooManyLoginsSoReset(TooManyLogins):
    """The same where a mail can help."""

    text = "Too many attempts to log in. Wait %(minutes)s minutes and try again, or reset your password."


class TooManyMails(Passing):
    status = 429
    text = "Too many emails were asked for from your network. Wait %(minutes)s minutes and try again."


class TooManyCodes(Passing):
    status = 429
    text = "Too many codes were tried. Wait %(minutes)s minutes, or open the link of the email in this browser."


class TooManySignups(Passing):
    status = 429
    text = "Too many new accounts from your network. Wait %(minutes)s minutes and try again."


class TooManyStarts(Passing):
    status = 429
    text = "Too many logins were started from your network. Wait %(minutes)s minutes and try again."


class Busy(Passing):
    """The hashing queue is full, or the database did not answer in time."""

    status = 503
    text = "The site is busy just now, and nothing was saved. Try again in a moment."


# Providers. ---------------------------------------------------------------------------------------------------


class AttemptUnknown(GenkanError):
    """State absent, unknown, used, old, of another browser or of another provider: one answer for all of them."""

    status = 400
    text = "That login was not finished: it was too old, already used, or started in another browser. Start again."


class ProviderCancelled(GenkanError):
    status = 200
    text = "You cancelled logging in with %(provider)s. Choose how to log in."


class ProviderFault(GenkanError):
    """reason: a short fixed code for the log, like "id_token.nonce"; never a provider's own text."""

    def __init__(self, reason: str = "answer", **values: str | int) -> None:
        super().__init__(**values)
        self.reason = reason


class ProviderFailed(ProviderFault):
    """The provider answered, and the answer cannot be trusted or used."""

    status = 502
    text = "We could not log you in with %(provider)s. Try again, or use another way to log in. Reference: %(ref)s"


class ProviderDown(ProviderFault):
    status = 503
    text = "%(provider)s is not responding. Try again in a few minutes, or use another way to log in."


class MembershipUnknown(ProviderFault):
    """Whether the person belongs to the organisation that alone may come in by this provider cannot be found out now."""

    status = 503
    text = (
        "%(provider)s did not tell whether you belong to the organisation that this site is for, so you were not let in. "
        "Try again in a few minutes."
    )


class IdentityTaken(GenkanError):
    """The identity was linked to another account in the meantime."""

    status = 409
    text = "This %(provider)s account already belongs to another account here. Nothing was changed."


class TakenElsewhere(IdentityTaken):
    """The person wants to link it, and is told how to go about it."""

    text = (
        "This %(provider)s account already belongs to another account here, so nothing was changed. "
        "To use it for this one, log in with it, unlink it there, and then link it here."
    )


class OnePerProvider(GenkanError):
    status = 409
    text = "Another %(provider)s account is linked to yours already. Unlink that one before you link this one."


class NotLinked(GenkanError):
    """Somebody shows that it is them by an identity that is not theirs here."""

    status = 403
    text = (
        "That %(provider)s account is not linked to your account here, so it confirms nothing. Choose the one that is."
    )


class SessionChanged(GenkanError):
    """The session that set out to a provider is not the one that came back."""

    status = 400
    text = "You logged out or changed accounts on the way, so nothing was changed. Start again."


class LastWay(GenkanError):
    """Without it nobody could log in to the account any more."""

    status = 409
    text = "This is your only way to log in. Set a password or link another account before you unlink it."


class WaitingGone(GenkanError):
    status = 400
    text = "This page was open for too long, so nothing was sent. Try again."


class SessionEnded(GenkanError):
    """It was ended from elsewhere while this was under way."""

    status = 409
    text = "You were logged out in the meantime, so nothing was changed. Log in and try again."


class AccountDisabled(GenkanError):
    status = 403
    text = "This account is suspended. Contact the people who run this site."


class AccountLeaving(Exception):
    """No failure, and caught by no form: whoever comes has shown that it is them, and their account is on its way out.

    leaves_at: when it is deleted, unix seconds. app.py leads them to /stay.
    """

    def __init__(self, user_id: str, leaves_at: int) -> None:
        super().__init__()
        self.user_id = user_id
        self.leaves_at = leaves_at


# Who may have an account. -------------------------------------------------------------------------------------


class NotAdmitted(GenkanError):
    """The root of these; each has a page of its own that says whom to ask (pages/refused.py)."""

    status = 403


class NotOfOrganisation(NotAdmitted, ProviderFault):
    text = (
        "Your %(provider)s account does not belong to the organisation that this site is for. "
        "If you have another one there, log in to %(provider)s with that one first, then try again here."
    )


class AddressNotAllowed(NotAdmitted):
    text = "Only people with an email address of %(domains)s can log in here. Your account has another one."


class SignupClosed(NotAdmitted):
    text = "%(service)s is not accepting new accounts."


class HouseFull(NotAdmitted):
    text = "%(service)s has as many accounts as it can have, so no new one can be created now."


class InvitationNeeded(NotAdmitted):
    text = "You need an invitation to create an account. If you have one, open its link again."


class InvitationExpired(NotAdmitted):
    text = "This invitation has expired. Ask for a new one."


class InvitationUsed(NotAdmitted):
    text = "This invitation was used already. Ask for a new one."


class InvitationGone(NotAdmitted):
    text = "This invitation was withdrawn, or its link is not complete. Ask for a new one, or copy the whole link."


# The team. ----------------------------------------------------------------------------------------------------


class NoSuchUser(GenkanError):
    status = 404
    text = "There is no such account."


class SeveralUsers(GenkanError):
    status = 409
    text = "Several accounts have this address, and none has it confirmed. Name one by its id: %(ids)s"


class LastAdmin(GenkanError):
    status = 409
    text = "This is the last admin. Make another account an admin first."


class AddressTaken(Invalid):
    """Said to the team alone: a person who signs up never learns it."""

    field = "email"
    text = "Another account has this address confirmed."


class NowhereToMail(GenkanError):
    """No mails here, or no address of this account that is proven."""

    status = 409
    text = "This account has no confirmed address that could be written to."


class NobodyMatches(Invalid):
    field = "account"
    text = "No account matches. Look for it by its username, email address or id."


class InvitationNote(Invalid):
    field = "note"
    text = "Note must be %(max)s characters or fewer"


class InvitationMost(Invalid):
    field = "most"
    text = "How many accounts must be a number from 1 to %(max)s"


class InvitationDays(Invalid):
    field = "days"
    text = "How many days must be a number from 1 to %(max)s"


# Requests. ----------------------------------------------------------------------------------------------------


class BadRequest(GenkanError):
    status = 400
    text = "The address or the form was incomplete. Go back and try again."


class CrossOrigin(GenkanError):
    status = 403
    text = "This request came from another site, so nothing was done. Open the page here and try again."


class NotFound(GenkanError):
    status = 404
    text = "If you typed the address, check it. If you pasted it, check that you copied all of it."


class TooLarge(GenkanError):
    status = 413
    text = "What was sent is larger than this page takes. Shorten it and try again."


class UnsupportedType(GenkanError):
    status = 415
    text = "This page takes only ordinary form posts. Open it in a browser and try again."


class FormUnreadable(Invalid):
    text = "The form could not be read. Fill it in again."
