"""Has this picture been here before? Kinds of before, what is forgotten, and several processes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest
from engines import Databases, pretend_newer
from forks import fork_code
from hypothesis import given, settings
from hypothesis import strategies as st

from memebot.database import DatabaseTooNew, in_memory, open_database, writing
from moderation.reposts import memory
from moderation.reposts import store as module
from moderation.reposts.features import Agreement, Features
from moderation.reposts.hashes import mirrored
from moderation.reposts.model import Appearance, Frame, Sighting, SightingRef
from moderation.reposts.store import MIGRATIONS, Reposts
from moderation.reposts.texts import OTHER_TEXT, SAME_TEXT, copied, parted, text_similarity

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
POST = SightingRef.post(-100123, 7, "https://t.me/c/123/7")
WORDS = "using linux for reliability using linux to look like an expert"
OTHER_WORDS = "me starting a new project instead of finishing the old one"


@pytest.fixture
def reposts(databases: Databases) -> Reposts:
    return Reposts(databases())


def frame(name: str, *, off: int = 0, quality: int = 100, mirror: bool = False) -> Frame:
    """A frame of an imagined picture; ``off`` of its hash's bits are others, then it is another file."""
    pdq = hashlib.sha256(name.encode()).digest()
    number = int.from_bytes(mirrored(pdq) if mirror else pdq, "big") ^ ((1 << off) - 1)
    file = hashlib.sha256(f"{name} {off} {mirror}".encode()).hexdigest()
    return Frame(file, number.to_bytes(32, "big"), quality)


def look(*frames: Frame, template: str | None = None, words: str = "") -> Appearance:
    return Appearance(frames, template, words)


def only(found: list[Sighting]) -> Sighting:
    assert len(found) == 1
    return found[0]


# --- kinds of before


def test_nothing_was_seen_in_an_empty_base(reposts: Reposts) -> None:
    assert reposts.find(look(frame("a"), template="drake", words=WORDS)) == []


def test_the_same_file_is_exact_and_says_where_it_was(reposts: Reposts) -> None:
    reposts.remember(POST, look(frame("a"), words=WORDS), at=NOW)
    found = only(reposts.find(look(frame("a"), words=WORDS)))
    assert found == Sighting(POST, NOW, "exact", 0, 1.0, ((0, 0),))
    assert found.ref.link == POST.link


def test_the_same_file_is_exact_even_where_its_hash_means_nothing(reposts: Reposts) -> None:
    reposts.remember(POST, look(frame("a", quality=3)), at=NOW)
    assert only(reposts.find(look(frame("a", quality=3)))).how == "exact"


@pytest.mark.parametrize(("off", "seen"), [(1, True), (31, True), (32, False)])
def test_near_is_up_to_31_bits(reposts: Reposts, off: int, seen: bool) -> None:
    reposts.remember(POST, look(frame("a")), at=NOW)
    found = reposts.find(look(frame("a", off=off)))
    assert [(s.how, s.distance) for s in found] == ([("near", off)] if seen else [])


@pytest.mark.parametrize(("kept", "asked"), [(49, 100), (100, 49)])
def test_a_hash_of_low_quality_is_near_to_nothing(reposts: Reposts, kept: int, asked: int) -> None:
    reposts.remember(POST, look(frame("a", quality=kept)), at=NOW)
    assert reposts.find(look(frame("a", off=1, quality=asked))) == []


def test_a_flipped_picture_is_near_and_says_so(reposts: Reposts) -> None:
    reposts.remember(POST, look(frame("a")), at=NOW)
    found = only(reposts.find(look(frame("a", off=9, mirror=True))))
    assert (found.how, found.distance, found.mirrored) == ("near", 9, True)


def test_a_crop_of_the_same_meme_is_the_same_template_with_the_same_text(reposts: Reposts) -> None:
    reposts.remember(POST, look(frame("a"), template="drake", words=WORDS), at=NOW)
    misread = "using linux for reliability using linux to ook like an expart"
    found = only(reposts.find(look(frame("b"), template="drake", words=misread)))
    assert (found.how, found.distance, found.frames) == ("same-template-same-text", None, ())
    assert found.text_similarity is not None and found.text_similarity > SAME_TEXT


