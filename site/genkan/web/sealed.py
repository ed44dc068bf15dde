"""What may a browser keep for us and not change? A sealed value: signed with a key of its purpose, and with an age."""

import hashlib
import time
from typing import Any

from itsdangerous import BadData, URLSafeTimedSerializer

from genkan.keys import leading


class Seal:
    """Seals small JSON values for one purpose; another purpose's seal does not open here."""

    def __init__(self, keys: tuple[bytes, ...], purpose: str, since: int | None = None) -> None:
        """keys: newest first. since: when the newest takes over; what the one before seals later does not count."""
        self._since = since
        self._serializers = tuple(_serializer(key, purpose) for key in keys)

    def close(self, value: Any) -> str:
        return str(leading(self._serializers, self._since, int(time.time())).dumps(value))

    def open(self, sealed: str | None, *, seconds: int) -> Any | None:
        """The value; None where the seal is broken, foreign, missing, or older than `seconds`."""
        newest, *older = [_opened(each, sealed, seconds) for each in self._serializers] if sealed else [None]
        if newest is not None:
            return newest[0]
        return next((value for value, at in filter(None, older) if self._since is None or at < self._since), None)


def _serializer(key: bytes, purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        key,
        salt=f"genkan: {purpose}",
        signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
    )


def _opened(serializer: URLSafeTimedSerializer, sealed: str, seconds: int) -> tuple[Any, float] | None:
    """The value, and when it was sealed: unix seconds."""
    try:
        value, at = serializer.loads(sealed, max_age=seconds, return_timestamp=True)
    except BadData:
        return None
    return value, at.timestamp()
