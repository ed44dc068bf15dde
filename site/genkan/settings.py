"""How is this server set up? Read once from the environment, frozen, passed to whoever needs it; says every fault at once."""

import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

SECRET_BYTES = 32  # at the least
DEFAULT_PORTS = {"http": ":80", "https": ":443"}
KNOWN_PROVIDERS = ("google", "github", "microsoft", "apple", "line", "yahoojp", "discord", "gitlab")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
NAME = re.compile(r"[a-z][a-z0-9]{0,30}")
ADDRESS = re.compile(
    r"(?=[^@]{1,64}@)[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*@(?=[^@]*[A-Za-z])[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*",
    re.ASCII,
)
ADDRESS_LONGEST = 254  # characters
LABEL_LONGEST = 40  # characters
CREDENTIAL_LONGEST = 4096  # characters; Apple's private key is the longest there is


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """Our registration with one provider. `extra` has what only some of them need (see their files)."""

    name: str
    client_id: str
    client_secret: str
    label: str | None = None
    issuer: str | None = None
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settings:
    environment: Literal["development", "production"]
    base_url: str  # an origin: scheme://host[:port], no path
    secret_key: bytes
    database_url: str
    secret_key_previous: bytes | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    site_name: str = "Genkan"
    providers: tuple[ProviderSettings, ...] = ()
    dev_provider: bool = False
    dev_tools: bool = False  # pages paint themselves anew when a file is saved, and name their files in a corner
    trusted_proxies: tuple[Network, ...] = ()
    password_min_length: int = 15  # characters
    login_tries_per_account: int = 8  # failures in five minutes
    login_tries_per_address: int = 50  # failures in five minutes
    signups_per_address: int = 300  # in ten minutes
    oauth_starts_per_address: int = 300  # in ten minutes
    terms_url: str | None = None
    privacy_url: str | None = None
    help_url: str | None = None
    smtp_url: str | None = None  # smtp://user:password@host:587 (STARTTLS) or smtps://…:465
    mail_from: str | None = None  # an address
    support: str | None = None  # an address or a sentence that error pages show
    brand_dir: Path | None = None  # a folder of templates, styles, pictures and sentences that come before ours

    @property
    def is_production(self) -> bool:
        return self.environment == "production"

    @property
    def can_mail(self) -> bool:
        """Whether mails have somewhere to go: the mailbox of development, or an SMTP server."""
        return not self.is_production or self.smtp_url is not None

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")


def brand_folder(environ: Mapping[str, str], root: Path) -> Path | None:
    """Where BRAND_DIR leads, whether there is anything or not; None where it is not set."""
    value = environ.get("BRAND_DIR", "").strip()
    return root / value if value else None


class SettingsFault(Exception):
    """The settings cannot be used. `faults`: one sentence each, naming the setting and what to set."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def from_environment(environ: Mapping[str, str], *, made_secret: str | None = None, root: Path = Path()) -> Settings:
    """The settings that these variables give.

    made_secret: the secret of the first run, kept in var/ (development only). root: the folder that paths are relative to.
    Raises SettingsFault with every fault at once.
    """
    reader = _Reader(environ)
    environment = reader.choice("ENVIRONMENT", ("development", "production"), "development")
    production = environment == "production"
    host = reader.text("HOST", "127.0.0.1")
    port = reader.number("PORT", 8000, 1, 65535)
    settings = Settings(
        environment="production" if production else "development",
        base_url=_base_url(reader, host, port, production=production),
        secret_key=_secret(reader, "SECRET_KEY", None if production else made_secret) or b"",
        secret_key_previous=_secret(reader, "SECRET_KEY_PREVIOUS", None, optional=True),
        database_url=_database_url(reader, root / "var"),
        host=host,
        port=port,
        site_name=reader.text("SITE_NAME", "Genkan", longest=LABEL_LONGEST),
        providers=_providers(reader),
        dev_provider=_dev_provider(reader, production=production),
        dev_tools=_dev_tools(reader, production=production),
        trusted_proxies=_networks(reader),
        password_min_length=reader.number("PASSWORD_MIN_LENGTH", 15, 8, 64),
        login_tries_per_account=reader.number("LOGIN_TRIES_PER_ACCOUNT", 8, 1, 100),
        login_tries_per_address=reader.number("LOGIN_TRIES_PER_ADDRESS", 50, 1, 1_000_000),
        signups_per_address=reader.number("SIGNUPS_PER_ADDRESS", 300, 1, 1_000_000),
        oauth_starts_per_address=reader.number("OAUTH_STARTS_PER_ADDRESS", 300, 1, 1_000_000),
        terms_url=reader.link("TERMS_URL"),
        privacy_url=reader.link("PRIVACY_URL"),
        help_url=reader.link("HELP_URL"),
        smtp_url=_smtp_url(reader),
        mail_from=_mail_from(reader),
        support=reader.text("SUPPORT", "", longest=200) or None,
        brand_dir=_brand_dir(reader, root),
    )
    if not production and host not in LOOPBACK:
        reader.fault("HOST", "development serves this machine only; leave it 127.0.0.1, or set ENVIRONMENT=production")
    if reader.faults:
        raise SettingsFault(reader.faults)
    return settings


class _Reader:
    """Reads variables one by one and collects what is wrong with them."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.faults: list[str] = []

    def fault(self, name: str, what: str) -> None:
        self.faults.append(f"{name}: {what}.")

    def text(self, name: str, default: str, *, longest: int = 2000) -> str:
        value = self.environ.get(name, "").strip() or default
        if len(value) > longest or not value.isprintable():
            self.fault(name, f"must be one line of at most {longest} characters")
        return value

    def choice(self, name: str, choices: tuple[str, ...], default: str) -> str:
        value = self.text(name, default)
        if value not in choices:
            self.fault(name, f"must be one of {', '.join(choices)}")
        return value

    def number(self, name: str, default: int, least: int, most: int) -> int:
        value = self.text(name, str(default))
        if not re.fullmatch(r"[0-9]{1,9}", value) or not least <= int(value) <= most:
            self.fault(name, f"must be a whole number from {least} to {most}")
            return default
        return int(value)

    def link(self, name: str) -> str | None:
        value = self.text(name, "")
        if value and urlsplit(value).scheme not in ("https", "mailto") and not re.match(r"/(?![/\\])", value):
            self.fault(name, "must be an https address, a mailto: address, or a path on this site")
        return value or None


