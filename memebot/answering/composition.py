"""The words of an explanation: entries word for word, and the bot's own sentences around them."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise

from knowledge.entry.model import Entry, EntryId
from knowledge.reading import Lang
from knowledge.search.roles import RoleText
from knowledge.stems import stems, stop_stems
from memebot.answering.quoting import inner, quote, telling_words
from memebot.i18n import phrase

COMPOSED_LENGTH, COMFORTABLE = 900, 700
"""Characters of a composed answer: at most, and beyond which only what carries the joke is added."""
LINKS = 3
"""Entries that the closing line names beside the parts of an answer."""
VARIANTS = 3
"""Wordings of each sentence that links entries."""

_AROUND = " .,:;!?…()[]"
_SLOT = re.compile(r"\{([a-z0-9-]+)\}")

_CERTAINTY = ((0.9, "certainty-high"), (0.7, "certainty-good"), (0.01, "certainty-low"))


def certainty(confidence: float, lang: Lang) -> str:
    """How sure an answer is, in words."""
    return phrase(lang, next((key for floor, key in _CERTAINTY if confidence >= floor), "certainty-none"))


_SENTENCE_END = re.compile(r"(?<=[.!?…])[»”\")*]*\s+(?=[«“\"(*`]*[A-ZА-ЯЁ0-9])")
_NOT_AN_END = re.compile(r"(?:\b(?:т|е|д|п|др|см|рис|г|гг|им|e|i|g|vs|cf|Fig|Dr|Mr|St|etc|approx|no|[A-ZА-Я]))\.$")


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph of plain text or light Markdown, in order; a quotation is never cut."""
    found: list[str] = []
    start = 0
    for end in _SENTENCE_END.finditer(text):
        piece = text[start : end.end()].strip()
        if _NOT_AN_END.search(piece) or _open_quotation(piece):
            continue
        found.append(piece)
        start = end.end()
    tail = text[start:].strip()
    return [*found, tail] if tail else found


def _open_quotation(text: str) -> bool:
    return text.count("«") > text.count("»") or text.count("“") > text.count("”") or text.count('"') % 2 == 1


def quoted(title: str, lang: Lang) -> str:
    """A title in the quotation marks of the language, unless it brings its own."""
    if re.search("[«»“”]", title):
        return title
    return f"«{title}»" if lang == "ru" else f"“{title}”"


def more(entries: Sequence[Entry], lang: Lang) -> str:
    """The closing line with links, or nothing."""
    if not entries:
        return ""
    return phrase(lang, "answer-more", titles=" · ".join(entry.title[lang] for entry in entries))


def without_more(explanation: str, lang: Lang) -> str:
    """An explanation without its closing line, for whoever shows links of its own."""
    told, _, last = explanation.rpartition("\n\n")
    return told if told and last.startswith(phrase(lang, "answer-more", titles="")) else explanation


def whole(entry: Entry, linked: Sequence[Entry], lang: Lang) -> str:
    """One entry's own text under its title, with what it rests on."""
    parts = [f"**{entry.title[lang]}**", entry.text[lang].strip(), more(linked, lang)]
    return "\n\n".join(part for part in parts if part)


def unknown(guesses: Sequence[Entry], lang: Lang, *, question: bool = False) -> str:
    """The honest answer, with guesses marked as such: of a picture each with what it is about in a sentence."""
    honest = phrase(lang, "answer-unknown-question" if question else "answer-unknown")
    if not guesses:
        return honest
    if not question and all(guess.kind != "format" for guess in guesses):
        return "\n\n".join([f"{honest} {phrase(lang, 'answer-perhaps')}", *(_in_short(one, lang) for one in guesses)])
    titles = ", ".join(quoted(guess.title[lang], lang) for guess in guesses)
    return f"{honest} {phrase(lang, 'answer-guesses', titles=titles)}"


