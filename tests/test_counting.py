"""Is everything counted that whoever watches the site has to know, and nothing that names a person or grows without end?"""

import re
from pathlib import Path
from typing import Any

import pytest
from genkan import log
from genkan.counting import BY_EVENT, MOST, Counting

HOUSE = Path(__file__).parents[1] / "site" / "genkan"


def samples(counting: Counting, family: str) -> dict[tuple[str, ...], float]:
    """What was counted, by the values of its labels; of histograms the names of the samples, too."""
    (found,) = [each for each in counting.families() if each[0] == family]
    named = found[1] == "histogram"
    return {((name,) if named else ()) + tuple(labels.values()): value for name, labels, value in found[3]}


@pytest.fixture
def counting() -> Any:
    counting = Counting()
    with log.told_to(counting):
        yield counting


def test_logins_and_sign_ups_are_counted_by_method_and_result(counting: Counting) -> None:
    for _ in range(2):
        log.event("login", method="password", user="u", address="203.0.113.5")
    log.event("login refused", method="password", reason="WrongCredentials")
    log.event("signup", method="google", user="u")
    log.event("signup refused", method="password", reason="Refused")
    assert samples(counting, "genkan_logins") == {("password", "in"): 2, ("password", "WrongCredentials"): 1}
    assert samples(counting, "genkan_signups") == {("google", "in"): 1, ("password", "Refused"): 1}


def test_providers_mails_refusals_and_what_happens_to_accounts_are_counted(counting: Counting) -> None:
    log.event("oauth failed", provider="github", reason="deadline")
    log.event("mail sent", template="verify", tries=1)
    log.event("mail postponed", template="verify", reason="busy", tries=1)
    log.event("mail given up", template="verify", reason="busy", tries=1)
    log.event("request refused", reason="CrossOrigin")
    log.event("connection refused", status=431, address="203.0.113.5")
    log.event("account event", kind="password_changed", user="u", address="203.0.113.5")
    log.event("something else")
    assert samples(counting, "genkan_oauth_failures") == {("github", "deadline"): 1}
    assert samples(counting, "genkan_mails") == {("sent",): 1, ("postponed",): 1, ("given up",): 1}
    assert samples(counting, "genkan_requests_refused") == {("CrossOrigin",): 1}
    assert samples(counting, "genkan_connections_refused") == {("431",): 1}
    assert samples(counting, "genkan_account_events") == {("password_changed",): 1}


def test_what_fails_is_counted_and_the_database_apart(counting: Counting) -> None:
    class DatabaseUnavailable(Exception):
        """By its name."""

    log.failure("sweep failed", DatabaseUnavailable())
    log.failure("request failed", ValueError())
    assert samples(counting, "genkan_database_errors") == {(): 1}
    assert samples(counting, "genkan_errors") == {("request failed",): 1}


def test_times_are_sorted_by_route_and_class_of_status_and_added_up(counting: Counting) -> None:
    for milliseconds, status in ((0.4, 200), (1.0, 303), (40.0, 303), (99_000.0, 303)):
        log.event("request", method="POST", path="/x", route="/login", status=status, milliseconds=milliseconds)
    log.event("request", method="PROPFIND", path="/y", route="(none)", status=404, milliseconds=3.0)
    found = samples(counting, "genkan_request_seconds")
    times = {key[-1]: value for key, value in found.items() if key[:4] == ("genkan_request_seconds_bucket", "/login", "POST", "3xx")}  # fmt: skip
    assert (times["0.001"], times["0.025"], times["0.05"], times["10"], times["+Inf"]) == (1, 1, 2, 2, 3)
    assert found["genkan_request_seconds_count", "/login", "POST", "3xx"] == 3
    assert found["genkan_request_seconds_sum", "/login", "POST", "3xx"] == pytest.approx(99.041)
    assert found["genkan_request_seconds_count", "/login", "POST", "2xx"] == 1
    assert found["genkan_request_seconds_count", "(none)", "other", "4xx"] == 1


def test_no_figure_grows_without_end(counting: Counting) -> None:
    for each in range(MOST + 5):
        log.event("oauth failed", provider="github", reason=f"reason {each}")
    found = samples(counting, "genkan_oauth_failures")
    assert (len(found), found["other", "other"]) == (MOST + 1, 5)


def test_every_event_that_is_counted_is_still_told_somewhere() -> None:
    told = "".join(path.read_text() for path in HOUSE.rglob("*.py") if path.name != "counting.py")
    assert [name for name in BY_EVENT if not re.search(rf'"{name}"', told)] == []


def test_every_figure_is_explained_to_whoever_watches() -> None:
    docs = "".join(path.read_text() for path in (HOUSE.parents[1] / "docs").glob("*.md"))
    sources = [HOUSE / "counting.py", HOUSE / "standing.py", HOUSE / "processes" / "usage.py"]
    figures = {name for path in sources for name in re.findall(r'"(genkan_[a-z_]+)"', path.read_text())}
    assert len(figures) > 20
    assert [name for name in sorted(figures) if name not in docs] == []
