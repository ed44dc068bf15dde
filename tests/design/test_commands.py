"""Does a designer's word on the command line reach its tool?"""

from pathlib import Path

import pytest
from genkan.design import commands


def test_a_verb_gets_the_root_and_its_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[Path, list[str]]] = []

    def tool(root: Path, arguments: list[str]) -> int:
        calls.append((root, arguments))
        return 1

    monkeypatch.setitem(commands.COMMANDS, "a-verb", tool)
    assert commands.run(Path("/x"), "a-verb", ["one"]) == 1
    assert calls == [(Path("/x"), ["one"])]
