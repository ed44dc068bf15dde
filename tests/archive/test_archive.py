"""Is a backup's file whole or nothing, shut to others, and an age file as any other?"""

import gzip
import io
import os
import stat
import tarfile
from collections import deque
from collections.abc import Callable
from pathlib import Path

import pyrage
import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from genkan import archive
from genkan.archive import Archive, ArchiveFault, WrongPassphrase, age, reading, stream
from genkan.archive.stream import CHUNK, Sealing, Unsealing

PASSPHRASE = "five cranes in a row"


@pytest.fixture(autouse=True)
def quick(quick_passphrases: None) -> None:
    """No secrets are here: opening may cost little."""


def written(path: Path, *files: tuple[str, bytes], passphrase: str = PASSPHRASE) -> Path:
    with archive.writing(path, passphrase) as kept:
        kept.put("about.json", "{}")
        for name, content in files:
            source = path.with_name("source")
            source.write_bytes(content)
            kept.add(name, source)
    return path


def unpacked(path: Path, folder: Path, passphrase: str = PASSPHRASE) -> dict[str, bytes]:
    folder.mkdir()
    archive.unpack(path, passphrase, folder)
    return {str(each.relative_to(folder)): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


LARGE = os.urandom(3 * CHUNK + 17)


def test_what_went_in_comes_out_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = written(tmp_path / "a.age", ("genkan.db", LARGE), ("brand/css/own.css", b"a {}"), ("env", b""))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    found = unpacked(path, tmp_path / "out")
    assert found == {"about.json": b"{}", "genkan.db": LARGE, "brand/css/own.css": b"a {}", "env": b""}
    assert {stat.S_IMODE(each.stat().st_mode) for each in (tmp_path / "out").iterdir() if each.is_file()} == {0o600}


def test_another_implementation_of_age_opens_it_and_we_open_what_that_one_made(tmp_path: Path) -> None:
    path = written(tmp_path / "a.age", ("genkan.db", LARGE))
    plain = pyrage.passphrase.decrypt(path.read_bytes(), PASSPHRASE)
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(plain))) as tar:
        assert tar.getnames() == ["about.json", "genkan.db"]
    (tmp_path / "b.age").write_bytes(pyrage.passphrase.encrypt(plain, PASSPHRASE))
    assert unpacked(tmp_path / "b.age", tmp_path / "out")["genkan.db"] == LARGE


@pytest.mark.parametrize("length", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK])
def test_chunks_of_any_length_are_as_the_standard_has_them(length: int) -> None:
    content, file = os.urandom(length), io.BytesIO()
    sealing = Sealing(file, age.begin(file, PASSPHRASE))
    assert (sealing.writable(), sealing.write(content)) == (True, length)
    sealing.finish()
    assert pyrage.passphrase.decrypt(file.getvalue(), PASSPHRASE) == content
    file = (
        io.BytesIO(pyrage.passphrase.encrypt(content, PASSPHRASE)) if length == CHUNK else io.BytesIO(file.getvalue())
    )
    unsealing = Unsealing(file, age.opened(file, PASSPHRASE))
    assert (unsealing.readable(), unsealing.read()) == (True, content)


def test_a_wrong_passphrase_opens_nothing(tmp_path: Path) -> None:
    path = written(tmp_path / "a.age")
    with pytest.raises(WrongPassphrase, match="not the one of this file"):
        unpacked(path, tmp_path / "out", "five cranes in a Row")


def test_a_file_that_was_cut_off_anywhere_is_refused(tmp_path: Path) -> None:
    whole = written(tmp_path / "a.age", ("genkan.db", LARGE)).read_bytes()
    ends = {*range(0, 220, 7), *(220 + number * (CHUNK + 16) for number in range(3)), len(whole) - 17, len(whole) - 1}
    for end in sorted(ends):
        (tmp_path / "cut").write_bytes(whole[:end])
        with pytest.raises(ArchiveFault):
            unpacked(tmp_path / "cut", tmp_path / f"out{end}")


def test_a_bit_that_flipped_anywhere_is_found(tmp_path: Path) -> None:
    whole = bytearray(written(tmp_path / "a.age", ("genkan.db", b"x" * 3000)).read_bytes())
    for place in [*range(len(whole) - 40), len(whole) - 1]:
        if whole[:place].count(b"\n") == 1 and whole[place : place + 1].isdigit():
            continue  # another amount of work: another key, which takes its time
        whole[place] ^= 1
        (tmp_path / "flipped").write_bytes(whole)
        with pytest.raises(ArchiveFault):
            unpacked(tmp_path / "flipped", tmp_path / f"out{place}")
        whole[place] ^= 1


