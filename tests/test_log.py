"""Is each event one line that anybody can read, and no secret in it? (LG-*)"""

import contextlib
import io
import json
import logging
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from genkan import log
from genkan.log import Event
from genkan.log.writing import PIECE, pieces

SITE = Path(__file__).parents[1] / "site"


def written(*, most: int = 100) -> Any:
    stream = io.StringIO()
    return stream, log.to(stream, most=most)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_is_a_line_with_its_time_in_utc_and_its_request() -> None:
    stream, writing = written()
    with writing, log.request("ABC"):
        log.event("login", method="password", user="u", nothing=None)
    (line,) = lines(stream)
    at = time.strptime(line.pop("at")[:19] + "Z", "%Y-%m-%dT%H:%M:%SZ")
    assert abs(time.mktime(at) - time.mktime(time.gmtime())) < 60
    assert line == {"level": "info", "event": "login", "method": "password", "user": "u", "request": "ABC"}


def test_a_field_cannot_pass_itself_off_as_the_event() -> None:
    stream, writing = written()
    with writing:
        log.event("login refused", event="login", at="then")
    (line,) = lines(stream)
    assert line["event"] == "login refused"
    assert line["at"] != "then"


@pytest.mark.parametrize("evil", ['a\r\nb\x1b[2J"}\u2028\u2029\u0085', "\x7f\x00\x9b31m", "\ud800"])
def test_LG_01_nothing_in_a_value_can_end_the_line_or_colour_the_terminal(evil: str) -> None:
    stream, writing = written()
    with writing:
        log.event("login refused", level="warning", name=evil)
    said = stream.getvalue()
    assert said.isascii()
    assert said[:-1].isprintable()
    assert (said[-1], lines(stream)[0]["name"]) == ("\n", evil)


@pytest.mark.parametrize("letter", ["a", "\U0001f600", "\x00"])
def test_a_line_is_never_longer_than_a_pipe_takes_at_once(letter: str) -> None:
    """Else those of several processes would be mixed. It tells as much as there is room for."""
    stream, writing = written()
    with writing:
        log.event("request", path=letter * 8000, places=["early" * 100, *["late" * 100] * 30], status=200, **{
            f"field{each}": letter * 200 for each in range(8)
        })  # fmt: skip
    (line,) = lines(stream)
    assert len(stream.getvalue()) < PIECE
    assert (line["status"], line["path"][:10], line["path"][-1]) == (200, letter * 10, "…")
    assert "early" not in str(line["places"])
    assert line["places"][-1].startswith("late")


def test_many_lines_go_out_in_pieces_that_a_pipe_takes_at_once() -> None:
    said = ["a" * 1500] * 5 + ["b" * 4000] * 2 + ["c"]
    found = list(pieces(said))
    assert "".join(found) == "".join(f"{line}\n" for line in said)
    assert [len(piece) for piece in found] == [3002, 3002, 1501, 4001, 4003]
    assert list(pieces(["a" * 10])) == ["a" * 10 + "\n"]


class Taken(list[Event]):
    def take(self, event: Event) -> None:
        self.append(event)


def test_whoever_wants_to_know_is_told_in_place_and_knows_what_was_dropped() -> None:
    taken = Taken()
    _, writing = written(most=0)
    with writing, log.told_to(taken):
        log.event("login", method="password")
        assert log.dropped() == 1
    log.event("later")
    assert [event.name for event in taken] == ["login"]
    assert log.dropped() == 0


def test_what_is_no_plain_value_is_named_and_not_shown() -> None:
    stream, writing = written()
    with writing:
        log.event("odd", value=ValueError("the secret value"))
    assert lines(stream)[0]["value"] == "ValueError"


def test_a_failure_says_where_and_not_what() -> None:
    stream, writing = written()
    with writing:
        try:
            raise ValueError("the secret value")
        except ValueError as error:
            log.failure("request failed", error)
    (line,) = lines(stream)
    assert (line["level"], line["error"]) == ("error", "ValueError")
    assert "test_log.py" in line["at_lines"][0]
    assert "secret" not in stream.getvalue()


