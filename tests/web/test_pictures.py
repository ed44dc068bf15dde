"""Is the size of a picture read from any kind that a logo may be of, and is what says none refused?"""

import struct
from pathlib import Path

import pytest
from genkan.web import pictures

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 300, 60)


def webp(kind: bytes, rest: bytes) -> bytes:
    return b"RIFF\0\0\0\0WEBP" + kind + b"\0\0\0\0" + rest + bytes(10)


VP8 = webp(b"VP8 ", b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 300, 60))
VP8L = webp(b"VP8L", b"\x2f" + struct.pack("<I", 299 | 59 << 14))
VP8X = webp(b"VP8X", b"\0\0\0\0" + (299).to_bytes(3, "little") + (59).to_bytes(3, "little"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.svg", b'<?xml version="1.0"?><svg xmlns="x"\n viewBox="0 0 300 60">'),
        ("a.svg", b"<svg viewBox=' -1,-1, 300,60.2 '>"),
        ("a.svg", b'<svg width="300px" height="60">'),
        ("a.png", PNG),
        ("a.webp", VP8),
        ("a.webp", VP8L),
        ("a.webp", VP8X),
    ],
)
def test_the_size_of_a_picture_is_read(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    assert pictures.size(tmp_path / name) == (300, 60)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.svg", b"not a drawing"),
        ("a.svg", b'<svg stroke-width="3" width="100%" height="60">'),
        ("a.svg", b'<svg viewBox="0 0 1.2.3 60">'),
        ("a.svg", b'<svg viewBox="0 0 0 60">'),
        ("a.png", b"GIF89a"),
        ("a.png", PNG[:20]),
        ("a.webp", b"RIFF"),
        ("a.webp", VP8[:29]),
    ],
)
def test_a_picture_that_does_not_say_it_has_no_size(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    assert pictures.size(tmp_path / name) is None
