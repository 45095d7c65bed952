"""What people say to a bot that is no question: hello, thanks, who are you, an emoji."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from knowledge.reading import LANGS, Lang
from knowledge.stems import words

Talk = Literal["hello", "thanks", "who", "able", "mood", "laugh", "bye", "emoji"]

MOST_WORDS = 6
_SAID: Mapping[Lang, Mapping[Talk, tuple[str, ...]]] = {
    "ru": {
        "hello": (
            "привет",
            "приветик",
            "приветствую",
            "здравствуй",
            "здравствуйте",
            "здарова",
            "здорово",
            "хай",
            "хелло",
            "ку",
            "салют",
            "добрый день",
            "добрый вечер",
            "доброе утро",
            "доброго дня",
            "всем привет",
        ),
        "thanks": ("спасибо", "спс", "пасиб", "спасибки", "благодарю", "спасибо большое", "большое спасибо", "мерси"),
        "who": ("кто ты", "ты кто", "кто ты такой", "ты бот", "что ты такое", "ты человек", "как тебя зовут", "кто вы"),
        "able": (
            "что ты умеешь",
            "что умеешь",
            "что ты можешь",
            "как ты работаешь",
            "как пользоваться",
            "как тобой пользоваться",
            "помощь",
            "помоги",
            "что делать",
            "что ты делаешь",
            "зачем ты нужен",
        ),
        "mood": ("как дела", "как ты", "как жизнь", "как сам", "как настроение", "что нового"),
        "laugh": ("лол", "кек", "ор", "ору", "орнул", "ахах", "хаха", "хах", "смешно", "ржу", "рофл"),
        "bye": ("пока", "до свидания", "спокойной ночи", "бывай", "до завтра", "пока пока"),
    },
    "en": {
        "hello": ("hi", "hello", "hey", "hiya", "yo", "howdy", "good morning", "good evening", "good afternoon", "sup"),
        "thanks": ("thanks", "thank you", "thx", "ty", "cheers", "many thanks", "thanks a lot", "thank you so much"),
        "who": ("who are you", "what are you", "are you a bot", "are you human", "what is your name", "who is this"),
        "able": (
            "what can you do",
            "what do you do",
            "how do you work",
            "how does this work",
            "how do i use you",
            "help",
            "help me",
            "what is this",
        ),
        "mood": ("how are you", "how is it going", "how's it going", "what's up", "whats up", "how do you do"),
        "laugh": ("lol", "lmao", "rofl", "haha", "hah", "kek", "funny", "xd"),
        "bye": ("bye", "goodbye", "good night", "see you", "see ya", "bye bye"),
    },
}
_FILLERS = frozenset(
    {"бот", "ботик", "друг", "а", "ну", "же", "там", "bot", "there", "mate", "friend", "everyone", "man"}
)
_EITHER = frozenset({"xd", "lol", "lmao", "kek"})
"""Said in both languages alike."""
_LAUGHTER = re.compile(
    r"(?:а?(?:ха|хех|хех|ах){2,}х?а?|ха+х+а*|а+ха+|a?(?:ha){2,}h?|(?:he){2,}|l+o+l+|х[дд]+|x+d+|lo+l)"
)


@dataclass(frozen=True, slots=True)
class SmallTalk:
    """What was said. ``lang``: in which language, ``None`` where that cannot be told."""

    talk: Talk
    lang: Lang | None

    @property
    def key(self) -> str:
        """The key of the line that answers it."""
        return f"talk-{self.talk}"


def small_talk(text: str) -> SmallTalk | None:
    """What a text says if that is all that it says; ``None`` for whatever may be a question."""
    said = words(text)
    if not said:
        return SmallTalk("emoji", None) if any(_is_picture(letter) for letter in text) else None
    if len(said) > MOST_WORDS:
        return None
    bare = [word for word in said if word not in _FILLERS] or said
    for phrase in (" ".join(said), " ".join(bare), " ".join(_short(word) for word in bare)):
        found = _PHRASES.get(phrase)
        if found is not None:
            return found
    if all(_LAUGHTER.fullmatch(word) for word in bare):
        return SmallTalk("laugh", "ru" if re.search("[а-я]", bare[0]) else None)
    return None


def _is_picture(letter: str) -> bool:
    return unicodedata.category(letter) in {"So", "Sk"} or letter in ")("


def _short(word: str) -> str:
    """A drawn-out word as it is spelt: «приветттт», "hiiii"."""
    return re.sub(r"(.)\1{1,}", r"\1", word)


def _phrases() -> dict[str, SmallTalk]:
    found: dict[str, SmallTalk] = {}
    for lang in LANGS:
        for talk, phrases in _SAID[lang].items():
            for phrase in phrases:
                told = SmallTalk(talk, None if phrase in _EITHER else lang)
                for form in (" ".join(words(phrase)), _short(" ".join(words(phrase)))):
                    found.setdefault(form, told)
    return found


_PHRASES = _phrases()
