"""How is one value of an import read? By its name; and what is wrong with a row's values is collected."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple, TypeVar

from genkan.errors import Invalid

Value = TypeVar("Value")

PROVIDER: Final = re.compile(r"[a-z][a-z0-9]{0,30}")
IDENTITY: Final = re.compile(r"[!-~]{1,255}")
YES, NO = ("true", "t", "yes", "y", "1"), ("", "false", "f", "no", "n", "0", "none", "null")
MOST_IDENTITIES: Final = 20
DAY: Final = 86_400  # seconds


class Identity(NamedTuple):
    provider: str
    identity: str
    issuer: str


class Row:
    """Reads one row's values and collects what is wrong with them."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self.faults: list[str] = []

    def text(self, name: str) -> str:
        return self._values.get(name, "").strip()

    def asked(self, name: str, read: Callable[[str], Value]) -> Value | None:
        """What `read` makes of a value; None for an empty one, and for one that is wrong."""
        if not self.text(name):
            return None
        try:
            return read(self.text(name))
        except Invalid as problem:
            self.faults.append(f"{name}: {problem.message.text % problem.message.values}")
        except ValueError as problem:
            self.faults.append(str(problem))
        return None

    def flag(self, name: str) -> bool:
        value = self.text(name).lower()
        if value not in YES + NO:
            self.faults.append(f"{name} must be true or false")
        return value in YES


def identities(row: Row, issuers: Mapping[str, str]) -> tuple[Identity, ...]:
    found: list[Any] = []
    if row.text("provider") or row.text("identity"):
        found.append({name: row.text(name) for name in ("provider", "identity", "issuer")})
    try:
        more = json.loads(row.text("identities") or "[]")
    except (ValueError, RecursionError):
        more = None
    if not isinstance(more, list) or len(more) > MOST_IDENTITIES or not all(isinstance(each, dict) for each in more):
        row.faults.append("identities must be a JSON list of {provider, identity, issuer}")
        more = []
    made = [_identity(row, each, issuers) for each in [*found, *more]]
    if len({each.provider for each in made if each}) < len([each for each in made if each]):
        row.faults.append("an account has one identity of a provider")
    return tuple(each for each in made if each)


def _identity(row: Row, given: Mapping[str, Any], issuers: Mapping[str, str]) -> Identity | None:
    provider, identity, issuer = (str(given.get(name) or "") for name in ("provider", "identity", "issuer"))
    issuer = issuer or issuers.get(provider, "")
    if not PROVIDER.fullmatch(provider):
        row.faults.append("provider must be the name of one, in small letters: google, github, …")
    elif not IDENTITY.fullmatch(identity):
        row.faults.append(
            "identity must be the provider's own id of the person, 1 to 255 ASCII characters without spaces"
        )
    elif not IDENTITY.fullmatch(issuer):
        row.faults.append(f"issuer is missing: {provider} is not set up here, or has one for each tenant")
    else:
        return Identity(provider, identity, issuer)
    return None


def moment(text: str, *, now: int) -> int:
    """Unix seconds, or ISO 8601, UTC where it says nothing. Raises ValueError."""
    try:
        if re.fullmatch(r"[0-9]{1,11}", text):
            at = int(text)
        else:
            found = datetime.fromisoformat(text)
            at = int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        at = -1
    if not 0 <= at <= now + DAY:
        raise ValueError("created_at must be a time like 2026-01-31T09:30:00Z, not in the future")
    return at
