"""Where is this server, and where are those that it speaks to? Each function reads one setting and says what is wrong with it."""

import ipaddress
import re
from pathlib import Path
from urllib.parse import urlsplit

from genkan.settings.reader import Reader
from genkan.settings.shape import Network

DEFAULT_PORTS = {"http": ":80", "https": ":443"}
LOOPBACK = ("127.0.0.1", "localhost", "::1")
ADDRESS = re.compile(
    r"(?=[^@]{1,64}@)[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*@(?=[^@]*[A-Za-z])[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*",
    re.ASCII,
)
ADDRESS_LONGEST = 254  # characters


def base_url(reader: Reader, host: str, port: int, *, production: bool) -> str:
    value = reader.text("BASE_URL", "" if production else f"http://{f'[{host}]' if ':' in host else host}:{port}")
    try:
        parts = urlsplit(value)
        usable = bool(parts.hostname) and parts.scheme in DEFAULT_PORTS and parts.port != 0 and value.isascii()
    except ValueError:
        usable = False
    if not usable or parts.path not in ("", "/") or parts.query or parts.fragment or "@" in parts.netloc:
        reader.fault("BASE_URL", "must be the address people open, like https://id.example.com, with no path")
    elif production and parts.scheme != "https":
        reader.fault(
            "BASE_URL", "must begin with https:// in production, or the session cookie would travel in the open"
        )
    elif parts.scheme == "http" and parts.hostname not in LOOPBACK:
        reader.fault("BASE_URL", "must begin with https:// for any host but this machine")
    default = DEFAULT_PORTS[parts.scheme] if usable else ""
    return value.rstrip("/").lower().removesuffix(default)  # as browsers write an Origin


def database_url(reader: Reader, var: Path) -> str:
    value = reader.text("DATABASE_URL", f"sqlite:///{var / 'genkan.db'}")
    if not re.match(r"sqlite:///.|postgres(ql)?://.", value):
        reader.fault("DATABASE_URL", "must begin with sqlite:/// and a path, or postgresql://")
    elif value.endswith(":memory:"):
        reader.fault("DATABASE_URL", "must name a file: what is only in memory is gone with the process")
    return value


def smtp_url(reader: Reader) -> str | None:
    value = reader.text("SMTP_URL", "")
    try:
        parts = urlsplit(value)
        is_usable = parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_usable = False
    if value and (not is_usable or parts.path.strip("/") or parts.query or parts.fragment or not value.isascii()):
        reader.fault(
            "SMTP_URL",
            "must be like smtp://user:password@mail.example.com:587 (STARTTLS) or smtps://…:465; "
            "what is special in user or password as %40 and so on",
        )
    elif value and bool(parts.username) != bool(parts.password):
        reader.fault("SMTP_URL", "must have a user and a password, or neither")
    return value or None


def mail_from(reader: Reader) -> str | None:
    value = reader.text("MAIL_FROM", "")
    if value and (len(value) > ADDRESS_LONGEST or not ADDRESS.fullmatch(value)):
        reader.fault("MAIL_FROM", "must be an address and nothing else, like no-reply@example.com")
    elif not value and reader.text("SMTP_URL", ""):
        reader.fault("MAIL_FROM", "must be set with SMTP_URL: the address that mails come from")
    return value or None


def networks(reader: Reader) -> tuple[Network, ...]:
    networks = []
    for each in filter(None, (part.strip() for part in reader.text("TRUSTED_PROXIES", "").split(","))):
        try:
            network = ipaddress.ip_network(each)
        except ValueError:
            reader.fault("TRUSTED_PROXIES", "must be addresses or networks of proxies, like 10.0.0.5, 10.1.0.0/16")
            continue
        if network.prefixlen == 0:
            reader.fault("TRUSTED_PROXIES", "must not be every address there is: name the proxies")
        networks.append(network)
    return tuple(networks)
