"""How does a browser that measures ask? One connection that is kept, the cookies that it was given, forms as browsers send them."""

import asyncio
import contextlib
import time
from types import TracebackType
from typing import Any, NamedTuple
from urllib.parse import urlencode

HOST = "id.example.com"
BROKEN = (OSError, EOFError, TimeoutError, asyncio.LimitOverrunError)  # what a connection ends in


class Answer(NamedTuple):
    """headers: names in small letters, the last of each; seconds: from the request's first byte to the answer's last."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float
    is_in: bool  # whether it sets a session's cookie

    @property
    def place(self) -> str:
        return self.headers.get("location", "")


class Browser:
    """address: of the client, as a trusted proxy would tell it."""

    def __init__(self, port: int, *, address: str | None = None, patience: float = 60.0, host: str = HOST) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self._patience = patience
        self._more = f"Host: {host}\r\n" + (f"X-Forwarded-For: {address}\r\n" if address else "")
        self._stream: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def __aenter__(self) -> "Browser":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        stream, self._stream = self._stream, None
        if stream:
            stream[1].close()
            with contextlib.suppress(*BROKEN):
                await stream[1].wait_closed()

    async def get(self, path: str) -> Answer:
        return await self.ask("GET", path)

    async def submit(self, path: str, **fields: str) -> Answer:
        return await self.ask("POST", path, urlencode(fields))

    async def sign_up(self, username: str, password: str, **more: str) -> Answer:
        fields = {"name": "Hana", "email": f"{username}@example.com", "username": username, "password": password}
        return await self.submit("/signup", **fields | more)

    async def log_in(self, username: str, password: str) -> Answer:
        return await self.submit("/login", username=username, password=password)

    async def ask(self, method: str, path: str, form: str = "") -> Answer:
        """Raises one of BROKEN where no whole answer arrives."""
        try:
            async with asyncio.timeout(self._patience):
                return await self._ask(method, path, form)
        except BaseException:
            await self.close()
            raise

    async def _ask(self, method: str, path: str, form: str) -> Answer:
        reader, writer = await self._open()
        began = time.monotonic()
        writer.write(self._wire(method, path, form))
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.rstrip().split("\r\n")
        pairs = [(name.lower(), value) for name, _, value in (line.partition(": ") for line in lines)]
        headers = dict(pairs)
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        taken = time.monotonic() - began
        if headers.get("connection", "").lower() == "close":
            await self.close()
        is_in = self._keep([value for name, value in pairs if name == "set-cookie"])
        return Answer(int(first.split(" ")[1]), headers, body, taken, is_in)

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._stream is not None and self._stream[0].at_eof():
            await self.close()
        if self._stream is None:
            self._stream = await asyncio.open_connection("127.0.0.1", self.port)
        return self._stream

    def _wire(self, method: str, path: str, form: str) -> bytes:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        lines = f"{method} {path} HTTP/1.1\r\n{self._more}" + (f"Cookie: {cookie}\r\n" if cookie else "")
        if method == "POST":
            lines += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(form)}\r\n"
        return f"{lines}\r\n{form}".encode()

    def _keep(self, lines: list[str]) -> bool:
        is_in = False
        for line in lines:
            name, _, value = line.partition(";")[0].partition("=")
            is_gone = "max-age=0" in line.lower()
            if is_gone:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
            is_in |= name.endswith("jwt") and not is_gone and bool(value)
        return is_in


async def all_of(*works: Any) -> list[Any]:
    """What they give, one list."""
    return list(await asyncio.gather(*works))
