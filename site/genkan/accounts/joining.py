"""Is there nothing left to ask, or to say, before somebody who comes by a provider gets an account?"""

from dataclasses import dataclass

from genkan.accounts import admission
from genkan.accounts.invitations import Invitation
from genkan.accounts.services import Services
from genkan.errors import NotAdmitted
from genkan.oauth import Profile


@dataclass(frozen=True, slots=True)
class Joins:
    """Name and address as the provider said them, and the invitation where it takes one."""

    name: str
    email: str
    invited: Invitation | None


async def at_once(services: Services, profile: Profile, invitation: str, *, now: int) -> Joins | None:
    """Where all is said, and nothing stands against it; else /oauth/finish asks, or says why not."""
    if not profile.name or not profile.email or not profile.email_verified:
        return None
    if not admission.may_use(services, profile.email):
        return None
    try:
        return Joins(profile.name, profile.email, await admission.check_new(services, invitation, now=now))
    except NotAdmitted:
        return None
