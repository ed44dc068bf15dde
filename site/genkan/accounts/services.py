"""What does every verb need? The database, the hashing, the tokens and the limits, made once by app.py."""

import asyncio
from dataclasses import dataclass, field
from typing import Literal

from genkan.accounts.hashing import Hasher
from genkan.accounts.tokens import Tokens
from genkan.accounts.tries import Tries
from genkan.db import Database
from genkan.keys import leading


@dataclass(frozen=True, slots=True)
class Limits:
    """Tries in a window: see throttle.py for the windows."""

    login_tries_per_account: int
    login_tries_per_address: int
    signups_per_address: int
    oauth_starts_per_address: int


@dataclass(frozen=True, slots=True)
class Rules:
    """Who may have an account (admission.py). domains: in small ASCII letters; none: any."""

    signup: Literal["open", "invitation", "closed"] = "open"
    domains: tuple[str, ...] = ()
    most_accounts: int | None = None


@dataclass(frozen=True, slots=True)
class Services:
    db: Database
    hasher: Hasher
    tokens: Tokens
    limits: Limits
    digest_keys: tuple[bytes, ...]  # newest first
    mail_keys: tuple[bytes, ...]  # newest first
    can_mail: bool  # whether mails have somewhere to go; without, what needs one is absent
    password_min_length: int  # characters
    site_words: tuple[str, ...]  # what a password here must not be made of
    keys_since: int | None = None  # when the newest of both take over; None: they have
    rules: Rules = field(default_factory=Rules)
    tries: Tries = field(default_factory=Tries)  # to log in, under way in this process
    shared_tokens: Tokens | None = None  # for the applications of COOKIE_DOMAIN; None: there are none
    mail_waiting: asyncio.Event = field(default_factory=asyncio.Event)  # set when this process has written a mail

    def digest_key(self, now: int) -> bytes:
        """The one to make a digest with."""
        return leading(self.digest_keys, self.keys_since, now)

    def mail_key(self, now: int) -> bytes:
        """The one to derive a new mail's code and link with."""
        return leading(self.mail_keys, self.keys_since, now)

    @property
    def site_name(self) -> str:
        return self.site_words[0]


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks, before we know who it is.

    address: the client's network, IPv4 whole and IPv6 by /64.
    browser, known: what a browser keeps that has been inside before (throttle.acquaintance); empty for a stranger's.
    session_id: the session that the browser still holds, to be ended by a new one.
    device: what the browser calls itself, as far as it says ('Chrome, Windows'); language: of the page, and so of mails.
    """

    address: str
    known: frozenset[str] = frozenset()
    browser: str = ""
    session_id: str | None = None
    device: str = ""
    language: str = "en"
