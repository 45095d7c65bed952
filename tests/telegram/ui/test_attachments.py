"""What of a message is looked at for a picture."""

from memebot.telegram.ui.attachments import shows_picture


def test_a_message_of_words_alone_is_looked_at_once() -> None:
    class Probe:
        looked = 0

        def __getattr__(self, name: str) -> None:
            Probe.looked += 1

    assert not shows_picture(Probe())  # type: ignore[arg-type]
    assert Probe.looked < 40  # nothing within nothing is not searched
