"""What do only some providers need? Each has its names, and what may be set there."""

import re

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from genkan.settings.reader import Reader
from genkan.settings.shape import ProviderSettings

APPLES = ("TEAM_ID", "KEY_ID", "PRIVATE_KEY")  # instead of a secret
EXTRAS = {  # those that say of which organisation people have to be are judged in doors.py
    "apple": APPLES,
    "discord": ("GUILD",),
    "github": ("ORG",),
    "gitlab": ("BASE_URL", "GROUP"),
    "google": ("HD",),
    "microsoft": ("TENANT",),
    "yahoojp": ("SCOPE",),
}
CURVE = "secp256r1"  # of Apple's keys


def extras(reader: Reader, name: str) -> dict[str, str]:
    """What is set, by the last words of the names, in small letters."""
    found = {each: reader.raw(f"{name.upper()}_{each}") for each in EXTRAS.get(name, ())}
    return {each.lower(): value for each, value in found.items() if value}


def faults_of_extras(reader: Reader, settings: ProviderSettings) -> None:
    """What is missing is said elsewhere."""
    base_url = settings.extra.get("base_url", "https://gitlab.com")
    if settings.name == "gitlab" and not re.fullmatch(r"https://[A-Za-z0-9.:-]+(/[\w./-]*)?", base_url):
        reader.fault("GITLAB_BASE_URL", "must be the https address of your GitLab, like https://gitlab.example.com")
    key = settings.extra.get("private_key")
    if settings.name == "apple" and key and not _is_key(key.replace("\\n", "\n")):
        reader.fault(
            "APPLE_PRIVATE_KEY",
            "must be the key of the .p8 file, from its BEGIN to its END; line ends may be written \\n",
        )


def _is_key(pem: str) -> bool:
    try:
        key = load_pem_private_key(pem.encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return False
    return isinstance(key, EllipticCurvePrivateKey) and key.curve.name == CURVE
