"""The fixtures of all tests."""

from at_once import pytest_configure
from browsing import chromium, page, site
from commanding import house
from databases_for_tests import database, database_url, postgresql, prepared_sqlite, sqlite_url
from drift import no_drift
from entrance import anyio_backend, app, browser, clock, in_production, other_browser, settings, stranger
from keeping import do, place, quick_passphrases
from stage import staged

__all__ = [
    "anyio_backend",
    "app",
    "browser",
    "chromium",
    "clock",
    "database",
    "database_url",
    "do",
    "house",
    "in_production",
    "no_drift",
    "other_browser",
    "page",
    "place",
    "postgresql",
    "prepared_sqlite",
    "pytest_configure",
    "quick_passphrases",
    "settings",
    "site",
    "sqlite_url",
    "staged",
    "stranger",
]
