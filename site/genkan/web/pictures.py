"""How wide and how high is a picture? Read from its first bytes, so that a page can keep its place while it is on its way."""

import re
from pathlib import Path
from typing import Final

TAG: Final = re.compile(rb"<svg\b[^>]*>", re.DOTALL)
BOX: Final = re.compile(rb"""\sviewBox\s*=\s*["']\s*\S+?[\s,]+\S+?[\s,]+([0-9.]+)[\s,]+([0-9.]+)\s*["']""")
WIDTH: Final = re.compile(rb"""\swidth\s*=\s*["']([0-9.]+)(?:px)?["']""")
HEIGHT: Final = re.compile(rb"""\sheight\s*=\s*["']([0-9.]+)(?:px)?["']""")

Size = tuple[int, int]  # wide, high: pixels, or whatever a drawing counts in


def size(path: Path) -> Size | None:
    """None where the file does not say, or is not what its name says."""
    content = path.read_bytes()
    read = {".svg": _svg, ".png": _png, ".webp": _webp}[path.suffix](content)
    return read if read and min(read) > 0 else None


def _svg(content: bytes) -> Size | None:
    tag = TAG.search(content)
    if tag is None:
        return None
    box, wide, high = BOX.search(tag[0]), WIDTH.search(tag[0]), HEIGHT.search(tag[0])
    try:
        if box:
            return round(float(box[1])), round(float(box[2]))
        return (round(float(wide[1])), round(float(high[1]))) if wide and high else None
    except ValueError:
        return None


def _png(content: bytes) -> Size | None:
    if content[:8] != b"\x89PNG\r\n\x1a\n" or len(content) < 24:
        return None
    return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")


def _webp(content: bytes) -> Size | None:
    """RFC 9649 §2: three kinds of first chunk, each with its own way of saying it."""
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP" or len(content) < 30:
        return None
    kind = content[12:16]
    if kind == b"VP8X":
        return int.from_bytes(content[24:27], "little") + 1, int.from_bytes(content[27:30], "little") + 1
    if kind == b"VP8L":
        bits = int.from_bytes(content[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return int.from_bytes(content[26:28], "little") & 0x3FFF, int.from_bytes(content[28:30], "little") & 0x3FFF