def test_another_joke_on_the_template_is_told_apart(reposts: Reposts) -> None:
    reposts.remember(POST, look(frame("a"), template="drake", words=WORDS), at=NOW)
    found = only(reposts.find(look(frame("b"), template="drake", words=OTHER_WORDS)))
    assert found.how == "same-template-other-text"
    assert found.text_similarity is not None and found.text_similarity < OTHER_TEXT


def test_another_caption_that_changes_few_bits_is_not_called_the_same_picture(reposts: Reposts) -> None:
    reposts.remember(POST, look(frame("a"), template="drake", words=WORDS), at=NOW)
    found = only(reposts.find(look(frame("a", off=26), template="drake", words=OTHER_WORDS)))
    assert (found.how, found.distance, found.frames) == ("same-template-other-text", 26, ((0, 0),))


@pytest.mark.parametrize(("template", "words"), [(None, "no"), ("drake", ""), ("drake", "no")])
def test_near_stays_near_where_nothing_is_known_of_template_or_words(
    reposts: Reposts, template: str | None, words: str
) -> None:
    reposts.remember(POST, look(frame("a"), template=template, words=WORDS), at=NOW)
    assert only(reposts.find(look(frame("a", off=26), template=template, words=words))).how == "near"


def test_two_chats_whose_words_disagree_are_not_the_same_picture(reposts: Reposts) -> None:
    reposts.remember(POST, look(frame("a"), words=WORDS), at=NOW)
    assert reposts.find(look(frame("a", off=26), words=OTHER_WORDS)) == []
    assert only(reposts.find(look(frame("a", off=5), words=OTHER_WORDS))).how == "near", "one picture, read badly"


FILES = (
    "readme md setup py src main py train py utils py data csv requirements txt notebooks eda ipynb tests conftest py"
)
CODE = "model fit x train y train print model score x test y test"
OTHER_CODE = "import os os remove data csv while true pass except keyboard interrupt"


def test_screenshots_that_share_a_list_of_files_are_not_the_same_text(reposts: Reposts) -> None:
    listed = f"{FILES} {FILES} {FILES}"
    reposts.remember(POST, look(frame("a"), words=f"{listed} {CODE}"), at=NOW)
    assert reposts.find(look(frame("b"), words=f"{listed} {OTHER_CODE}")) == []
    for again in (listed, f"{listed} {CODE} posted by memes", f"{CODE} {listed}", f"{listed} {CODE.replace('i', 'l')}"):
        assert only(reposts.find(look(frame("b"), words=again))).how == "same-text", again


POST_OF_ONE_AUTHOR = "grace tensor gracetensor {} 6 23 pm 49k views 456 reposts 239 quotes 6 585 likes"
SAID = "the loss went down and so did my will to live"
SAID_TOO = "nobody reads the appendix until it is retracted"


def test_posts_of_one_author_share_all_but_what_is_said_and_are_not_the_same(reposts: Reposts) -> None:
    one, other = POST_OF_ONE_AUTHOR.format(SAID), POST_OF_ONE_AUTHOR.format(SAID_TOO)
    assert (text_similarity(one, other) or 0) > OTHER_TEXT
    reposts.remember(POST, look(frame("a"), words=one), at=NOW)
    assert reposts.find(look(frame("a", off=26), words=other)) == []
    for again in (one, one.replace("49k", "51k"), one.replace("loss", "1oss"), f"{one} a b c d e"):
        assert only(reposts.find(look(frame("a", off=26), words=again))).how == "near", again
    page = Agreement(found=50, share=0.6, least=0.3, void=0.0)
    assert page.shows(copied(one, other)) and not page.shows(copied(one, other), parted=parted(one, other))
    assert Agreement(found=90, share=0.9, least=0.5, void=0.0).shows(copied(one, other), parted=True), "misread"


