"""By which ways does a person come in who does not remember? Told only to whoever has shown that the mailbox is theirs."""

from dataclasses import dataclass

from genkan.accounts.services import Services
from genkan.records import users, ways


@dataclass(frozen=True, slots=True)
class Guide:
    """The ways into one account. username: None where it never had a password; providers: their names, the oldest first.

    login_name: the username, where its password lets in (it does not when it was taken back, accounts/undo.py).
    """

    username: str | None
    login_name: str | None
    providers: tuple[str, ...]


async def of_user(services: Services, user_id: str) -> Guide:
    found = await ways.of_user(services.db, user_id)
    password = next((way for way in found if way.method == "password"), None)
    return Guide(
        username=password.username if password else None,
        login_name=password.username if password and password.is_usable else None,
        providers=tuple(way.method for way in found if way.method != "password"),
    )


async def of_proven(services: Services, email_key: str) -> Guide | None:
    """Of the account that the address is proven on; None where there is none."""
    found = await users.by_proven_email(services.db, email_key)
    return await of_user(services, found.id) if found else None
