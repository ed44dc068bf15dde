"""How do tests in a real browser read mails? From the database of the running site; code and link are derived as the sender derives them."""

import sqlite3
from typing import Any

from entrance import SECRET
from genkan.accounts import mailed
from genkan.keys import Keys


def newest_mail(sqlite_url: str, purpose: str) -> tuple[str, str]:
    """The last part of the link, and the code, as they stand in the newest mail."""
    found = run_sql(sqlite_url, f"SELECT id FROM mailed_tokens WHERE purpose = '{purpose}' ORDER BY rowid DESC")
    key = Keys.derive(SECRET).mailing[0]
    return mailed.link_token(key, found[0][0]), mailed.code(key, found[0][0])


def run_sql(sqlite_url: str, sql: str) -> list[tuple[Any, ...]]:
    database = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None, timeout=10)
    try:
        return database.execute(sql).fetchall()
    finally:
        database.close()
