"""What is set, once it is read?"""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


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
    secret_key_since: int | None = None  # unix seconds: when secret_key takes over from the previous one
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
    signup: Literal["open", "invitation", "closed"] = "open"
    allowed_domains: tuple[str, ...] = ()  # of proven addresses; nobody else has an account here; none: any
    most_accounts: int | None = None
    cookie_domain: str | None = None  # whose hosts, besides ours, learn from a cookie of their own who is signed in
    app_origins: tuple[str, ...] = ()  # of the applications there that people may be led back to
    workers: int = 1  # processes
    metrics_address: tuple[str, int] | None = None  # host and port of /metrics; None: there is none

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