@pytest.mark.parametrize("template", [None, "two-buttons"])
def test_the_same_words_are_found_without_the_template_and_on_another(reposts: Reposts, template: str | None) -> None:
    reposts.remember(POST, look(frame("a"), template="drake", words=WORDS), at=NOW)
    misread = "uslng linux for reliability using linux to look like an expert memes.example"
    found = only(reposts.find(look(frame("b"), template=template, words=misread)))
    assert (found.how, found.distance, found.frames) == ("same-text", None, ())
    assert found.text_similarity is not None and found.text_similarity >= SAME_TEXT


def test_other_words_that_share_a_phrase_are_not_found_without_the_template(reposts: Reposts) -> None:
    first = "when you are using linux for the first time in your whole life"
    reposts.remember(POST, look(frame("a"), words=first), at=NOW)
    assert reposts.find(look(frame("b"), words=WORDS)) == []


@pytest.mark.parametrize(("words", "found"), [("one two three four", 0), ("one two three four five", 1)])
def test_a_few_words_alone_are_not_telling(reposts: Reposts, words: str, found: int) -> None:
    reposts.remember(POST, look(frame("a"), words=words), at=NOW)
    assert len(reposts.find(look(frame("b"), words=words))) == found


def test_the_words_of_a_changed_or_forgotten_post_are_not_found(reposts: Reposts) -> None:
    reposts.remember(POST, look(words=WORDS), at=NOW)
    reposts.remember(POST, look(words=OTHER_WORDS), at=NOW)
    assert reposts.find(look(words=WORDS)) == []
    assert only(reposts.find(look(words=OTHER_WORDS))).how == "same-text"
    reposts.forget(POST)
    assert reposts.find(look(words=OTHER_WORDS)) == []


