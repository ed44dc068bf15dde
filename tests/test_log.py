"""Is each event one line that anybody can read, and no secret in it? (LG-*)"""

import io
import json
import logging
import time
from typing import Any

import pytest
from genkan import log


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
    assert line.pop("at").endswith("Z")
    assert line == {"level": "info", "event": "login", "method": "password", "user": "u", "request": "ABC"}


def test_LG_01_nothing_in_a_value_can_end_the_line_or_colour_the_terminal() -> None:
    stream, writing = written()
    evil = 'a\r\nb\x1b[2J"}\u2028\u0085'
    with writing:
        log.event("login refused", level="warning", name=evil)
    assert len(stream.getvalue().splitlines()) == 1
    assert "\x1b" not in stream.getvalue()
    assert lines(stream)[0]["name"] == evil


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
        logging.getLogger("some.library").warning("something %s", "odd")
        logging.getLogger("authlib").debug("code_verifier=secret")
        logging.getLogger("httpx2").info("GET https://provider/?code=secret")
        try:
            raise KeyError("secret")
        except KeyError:
            logging.getLogger("some.library").exception("it broke")
    first, second = lines(stream)
    assert (first["event"], first["logger"]) == ("something odd", "some.library")
    assert second["error"] == "KeyError"
    assert "secret" not in stream.getvalue()


class Stuck(io.StringIO):
    """A reader that takes its time."""

    def write(self, text: str) -> int:
        time.sleep(0.05)
        return super().write(text)


def test_F12_a_slow_reader_does_not_hold_anybody_up() -> None:
    stream = Stuck()
    with log.to(stream, most=3) as handler:
        began = time.monotonic()
        for each in range(50):
            log.event("request", number=each)
        assert time.monotonic() - began < 0.05 * 10
    assert handler.dropped > 0
    assert len(stream.getvalue().splitlines()) + handler.dropped == 50


class Gone(io.StringIO):
    def write(self, text: str) -> int:
        raise BrokenPipeError


def test_F12_a_reader_that_has_gone_away_is_no_reason_to_stop() -> None:
    with log.to(Gone()):
        log.event("request")


def test_writes_to_standard_output_unless_told(capsys: pytest.CaptureFixture[str]) -> None:
    with log.to():
        log.event("request")
    assert json.loads(capsys.readouterr().out)["event"] == "request"
