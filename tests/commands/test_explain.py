"""Does a reference of an error page lead to what happened? (N13)"""

import io
import json
from pathlib import Path

import pytest
from genkan import log
from genkan.commands import explain, table

REFERENCE = "K7M2P9QRST"


@pytest.fixture
def logged(tmp_path: Path) -> Path:
    """A log as the server writes it, with what a service manager adds."""
    stream = io.StringIO()
    with log.to(stream), log.request(REFERENCE):
        try:
            raise KeyError("a secret value")
        except KeyError as error:
            log.failure("request failed", error)
        log.event("request", method="GET", path="/login", status=500, address=None)
        log.event("logout", method="GET")
        with log.request("ANOTHER222"):
            log.event("request", path=f"/{REFERENCE}")
    path = tmp_path / "genkan.log"
    lines = stream.getvalue().splitlines()
    path.write_text("\n".join([f"Nov 27 host genkan[1]: {lines[0]}", *lines[1:], f"[{REFERENCE}", f'["{REFERENCE}"]', "\udcff".encode("utf-8", "surrogateescape").decode("latin-1")]))  # fmt: skip
    return path


def test_the_lines_of_a_request_are_shown_with_what_they_mean(logged: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert table.VERBS["explain"].run(logged.parent, [REFERENCE.lower(), str(logged)]) == 0
    said = capsys.readouterr().out
    lines = [line for line in said.splitlines() if not line.startswith("    ")]
    assert [line.split("  ")[1].partition(" (")[0] for line in lines] == ["request failed", "request", "logout"]
    assert "error: KeyError" in said
    assert "test_explain.py" in said
    assert "    this is how the request was answered\n" in said
    assert "a secret value" not in said


def test_standard_input_and_JSON_do_for_programs(
    logged: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(logged.read_text()))
    assert explain.command(logged.parent, [REFERENCE, "--json"]) == 0
    assert [each["event"] for each in json.loads(capsys.readouterr().out)] == ["request failed", "request", "logout"]


def test_a_reference_that_is_nowhere_and_a_log_that_is_not_there_are_told(
    logged: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert explain.command(logged.parent, ["NOWHERE222", str(logged)]) == 1
    assert explain.command(logged.parent, [REFERENCE, "/nowhere/log"]) == 1
    assert capsys.readouterr().err == (
        "No line has the reference NOWHERE222. It may be in an older log, or in another server's.\n"
        "/nowhere/log: No such file or directory.\n"
    )
    with pytest.raises(SystemExit) as ended:
        explain.command(logged.parent, [])
    assert ended.value.code == 2