def compose(
    entries: Sequence[Entry],
    lang: Lang,
    picture: PictureWords,
    linked: Sequence[Entry] = (),
    guesses: Sequence[Entry] = (),
) -> str:
    """A joke, a format with up to three concepts, or either alone, as one explanation of at most 900 characters.

    First what stands there: the format, filled with the picture's own words, or a quotation. Then what one must
    know, then why that is funny. Sentences are the entries' own, whole and in their order; words in quotation marks
    are the picture's. What does not fit is left out, the turn of the joke last of all. The closing line names the
    parts and what is ``linked`` to them. ``guesses``: what the words on a format may be about, told as such after its
    own story where nothing surer is.
    """
    form = next((entry for entry in entries if entry.kind == "format"), None)
    topics = [entry for entry in entries if entry.kind != "format"]
    guess = next((guess for guess in guesses if guess.kind != "format" and not topics), None)
    if form is None:
        parts = [*_caption(topics, picture, lang)]
    else:
        parts = [*_format(form, picture, lang, alone=not topics, guess=guess)]
    for number, topic in enumerate(topics):
        said = told_by(topic, picture, lang)
        parts += _joke(topic, lang) if topic.kind == "joke" else _concept(topic, number, lang, form is None, said)
    tail = more([*(entry for entry in entries if entry.kind != "joke"), *linked[:LINKS]], lang)
    _choose_parts(parts, COMPOSED_LENGTH - len(tail) - 2 if tail else COMPOSED_LENGTH)
    return "\n\n".join([*_paragraphs_of(parts), *([tail] if tail else [])])


@dataclass(frozen=True, slots=True)
class PictureWords:
    """What is known of the words on a picture: ``text``, a line a line; those that play a ``roles`` of the format;
    and those by which entries were found."""

    text: str = ""
    roles: Sequence[RoleText] = ()
    spoke: Mapping[EntryId, Sequence[str]] = field(default_factory=dict)


@dataclass(slots=True)
class Part:
    """A piece of an explanation. ``rank``: 0 stands in any case, of the others the lowest come in first, while all
    are no longer than ``within``. ``opens``: it begins a paragraph."""

    text: str
    rank: int
    opens: bool = True
    within: int = COMPOSED_LENGTH
    taken: bool = False


def _format(form: Entry, picture: PictureWords, lang: Lang, *, alone: bool, guess: Entry | None) -> Iterator[Part]:
    """What stands there: the filled sentence of the format, or how it is read and what is written on it; its story; and
    what its caption may be about."""
    yield Part(_varied("answer-format", form.id, lang, title=quoted(form.title[lang], lang)), 0)
    first, *others = _paragraphs(form, lang)
    filled = filled_sentence(form, picture.roles, lang)
    if filled:
        yield Part(filled, 0, opens=False)
        yield Part(" ".join(first), 2 if alone else 7, within=COMFORTABLE)
    else:
        yield Part(" ".join(first[:2]), 0, opens=False)
        yield Part(" ".join(first[2:]), 6, opens=False, within=COMFORTABLE)
        if words := telling_words(picture.text, ()):
            yield Part(phrase(lang, "answer-says", quote=quote(words, lang)), 1)
    if alone and not filled and guess is None:
        yield Part(phrase(lang, "answer-format-alone"), 0)
    for paragraph in others[:-1]:
        yield Part(" ".join(paragraph), 8, within=COMFORTABLE)
    last = Part(" ".join(others[-1]) if others else "", 1 if alone else 5)
    yield last if alone else replace(last, within=COMFORTABLE)
    if guess is not None:
        yield Part(f"{phrase(lang, 'answer-perhaps-about')} {_in_short(guess, lang)}", 1)


def _in_short(entry: Entry, lang: Lang) -> str:
    """An entry's title and what it is about: a concept in a sentence, a joke in one or two; the title once."""
    first, *_ = _paragraphs(entry, lang)
    told, name = " ".join(first[: 2 if entry.kind == "joke" else 1]), entry.title[lang].partition(" (")[0]
    return f"**{name}**{told.removeprefix(name)}" if told.startswith(name) else f"**{entry.title[lang]}**: {told}"


def _caption(topics: Sequence[Entry], picture: PictureWords, lang: Lang) -> Iterator[Part]:
    """What is written there, where no template was recognised."""
    spoke = [word for topic in topics for word in picture.spoke.get(topic.id, ())]
    if words := telling_words(picture.text, spoke):
        yield Part(phrase(lang, "answer-says", quote=quote(words, lang)), 0)


def _joke(joke: Entry, lang: Lang) -> Iterator[Part]:
    """A joke is told whole; where that is too long, its beginning, its end, and how what is between them begins."""
    yield Part(f"**{joke.title[lang]}**", 0)
    first, *others = _paragraphs(joke, lang)
    yield Part(" ".join(first[:2]), 0)
    yield Part(" ".join(first[2:]), 3, opens=False)
    for paragraph in others[:-1]:
        yield Part(" ".join(paragraph[:2]), 2)
        yield Part(" ".join(paragraph[2:]), 3, opens=False)
    yield from (Part(" ".join(paragraph), 1) for paragraph in others[-1:])


