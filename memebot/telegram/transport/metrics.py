"""What the bot tells Prometheus, and how late its event loop is."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

_LAG = (0.001, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.25, 0.5, 1.0)
_SECONDS = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0)
LAG_EVERY_S = 0.05


class Metrics:
    """One bot's figures, in a registry of their own."""

    def __init__(self) -> None:
        registry = self._registry = CollectorRegistry()
        self.updates = Counter("memebot_updates", "Updates received", ["kind"], registry=registry)
        self.answers = Counter("memebot_answers", "Answers given", ["kind", "verdict"], registry=registry)
        self.refusals = Counter("memebot_refusals", "Messages not answered", ["why"], registry=registry)
        self.errors = Counter("memebot_errors", "Errors while answering", ["error"], registry=registry)
        self.seconds = Histogram(
            "memebot_answer_seconds", "From the update to its answer", ["kind"], buckets=_SECONDS, registry=registry
        )
        self.waiting = Gauge("memebot_queue_waiting", "Pictures waiting for their turn", registry=registry)

    def text(self) -> bytes:
        """Prometheus' text format."""
        return generate_latest(self._registry)

    def families(self) -> Iterator[Metric]:
        """All figures, as Prometheus' client has them."""
        yield from self._registry.collect()


class ProcessMetrics:
    """The figures of a process: its own, and those of every community that it serves, by the label ``community``."""

    def __init__(self) -> None:
        registry = self._registry = CollectorRegistry()
        self.lag = Histogram("memebot_loop_lag_seconds", "How late the event loop is", buckets=_LAG, registry=registry)
        self.up = Gauge("memebot_community_up", "Whether a community is answered", ["community"], registry=registry)
        self.served: dict[str, Metrics] = {}
        registry.register(_OfAll(self.served))

    def text(self) -> bytes:
        """Prometheus' text format."""
        return generate_latest(self._registry)

    async def watch_loop(self) -> None:
        """Measure the event loop until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + LAG_EVERY_S
            await asyncio.sleep(LAG_EVERY_S)
            self.lag.observe(max(0.0, loop.time() - due))


class _OfAll(Collector):
    """The figures of several communities as one lot, each sample with its community."""

    def __init__(self, served: Mapping[str, Metrics]) -> None:
        self._served = served

    def collect(self) -> Iterable[Metric]:
        merged: dict[str, Metric] = {}
        for community, metrics in self._served.items():
            for family in metrics.families():
                into = merged.setdefault(family.name, Metric(family.name, family.documentation, family.type))
                into.samples += [
                    sample._replace(labels={"community": community, **sample.labels}) for sample in family.samples
                ]
        return merged.values()
