"""How is a figure told? One line each, with the bar beside it; the exit status says whether all bars were met."""

import os
import sys
from collections.abc import Sequence
from typing import Final

WIDTH: Final = 58


class Figures:
    """What one program finds."""

    def __init__(self, title: str) -> None:
        self.missed = 0
        load = os.getloadavg()[0]
        print(f"{title}\n{os.cpu_count()} cores, load {load:.1f}, Python {sys.version.split()[0]}", flush=True)

    def part(self, title: str) -> None:
        print(f"\n{title}", flush=True)

    def most(self, what: str, found: float, bar: float, unit: str = "") -> None:
        """A figure that must not be larger."""
        self.line(what, f"{number(found)}{unit}", f"at most {number(bar)}{unit}", found <= bar)

    def least(self, what: str, found: float, bar: float, unit: str = "") -> None:
        self.line(what, f"{number(found)}{unit}", f"at least {number(bar)}{unit}", found >= bar)

    def same(self, what: str, found: object, bar: object) -> None:
        self.line(what, str(found), str(bar), found == bar)

    def note(self, what: str, found: object) -> None:
        """A figure that has no bar."""
        print(f"       {what:{WIDTH}} {found}", flush=True)

    def line(self, what: str, found: str, bar: str, is_met: bool) -> None:
        self.missed += not is_met
        print(f"{'ok    ' if is_met else 'missed'} {what:{WIDTH}} {found}   (bar: {bar})", flush=True)

    def status(self) -> int:
        return 1 if self.missed else 0


def number(value: float) -> str:
    return f"{value:.4g}" if abs(value) < 1000 else f"{value:,.0f}"


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that so many of a hundred do not exceed; of none: not a number."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] if ordered else float("nan")