def test_the_same_template_with_the_same_text_is_found_beyond_the_templates_memory(
    reposts: Reposts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TEMPLATE_MEMORY", 3)
    reposts.remember(POST, look(template="drake", words=WORDS), at=NOW)
    for number in range(5):
        reposts.remember(SightingRef.submission(number), look(template="drake", words=OTHER_WORDS), at=NOW)
    assert reposts.find(look(template="drake", words=WORDS))[0].how == "same-template-same-text"


def test_texts_of_a_database_from_before_phrases_are_found(tmp_path: Path) -> None:
    db = open_database(tmp_path / "bot.sqlite3")
    MIGRATIONS.apply(db, stop_before="m002_phrases")
    db.execute("insert into seen (submission_id, at, words) values (1, '2026-01-01T00:00:00+00:00', ?)", [WORDS])
    db.conn.commit()
    assert only(Reposts(db).find(look(words=WORDS))).ref == SightingRef.submission(1)


def test_too_few_words_are_not_compared(reposts: Reposts) -> None:
    reposts.remember(POST, look(frame("a"), template="drake", words="no yes"), at=NOW)
    found = only(reposts.find(look(frame("b"), template="drake", words="no yes")))
    assert (found.how, found.text_similarity) == ("same-template-other-text", None)


def test_a_short_text_inside_a_long_one_is_not_the_same() -> None:
    assert text_similarity(WORDS, WORDS + " memegenerator.net") == 1.0
    assert (text_similarity("like an expert", WORDS) or 0) < OTHER_TEXT


def test_albums_and_clips_say_which_frame_is_which(reposts: Reposts) -> None:
    reposts.remember(POST, look(frame("a"), frame("b"), frame("c")), at=NOW)
    found = only(reposts.find(look(frame("new"), frame("c", off=5), frame("b"))))
    assert (found.how, found.distance, found.frames) == ("exact", 0, ((2, 1), (1, 2)))


def test_frames_of_one_clip_are_paired_in_their_order(reposts: Reposts) -> None:
    clip = [Frame("ab" * 32, frame(name).pdq, 100) for name in "abc"]
    reposts.remember(POST, look(*clip), at=NOW)
    assert only(reposts.find(look(*clip))).frames == ((0, 0), (1, 1), (2, 2))


def test_best_first(reposts: Reposts) -> None:
    query = look(frame("a"), template="drake", words=WORDS)
    seen = {
        1: look(frame("x"), template="drake", words=OTHER_WORDS),
        2: look(frame("y"), template="drake", words=WORDS),
        3: look(frame("a", off=20), template="drake", words=WORDS),
        4: look(frame("a", off=4)),
        5: look(frame("a")),
    }
    for number, one in seen.items():
        reposts.remember(SightingRef.submission(number), one, at=NOW)
    assert [s.ref.id for s in reposts.find(query)] == [5, 4, 3, 2, 1]
    assert [s.how for s in reposts.find(query, limit=3)] == ["exact", "near", "near"]


def test_of_equals_a_post_comes_before_a_submission_and_the_newest_first(reposts: Reposts) -> None:
    reposts.remember(SightingRef.submission(1), look(frame("a")), at=NOW + timedelta(hours=3))
    reposts.remember(POST, look(frame("a")), at=NOW)
    reposts.remember(SightingRef.post(-100123, 9), look(frame("a")), at=NOW + timedelta(hours=1))
    assert [s.ref.id for s in reposts.find(look(frame("a")))] == [9, 7, 1]


def test_only_posts_or_only_submissions(reposts: Reposts) -> None:
    reposts.remember(SightingRef.submission(1), look(frame("a")), at=NOW)
    reposts.remember(POST, look(frame("a")), at=NOW)
    assert only(reposts.find(look(frame("a")), kind="post")).ref == POST
    assert only(reposts.find(look(frame("a")), kind="submission")).ref == SightingRef.submission(1)


def test_the_limit_is_of_what_may_be_shown(reposts: Reposts) -> None:
    reposts.remember(POST, look(frame("p"), template="drake", words=OTHER_WORDS), at=NOW)
    for number in range(10):
        reposts.remember(
            SightingRef.submission(number), look(frame(str(number)), template="drake", words=WORDS), at=NOW
        )
    query = look(frame("q"), template="drake", words=WORDS)
    assert only(reposts.find(query, kind="post", limit=1)).ref == POST


# --- life of a record


def test_a_published_submission_is_found_once_as_the_post(reposts: Reposts) -> None:
    reposts.remember(SightingRef.submission(1), look(frame("a")), at=NOW)
    reposts.remember(POST, look(frame("a")), at=NOW)  # Telegram's channel_post may come first
    later = NOW + timedelta(days=1)
    assert reposts.mark_published(1, POST, at=later)
    found = only(reposts.find(look(frame("a"))))
    assert (found.ref, found.ref.link, found.at) == (POST, POST.link, later)
    assert reposts.value("select count(*) from seen") == 1


def test_publishing_what_is_not_remembered_says_so_and_changes_nothing(reposts: Reposts) -> None:
    reposts.remember(POST, look(frame("a")), at=NOW)
    assert not reposts.mark_published(1, POST, at=NOW + timedelta(days=1))
    assert only(reposts.find(look(frame("a")))).at == NOW


def test_an_edited_post_has_its_new_look_and_its_first_time(reposts: Reposts) -> None:
    reposts.remember(POST, look(frame("a")), at=NOW)
    reposts.remember(SightingRef.post(-100123, 7), look(frame("b")), at=NOW + timedelta(hours=1))
    assert reposts.find(look(frame("a"))) == []
    found = only(reposts.find(look(frame("b"))))
    assert (found.at, found.ref.link) == (NOW, POST.link)


def test_what_is_forgotten_is_not_found(reposts: Reposts) -> None:
    reposts.remember(POST, look(frame("a"), template="drake"), at=NOW)
    assert reposts.find(look(frame("a", off=1)))
    assert reposts.forget(POST)
    assert not reposts.forget(POST)
    for query in (look(frame("a")), look(frame("a", off=1)), look(frame("z"), template="drake")):
        assert reposts.find(query) == []


def test_a_forgotten_author_leaves_the_post_and_a_deleted_post_leaves_the_submission(reposts: Reposts) -> None:
    for forgotten, left in ((SightingRef.submission(1), POST), (POST, SightingRef.submission(1))):
        reposts.remember(SightingRef.submission(1), look(frame("a")), at=NOW)
        reposts.mark_published(1, POST, at=NOW)
        assert reposts.forget(forgotten)
        assert only(reposts.find(look(frame("a")))).ref == left
        assert reposts.forget(left)
        assert reposts.value("select count(*) from seen") == 0


def test_posts_of_two_channels_with_one_number_are_two(reposts: Reposts) -> None:
    other = SightingRef.post(-100999, 7)
    reposts.remember(POST, look(frame("a")), at=NOW)
    reposts.remember(other, look(frame("a")), at=NOW)
    assert {s.ref for s in reposts.find(look(frame("a")))} == {POST, other}


def test_times_are_kept_as_utc_and_need_a_zone(reposts: Reposts) -> None:
    reposts.remember(POST, look(frame("a")), at=NOW.astimezone(timezone(timedelta(hours=3))))
    assert only(reposts.find(look(frame("a")))).at == NOW
    with pytest.raises(ValueError, match="zone"):
        reposts.remember(SightingRef.submission(1), look(), at=NOW.replace(tzinfo=None))
    assert reposts.value("select count(*) from seen") == 1


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_hash_of_another_length_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match=f"hash of {size} bytes"):
        Frame("00" * 32, bytes(size), 100)


