"""What does a page weigh, and how soon is it there? `python3 bench/pages.py` after `python3 run.py tools`; CHROMIUM names a browser.

The site as it is in production, to a slow phone: a quarter of this machine's speed, 1.6 Mbit/s, 150 ms, nothing kept. Weights are
bytes on the line, heads of answers included; times are medians of cold loads, and vary with the machine and with what else it does.
"""

import os
import socket
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "site"), str(ROOT / "tests")]

from browsing import FLAGS, site_at  # noqa: E402
from entrance import PASSWORD  # noqa: E402
from genkan.settings import ProviderSettings  # noqa: E402
from machine import chromium  # noqa: E402
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402
from slow_phone import Seen, first_visit, seen, slow_phone  # noqa: E402

LOADS = 5
HOST = "id.example.com"
PROVIDERS = ("google", "github", "line", "microsoft", "apple", "gitlab", "discord")  # three, and four more in a fold
