"""Which providers are set up, and how?"""

import re
from urllib.parse import urlsplit

from genkan.settings.addresses import LOOPBACK
from genkan.settings.provider_extras import APPLES, extras, faults_of_extras
from genkan.settings.reader import Reader
from genkan.settings.secret import is_example
from genkan.settings.shape import ProviderSettings

KNOWN_PROVIDERS = ("google", "github", "microsoft", "apple", "line", "yahoojp", "discord", "gitlab")
NAME = re.compile(r"[a-z][a-z0-9]{0,30}")
OIDC = re.compile(r"OIDC_(.+)_(ISSUER|CLIENT_ID|CLIENT_SECRET|LABEL|HOSTS)")
LABEL_LONGEST = 40  # characters
CREDENTIAL_LONGEST = 4096  # characters; Apple's private key is the longest there is


def providers(reader: Reader, *, production: bool) -> tuple[ProviderSettings, ...]:
    found = [_known(reader, name) for name in KNOWN_PROVIDERS if _is_asked_for(reader, name)]
    set_up = (OIDC.fullmatch(name) for name, value in reader.environ.items() if value.strip())
    found += [_oidc(reader, name, production=production) for name in sorted({match[1] for match in set_up if match})]
    return tuple(found)


def _is_asked_for(reader: Reader, name: str) -> bool:
    """Whether any of its credentials is set: one without the others is a fault, and no provider that is not there."""
    credentials = APPLES if name == "apple" else ("CLIENT_SECRET",)
    found = [reader.raw(f"{name.upper()}_{each}") for each in ("CLIENT_ID", *credentials)]
    return any(found)


def _known(reader: Reader, name: str) -> ProviderSettings:
    prefix = f"{name.upper()}_"
    settings = ProviderSettings(
        name=name,
        client_id=_credential(reader, f"{prefix}CLIENT_ID"),
        client_secret="" if name == "apple" else _credential(reader, f"{prefix}CLIENT_SECRET"),
        extra=extras(reader, name),
    )
    if name == "apple":
        for each in APPLES:
            _credential(reader, f"{prefix}{each}")
    faults_of_extras(reader, settings)
    return settings


def _oidc(reader: Reader, upper: str, *, production: bool) -> ProviderSettings:
    name, prefix = upper.lower(), f"OIDC_{upper}_"
    issuer = reader.text(f"{prefix}ISSUER", "")
    if not NAME.fullmatch(name) or name in KNOWN_PROVIDERS or name in ("password", "example", "finish"):
        reader.fault(
            f"{prefix}ISSUER",
            "the name between OIDC_ and _ISSUER must be letters and digits, and not one that is taken",
        )
    _judge_issuer(reader, f"{prefix}ISSUER", issuer, production=production)
    return ProviderSettings(
        name=name,
        client_id=_credential(reader, f"{prefix}CLIENT_ID"),
        client_secret=_credential(reader, f"{prefix}CLIENT_SECRET"),
        label=reader.text(f"{prefix}LABEL", upper.title(), longest=LABEL_LONGEST),
        issuer=issuer,
        extra={name: value for name in ("hosts", "claim") if (value := reader.text(f"{prefix}{name.upper()}", ""))},
    )


def _judge_issuer(reader: Reader, name: str, issuer: str, *, production: bool) -> None:
    try:
        parts = urlsplit(issuer)
        is_here = parts.scheme == "http" and parts.hostname in LOOPBACK
    except ValueError:
        reader.fault(name, "must be an https address without query")
        return
    if is_here and production:
        reader.fault(name, "must begin with https:// in production: people's browsers are led there")
    elif parts.query or parts.fragment or not (is_here or (parts.scheme == "https" and parts.hostname)):
        reader.fault(name, "must be an https address without query (http on this machine only)")


def _credential(reader: Reader, name: str) -> str:
    value = reader.raw(name)
    if not value:
        reader.fault(name, "is missing: the provider's console shows it")
    elif len(value) > CREDENTIAL_LONGEST:
        reader.fault(name, f"must be at most {CREDENTIAL_LONGEST} characters")
    elif is_example(value):
        reader.fault(name, "still is what stands in an example: the provider's console shows yours")
    return value
