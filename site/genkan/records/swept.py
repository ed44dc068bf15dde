"""What is one row that was thrown away? Nothing but one more."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Swept:
    one: int
