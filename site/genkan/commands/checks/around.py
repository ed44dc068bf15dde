"""What does every check get? The settings, where things are, and what it may ask the network."""

import ssl
from dataclasses import dataclass
from pathlib import Path

from genkan.settings import Settings

OFFLINE = "not looked at: --offline"


@dataclass(frozen=True, slots=True)
class Around:
    """online: whether the network may be asked.

    now: unix seconds, as this machine says; patience: seconds for one question. tls: whom to believe.
    """

    root: Path
    settings: Settings
    online: bool
    now: float
    tls: ssl.SSLContext
    patience: float = 4.0