def _base_url(reader: _Reader, host: str, port: int, *, production: bool) -> str:
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


def _secret(reader: _Reader, name: str, made: str | None, *, optional: bool = False) -> bytes | None:
    value = reader.environ.get(name, "").strip() or made or ""
    if not value and optional:
        return None
    if len(value.encode()) < SECRET_BYTES or len(set(value)) < 10:
        reader.fault(
            name,
            f"must be {SECRET_BYTES} random bytes or more; `python3 -c 'import secrets; print(secrets.token_hex(32))'` makes one",
        )
    return value.encode()


def _database_url(reader: _Reader, var: Path) -> str:
    value = reader.text("DATABASE_URL", f"sqlite:///{var / 'genkan.db'}")
    if not re.match(r"sqlite:///.|postgres(ql)?://.", value):
        reader.fault("DATABASE_URL", "must begin with sqlite:/// and a path, or postgresql://")
    elif value.endswith(":memory:"):
        reader.fault("DATABASE_URL", "must name a file: what is only in memory is gone with the process")
    return value


def _smtp_url(reader: _Reader) -> str | None:
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


def _mail_from(reader: _Reader) -> str | None:
    value = reader.text("MAIL_FROM", "")
    if value and (len(value) > ADDRESS_LONGEST or not ADDRESS.fullmatch(value)):
        reader.fault("MAIL_FROM", "must be an address and nothing else, like no-reply@example.com")
    elif not value and reader.text("SMTP_URL", ""):
        reader.fault("MAIL_FROM", "must be set with SMTP_URL: the address that mails come from")
    return value or None


def _brand_dir(reader: _Reader, root: Path) -> Path | None:
    reader.text("BRAND_DIR", "")
    folder = brand_folder(reader.environ, root)
    if folder is not None and not os.path.isdir(folder):
        reader.fault("BRAND_DIR", f"must be a folder; there is none at {folder}")
    elif folder is not None and folder.resolve() == root.resolve():
        reader.fault("BRAND_DIR", "must be a folder of its own, not the one that run.py is in")
    return folder


def _dev_provider(reader: _Reader, *, production: bool) -> bool:
    asked = reader.choice("DEV_PROVIDER", ("on", "off"), "off" if production else "on") == "on"
    if asked and production:
        reader.fault("DEV_PROVIDER", "the built-in provider lets anybody be anybody; take it out in production")
    return asked and not production


def _dev_tools(reader: _Reader, *, production: bool) -> bool:
    asked = reader.choice("DEV_TOOLS", ("on", "off"), "off" if production else "on") == "on"
    if asked and production:
        reader.fault("DEV_TOOLS", "the tools of designers are for development; take it out in production")
    return asked and not production


def _networks(reader: _Reader) -> tuple[Network, ...]:
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


def _providers(reader: _Reader) -> tuple[ProviderSettings, ...]:
    found = [
        _known(reader, name) for name in KNOWN_PROVIDERS if reader.environ.get(f"{name.upper()}_CLIENT_ID", "").strip()
    ]
    named = re.compile(r"OIDC_(.+)_ISSUER")
    found += [_oidc(reader, match[1]) for match in map(named.fullmatch, sorted(reader.environ)) if match]
    return tuple(found)


def _known(reader: _Reader, name: str) -> ProviderSettings:
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


def _oidc(reader: _Reader, upper: str) -> ProviderSettings:
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
        extra={"hosts": hosts} if (hosts := reader.text(f"{prefix}HOSTS", "")) else {},
    )


def _credential(reader: _Reader, name: str) -> str:
    value = reader.environ.get(name, "").strip()
    if not value:
        reader.fault(name, "is missing: the provider's console shows it")
    elif len(value) > CREDENTIAL_LONGEST:
        reader.fault(name, f"must be at most {CREDENTIAL_LONGEST} characters")
    return value