def test_a_look_without_frames_is_found_by_its_template(reposts: Reposts) -> None:
    reposts.remember(POST, look(template="drake", words=WORDS), at=NOW)
    assert only(reposts.find(look(template="drake", words=WORDS))).how == "same-template-same-text"


# --- local features


def with_features(name: str, seed: int) -> Frame:
    rng = np.random.default_rng(seed)
    descriptors = np.minimum(rng.gamma(0.8, 40, (200, 128)), 255).astype(np.uint8)
    points = rng.uniform(20, 220, (200, 2)).astype(np.float32)
    return replace(frame(name), features=Features(points, descriptors, (240, 240)))


def cropped(seen: Frame) -> Frame:
    """Another file with another hash that shows most of the same features elsewhere."""
    assert seen.features is not None
    points = (seen.features.points - 15) * np.float32(1.1)
    inside = ((points > 0) & (points < 240)).all(axis=1)
    features = Features(points[inside], seen.features.descriptors[inside], (240, 240))
    return replace(frame(f"cropped {seen.sha256}"), features=features)


def test_a_crop_is_a_part_and_says_which_frame(reposts: Reposts) -> None:
    for number in range(30):
        reposts.remember(SightingRef.post(-1, number), look(with_features(f"p{number}", number)), at=NOW)
    reposts.remember(POST, look(frame("other"), with_features("a", 99)), at=NOW)
    found = only(reposts.find(look(cropped(with_features("a", 99)))))
    assert (found.ref, found.how, found.distance, found.frames) == (POST, "part", None, ((0, 1),))


def test_a_crop_with_other_words_is_another_meme(reposts: Reposts) -> None:
    seen = with_features("a", 99)
    reposts.remember(POST, look(seen, template="drake", words=WORDS), at=NOW)
    sure = cropped(seen)
    assert only(reposts.find(look(sure, template="drake", words=WORDS))).how == "part"
    assert sure.features is not None
    upper = sure.features.points[:, 1] < 120  # the lower half shows something else
    half = replace(
        sure, features=Features(sure.features.points[upper], sure.features.descriptors[upper], sure.features.size)
    )
    other = only(reposts.find(look(half, template="drake", words=OTHER_WORDS)))
    assert other.how == "same-template-other-text"


def test_what_is_forgotten_leaves_no_features(reposts: Reposts) -> None:
    reposts.remember(SightingRef.submission(1), look(with_features("a", 1)), at=NOW)
    reposts.remember(SightingRef.submission(2), look(with_features("b", 2)), at=NOW)
    assert reposts.find(look(cropped(with_features("a", 1))))
    reposts.forget(SightingRef.submission(1))
    assert reposts.find(look(cropped(with_features("a", 1)))) == []
    assert reposts.value("select count(*) from seen_features") == 1
    assert only(reposts.find(look(cropped(with_features("b", 2))))).ref == SightingRef.submission(2)


