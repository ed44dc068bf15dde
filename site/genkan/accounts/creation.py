"""How does the team make an account? With a password, or without, and a mailed link to choose one."""

from dataclasses import dataclass

from genkan.accounts import acts, addresses, events, handed, names, seats, signup, team
from genkan.accounts.acts import Actor
from genkan.accounts.addresses import Address
from genkan.accounts.digests import random_id
from genkan.accounts.names import Username
from genkan.accounts.services import Services
from genkan.errors import AddressTaken, EmailEmpty, Invalid, NowhereToMail, Refused, UsernameEmpty, UsernameTaken
from genkan.records import user_authentications, users
from genkan.records.user_authentications import UNUSABLE


@dataclass(frozen=True, slots=True)
class Asked:
    """What the team says. password: None, and a mail with a link goes to the address; is_proven: whether it vouches for it."""

    name: str
    email: str = ""
    username: str = ""
    password: str | None = None
    is_proven: bool = False
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Answers:
    name: str
    email: Address | None
    username: Username | None
    readable: str | None


async def create(services: Services, actor: Actor, asked: Asked, *, now: int) -> str:
    """The new user's id. Raises Refused with everything that is to be mended; NowhereToMail, Busy."""
    if asked.password is None and not services.can_mail:
        raise NowhereToMail
    answers = await _checked(services, asked)
    hashed = await services.hasher.hash(answers.readable) if answers.readable is not None else UNUSABLE
    async with services.db.transaction():
        user_id = await _add(services, asked, answers, hashed, now=now)
        await seats.added(services, 1)
        await users.choose_language(services.db, id=user_id, language=asked.language)
        await acts.record(services, actor, "created", subject_id=user_id, now=now)
        await events.record(services, team.NOBODY, "created_by_team", user_id=user_id, now=now)
        if asked.password is None:
            await _invite(services, user_id, asked, answers, now=now)
    return user_id


async def _invite(services: Services, user_id: str, asked: Asked, answers: Answers, *, now: int) -> None:
    assert answers.email is not None, "a link needs an address"
    await handed.mail(
        services,
        "welcome_by_team",
        user_id=user_id,
        name=answers.name,
        address=answers.email,
        language=asked.language,
        now=now,
    )


async def _checked(services: Services, asked: Asked) -> Answers:
    """By the same rules as at sign-up. A link needs an address, a password a username."""
    problems: list[Invalid] = []
    has_link = asked.password is None
    name = signup.collected(problems, lambda: names.person(asked.name))
    email = signup.collected(problems, lambda: addresses.parse(asked.email)) if asked.email else None
    username = signup.collected(problems, lambda: names.username(asked.username)) if asked.username else None
    readable = None if has_link else signup.collected(problems, lambda: _password(services, asked))
    if has_link and not asked.email:
        problems.append(EmailEmpty())
    if not has_link and not asked.username:
        problems.append(UsernameEmpty())
    if username is not None and await user_authentications.is_taken(services.db, username.key):
        problems.append(UsernameTaken())
    if email is not None and await users.by_proven_email(services.db, email.key) is not None:
        problems.append(AddressTaken())
    if name is None or problems:
        raise Refused(*problems)
    return Answers(name, email, username, readable)


def _password(services: Services, asked: Asked) -> str:
    return signup.check_password(
        services, name=asked.name, email=asked.email, username=asked.username, password=asked.password or ""
    )


async def _add(services: Services, asked: Asked, answers: Answers, hashed: str, *, now: int) -> str:
    """Raises Refused where somebody was quicker; the transaction takes all of it back."""
    email, username = answers.email, answers.username
    user_id = await users.add(
        services.db,
        id=random_id(),
        name=answers.name,
        email=email.written if email else None,
        email_key=email.key if email else None,
        email_proven_at=now if email and asked.is_proven else None,
        now=now,
    )
    if user_id is None:
        raise Refused(AddressTaken())
    if username is not None and not await signup.add_password(services, user_id, username, hashed, now=now):
        raise Refused(UsernameTaken())
    return user_id
