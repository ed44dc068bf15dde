"""Who can one be at the built-in provider? People for every case that a real provider brings."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Person:
    """sub: the identity; about: which case it is. is_asked: the address can be typed on the page."""

    key: str
    sub: str
    name: str | None
    email: str | None
    email_verified: bool
    about: str
    is_asked: bool = False


PEOPLE: Final = {
    each.key: each
    for each in (
        Person(
            "verified", "person-1", "Hanako Example", "hanako@example.com", True, "New here, with a verified address"
        ),
        Person(
            "unverified", "person-2", "Jiro Example", "jiro@example.com", False, "With an address that is not verified"
        ),
        Person("no-address", "person-3", "Sakura Example", None, False, "With no address"),
        Person("nothing", "person-4", None, None, False, "With no name and no address"),
        Person(
            "existing",
            "person-5",
            "Ken Example",
            "ken@example.com",
            True,
            "With the address of an account here",
            is_asked=True,
        ),
        Person(
            "changed",
            "person-1",
            "Hanako Changed",
            "hanako.new@example.com",
            True,
            "The first person, with another name and address",
        ),
        Person(
            "long",
            "person-6",
            "<b>Very</b> " + "long" * 40,
            "long@example.com",
            True,
            "With a name that is long and looks like HTML",
        ),
    )
}
