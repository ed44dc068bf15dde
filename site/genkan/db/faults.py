"""What can go wrong with the database? Few things, the same for both engines; none carries a value of a statement."""

from typing import ClassVar


class DatabaseUnavailable(Exception):
    """It does not answer, or cannot take this now: locked too long, disk full, connection lost. Nothing was saved."""

    retry_after: ClassVar[int] = 5  # seconds

    def __init__(self, reason: str) -> None:
        super().__init__(reason)


class UniqueViolation(Exception):
    """A row like this is there already."""


class StatementRefused(RuntimeError):
    """PostgreSQL does not do this at all: the tables are not those that we know, or the user may not."""


class DatabaseFault(Exception):
    """The server must not start with this database; the sentence says why and what to do."""
