"""What do these variables set? Every one by its line, and every fault at once."""

import os
from collections.abc import Mapping
from pathlib import Path

from genkan.settings import running
from genkan.settings.addresses import LOOPBACK, base_url, database_url, mail_from, networks, smtp_url
from genkan.settings.providers import LABEL_LONGEST, providers
from genkan.settings.reader import Reader, SettingsFault
from genkan.settings.rotation import since, unfolded
from genkan.settings.shape import Settings

SECRET_BYTES = 32  # at the least


def brand_folder(environ: Mapping[str, str], root: Path) -> Path | None:
    """Where BRAND_DIR leads, whether there is anything or not; None where it is not set."""
    value = environ.get("BRAND_DIR", "").strip()
    return root / value if value else None


def from_environment(environ: Mapping[str, str], *, made_secret: str | None = None, root: Path = Path()) -> Settings:
    """The settings that these variables give.

    made_secret: the secret of the first run, kept in var/ (development only). root: the folder that paths are relative to.
    Raises SettingsFault with every fault at once.
    """
    environ, made_secret = unfolded(environ, made_secret)
    reader = Reader(environ)
    environment = reader.choice("ENVIRONMENT", ("development", "production"), "development")
    production = environment == "production"
    host = reader.text("HOST", "127.0.0.1")
    port = reader.number("PORT", 8000, 1, 65535)
    workers = running.workers(reader)
    settings = Settings(
        environment="production" if production else "development",
        base_url=base_url(reader, host, port, production=production),
        secret_key=_secret(reader, "SECRET_KEY", None if production else made_secret) or b"",
        secret_key_previous=_secret(reader, "SECRET_KEY_PREVIOUS", None, optional=True),
        secret_key_since=since(reader),
        database_url=database_url(reader, root / "var"),
        host=host,
        port=port,
        site_name=reader.text("SITE_NAME", "Genkan", longest=LABEL_LONGEST),
        providers=providers(reader),
        dev_provider=_dev_provider(reader, production=production),
        dev_tools=_dev_tools(reader, production=production, workers=workers),
        trusted_proxies=networks(reader),
        password_min_length=reader.number("PASSWORD_MIN_LENGTH", 15, 8, 64),
        login_tries_per_account=reader.number("LOGIN_TRIES_PER_ACCOUNT", 8, 1, 100),
        login_tries_per_address=reader.number("LOGIN_TRIES_PER_ADDRESS", 50, 1, 1_000_000),
        signups_per_address=reader.number("SIGNUPS_PER_ADDRESS", 300, 1, 1_000_000),
        oauth_starts_per_address=reader.number("OAUTH_STARTS_PER_ADDRESS", 300, 1, 1_000_000),
        terms_url=reader.link("TERMS_URL"),
        privacy_url=reader.link("PRIVACY_URL"),
        help_url=reader.link("HELP_URL"),
        smtp_url=smtp_url(reader),
        mail_from=mail_from(reader),
        support=reader.text("SUPPORT", "", longest=200) or None,
        brand_dir=_brand_dir(reader, root),
        workers=workers,
        metrics_address=running.metrics_address(reader, host, port),
    )
    if not production and host not in LOOPBACK:
        reader.fault("HOST", "development serves this machine only; leave it 127.0.0.1, or set ENVIRONMENT=production")
    if reader.faults:
        raise SettingsFault(reader.faults)
    return settings


def _secret(reader: Reader, name: str, made: str | None, *, optional: bool = False) -> bytes | None:
    value = reader.environ.get(name, "").strip() or made or ""
    if not value and optional:
        return None
    if len(value.encode()) < SECRET_BYTES or len(set(value)) < 10:
        reader.fault(
            name,
            f"must be {SECRET_BYTES} random bytes or more; `python3 -c 'import secrets; print(secrets.token_hex(32))'` makes one",
        )
    return value.encode()


def _brand_dir(reader: Reader, root: Path) -> Path | None:
    reader.text("BRAND_DIR", "")
    folder = brand_folder(reader.environ, root)
    if folder is not None and not os.path.isdir(folder):
        reader.fault("BRAND_DIR", f"must be a folder; there is none at {folder}")
    elif folder is not None and folder.resolve() == root.resolve():
        reader.fault("BRAND_DIR", "must be a folder of its own, not the one that run.py is in")
    return folder


def _dev_provider(reader: Reader, *, production: bool) -> bool:
    asked = reader.choice("DEV_PROVIDER", ("on", "off"), "off" if production else "on") == "on"
    if asked and production:
        reader.fault("DEV_PROVIDER", "the built-in provider lets anybody be anybody; take it out in production")
    return asked and not production


def _dev_tools(reader: Reader, *, production: bool, workers: int) -> bool:
    asked = reader.choice("DEV_TOOLS", ("on", "off"), "off" if production or workers > 1 else "on") == "on"
    if asked and production:
        reader.fault("DEV_TOOLS", "the tools of designers are for development; take it out in production")
    elif asked and workers > 1:
        reader.fault("DEV_TOOLS", "the tools of designers need a single process; take WORKERS out")
    return asked and not production
