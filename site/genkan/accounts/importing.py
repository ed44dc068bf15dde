"""How do accounts come in from elsewhere? Some at a time, each whole or not at all; one that is here already stays as it is."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from genkan.accounts import acts, events, signup, team
from genkan.accounts.acts import Actor
from genkan.accounts.digests import random_id
from genkan.accounts.import_rows import Person
from genkan.accounts.services import Services
from genkan.records import directory, standing, user_oauths, users
from genkan.records.user_authentications import UNUSABLE

AT_ONCE: Final = 200  # accounts in one transaction: others write in between


@dataclass(frozen=True, slots=True)
class Outcome:
    """says: what is wrong, of one that is refused."""

    kind: Literal["created", "there", "refused"]
    says: str = ""


@dataclass(slots=True)
class Seen:
    """What the lines of one file have said so far: where each name, address and identity was."""

    lines: dict[tuple[str, ...], int] = field(default_factory=dict)

    def again(self, person: Person, line: int) -> str | None:
        """What an earlier line has already, in a sentence; None, and kept in mind, where there is nothing."""
        keys = [("id", person.id)] if person.id else []
        keys += [("username", person.username.key)] if person.username else []
        keys += [("email", person.email.key)] if person.email and person.is_proven else []
        keys += [("identity", f"{each.provider} {each.identity}") for each in person.identities]
        for key in keys:
            if key in self.lines:
                return f"line {self.lines[key]} has the same {key[0]}"
        self.lines.update(dict.fromkeys(keys, line))
        return None


class _Undone(Exception):
    """What was tried is taken back."""


async def batch(services: Services, actor: Actor, people: Sequence[Person], *, now: int, keep: bool) -> list[Outcome]:
    """What becomes of each, in one transaction. keep: False to try it out, and leave everything as it was."""
    outcomes: list[Outcome] = []
    try:
        async with services.db.transaction():
            outcomes += [await _one(services, each, now=now) for each in people]
            created = sum(each.kind == "created" for each in outcomes)
            if not keep:
                raise _Undone
            if created:
                await acts.record(services, actor, "imported", subject_id=None, now=now, count=created)
    except _Undone:
        pass
    return outcomes


async def _one(services: Services, person: Person, *, now: int) -> Outcome:
    """Most are new: they are made at once, and only where that cannot be it is asked why."""
    if await _create(services, person, now=now):
        return Outcome("created")
    owners = await _owners(services, person)
    if len(set(owners.values())) > 1:
        return Outcome("refused", f"{' and '.join(owners)} belong to different accounts here")
    return await _there(services, person, owners)


async def _owners(services: Services, person: Person) -> dict[str, str]:
    """Whose account here has something of this person: what it is → users.id."""
    found = await directory.owners(
        services.db,
        id=person.id or "",
        username_key=person.username.key if person.username else "",
        email_key=person.email.key if person.email and person.is_proven else "",
    )
    owners = {each.what: each.id for each in found}
    for each in person.identities:
        known = await user_oauths.by_identity(services.db, provider=each.provider, identity=each.identity)
        owners |= {f"the {each.provider} identity": known.user_id} if known else {}
    return owners


async def _there(services: Services, person: Person, owners: dict[str, str]) -> Outcome:
    """The same username alone makes nobody the same person: the address has to be the same, too."""
    if owners.keys() == {"username"}:
        email = await directory.email_key(services.db, owners["username"])
        if email != (person.email.key if person.email else None):
            return Outcome("refused", "the username is that of another account here, with another address")
    return Outcome("there")


async def _create(services: Services, person: Person, *, now: int) -> bool:
    """Whether there is a new account; nothing of it where somebody was quicker."""
    user_id = await users.add(
        services.db,
        id=person.id or random_id(),
        name=person.name,
        email=person.email.written if person.email else None,
        email_key=person.email.key if person.email else None,
        email_proven_at=now if person.is_proven else None,
        now=person.created_at,
    )
    if user_id is None:
        return False
    if not await _add_ways(services, user_id, person):
        await standing.remove(services.db, user_id)
        return False
    if person.is_disabled:
        await standing.disable(services.db, user_id, now=now)
    await events.record(services, team.NOBODY, "created_by_team", user_id=user_id, now=now)
    return True


async def _add_ways(services: Services, user_id: str, person: Person) -> bool:
    at, kept = person.created_at, person.hash or UNUSABLE
    added = [await signup.add_password(services, user_id, person.username, kept, now=at)] if person.username else []
    for each in person.identities:
        id = await user_oauths.add(services.db, id=random_id(), user_id=user_id, now=at, **each._asdict())
        added.append(id is not None)
    return all(added)
