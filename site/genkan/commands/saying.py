"""How does a command speak? Results on standard output, as words or as one JSON document; everything else on standard error."""

import json
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from genkan.errors import GenkanError, Refused


def told(text: str) -> None:
    """A result, for people."""
    print(safe(text), flush=True)


def as_json(document: Any) -> None:
    """The result, for programs."""
    print(json.dumps(document, ensure_ascii=False, indent=2), flush=True)


def refused(*lines: str, status: int = 1) -> int:
    """What is wrong. Returns the exit status."""
    print("\n".join(map(safe, lines)), file=sys.stderr, flush=True)
    return status


def sentences(error: GenkanError) -> list[str]:
    """What the error says, in English; several where several things are to be mended."""
    if isinstance(error, Refused):
        return [sentence for each in error.errors for sentence in sentences(each)]
    return [error.message.text % error.message.values]


def moment(at: int | None) -> str | None:
    """ISO 8601, UTC."""
    return None if at is None else f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}"


def safe(text: str) -> str:
    """What a person typed cannot move the cursor, or colour, or hide what stands around it."""
    return "".join(
        letter if letter.isprintable() or letter in "\n\t" else "\N{REPLACEMENT CHARACTER}" for letter in text
    )


def result(is_json: bool, document: Any, words: str) -> None:
    """The result, for programs or for people."""
    if is_json:
        as_json(document)
    else:
        told(words)


def row(*cells: str | int | None) -> None:
    """One line of a list: cells with tabs between them, an empty one is a dash."""
    told(
        "\t".join(
            "–" if cell in (None, "") else safe(str(cell)).replace("\t", " ").replace("\n", " ") for cell in cells
        )
    )


async def as_json_list(rows: AsyncIterator[Any]) -> None:
    """One JSON document, a list, written as it comes: it may be long."""
    begin = "["
    async for each in rows:
        print(f"{begin}\n  {json.dumps(each, ensure_ascii=False)}", end="", flush=True)
        begin = ","
    print("[]" if begin == "[" else "\n]", flush=True)