def test_frames_kept_without_features_get_those_that_the_record_has(reposts: Reposts) -> None:
    """As after an upgrade: what the record does not reach back to stays as it was."""
    for name in ("a", "b"):
        reposts.remember(SightingRef.submission(ord(name)), look(frame(name)), at=NOW)
    known = {one.sha256: [one] for one in (with_features("a", 1), with_features("c", 3))}
    assert reposts.find(look(cropped(with_features("a", 1)))) == []
    assert reposts.complete(lambda sha256: known.get(sha256, ())) == 1
    assert reposts.complete(lambda sha256: known.get(sha256, ())) == 0
    assert only(reposts.find(look(cropped(with_features("a", 1))))).ref == SightingRef.submission(ord("a"))
    assert only(reposts.find(look(frame("b", off=3)))).how == "near"


def test_frames_whose_features_nobody_has_are_asked_for_once_not_at_every_start(reposts: Reposts) -> None:
    reposts.remember(SightingRef.submission(1), look(frame("a")), at=NOW)
    asked: list[str] = []
    for _ in range(2):
        assert reposts.complete(lambda sha256: asked.append(sha256) or ()) == 0  # type: ignore[func-returns-value]
    assert asked == [frame("a").sha256]
    assert only(reposts.find(look(frame("a", off=3)))).how == "near"


def test_what_was_compared_is_not_compared_again(reposts: Reposts, monkeypatch: pytest.MonkeyPatch) -> None:
    reposts.remember(POST, look(with_features("a", 1)), at=NOW)
    asked = look(cropped(with_features("a", 1)))
    first = reposts.find(asked)
    monkeypatch.setattr(module, "compare", None)
    with writing(reposts.db):
        assert reposts.find(asked) == first


# --- the index in memory


def test_a_rolled_back_transaction_leaves_nothing_behind(reposts: Reposts) -> None:
    reposts.remember(POST, look(frame("a")), at=NOW)
    reposts.find(look(frame("a")))
    reposts.db.begin_writing()
    reposts.remember(SightingRef.submission(1), look(frame("b")), at=NOW)
    assert only(reposts.find(look(frame("b", off=2)))).ref == SightingRef.submission(1)  # seen inside
    reposts.db.rollback()
    reposts.remember(SightingRef.submission(2), look(frame("c")), at=NOW)  # takes the ids of what was rolled back
    assert reposts.find(look(frame("b", off=2))) == []
    assert only(reposts.find(look(frame("c", off=2)))).ref == SightingRef.submission(2)


