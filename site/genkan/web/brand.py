"""What does a team's own folder hold? Templates, styles, pictures and sentences that come before ours; and what cannot be used."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from genkan.settings import Settings, SettingsFault
from genkan.web import catalog, pictures, styles
from genkan.web.pictures import Size

NAME: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
SHOWN: Final = (".svg", ".png", ".webp", ".jpg", ".jpeg", ".ico", ".woff2")
LARGEST: Final = 4 * 1024 * 1024  # bytes of one file; all of them are held in memory
MARKS: Final = "providers"  # of img/: they stand inside pages
LOGOS: Final = ("logo.svg", "logo.png", "logo.webp")  # the first that is there
DARK: Final = "logo.dark.svg"
WIDE: Final = 1.6  # times as wide as high: a logo that is taken to say the name itself
LAST_PAGE: Final = "errors/500.html"
LAST_WORDS: Final = re.compile(r"{#.*?#}|{{ (?:stylesheet|service|ref) }}", re.DOTALL)  # all that it may have of Jinja
BOM_TOO: Final = "utf-8-sig"


class Logo(NamedTuple):
    """path: of the file; dark: of its like for the dark theme, or None."""

    path: str
    dark: str | None
    size: Size

    @property
    def is_wide(self) -> bool:
        return self.size[0] >= WIDE * self.size[1]


@dataclass(frozen=True, slots=True)
class Brand:
    """folder: of BRAND_DIR. Whatever a link leads out of it is as if it were not there."""

    folder: Path

    @property
    def templates(self) -> tuple[Path, Path]:
        """Where templates are looked for, and marks."""
        return self.folder / "templates", self.folder / "img"

    def catalog(self, code: str) -> Path:
        return self.folder / "locale" / code / "LC_MESSAGES" / "messages.po"

    def styles(self) -> list[Path]:
        return [path for path in self._files("css") if path.suffix == ".css" and path.parent == self.folder / "css"]

    def pictures(self) -> dict[str, Path]:
        """Everything that is served, by its name in img/."""
        found = {self._name(path): path for path in self._files("img")}
        return {name: path for name, path in found.items() if not name.startswith(f"{MARKS}/") and not _unfit(path)}

    def logo(self) -> Logo | None:
        there = self.pictures()
        for name in LOGOS:
            size = pictures.size(there[name]) if name in there else None
            if size is not None:
                return Logo(name, DARK if DARK in there else None, size)
        return None

    def faults(self) -> list[str]:
        """What cannot be used, in sentences that name the file."""
        found = (*self._astray(), *self._unfit(), *self._unsound())
        return [f"BRAND_DIR: {path.relative_to(self.folder)}: {why}." for path, why in found]

    def stamps(self) -> tuple[tuple[str, int], ...]:
        """What changes when styles or pictures do."""
        return tuple((str(path), path.stat().st_mtime_ns) for room in ("css", "img") for path in self._files(room))

    def last_page(self) -> Path | None:
        return next((path for path in self._files("templates") if path == self.folder / "templates" / LAST_PAGE), None)

    def files(self, room: str = "") -> list[Path]:
        """All that a designer put there: nothing hidden, no copies that editors make. room: one folder of it, or all."""
        found = (path for path in sorted((self.folder / room).rglob("*")) if not path.is_dir() or path.is_symlink())
        return [path for path in found if not _is_hidden(path.relative_to(self.folder))]

    def _files(self, room: str) -> list[Path]:
        inside = self.folder.resolve()
        return [path for path in self.files(room) if path.is_file() and path.resolve().is_relative_to(inside)]

    def _name(self, path: Path) -> str:
        return path.relative_to(self.folder / "img").as_posix()

    def _astray(self) -> Iterator[tuple[Path, str]]:
        inside = self.folder.resolve()
        for path in self.files():
            if not path.resolve().is_relative_to(inside):
                yield path, "this link leads out of the folder; put the file itself there"

    def _unfit(self) -> Iterator[tuple[Path, str]]:
        for path in self._files("img"):
            why = _unfit(path)
            if why:
                yield path, why
            elif self._name(path) in (*LOGOS, DARK) and pictures.size(path) is None:
                yield path, "it does not say how wide and high it is (an SVG needs a viewBox)"
            elif self._name(path).startswith(f"{MARKS}/") and path.suffix != ".svg":
                yield path, "a provider's mark is an SVG"

    def _unsound(self) -> Iterator[tuple[Path, str]]:
        there = self.pictures()
        for path in self.styles():
            try:
                yield from ((path, why) for why in styles.faults(path.read_text(BOM_TOO), there))
            except ValueError:
                yield path, "it is not written in UTF-8"
        for path in self._files("locale"):
            if path.suffix == ".po":
                yield from ((path, why) for why in catalog.faults(path))
        last = self.last_page()
        if last and re.search("{[{%]", LAST_WORDS.sub("", last.read_text(BOM_TOO, errors="replace"))):
            yield (
                last,
                "it is shown when nothing else works: {{ stylesheet }}, {{ service }} and {{ ref }} is all that it knows",
            )


def of(settings: Settings) -> Brand | None:
    """What BRAND_DIR names. Raises SettingsFault with all that cannot be used."""
    if settings.brand_dir is None:
        return None
    brand = Brand(settings.brand_dir)
    faults = brand.faults()
    if faults:
        raise SettingsFault(faults)
    return brand


def _unfit(path: Path) -> str:
    """Why a file is not served; "" where it is."""
    if path.suffix not in SHOWN:
        return f"files of this kind are not served; there may be {', '.join(SHOWN)}"
    if not NAME.issuperset(path.name):
        return "its name may have letters, digits, dots and dashes of ASCII only, since it is part of an address"
    if path.stat().st_size > LARGEST:
        return f"it is larger than {LARGEST // 1024 // 1024} MB; whoever opens a page would wait for it"
    return ""


def _is_hidden(path: Path) -> bool:
    return any(each.startswith(".") or each.endswith("~") for each in path.parts)
