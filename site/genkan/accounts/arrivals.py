"""What becomes of a login? A session; or a wait, where an address has to answer first."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Arrival:
    """A person is in. token: the session JWT, for the cookie; method: 'password', or the provider's name.

    is_kept: whether the cookie outlives the browser's window.
    """

    token: str
    user_id: str
    method: str
    is_kept: bool = True


@dataclass(frozen=True, slots=True)
class Unproven:
    """The person has shown who they are, but is let in only once their address has answered (threshold.py). No session began.

    keep: as it was asked for.
    """

    user_id: str
    method: str
    keep: bool | None = None
