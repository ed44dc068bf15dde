"""What is counted? Whatever the log is told and this table knows: one more takes a microsecond, and no name of a person is kept."""

from bisect import bisect_left
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from genkan.log import Event

BOUNDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)  # seconds
BOUND_NAMES: Final = (*(f"{each:g}" for each in BOUNDS), "+Inf")
METHODS: Final = ("GET", "POST")
OTHER: Final = "other"
SECONDS: Final = "genkan_request_seconds"
MOST: Final = 500  # sorts of one figure; what is more is counted as "other"

WHAT: Final = {
    "genkan_logins": "Logins by method, those of a sign-up too; result: in, or why not.",
    "genkan_signups": "New accounts by method; result: in, or why not.",
    "genkan_account_events": "What happened to accounts, by kind.",
    "genkan_oauth_failures": "What came to nothing at a provider or on the way there, by provider and reason.",
    "genkan_mails": "Mails by result: sent, postponed, given up.",
    "genkan_database_errors": "Times that the database did not answer.",
    "genkan_errors": "Errors that nobody expected, by where they were noticed.",
    "genkan_requests_refused": "Requests of other origins and hosts, by reason.",
    "genkan_connections_refused": "Connections that broke a limit, by the status of the answer.",
    SECONDS: "Time from the request's head to the end of its answer, by route, method and class of status.",
}


class Counted(NamedTuple):
    """name: of WHAT; labels: each the name of a field of the event; fixed: labels with their values."""

    name: str
    labels: tuple[tuple[str, str], ...] = ()
    fixed: tuple[tuple[str, str], ...] = ()


REFUSED: Final = (("method", "method"), ("result", "reason"))
BY_EVENT: Final = {
    "login": Counted("genkan_logins", (("method", "method"),), (("result", "in"),)),
    "login refused": Counted("genkan_logins", REFUSED),
    "signup": Counted("genkan_signups", (("method", "method"),), (("result", "in"),)),
    "signup refused": Counted("genkan_signups", REFUSED),
    "account event": Counted("genkan_account_events", (("kind", "kind"),)),
    "oauth failed": Counted("genkan_oauth_failures", (("provider", "provider"), ("reason", "reason"))),
    "mail sent": Counted("genkan_mails", (), (("result", "sent"),)),
    "mail postponed": Counted("genkan_mails", (), (("result", "postponed"),)),
    "mail given up": Counted("genkan_mails", (), (("result", "given up"),)),
    "request refused": Counted("genkan_requests_refused", (("reason", "reason"),)),
    "connection refused": Counted("genkan_connections_refused", (("status", "status"),)),
}

Labels = tuple[tuple[str, str], ...]


class Counting:
    """Of one process, from its beginning."""

    def __init__(self) -> None:
        self._counts: dict[str, dict[Labels, int]] = {name: {} for name in WHAT if name != SECONDS}
        self._times: dict[tuple[str, str, int], list[float]] = {}  # a count for each bound, and the sum

    def take(self, event: Event) -> None:
        """The log is told of this."""
        if event.name == "request":
            self._time(event.fields)
            return
        counted = BY_EVENT.get(event.name)
        if counted is not None:
            labels = tuple([(label, str(event.fields[field])) for label, field in counted.labels])
            self._add(counted.name, labels + counted.fixed)
        error = event.fields.get("error")
        if error == "DatabaseUnavailable":
            self._add("genkan_database_errors", ())
        elif error is not None:
            self._add("genkan_errors", (("at", event.name),))

    def families(self) -> list[Any]:
        """[name, kind, what it is, [[sample, labels, value], …]] for each figure, as processes/totals.py adds them up."""
        found: list[Any] = []
        for name, counts in self._counts.items():
            samples = [[f"{name}_total", dict(labels), value] for labels, value in counts.items()]
            found.append([name, "counter", WHAT[name], samples])
        times = [sample for key, counts in self._times.items() for sample in _histogram(*key, counts)]
        return [*found, [SECONDS, "histogram", WHAT[SECONDS], times]]

    def _add(self, name: str, labels: Labels) -> None:
        counts = self._counts[name]
        if labels not in counts and len(counts) >= MOST:
            labels = tuple((label, OTHER) for label, _ in labels)
        counts[labels] = counts.get(labels, 0) + 1

    def _time(self, fields: Mapping[str, Any]) -> None:
        method = fields["method"]
        key = (fields["route"], method if method in METHODS else OTHER, fields["status"] // 100)
        counts = self._times.get(key)
        if counts is None:  # as many as there are routes: a path is never a label
            counts = self._times[key] = [0.0] * (len(BOUND_NAMES) + 1)
        seconds = fields["milliseconds"] / 1000
        counts[bisect_left(BOUNDS, seconds)] += 1
        counts[-1] += seconds


def _histogram(route: str, method: str, status: int, counts: list[float]) -> list[list[Any]]:
    labels = {"route": route, "method": method, "status": f"{status}xx"}
    samples: list[list[Any]] = []
    so_far = 0.0
    for name, count in zip(BOUND_NAMES, counts, strict=False):
        so_far += count
        samples.append([f"{SECONDS}_bucket", labels | {"le": name}, so_far])
    return [*samples, [f"{SECONDS}_count", labels, so_far], [f"{SECONDS}_sum", labels, counts[-1]]]
