"""What the bot tells Prometheus, and how late its event loop is."""

from __future__ import annotations

import asyncio

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

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
        self.lag = Histogram("memebot_loop_lag_seconds", "How late the event loop is", buckets=_LAG, registry=registry)

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