def _concept(concept: Entry, number: int, lang: Lang, no_format: bool, said: str) -> Iterator[Part]:
    """What one must know, in a sentence or two, and the concept's own turn: its last paragraph. ``said``: the
    picture's word for it, where that is another than the concept's title."""
    title = quoted(concept.title[lang], lang)
    first, *others = _paragraphs(concept, lang)
    word = phrase(lang, "answer-word", word=quote(said, lang), title=title) if said else ""
    if number:
        also = word or phrase(lang, "answer-also", title=title)
        yield Part(f"{also} {first[0]}", 2 + number, within=COMFORTABLE)
        return
    unannounced = not no_format and not word and _begins_with(first[0], concept.title[lang])
    if no_format:
        yield Part(_varied("answer-topic-alone", concept.id, lang, title=title), 0)
    elif not unannounced:
        yield Part(word or _varied("answer-topic", concept.id, lang, title=title), 0)
    yield Part(first[0], 0, opens=unannounced)
    yield Part(" ".join(first[1:2]), 3, opens=False, within=COMFORTABLE)
    yield Part(" ".join(first[2:]), 6, opens=False, within=COMFORTABLE)
    yield from (Part(" ".join(paragraph), 7, within=COMFORTABLE) for paragraph in others[:-1])
    yield from (Part(" ".join(paragraph), 1) for paragraph in others[-1:])


def _begins_with(sentence: str, title: str) -> bool:
    """Whether a definition begins with what it defines: then nothing need announce it."""
    return stems(title)[:1] == stems(sentence)[:1]


def told_by(topic: Entry, picture: PictureWords, lang: Lang) -> str:
    """The words on a picture that stand for a topic, where they are others than its title: "SGD" of gradient descent.

    "" where the title itself is written there, or where no words tell the topic by themselves.
    """
    spoke = {stem for word in picture.spoke.get(topic.id, ()) for stem in stems(word)} - stop_stems()
    if not spoke or not spoke.isdisjoint(stems(topic.title[lang])):
        return ""
    runs = groupby(picture.text.split(), key=lambda word: not spoke.isdisjoint(stems(word)))
    told = [" ".join(run) for telling, run in runs if telling]
    return max(told, key=len, default="").strip(_AROUND)


def filled_sentence(form: Entry, roles: Sequence[RoleText], lang: Lang) -> str:
    """What a format says with the picture's words in it: its own sentence, unless some of its places stay empty, and
    the filled roles that it leaves out, one by one. "" without any words."""
    texts = {one.role: one.text for one in roles if one.text.strip()}
    if not texts:
        return ""
    room = max(48, 240 // len(texts))
    values = {role: inner(text, room) for role, text in texts.items()}
    rows = ", ".join(quote(text, lang, room) for text in texts.values())
    template = form.reads.get(lang, "")
    wanted = set(_SLOT.findall(template))
    if not (template and wanted <= {*values, "rows"}):
        template, wanted = "", set()
    sentence = _SLOT.sub(lambda slot: rows if slot[1] == "rows" else values[slot[1]], template)
    others = {role.id: role.name.get(lang, "") for role in form.roles if role.id not in wanted}
    named = [f"{others[role]}: {quote(text, lang, room)}" for role, text in texts.items() if others.get(role)]
    said = "; ".join(named) or ("" if sentence else rows)
    return " ".join(filter(None, (sentence, f"{said[:1].upper()}{said[1:]}." if said else "")))


def _varied(key: str, entry_id: EntryId, lang: Lang, **values: str) -> str:
    """One of the wordings ``key``-1, -2, -3: always the same for an entry, another for others."""
    number = zlib.crc32(entry_id.encode()) % VARIANTS + 1
    return phrase(lang, f"{key}-{number}", **values)


def _paragraphs(entry: Entry, lang: Lang) -> list[list[str]]:
    """The sentences of each paragraph."""
    return [sentences(" ".join(p.split())) for p in re.split(r"\n\s*\n", entry.text[lang].strip())]


def _choose_parts(parts: Sequence[Part], room: int) -> None:
    """Take the parts that must be there, then the others by their rank while they fit; what goes on a paragraph only
    after what it goes on."""
    before = {id(part): previous for previous, part in pairwise(parts) if not part.opens}
    for part in sorted(parts, key=lambda one: one.rank):
        goes_on = before.get(id(part))
        part.taken = bool(part.text) and (goes_on is None or goes_on.taken)
        if part.rank and sum(len(p) + 2 for p in _paragraphs_of(parts)) > min(room, part.within):
            part.taken = False


def _paragraphs_of(parts: Sequence[Part]) -> list[str]:
    """The parts that were taken, as paragraphs."""
    found: list[str] = []
    for part in parts:
        if part.taken and part.opens:
            found.append(part.text)
        elif part.taken:
            found[-1] += f" {part.text}"
    return found
