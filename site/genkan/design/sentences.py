"""Which templates say this? For `run.py where "You already have an account"`: the words as somebody reads them, in any language."""

from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po

from genkan.web import files


def saying(folders: tuple[Path, ...], words: str) -> Iterator[tuple[str, str]]:
    """Each template that has a sentence with these words in it, and that sentence in English."""
    asked = words.casefold()
    translated = [kept for folder in folders for path in sorted(folder.glob("locale/*/*/*.po")) for kept in _kept(path)]
    meant = {sentence for sentence, said in translated if asked in said.casefold()}
    for name in files.names(folders):
        path = files.found(folders, name)
        assert path is not None, "it was listed"
        for sentence in files.sentences(path.read_text()):
            if sentence in meant or asked in sentence.casefold():
                yield name, sentence


def _kept(path: Path) -> Iterator[tuple[str, str]]:
    with path.open("rb") as file:
        yield from ((str(each.id), str(each.string)) for each in read_po(file) if each.id)
