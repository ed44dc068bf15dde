"""What does every verb get to work with? The services, as the settings have them; the same for the server and for commands."""

from urllib.parse import urlsplit

from genkan.accounts.hashing import Hasher
from genkan.accounts.services import Limits, Rules, Services
from genkan.accounts.tokens import Tokens
from genkan.db import Database
from genkan.keys import Keys
from genkan.settings import Settings


def services(settings: Settings, keys: Keys, hasher: Hasher) -> Services:
    """keys: of the settings' secrets. The database is not connected yet."""
    return Services(
        db=Database(settings.database_url),
        hasher=hasher,
        tokens=Tokens(keys, settings.base_url),
        shared_tokens=Tokens(keys, settings.base_url, settings.cookie_domain) if settings.cookie_domain else None,
        limits=Limits(
            login_tries_per_account=settings.login_tries_per_account,
            login_tries_per_address=settings.login_tries_per_address,
            signups_per_address=settings.signups_per_address,
            oauth_starts_per_address=settings.oauth_starts_per_address,
        ),
        digest_keys=keys.digesting,
        mail_keys=keys.mailing,
        keys_since=keys.since,
        rules=Rules(settings.signup, settings.allowed_domains, settings.most_accounts),
        can_mail=settings.can_mail,
        password_min_length=settings.password_min_length,
        site_words=(settings.site_name, "genkan", urlsplit(settings.base_url).hostname or ""),
    )
