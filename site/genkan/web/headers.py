"""Which headers does every answer carry? The browser's own defences, switched on (ASVS 3.4)."""

from collections.abc import Iterable

from genkan.settings import Settings

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)


class Headers:
    """The headers of one site; an answer that already has one of them keeps its own."""

    def __init__(self, settings: Settings) -> None:
        self._fixed = {
            "Content-Security-Policy": f"{POLICY}; font-src 'self'" if settings.brand_dir else POLICY,
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            # Not no-referrer: browsers would then send `Origin: null` with our own forms.
            "Referrer-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
            "Cache-Control": "no-store",
        }
        if settings.is_https:
            self._fixed["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"

        self._raw = [(name.lower().encode(), value.encode()) for name, value in self._fixed.items()]

    def added(self, headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        """These and ours. headers: of an answer, as ASGI has them: names in lower case."""
        kept = list(headers)
        given = dict(kept)
        return kept + [each for each in self._raw if each[0] not in given]
