"""Which variables of the environment are settings of ours? Those that are asked for, and those of the providers that are set up."""

import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from genkan.settings.environment import from_environment
from genkan.settings.providers import KNOWN_PROVIDERS
from genkan.settings.reader import SettingsFault


class Noting(dict[str, str]):
    """Notes the names that it is asked for."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        super().__init__(environ)
        self.asked: set[str] = set()

    def get(self, name: str, default: Any = None) -> Any:
        self.asked.add(name)
        return super().get(name, default)


def ours(environ: Mapping[str, str], root: Path) -> dict[str, str]:
    """Those of the environment that set anything here, usable or not."""
    noting = Noting(environ)
    with contextlib.suppress(SettingsFault):
        from_environment(noting, root=root)
    prefixes = [f"{name.upper()}_" for name in KNOWN_PROVIDERS if f"{name.upper()}_CLIENT_ID" in environ]
    return {
        name: value for name, value in environ.items() if name in noting.asked or name.startswith(("OIDC_", *prefixes))
    }