def test_what_libraries_say_is_a_line_too_but_not_what_they_whisper() -> None:
    stream, writing = written()
    with writing:
        logging.getLogger("some.library").warning("something %s\nthe secret value", "odd")
        logging.getLogger("authlib").debug("code_verifier=secret")
        logging.getLogger("httpx2").info("GET https://provider/?code=secret")
        try:
            raise KeyError("secret")
        except KeyError:
            logging.getLogger("some.library").exception("it broke")
    first, second = lines(stream)
    assert (first["event"], first["logger"], first["text"]) == ("log", "some.library", "something odd")
    assert (second["event"], second["text"], second["error"]) == ("log", "it broke", "KeyError")
    assert "test_log.py" in second["at_lines"][0]
    assert "secret" not in stream.getvalue()


def test_what_cannot_be_read_does_not_end_the_writing() -> None:
    stream, writing = written()
    with writing as handler:
        handler.emit(logging.makeLogRecord({"name": "some.library", "msg": "%d and %d", "args": ("one",)}))
        log.event("next")
    assert [line["event"] for line in lines(stream)] == ["log line unreadable", "next"]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_words_when_it_is_for_people() -> None:
    stream = Terminal()
    with log.to(stream, for_people=True):
        log.event("request", path="/login\x1b[2J", status=200)
    said = stream.getvalue()
    assert said[8:] == ' info    request              path="/login\\u001b[2J" status=200\n'
    with log.to(stream := Terminal()):
        log.event("request")
    assert lines(stream)[0]["event"] == "request"
    with log.to(other := io.StringIO(), for_people=True):
        log.event("request")
    assert lines(other)[0]["event"] == "request"


class Stuck(io.StringIO):
    """A reader that takes nothing until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.is_asked = threading.Event()
        self.may_go_on = threading.Event()

    def write(self, text: str) -> int:
        self.is_asked.set()
        self.may_go_on.wait(10)
        return super().write(text)


def test_F12_a_slow_reader_does_not_hold_anybody_up_and_is_told_what_it_missed() -> None:
    stream = Stuck()
    with log.to(stream, most=3) as writing:
        log.event("first")
        assert stream.is_asked.wait(5)
        began = time.monotonic()
        for each in range(50):
            log.event("request", number=each)
        assert time.monotonic() - began < 1
        assert writing.dropped == 47
        stream.may_go_on.set()
    said = lines(stream)
    assert [line.get("number") for line in said] == [None, 0, 1, 2, None]
    assert (said[-1]["event"], said[-1]["level"], said[-1]["lines"]) == ("log lines dropped", "warning", 47)


class Gone(io.StringIO):
    def write(self, text: str) -> int:
        raise BrokenPipeError


def test_F12_a_reader_that_has_gone_away_is_no_reason_to_stop() -> None:
    with log.to(Gone()) as writing:
        log.event("request")
    assert writing.dropped == 1


PROGRAM = "from genkan import log\nwith log.to():\n    {body}\n"


def ended(body: str, *, close: bool = False) -> "subprocess.CompletedProcess[bytes]":
    """A program of its own that logs to a pipe which nobody reads until it has ended."""
    program = [sys.executable, "-c", PROGRAM.format(body=body)]
    command = ["/bin/sh", "-c", 'exec "$@" >&-', "sh", *program] if close else program
    process = subprocess.Popen(command, env={"PYTHONPATH": str(SITE)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.wait(20)
    said, complained = process.communicate()
    return subprocess.CompletedProcess(command, process.returncode, said, complained)


def test_F12_a_reader_that_is_stuck_does_not_keep_the_program_from_ending() -> None:
    done = ended("for each in range(5000): log.event('request', number=each)")
    assert (done.returncode, done.stderr) == (0, b"")
    assert len(done.stdout) > 60_000


def test_writes_to_standard_output_unless_told() -> None:
    done = ended("log.event('request')")
    assert json.loads(done.stdout)["event"] == "request"


def test_with_no_standard_output_at_all_it_writes_nowhere() -> None:
    done = ended("log.event('request')", close=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_the_outputs_are_those_of_this_process_too(capfd: pytest.CaptureFixture[str]) -> None:
    with log.to():
        log.event("request")
    assert json.loads(capfd.readouterr().out)["event"] == "request"
    with contextlib.redirect_stdout(None), log.to():
        log.event("request")
    assert capfd.readouterr().out == ""
