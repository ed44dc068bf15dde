"""What may a browser keep for us and not change? A sealed value: signed with a key of its purpose, and with an age."""

import hashlib
from typing import Any

from itsdangerous import BadData, URLSafeTimedSerializer


class Seal:
    """Seals small JSON values for one purpose; another purpose's seal does not open here."""

    def __init__(self, keys: tuple[bytes, ...], purpose: str) -> None:
        self._serializer = URLSafeTimedSerializer(
            list(keys),
            salt=f"genkan: {purpose}",
            signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
        )

    def close(self, value: Any) -> str:
        return str(self._serializer.dumps(value))

    def open(self, sealed: str | None, *, seconds: int) -> Any | None:
        """The value; None where the seal is broken, foreign, missing, or older than `seconds`."""
        if sealed is None:
            return None
        try:
            return self._serializer.loads(sealed, max_age=seconds)
        except BadData:
            return None
