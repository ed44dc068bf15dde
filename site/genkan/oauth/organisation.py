"""Does a person belong to the organisation that alone may come in? As the provider says it, signed, or to the access token."""

import re
from typing import Any, Final

from genkan.errors import MembershipUnknown, NotOfOrganisation, ProviderDown, ProviderFailed
from genkan.oauth.http import members
from genkan.oauth.profile import Who
from genkan.oauth.provider import Asking, Belongs

CLAIM: Final = re.compile(r"((?:https?://)?[^:]+):(.+)")  # names of claims may be addresses


async def check(belongs: Belongs, asking: Asking, who: Who) -> None:
    """Raises NotOfOrganisation; MembershipUnknown where it cannot be found out: then nobody is let in."""
    try:
        is_member = await belongs(asking, who)
    except (ProviderDown, ProviderFailed) as fault:
        raise MembershipUnknown(f"organisation.{fault.reason}") from None
    if not is_member:
        raise NotOfOrganisation("organisation")


def domain_of_google(wanted: str) -> Belongs:
    """`hd` of the ID token, which we have verified; personal accounts have none. What the request asked for proves nothing."""
    domains = {each.strip().lower() for each in wanted.split(",")}

    async def belongs(asking: Asking, who: Who) -> bool:
        said = asking.claims.get("hd")
        return isinstance(said, str) and said.lower() in domains

    return belongs


def tenant_of_microsoft(personal: str) -> Belongs:
    """Any organisation's account, but no personal one; of one tenant alone, the issuer says that it is."""

    async def belongs(asking: Asking, who: Who) -> bool:
        return asking.claims.get("tid") != personal

    return belongs


def organisation_of_github(api: str, name: str) -> Belongs:
    """An active member of it, not one who is only invited; of this person and this organisation, whoever answers what."""

    async def belongs(asking: Asking, who: Who) -> bool:
        found = await asking.find(f"{api}/user/memberships/orgs/{name}")
        if found is None:
            return False
        said = members(found, "organisation")
        login = members(said.get("organization"), "organisation").get("login")
        id = members(said.get("user"), "organisation").get("id")
        is_it = isinstance(login, str) and login.lower() == name.lower() and str(id) == who.identity
        return is_it and said.get("state") == "active"

    return belongs


def group_of_gitlab(path: str) -> Belongs:
    """By the full paths of its groups, which userinfo has: a group below it is another one."""

    async def belongs(asking: Asking, who: Who) -> bool:
        groups = (await asking.userinfo()).get("groups")
        if not isinstance(groups, list):
            raise ProviderFailed("groups")
        return path.lower() in {each.lower() for each in groups if isinstance(each, str)}

    return belongs


def guild_of_discord(api: str, id: str) -> Belongs:
    """A member of the server who has passed its screening."""

    async def belongs(asking: Asking, who: Who) -> bool:
        found = await asking.find(f"{api}/users/@me/guilds/{id}/member")
        if found is None:
            return False
        said = members(found, "organisation")
        return members(said.get("user"), "organisation").get("id") == who.identity and said.get("pending") is not True

    return belongs


def with_claim(rule: str) -> Belongs:
    """`name:value`: a claim that is the value, or a list that has it; of the ID token, and of userinfo only where that has none."""
    found = CLAIM.fullmatch(rule)
    name, value = found.groups() if found else (rule, "")

    async def belongs(asking: Asking, who: Who) -> bool:
        claims = asking.claims if name in asking.claims else await asking.userinfo()
        return _is(claims.get(name), value)

    return belongs


def _is(said: Any, value: str) -> bool:
    if isinstance(said, list):
        return value in said[:1000]
    return said == value or (isinstance(said, bool) and str(said).lower() == value)