def test_a_last_chunk_that_is_empty_or_stands_before_others_is_refused() -> None:
    key = os.urandom(32)
    cipher = ChaCha20Poly1305(key)
    first, last = (cipher.encrypt(stream.nonce(0, is_last=is_last), b"x" * CHUNK, None) for is_last in (False, True))
    empty = cipher.encrypt(stream.nonce(1, is_last=True), b"", None)
    for forged in (first + empty, last + first, first + first, first):
        with pytest.raises(ArchiveFault, match="not whole"):
            Unsealing(io.BytesIO(forged), key).read()


def test_a_header_that_asks_for_too_much_work_or_for_another_way_is_refused(tmp_path: Path) -> None:
    made = written(tmp_path / "a.age").read_bytes()
    asks = made.replace(b" 4\n", b" 22\n", 1)
    for forged, sentence in (
        (asks, "more work"),
        (made.replace(b"scrypt", b"X25519"), "under a passphrase"),
        (b"PK", "no backup"),
    ):
        (tmp_path / "forged").write_bytes(forged)
        with pytest.raises(ArchiveFault, match=sentence):
            unpacked(tmp_path / "forged", tmp_path / sentence)


def test_a_second_way_to_write_the_same_header_is_refused() -> None:
    """Its last characters have bits that nobody reads; then a header would not be one that its key vouches for."""
    with pytest.raises(ArchiveFault):
        age._bytes(b"AB")
    with pytest.raises(ArchiveFault):
        age._bytes(b"A")


def shut(path: Path, plain: bytes) -> Path:
    with path.open("wb") as file:
        sealing = Sealing(file, age.begin(file, PASSPHRASE))
        sealing.write(plain)
        sealing.finish()
    return path


def sealed(path: Path, fill: Callable[[tarfile.TarFile], object]) -> Path:
    """A file of somebody who knows the passphrase, with what they like in it."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as tar:
        fill(tar)
    return shut(path, gzip.compress(plain.getvalue()))


def entry(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    found = tarfile.TarInfo(name)
    found.type, found.linkname = kind, link
    return found


HOSTILE = {
    "up": [entry("brand/../../escaped")],
    "absolute": [entry("/tmp/escaped")],
    "another name": [entry("run.py")],
    "the folder itself": [entry("brand")],
    "a backslash": [entry("brand\\..\\x")],
    "two slashes": [entry("brand//x")],
    "a control character": [entry("brand/\x1b[2J")],
    "a link": [entry("brand/out", tarfile.SYMTYPE, "/etc")],
    "a hard link": [entry("genkan.db", tarfile.LNKTYPE, "/etc/passwd")],
    "a device": [entry("env", tarfile.CHRTYPE)],
    "a folder": [entry("env", tarfile.DIRTYPE)],
    "twice": [entry("env"), entry("env")],
    "a file as a folder": [entry("brand/a"), entry("brand/a/b")],
    "a folder as a file": [entry("brand/a/b"), entry("brand/a")],
}


@pytest.mark.parametrize("entries", HOSTILE.values(), ids=HOSTILE)
def test_what_leads_elsewhere_is_refused_and_leaves_nothing_outside(
    tmp_path: Path, entries: list[tarfile.TarInfo]
) -> None:
    path = sealed(tmp_path / "a.age", lambda tar: deque(map(tar.addfile, entries), 0))
    with pytest.raises(ArchiveFault, match="The file holds"):
        unpacked(path, tmp_path / "out")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.age", "out"]


@pytest.mark.parametrize(
    "plain", [b"no gzip", gzip.compress(b"no tar" * 1000), gzip.compress(b"")[:-3], b"\x1f\x8b\x08\0" + b"\xff" * 50]
)
def test_what_is_no_tar_inside_is_refused(tmp_path: Path, plain: bytes) -> None:
    shut(tmp_path / "a.age", plain)
    with pytest.raises(ArchiveFault):
        unpacked(tmp_path / "a.age", tmp_path / "out")


def test_what_is_not_finished_never_has_the_name(tmp_path: Path) -> None:
    path = written(tmp_path / "a.age")
    before = path.read_bytes()
    with pytest.raises(FileNotFoundError):
        with archive.writing(path, PASSPHRASE) as kept:
            _broken(kept, tmp_path)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["a.age"]


def _broken(kept: Archive, folder: Path) -> None:
    kept.put("about.json", "x" * 10_000_000)
    kept.add("genkan.db", folder / "nowhere")


def test_names_of_a_backup_are_told_from_others() -> None:
    assert all(map(reading.is_ours, ("genkan.db", "env", "brand/img/花.svg")))
