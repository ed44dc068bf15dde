"""How is a variable read? One by one, and what is wrong with them is collected."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit


class SettingsFault(Exception):
    """The settings cannot be used. `faults`: one sentence each, naming the setting and what to set."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class Reader:
    """Reads variables one by one and collects what is wrong with them. asked: the names that were read, set or not."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.faults: list[str] = []
        self.asked: set[str] = set()

    def fault(self, name: str, what: str) -> None:
        self.faults.append(f"{name}: {what}.")

    def raw(self, name: str) -> str:
        """As it is set, whatever it is; empty where it is not."""
        self.asked.add(name)
        return self.environ.get(name, "").strip()

    def text(self, name: str, default: str, *, longest: int = 2000) -> str:
        value = self.raw(name) or default
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
