"""Does a notice say only what we wrote?"""

import pytest
from genkan import errors
from genkan.web import notices
from genkan.web.sealed import Seal
from starlette.responses import Response
from web_requests import KEYS, request


def left(what: str | errors.GenkanError, **values: str) -> str:
    response = notices.leave(request(), Response(), what, **values)
    return response.headers["set-cookie"].split(";")[0]


def test_says_on_the_next_page_what_was_left_for_it() -> None:
    found = notices.read(request(("Cookie", left("linked", provider="Example"))))
    assert found is not None
    assert (found.kind, found.status, found.message.values) == ("good", 200, {"provider": "Example"})


class OurFault(errors.ProviderDown):
    """An error that refines another."""


@pytest.mark.parametrize(
    ("error", "text", "status"),
    [
        (errors.AttemptUnknown(), errors.AttemptUnknown.text, 400),
        (OurFault(), errors.ProviderDown.text, 503),
        (errors.NotFound(), errors.ProviderFailed.text, 502),
    ],
)
def test_an_error_is_found_by_its_own_name_or_by_what_it_refines(
    error: errors.GenkanError, text: str, status: int
) -> None:
    found = notices.read(request(("Cookie", left(error))))
    assert found is not None
    assert (found.message.text, found.status) == (text, status)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "garbage",
        Seal(KEYS.sealing, "another purpose").close(["linked", {}]),
        Seal((b"another key, 32 bytes or more ......",), "notice").close(["linked", {}]),
        Seal(KEYS.sealing, "notice").close(["<script>", {}]),
    ],
    ids=["empty", "garbage", "another purpose", "another key", "a sentence of no table"],
)
def test_what_we_did_not_seal_is_not_said(value: str) -> None:
    assert notices.read(request(("Cookie", f"notice={value}"))) is None


def test_is_taken_away_by_the_page_that_shows_it() -> None:
    response = notices.taken(request(("Cookie", left("linked"))), Response())
    assert 'notice=""' in response.headers["set-cookie"]
    assert "set-cookie" not in notices.taken(request(), Response()).headers


def test_a_seal_of_the_previous_secret_still_opens() -> None:
    old, new = b"o" * 32, b"n" * 32
    sealed = Seal((old,), "notice").close(["linked", {}])
    assert Seal((new, old), "notice").open(sealed, seconds=60) == ["linked", {}]
    assert Seal((new,), "notice").open(sealed, seconds=60) is None


def test_a_seal_has_an_age() -> None:
    sealed = Seal((b"k" * 32,), "notice").close("x")
    assert Seal((b"k" * 32,), "notice").open(sealed, seconds=-1) is None
