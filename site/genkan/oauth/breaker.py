"""Is it worth asking a provider now? After some failures in a row the answer is no at once, for a few seconds."""

import contextlib
import time
from collections.abc import Iterator
from typing import Final

from genkan.errors import ProviderDown

FAILURES: Final = 3  # in a row
REST: Final = 3.5  # seconds, so that the next login succeeds within five after it is back


class Breaker:
    """Counts what could not be reached, not what was answered wrongly. failures, rest: see above."""

    def __init__(self, *, failures: int = FAILURES, rest: float = REST) -> None:
        self._most = failures
        self._rest = rest
        self._failures = 0
        self._open_until = 0.0

    def check(self) -> None:
        """Raises ProviderDown while it rests."""
        if self._failures >= self._most and time.monotonic() < self._open_until:
            raise ProviderDown("breaker")

    @contextlib.contextmanager
    def asked(self) -> Iterator[None]:
        """Around a request. Raises ProviderDown at once while it rests; then one request tries it out for all."""
        self.check()
        if self._failures >= self._most:
            self._open_until = time.monotonic() + self._rest
        try:
            yield
        except ProviderDown:
            self._failures += 1
            self._open_until = time.monotonic() + self._rest
            raise
        self._failures = 0
