"""Which providers are set up, and how?"""

import re
from urllib.parse import urlsplit

from genkan.settings.addresses import LOOPBACK
from genkan.settings.reader import Reader
from genkan.settings.shape import ProviderSettings

KNOWN_PROVIDERS = ("google", "github", "microsoft", "apple", "line", "yahoojp", "discord", "gitlab")
NAME = re.compile(r"[a-z][a-z0-9]{0,30}")
LABEL_LONGEST = 40  # characters
CREDENTIAL_LONGEST = 4096  # characters; Apple's private key is the longest there is


def providers(reader: Reader) -> tuple[ProviderSettings, ...]:
    found = [
        _known(reader, name) for name in KNOWN_PROVIDERS if reader.environ.get(f"{name.upper()}_CLIENT_ID", "").strip()
    ]
    named = re.compile(r"OIDC_(.+)_ISSUER")
    found += [_oidc(reader, match[1]) for match in map(named.fullmatch, sorted(reader.environ)) if match]
    return tuple(found)


def _known(reader: Reader, name: str) -> ProviderSettings:
    prefix = f"{name.upper()}_"
    extra = {
        key.removeprefix(prefix).lower(): value.strip()
        for key, value in reader.environ.items()
        if key.startswith(prefix) and key not in (f"{prefix}CLIENT_ID", f"{prefix}CLIENT_SECRET") and value.strip()
    }
    return ProviderSettings(
        name=name,
        client_id=_credential(reader, f"{prefix}CLIENT_ID"),
        client_secret="" if name == "apple" else _credential(reader, f"{prefix}CLIENT_SECRET"),
        extra=extra,
    )


def _oidc(reader: Reader, upper: str) -> ProviderSettings:
    name, prefix = upper.lower(), f"OIDC_{upper}_"
    issuer = reader.text(f"{prefix}ISSUER", "")
    parts = urlsplit(issuer)
    if not NAME.fullmatch(name) or name in KNOWN_PROVIDERS or name in ("password", "example", "finish"):
        reader.fault(
            f"{prefix}ISSUER",
            "the name between OIDC_ and _ISSUER must be letters and digits, and not one that is taken",
        )
    if (
        parts.query
        or parts.fragment
        or not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK))
    ):
        reader.fault(f"{prefix}ISSUER", "must be an https address without query (http on this machine only)")
    return ProviderSettings(
        name=name,
        client_id=_credential(reader, f"{prefix}CLIENT_ID"),
        client_secret=_credential(reader, f"{prefix}CLIENT_SECRET"),
        label=reader.text(f"{prefix}LABEL", upper.title(), longest=LABEL_LONGEST),
        issuer=issuer,
        extra={name: value for name in ("hosts", "claim") if (value := reader.text(f"{prefix}{name.upper()}", ""))},
    )


def _credential(reader: Reader, name: str) -> str:
    value = reader.environ.get(name, "").strip()
    if not value:
        reader.fault(name, "is missing: the provider's console shows it")
    elif len(value) > CREDENTIAL_LONGEST:
        reader.fault(name, f"must be at most {CREDENTIAL_LONGEST} characters")
    return value