def test_after_a_refresh_a_search_inside_a_transaction_reads_nothing_again(
    reposts: Reposts, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        reposts.remember(SightingRef.submission(number), look(frame(str(number))), at=NOW)
    reposts.refresh()
    reads: list[object] = []
    execute = reposts.db.execute

    def traced(sql: str, parameters: Sequence[object] = ()) -> object:
        reads.extend(parameters if "select id, pdq" in sql else ())
        return execute(sql, parameters)

    with writing(reposts.db):
        reposts.refresh()  # does nothing here
        reposts.remember(POST, look(frame("a")), at=NOW)
        monkeypatch.setattr(reposts.db, "execute", traced)
        assert only(reposts.find(look(frame("4", off=1)))).ref == SightingRef.submission(4)
        assert only(reposts.find(look(frame("a", off=1)))).ref == POST
    assert reads == [5, 5]


def test_the_index_is_loaded_anew_when_much_of_it_is_gone(reposts: Reposts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_WORTH_RELOADING", 3)
    for number in range(8):
        reposts.remember(SightingRef.submission(number), look(frame(str(number))), at=NOW)
    reposts.find(look(frame("0")))
    for number in range(6):
        reposts.forget(SightingRef.submission(number))
    assert only(reposts.find(look(frame("7", off=1)))).ref == SightingRef.submission(7)
    assert len(reposts._memory.indexes()[0].hashes) == 2


def test_loading_in_portions_loses_nothing(reposts: Reposts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_LOADED_AT_ONCE", 3)
    for number in range(10):
        reposts.remember(SightingRef.submission(number), look(frame(str(number))), at=NOW)
    for number in range(10):
        assert only(reposts.find(look(frame(str(number), off=1)))).ref == SightingRef.submission(number)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["remember", "publish", "forget submission", "forget post"]),
        st.integers(0, 2),
        st.integers(0, 60),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_after_any_changes_near_is_what_comparing_with_all_that_is_left_gives(
    steps: list[tuple[str, int, int]],
) -> None:
    """A record is of a submission, of a post, or of a submission that became a post."""
    reposts = Reposts(in_memory())
    records: list[tuple[set[SightingRef], Frame]] = []
    for step, number, off in steps:
        mine, post, this = SightingRef.submission(number), SightingRef.post(-1, number), frame("a", off=off)
        known = {ref: record for record in records for ref in record[0]}
        if step == "remember":
            reposts.remember(mine, look(this), at=NOW)
            refs = known[mine][0] if mine in known else {mine}
            records = [record for record in records if mine not in record[0]] + [(refs, this)]
        elif step == "publish":
            assert reposts.mark_published(number, post, at=NOW) == (mine in known)
            if mine in known:
                records = [record for record in records if not {mine, post} & record[0]]
                records.append(({mine, post}, known[mine][1]))
        else:
            gone = mine if step == "forget submission" else post
            assert reposts.forget(gone) == (gone in known)
            records = [(refs - {gone}, one) for refs, one in records if refs - {gone}]
        asked = int.from_bytes(this.pdq, "big")
        bits = {
            max(refs, key=lambda ref: ref.kind == "post"): (asked ^ int.from_bytes(one.pdq, "big")).bit_count()
            for refs, one in records
        }
        found = {s.ref: s.distance for s in reposts.find(look(this), limit=99)}
        assert found == {ref: distance for ref, distance in bits.items() if distance <= 31}


# --- several processes, other versions

ADD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from memebot.database import open_database
from moderation.reposts.model import Frame, Appearance, SightingRef
from moderation.reposts.store import Reposts
reposts = Reposts(open_database(Path(sys.argv[1])))
first = int(sys.argv[2])
for number in range(first, first + 40):
    name = number.to_bytes(32, "big").hex()
    reposts.remember(SightingRef.submission(number), Appearance((Frame(name, number.to_bytes(32, "little"), 100),)),
                     at=datetime(2026, 1, 1, tzinfo=UTC))
    assert reposts.find(Appearance((Frame(name, number.to_bytes(32, "little"), 100),)), limit=1)[0].ref.id == number
"""


def test_what_other_processes_add_is_found(tmp_path: Path) -> None:
    path = tmp_path / "bot.sqlite3"
    processes = [fork_code(ADD, path, first) for first in (1, 1000, 2000)]  # all of them make the tables
    for process in processes:
        _, errors = process.communicate()
        assert process.returncode == 0, errors
    reposts = Reposts(open_database(path))
    zero = Frame("ff" * 32, bytes(32), 100)
    assert len(reposts.find(Appearance((zero,)), limit=999)) == 120  # all numbers are near to 0
    other = Reposts(open_database(path))
    other.remember(POST, look(frame("a")), at=NOW)
    assert only(reposts.find(look(frame("a", off=3)))).ref == POST
    other.forget(POST)
    assert reposts.find(look(frame("a", off=3))) == []


def test_all_tables_are_strict() -> None:
    tables = Reposts(in_memory()).db.execute(
        "select name, strict from pragma_table_list where schema = 'main' and type = 'table'"
    )
    loose = {name for name, strict in tables if not strict}
    assert loose <= {"sqlite_schema", "_sqlite_migrations", "sqlite_sequence"}


def test_a_database_of_a_newer_version_is_left_alone(reposts: Reposts) -> None:
    pretend_newer(reposts.db, "reposts")
    with pytest.raises(DatabaseTooNew):
        Reposts(reposts.db)


def test_opening_again_changes_nothing(reposts: Reposts) -> None:
    reposts.remember(POST, look(frame("a")), at=NOW)
    before = reposts.db.applied(MIGRATIONS)
    again = Reposts(reposts.db)
    assert reposts.db.applied(MIGRATIONS) == before
    assert only(again.find(look(frame("a", off=1)))).ref == POST
