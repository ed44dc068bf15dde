"""What rows has a file of accounts? CSV or JSON lines, one record at a time, however large or broken the file is."""

import codecs
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from genkan.commands import cells, lines
from genkan.commands.lines import LONGEST, Broken, Lines


class Unreadable(Exception):
    """The file as a whole, in a sentence."""


@dataclass(frozen=True, slots=True)
class Record:
    """values: by column; fault: what is wrong, where it cannot be read; end: bytes of the file until here."""

    line: int
    values: Mapping[str, str]
    fault: str | None
    end: int


def of_file(path: Path, columns: tuple[str, ...]) -> Iterator[Record]:
    """Raises Unreadable, OSError."""
    with path.open("rb") as file:
        beginning = file.read(4)
        if beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in beginning:
            raise Unreadable("is not UTF-8. Save it as UTF-8.")
        file.seek(len(codecs.BOM_UTF8) if beginning.startswith(codecs.BOM_UTF8) else 0)
        found = Lines(file)
        first = found.next()
        if first is None:
            raise Unreadable("is empty.")
        if first[1].lstrip().startswith(b"{"):
            found.back(first)
            yield from _json_lines(found, columns)
        else:
            yield from _csv(found, _header(first[1], columns))


def _json_lines(file: Lines, columns: tuple[str, ...]) -> Iterator[Record]:
    while (found := file.next()) is not None:
        line, raw = found
        if not raw.strip():
            continue
        try:
            values, fault = _members(json.loads(lines.text(raw)), columns), None
        except Broken as problem:
            values, fault = {}, str(problem)
        except (ValueError, RecursionError):
            values, fault = {}, "this is no line of JSON"
        yield Record(line, values, fault, file.end)


def _members(found: Any, columns: tuple[str, ...]) -> dict[str, str]:
    if not isinstance(found, dict):
        raise Broken("a line has to be one JSON object")
    strange = [name for name in found if name not in columns]
    if strange:
        raise Broken(f"there are members that are not known: {', '.join(strange)[:200]}")
    return {name: _plain(value) for name, value in found.items()}


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value)


@dataclass(frozen=True, slots=True)
class Header:
    names: list[str]
    delimiter: str


def _header(raw: bytes, columns: tuple[str, ...]) -> Header:
    try:
        text = lines.text(raw)
        delimiter = ";" if text.count(";") > text.count(",") else ","
        names = [each.strip().lower() for each in cells.split(text, delimiter)]
    except Broken as problem:
        raise Unreadable(f"cannot be read: {problem}.") from None
    strange = [each for each in names if each not in columns]
    if strange or len(set(names)) < len(names):
        said = f"has columns that are not known: {', '.join(strange)}" if strange else "has a column twice"
        raise Unreadable(f"{said}. There are: {', '.join(columns)}")
    return Header(names, delimiter)


def _csv(file: Lines, header: Header) -> Iterator[Record]:
    """What is broken costs the line that it begins in, and no other that it may have swallowed."""
    while (found := file.next()) is not None:
        if not found[1].strip():
            continue
        taken = [found]
        try:
            values, fault = _named(cells.split(_whole(file, taken), header.delimiter), header), None
        except Broken as problem:
            values, fault = {}, str(problem)
            file.back(*taken[1:])
        yield Record(found[0], values, fault, file.end)


def _named(found: list[str], header: Header) -> dict[str, str]:
    if len(found) != len(header.names):
        raise Broken(f"there are {len(found)} columns; the first line has {len(header.names)}")
    return dict(zip(header.names, map(cells.unguarded, found), strict=True))


def _whole(file: Lines, taken: list[tuple[int, bytes]]) -> str:
    """The record that begins in the line that was taken: quoted text may have line ends. The lines that it takes are added."""
    raw = taken[0][1]
    while raw.count(b'"') % 2 and len(raw) <= LONGEST:
        found = file.next()
        if found is None:
            raise Broken('a " is never closed')
        taken.append(found)
        if len(raw) + len(found[1]) > LONGEST:
            raise Broken('a " is never closed')
        raw += found[1]
    return lines.text(raw)
