"""How do all processes stand together? What workers have counted is added up, that of the dead too; Prometheus reads the sum."""

import asyncio
import os
from collections.abc import Collection, Iterator
from typing import Any, Final

from prometheus_client.core import Metric
from prometheus_client.exposition import generate_latest

from genkan.processes import usage
from genkan.processes.worker import Worker

OUTLIVE: Final = (
    "counter",
    "histogram",
)  # the kinds of figures that stay when a worker ends: how many wait, say, does not

Sample = tuple[str, tuple[tuple[str, str], ...]]  # its name and its labels


class Family:
    """One figure, by its labels."""

    def __init__(self, kind: str, what: str) -> None:
        self.kind = kind
        self.what = what
        self.samples: dict[Sample, float] = {}

    def add(self, samples: list[Any]) -> None:
        for name, labels, value in samples:
            sample = (name, tuple(labels.items()))
            self.samples[sample] = self.samples.get(sample, 0) + value


class Totals:
    """Families come as counting.py makes them: [name, kind, what it is, [[sample, labels, value], …]]."""

    def __init__(self) -> None:
        self._buried: dict[str, Family] = {}

    def bury(self, worker: Worker) -> None:
        """What it has counted stays."""
        _add(self._buried, [each for each in worker.families if each[1] in OUTLIVE])

    async def text(self, living: Collection[Worker]) -> bytes:
        """In Prometheus' text format. Who has lived longest says what one of them has to say for all."""
        workers = sorted(living, key=lambda worker: worker.began)
        await asyncio.gather(*(worker.ask(of_all=worker is workers[0]) for worker in workers))
        found: dict[str, Family] = {}
        for name, family in self._buried.items():
            found[name] = Family(family.kind, family.what)
            found[name].samples = dict(family.samples)
        for worker in workers:
            _add(found, worker.families)
        pids = {"parent": os.getpid()} | {f"worker {worker.number}": worker.pid for worker in workers}
        _add(found, usage.families(pids))
        return generate_latest(_Found(found))


class _Found:
    """As prometheus_client wants it."""

    def __init__(self, families: dict[str, Family]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        for name, family in self._families.items():
            metric = Metric(name, family.what, family.kind)
            for (sample, labels), value in family.samples.items():
                metric.add_sample(sample, dict(labels), value)
            yield metric


def _add(to: dict[str, Family], families: list[Any]) -> None:
    for name, kind, what, samples in families:
        to.setdefault(name, Family(kind, what)).add(samples)
