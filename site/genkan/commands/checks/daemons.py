"""How does a look-up of a name not hold up the end? In a thread that nobody waits for: the system's own may take half a minute."""

import asyncio
import socket
import threading
from typing import Any


class Loop(asyncio.SelectorEventLoop):
    """The usual one, but for names."""

    async def getaddrinfo(self, *asked: Any, **options: Any) -> Any:
        found = self.create_future()
        threading.Thread(target=self._look_up, args=(found, asked, options), daemon=True).start()
        return await found

    def _look_up(self, found: "asyncio.Future[Any]", asked: Any, options: Any) -> None:
        try:
            names = socket.getaddrinfo(*asked, **options)
        except OSError as error:
            self._say(found.set_exception, error, found)
        else:
            self._say(found.set_result, names, found)

    def _say(self, say: Any, what: Any, found: "asyncio.Future[Any]") -> None:
        """To whoever still waits."""
        if not self.is_closed():
            self.call_soon_threadsafe(lambda: None if found.done() else say(what))
