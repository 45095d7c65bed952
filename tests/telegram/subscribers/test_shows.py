"""``/show`` and the button under an answer: an experiment as a short video in the chat."""

import io
from collections.abc import Callable

import av
import pytest
from aiogram.methods import SendAnimation
from chats import Chats
from PIL import Image

from memebot.experiments import catalogue
from memebot.experiments.clips import clip_of, meant, takes_picture
from memebot.experiments.model import BadInput
from memebot.telegram.ui.keyboards import Show

Run = Callable[..., None]


def png(colour: tuple[int, int, int]) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 64), colour).save(out, "PNG")
    return out.getvalue()


def test_an_experiment_is_sent_as_a_silent_video_with_a_sentence(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.say("/show overfitting 3")
        (sent,) = chats.session.of(SendAnimation)
        assert sent.caption.startswith("<b>A polynomial learns by heart</b>\n\nAt degree 3 ")
        assert sent.reply_parameters.message_id == 1
        with av.open(io.BytesIO(sent.animation.data)) as container:
            assert [stream.type for stream in container.streams] == ["video"]

    chatting(scenario)


def test_each_time_is_computed_with_other_chances(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.say("/show overfitting 2")
        await chats.say("/show overfitting 2")
        first, second = chats.session.of(SendAnimation)
        assert first.animation.data != second.animation.data
        assert chats.buttons(first)[-1].callback_data == Show(name="overfitting").pack()

    chatting(scenario)


def test_without_a_name_all_are_listed_and_a_wrong_one_is_named(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.say("/show")
        assert "<code>/show overfitting</code>" in chats.texts()[-1]
        assert len(chats.labels()) == len(catalogue.EXPERIMENTS)
        await chats.say("/show <b>perpetual motion")
        assert chats.texts()[-1].startswith("I have no experiment “&lt;b&gt;perpetual motion”.")
        assert not chats.session.of(SendAnimation)

    chatting(scenario)


def test_what_a_control_does_not_take_is_said_in_words(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.say("/show overfitting 99", lang="ru")
        assert chats.texts()[-1] == "«degree» – от 1 до 15."
        assert not chats.session.of(SendAnimation)

    chatting(scenario)


def test_a_concept_that_has_an_experiment_offers_it(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.say("overfitting")
        (label,) = [label for label in chats.labels() if label.startswith("🎬")]
        assert label == "🎬 Show: A polynomial learns by heart"
        assert Show(name="overfitting").pack() in [one.callback_data for one in chats.buttons(chats.shown()[-1])]

    chatting(scenario)


def test_a_button_of_an_experiment_that_is_gone_says_so(chatting: Run) -> None:
    async def scenario(chats: Chats) -> None:
        await chats.say("/show")
        toast = await chats.press(Show(name="gone").pack())
        assert toast.show_alert
        assert not chats.session.of(SendAnimation)

    chatting(scenario)


def test_what_is_typed_names_an_experiment_by_its_name_or_its_title() -> None:
    assert meant("overfitting 9", "ru") == ("overfitting", "9")
    assert meant(" Многочлен учит  наизусть ", "ru") == ("overfitting", "")
    assert meant("sums 12+99", "en") == ("sums", "12+99")
    assert meant("overfittings", "en") == ("", "")


def test_the_picture_that_was_sent_is_what_is_looked_at() -> None:
    assert takes_picture("digits") and not takes_picture("overfitting")
    blank, other = (clip_of("digits", "en", 1, picture=picture) for picture in (png((255, 255, 255)), None))
    assert blank.sentence.startswith("The sheet is empty")
    assert not other.sentence.startswith("The sheet is empty")


def test_every_name_fits_a_button() -> None:
    for experiment in catalogue.EXPERIMENTS:
        assert len(Show(name=experiment.name).pack().encode()) <= 64


def test_said_is_checked_as_everywhere() -> None:
    with pytest.raises(BadInput):
        clip_of("sums", "en", 0, said="abc")
