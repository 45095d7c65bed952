"""What can go wrong between a browser and a use case.

WebError
├── ListeningError     the port cannot be listened on
└── RequestRefused     somebody asked for more than is given; ``status`` is HTTP's
"""

from __future__ import annotations


class WebError(Exception):
    """Base of every error of ``memebot.web``; ``hint`` says what to do, where that is known."""

    hint = ""


class ListeningError(WebError):
    """Nobody can be served at this address."""

    def __init__(self, host: str, port: int, why: str) -> None:
        self.host, self.port, self.hint = host, port, "name another port"
        super().__init__(f"cannot listen on {host}:{port}: {why}")


class RequestRefused(WebError):
    """A request that is not served.

    ``text``: the key of what its sender reads. ``values``: what stands in that text. ``wait_s``: when to come again,
    0 where waiting does not help.
    """

    def __init__(self, status: int, text: str, *, wait_s: float = 0.0, **values: object) -> None:
        self.status, self.text, self.wait_s, self.values = status, text, wait_s, values
        super().__init__(text)
