"""The recipe of the bundled encoder: reproducible, resumable, and honest about what it was shown."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random

import cv2
import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from memebot.training import batches, evaluate, glyphs, memes
from memebot.training.bank import text_features, text_features_by_length
from memebot.training.batches import NO_CONCEPT, Batches, Composition, Corpus, Stage, TextEncoder, shape_names
from memebot.training.evaluate import measure, read_labelled
from memebot.training.folder import configuration, new_model, write_skeleton
from memebot.training.memes import CELL, fit
from memebot.training.objective import (
    Memory,
    Spelling,
    Whitening,
    class_loss,
    instance_terms,
    named_right,
    orthogonal,
    text_loss,
)
from memebot.training.pictures import PHOTO_NAMES, TrainingDataError, open_pictures
from memebot.training.recipe import (
    Machine,
    TrainingConfig,
    TrainingError,
    train,
)
from memebot.training.vocabulary import ALPHABET, SPELLING, build_tokenizer, spelling, words_to_draw
from memebot.vision.encoder.tower import PatchNet, import_open_clip_with_tower
from memebot.vision.encoder.views import Preprocess

QUIET = Machine(threads=1, workers=0, compiled=False, bfloat16=False, log_every=1)
SMALL = Composition(plain=3, named=3, pages=1, scenes=2, photos=4, words=2, emoji=0, shapes=1, described=2)


@pytest.fixture(autouse=True)
def small_and_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same pictures whether or not this machine has an emoji font, from a small stock of captions."""
    monkeypatch.setattr(glyphs, "emoji_font", lambda: None)
    monkeypatch.setattr(memes, "CAPTIONS", 60)


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A folder of drawings without names, and a zip with two classes of 40 pictures."""
    folder = tmp_path_factory.mktemp("drawings")
    rng = Random(1)
    for number in range(8):
        picture = glyphs.shape(rng, list(glyphs.SHAPES)[number], "blue", 96)
        cv2.imwrite(str(folder / f"{number}.png"), picture)
    archive = folder.parent / "photos.zip"
    with zipfile.ZipFile(archive, "w") as out:
        out.writestr("classes.csv", 'wnid,name\nn07749582,"lemon"\nn99999999,"made up, invented"\n')
        for name, hue in (("n07749582", "yellow"), ("n99999999", "red")):
            for number in range(40):
                _, data = cv2.imencode(".png", glyphs.shape(rng, "circle", hue, 40))
                out.writestr(f"{name}/{name}_{number:02}.png", data.tobytes())
        out.writestr("readme.txt", "not a picture")
        out.writestr("n07749582/broken.jpg", b"not a picture either")
    return folder, archive


@pytest.fixture(scope="module")
def config(sources: tuple[Path, Path]) -> TrainingConfig:
    return TrainingConfig(
        sources,
        steps=4,
        stages=(Stage(0.0, 32, SMALL), Stage(0.5, 64, SMALL)),
        memory=16,
        text_memory=8,
        bank_pages=2,
        bank_memes=2,
        bank_grounds=2,
    )


@pytest.fixture(scope="module")
def trained(config: TrainingConfig, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of one step, finished: the encoder lies in it."""
    run = tmp_path_factory.mktemp("trained")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(glyphs, "emoji_font", lambda: None)
        patch.setattr(memes, "CAPTIONS", 60)
        train(replace(config, steps=1), run, machine=QUIET)
    return run


@pytest.fixture
def corpus(sources: tuple[Path, Path], tmp_path: Path) -> Corpus:
    return Corpus(open_pictures(sources, tmp_path / "cache"), seed=0)


def batch_at(corpus: Corpus, folder: Path, step: int, seed: int = 0) -> batches.Batch:
    build_tokenizer(folder)
    return Batches(corpus, [Stage(0.0, 32, SMALL)] * 10, seed, folder / "tokenizer.json")[step]


def test_an_interrupted_run_ends_with_the_weights_of_an_uninterrupted_one(
    config: TrainingConfig, tmp_path: Path
) -> None:
    config = replace(config, steps=3)  # the second stage is the third step
    whole = train(config, tmp_path / "whole", machine=QUIET)
    train(config, tmp_path / "parts", machine=QUIET, stop_after=1)
    train(config, tmp_path / "parts", machine=QUIET, stop_after=2, resume=True)
    parts = train(config, tmp_path / "parts", machine=QUIET, resume=True)
    assert (whole / "model.safetensors").read_bytes() == (parts / "model.safetensors").read_bytes()
    assert np.array_equal(np.load(whole / "bank.npz")["vectors"], np.load(parts / "bank.npz")["vectors"])
    steps = [json.loads(line)["step"] for line in (tmp_path / "parts" / "log.jsonl").read_text().splitlines()]
    assert steps == [1, 2, 3]


def test_a_finished_run_gives_a_folder_that_open_clip_loads(
    config: TrainingConfig, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    reports = []
    encoder = train(replace(config, steps=1), tmp_path, machine=QUIET, progress=reports.append)
    assert not caplog.records  # open_clip would warn of missing weights
    open_clip = import_open_clip_with_tower()
    model = open_clip.create_model(f"local-dir:{encoder}")
    saved = load_file(encoder / "model.safetensors")
    assert all(torch.equal(value, saved[name].to(value.dtype)) for name, value in model.state_dict().items())
    assert sum(p.numel() for p in model.visual.parameters()) <= 8_000_000
    assert sum(file.stat().st_size for file in encoder.iterdir()) <= 25_000_000
    assert np.load(encoder / "bank.npz")["vectors"].shape == (6, 256)
    assert [(report.step, report.steps) for report in reports] == [(1, 1)]


def test_a_trained_encoder_is_trained_further_from_its_weights(
    config: TrainingConfig, trained: Path, tmp_path: Path
) -> None:
    before = trained / "encoder"
    further = TrainingConfig.continued(before, config.sources, seed=1, steps=2)
    small = (Stage(0.0, 32, SMALL),)
    further = replace(further, stages=small, memory=16, text_memory=8, bank_pages=2, bank_memes=2, bank_grounds=2)
    still = replace(further, matrix_rate=0.0, other_rate=0.0, text_rate=0.0)
    same = load_file(train(still, tmp_path / "still", machine=QUIET) / "model.safetensors")
    after = load_file(train(further, tmp_path / "after", machine=QUIET) / "model.safetensors")
    first = load_file(before / "model.safetensors")
    filters = [name for name, value in first.items() if value.ndim == 4]
    assert all(torch.equal(first[name], same[name]) for name in filters)
    assert not any(torch.equal(first[name], after[name]) for name in filters)


def test_further_training_holds_its_rate_before_it_falls() -> None:
    config = TrainingConfig.continued(Path("encoder"), (), seed=0, steps=100)
    rates = [config.rate(step) for step in range(100)]
    assert rates[0] < 1 and rates[2:50] == [1.0] * 48
    assert rates[50:] == sorted(rates[50:], reverse=True) and 0 < rates[99] < 0.05


def test_further_training_names_the_file_that_is_no_encoder(config: TrainingConfig, tmp_path: Path) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "model.safetensors").write_bytes(b"no weights")
    for folder in (tmp_path / "nowhere", tmp_path / "broken"):
        with pytest.raises(TrainingError, match=r"model\.safetensors is nothing to begin with"):
            train(replace(config, start=folder), tmp_path / "run", machine=QUIET)


def test_what_a_picture_shows_is_put_on_another_ground() -> None:
    picture = np.full((64, 64, 3), 250, np.uint8)
    picture[20:50, 16:48] = np.random.default_rng(0).integers(0, 200, (30, 32, 3), np.uint8)
    maker = batches.MemeMaker([picture], [], ["слово"], seed=0)
    moved = [maker._cut_out(Random(seed), picture) for seed in range(8)]
    assert all(np.array_equal(one[20:50, 16:48], picture[20:50, 16:48]) for one in moved)
    assert sum((one[:10] != 250).any() for one in moved) >= 6


def test_a_batch_depends_on_seed_and_step_alone(corpus: Corpus, tmp_path: Path) -> None:
    first, again = batch_at(corpus, tmp_path, 3), batch_at(corpus, tmp_path, 3)
    other_step, other_seed = batch_at(corpus, tmp_path, 4), batch_at(corpus, tmp_path, 3, seed=1)
    assert torch.equal(first.images, again.images) and torch.equal(first.tokens, again.tokens)
    assert not torch.equal(first.images, other_step.images)
    assert not torch.equal(first.images, other_seed.images)


def test_held_back_pictures_are_one_in_twenty_of_each_class_and_never_trained_on(corpus: Corpus) -> None:
    pictures = corpus.pictures
    assert [int(pictures.held_back[pictures.labels == label].sum()) for label in (0, 1)] == [2, 2]
    assert not pictures.held_back[pictures.labels < 0].any()
    usable = set(corpus.plain.tolist()) | set(corpus.named.tolist())
    assert usable.isdisjoint(np.flatnonzero(pictures.held_back).tolist())


def test_class_names_come_from_the_table_and_from_the_archive_where_it_has_none(corpus: Corpus) -> None:
    assert corpus.pictures.names == (("lemon", "лимон"), ("made up", "made up"))


def test_files_that_are_not_pictures_are_passed_over(corpus: Corpus) -> None:
    assert len(corpus.pictures) == 88


def test_pictures_of_words_never_show_a_held_back_word() -> None:
    train_on, held = words_to_draw([("alpha beta", "красный шар")])
    more, more_held = words_to_draw([("alpha beta gamma", "красный шар и куб")])
    assert held and set(train_on).isdisjoint(held)
    assert set(train_on) <= set(more) and set(held) <= set(more_held)


def test_the_names_of_the_200_classes_are_distinct_and_can_be_spelled() -> None:
    assert len(PHOTO_NAMES) == 200
    for column in (0, 1):
        names = [pair[column].lower() for pair in PHOTO_NAMES.values()]
        assert len(set(names)) == 200
        assert set("".join(names)) <= set(ALPHABET)


def test_batches_are_spelled_as_open_clip_spells(tmp_path: Path) -> None:
    write_skeleton(tmp_path)
    tokenizer = import_open_clip_with_tower().get_tokenizer(f"local-dir:{tmp_path}")
    texts = ["Ёжик в тумане, 1975", "log(-1) = nan", "漢字", "", "x" * 300]
    ours = batches.TextEncoder(tmp_path / "tokenizer.json")(texts)
    theirs = tokenizer(texts)
    assert theirs.shape == (5, 96)
    assert torch.equal(ours, theirs[:, : ours.shape[1]])


def test_short_texts_are_embedded_as_open_clip_embeds_them(tmp_path: Path) -> None:
    write_skeleton(tmp_path)
    model = new_model(tmp_path, 0).eval()
    tokenizer = import_open_clip_with_tower().get_tokenizer(f"local-dir:{tmp_path}")
    tokens = tokenizer(["привет", "a picture of a goose"])
    with torch.no_grad():
        assert torch.allclose(text_features(model.text, tokens[:, :32]), model.encode_text(tokens), atol=1e-5)


def test_views_are_resized_as_the_encoder_resizes() -> None:
    preprocess = Preprocess.from_config(configuration()["preprocess_cfg"])
    for shape in ((300, 200, 3), (50, 200, 3), (90, 60, 3)):
        frame = np.random.default_rng(0).integers(0, 255, shape, np.uint8)
        seen = (fit(frame, 128).astype(np.float32) / 255 - 0.45) / 0.27
        assert np.allclose(preprocess([frame])[0], seen, atol=1e-4)


def test_the_schedule_warms_up_falls_to_nothing_and_ends_on_large_pictures() -> None:
    config = TrainingConfig((), steps=1000)
    rates = [config.rate(step) for step in range(1000)]
    assert rates[0] < 0.2 and max(rates) > 0.95 and rates[-1] < 0.002
    assert [config.stage(step).side for step in (0, 600, 999)] == [64, 96, 128]


def test_a_run_is_not_overwritten_and_not_resumed_with_other_settings(config: TrainingConfig, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="no checkpoint"):
        train(config, tmp_path, machine=QUIET, resume=True)
    train(config, tmp_path, machine=QUIET, stop_after=1)
    with pytest.raises(TrainingError, match="already holds a run"):
        train(config, tmp_path, machine=QUIET)
    with pytest.raises(TrainingError, match="other settings: seed"):
        train(replace(config, seed=5), tmp_path, machine=QUIET, resume=True)


def test_a_run_is_not_resumed_with_other_things_to_teach(
    config: TrainingConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train(config, tmp_path, machine=QUIET, stop_after=1)
    monkeypatch.setattr(batches, "words_to_draw", lambda names: (["слово", "word"], []))
    with pytest.raises(TrainingError, match="begun with other names, words or emoji"):
        train(config, tmp_path, machine=QUIET, resume=True)


def test_a_device_that_nobody_knows_is_named_before_any_work(config: TrainingConfig, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="no device 'gpu'"):
        train(config, tmp_path / "run", machine=replace(QUIET, device="gpu"))
    assert not (tmp_path / "run").exists()


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device here")
def test_a_device_that_is_not_there_is_named_before_any_work(config: TrainingConfig, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="no CUDA device"):
        train(config, tmp_path / "run", machine=replace(QUIET, device="cuda"))
    assert not (tmp_path / "run").exists()


def test_sources_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingDataError, match=r"no-such\.zip: no such archive"):
        open_pictures((tmp_path / "no-such.zip",), tmp_path)
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK but not really")
    with pytest.raises(TrainingDataError, match=r"broken\.zip: not a readable zip"):
        open_pictures((broken,), tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(TrainingDataError, match="fewer than two pictures"):
        open_pictures((tmp_path / "empty",), tmp_path)


def test_the_instance_loss_falls_when_two_views_agree_and_a_memory_of_the_same_picture_is_no_negative() -> None:
    views = torch.nn.functional.normalize(torch.eye(8)[[0, 1, 2, 0, 1, 2]] + 0.01, dim=1)
    shuffled = views[[0, 1, 2, 1, 2, 0]]
    ids = torch.arange(3)
    empty = Memory(4, 8, torch.device("cpu"))
    agreeing = instance_terms(views, ids, empty, 0.07)
    assert agreeing.contrast < instance_terms(shuffled, ids, empty, 0.07).contrast
    assert agreeing.hits == 1.0
    empty.push(views[:3], ids)
    assert torch.isclose(instance_terms(views, ids, empty, 0.07).contrast, agreeing.contrast, atol=1e-4)


def test_a_picture_without_a_name_is_a_negative_of_every_text() -> None:
    texts = torch.eye(4)[:2]
    pictures = torch.eye(4)[[0, 1, 3]]
    concepts, named = torch.tensor([7, 9, NO_CONCEPT]), torch.tensor([7, 9])
    memory, scale = Memory(4, 4, torch.device("cpu")), torch.tensor(20.0)
    good = text_loss(pictures, concepts, texts, named, memory, scale)
    confusing = text_loss(pictures[[0, 1, 0]], concepts, texts, named, memory, scale)
    assert good < 0.01 < confusing


def test_whitened_vectors_have_mean_zero_and_unit_covariance() -> None:
    torch.manual_seed(0)
    whitening = Whitening(4)
    rows = torch.randn(2000, 4) @ torch.diag(torch.tensor([9.0, 3.0, 1.0, 0.5])) + 5
    whitening.update(rows)
    white = whitening(rows)
    assert torch.allclose(white.mean(0), torch.zeros(4), atol=1e-3)
    covariance = white.T @ white / len(white)
    assert torch.allclose(covariance[:3, :3], torch.eye(3), atol=0.4)
    assert covariance[3, 3] < 1  # a direction with little variance is left weak rather than blown up to noise


def test_a_head_with_the_whitening_folded_in_gives_the_whitened_vectors() -> None:
    torch.manual_seed(0)
    head, whitening, features = torch.nn.Linear(6, 4), Whitening(4), torch.randn(50, 6)
    outputs = head(features).detach()
    whitening.update(outputs)
    whitening.fold_into(head)
    assert torch.allclose(head(features), whitening(outputs), atol=1e-4)


def test_only_things_of_a_class_take_part_in_the_class_loss() -> None:
    prototypes = 3 * torch.eye(2, 4)
    vectors = torch.eye(4)[[0, 1, 3]]
    scale = torch.tensor(20.0)
    right = class_loss(vectors, torch.tensor([0, 1, NO_CONCEPT]), prototypes, scale)
    assert right < 0.01 < class_loss(vectors, torch.tensor([1, 0, 5]), prototypes, scale)
    assert class_loss(vectors, torch.tensor([NO_CONCEPT, 7, 9]), prototypes, scale) == 0


def test_named_right_counts_the_things_that_are_nearest_to_their_own_vector() -> None:
    prototypes = 3 * torch.eye(2, 4)
    vectors = torch.eye(4)[[0, 1, 0, 3]]
    assert named_right(vectors, torch.tensor([0, 1, 1, NO_CONCEPT]), prototypes) == pytest.approx(2 / 3)
    assert named_right(vectors, torch.tensor([NO_CONCEPT, 7, 9, 5]), prototypes) == 0


def test_the_spelling_of_a_word_says_which_letter_stands_in_which_part() -> None:
    assert len(spelling("кот")) == SPELLING and sum(spelling("42")) == 0
    letters = SPELLING // 10  # 1 + 2 + 3 + 4 parts
    whole, halves = spelling("ab")[:letters], spelling("ab")[letters : 3 * letters]
    assert whole[:3] == [1, 1, 0] and halves[0] == 1 and halves[1] == 0 and halves[letters + 1] == 1
    assert spelling("tar") != spelling("rat") and spelling("Tar") == spelling("tar")
    assert spelling("tar")[:letters] == spelling("rat")[:letters]


@pytest.mark.parametrize("length", range(3, 16, 2))
def test_the_middle_letter_of_an_odd_word_belongs_to_both_halves(length: int) -> None:
    word = "а" * (length // 2) + "б" + "в" * (length // 2)
    letters = SPELLING // 10
    first, second = spelling(word)[letters : 2 * letters], spelling(word)[2 * letters : 3 * letters]
    assert first == spelling("аб")[:letters] and second == spelling("бв")[:letters]


def test_the_spelling_loss_falls_as_vectors_learn_to_spell_and_is_nothing_without_words() -> None:
    torch.manual_seed(0)
    reader, vectors = Spelling(SPELLING, 16, seed=0), torch.randn(2, 16, requires_grad=True)
    spelled = torch.tensor([spelling("кот"), spelling("cat")])
    before = reader(vectors, spelled)
    optimiser = torch.optim.Adam([vectors, *reader.parameters()], lr=0.05)
    for _ in range(60):
        optimiser.zero_grad()
        reader(vectors, spelled).backward()
        optimiser.step()
    assert reader(vectors, spelled) < 0.2 * before
    assert reader(vectors[:0], spelled[:0]) == 0


def test_texts_embedded_by_length_keep_their_order(tmp_path: Path) -> None:
    write_skeleton(tmp_path)
    model = new_model(tmp_path, 0).eval()
    texts = ["a", "a picture that shows a very long name of an animal", "кот", "на картинке написано слово"]
    tokens = TextEncoder(tmp_path / "tokenizer.json")(texts)
    by_length, at_once = text_features_by_length(model.text, tokens), text_features(model.text, tokens)
    assert torch.allclose(by_length, at_once, atol=1e-5)


def test_every_thing_has_names_and_words_come_after_the_things(corpus: Corpus) -> None:
    named = corpus.names_of_things()
    assert {thing for thing, _ in named} == set(range(corpus.things))
    assert (corpus.class_concepts[0], ("lemon", "лимон")) in named
    assert shape_names("star", "red") in [names for _, names in named]
    assert corpus.word_concepts == list(range(corpus.things, corpus.things + len(corpus.words)))


def test_scenes_are_of_few_things_and_each_is_a_picture_of_its_own(corpus: Corpus, tmp_path: Path) -> None:
    red = corpus.maker.scene(Random(1), [("square", "red")])
    assert min(red.shape[:2]) >= CELL and not red.shape[0] % CELL and not red.shape[1] % CELL
    assert (red == glyphs.HUES["red"][1]).all(2).any()
    batch = batch_at(corpus, tmp_path, 0)
    drawn = batch.ids[batch.ids < 0].tolist()
    assert len(drawn) == len(set(drawn)) == SMALL.pages + SMALL.scenes
    assert not set(drawn) & set(batch_at(corpus, tmp_path, 1).ids.tolist())


def test_photos_are_of_classes_and_each_described_one_has_a_text_of_its_class(corpus: Corpus, tmp_path: Path) -> None:
    batch = batch_at(corpus, tmp_path, 0)
    pairs = 2 * len(batch.ids)
    assert len(batch.images) == pairs + SMALL.photos + SMALL.words + SMALL.shapes
    photos = batch.concepts[pairs : pairs + SMALL.photos]
    assert set(photos.tolist()) <= set(corpus.class_concepts)
    assert batch.token_concepts[: SMALL.described].tolist() == photos[: SMALL.described].tolist()


def test_photos_and_drawings_stand_apart_in_a_batch(corpus: Corpus, tmp_path: Path) -> None:
    batch = batch_at(corpus, tmp_path, 0)
    assert batch.drawings == SMALL.words + SMALL.emoji + SMALL.shapes
    drawn = batch.concepts[-batch.drawings :].tolist()
    assert set(drawn) <= {*corpus.word_concepts, *corpus.shape_concepts.values()}
    assert set(batch.concepts[: -batch.drawings].tolist()) <= {NO_CONCEPT, *corpus.class_concepts}


@pytest.mark.parametrize(("plain", "named", "taken"), [(20, 3, (8, 15)), (3, 90, (8, 76)), (3, 3, (3, 3))])
def test_pictures_of_one_kind_fill_up_where_there_are_too_few_of_the_other(
    corpus: Corpus, tmp_path: Path, plain: int, named: int, taken: tuple[int, int]
) -> None:
    build_tokenizer(tmp_path)
    wanted = replace(SMALL, plain=plain, named=named)
    ids = Batches(corpus, [Stage(0.0, 32, wanted)], 0, tmp_path / "tokenizer.json")[0].ids
    of_pictures = ids[ids >= 0].numpy()
    plain_ones = int(np.isin(of_pictures, corpus.plain).sum())
    assert (plain_ones, len(of_pictures) - plain_ones) == taken
    assert len(set(of_pictures.tolist())) == len(of_pictures)


def test_more_drawn_pictures_than_there_are_numbers_for_them_are_refused() -> None:
    with pytest.raises(ValueError, match="1024"):
        Composition(pages=1000, scenes=25)


def test_a_new_encoder_is_measured_on_everything_that_its_card_tells(
    sources: tuple[Path, Path], trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluate, "shapes", partial(evaluate.shapes, each=1))
    formats, distractors = tmp_path / "formats", tmp_path / "distractors"
    for folder, rows in (
        (formats, [("a.png", "template", "a"), ("b.png", "template", "b"), ("a2.png", "real_copy", "a")]),
        (distractors, [("c.png", "", "")]),
    ):
        folder.mkdir()
        lines = [",".join(row) for row in rows]
        (folder / "labels.csv").write_text("\n".join(["path,kind,label", *lines]) + "\n")
        for path, _, _ in rows:
            shape = {"a": "star", "b": "grid", "c": "ring"}[path[0]]
            cv2.imwrite(str(folder / path), glyphs.shape(Random(path[0]), shape, "red", 96))
    told: list[str] = []
    found = measure(
        trained / "encoder",
        sources,
        trained / "cache",
        (formats, distractors),
        progress=lambda what, *_: told.append(what),
    )
    assert found.naming["photos"].pictures == 4 and found.naming["photos"].choices == 2
    assert found.naming["photos"].english[5] == 1.0  # two names alone
    assert found.naming["shapes"].choices == 80 and "emoji" not in found.naming
    assert set(found.words) == {"trained on", "held back"}
    assert found.retrieval["whole"]["real_copy"].first == 1.0  # the very picture
    assert told[-1] == "templates"


@pytest.mark.parametrize(
    ("table", "reason"), [("path,label\na.png,a\n", "no column kind"), ("path,kind,label\n", "no template in it")]
)
def test_a_table_that_labels_nothing_is_named(tmp_path: Path, table: str, reason: str) -> None:
    (tmp_path / "labels.csv").write_text(table)
    with pytest.raises(TrainingDataError, match=reason):
        read_labelled(tmp_path, tmp_path)


def test_the_memory_keeps_the_latest_rows() -> None:
    memory = Memory(3, 2, torch.device("cpu"))
    for number in range(3):
        memory.push(torch.full((2, 2), float(number)), torch.tensor([number, number]))
    vectors, ids = memory.view
    assert ids.tolist() == [2, 2, 1] and vectors[:, 0].tolist() == [2.0, 2.0, 1.0]


@pytest.mark.parametrize("shape", [(8, 30), (30, 8), (16, 16), (3, 8, 30), (3, 30, 8)])
def test_muon_makes_every_direction_count(shape: tuple[int, ...]) -> None:
    torch.manual_seed(0)
    values = torch.linalg.svdvals(orthogonal(torch.randn(shape)))
    assert float(values.min()) > 0.4 and float(values.max()) < 1.4


def test_the_tower_takes_any_side_that_is_a_multiple_of_32() -> None:
    tower = PatchNet(num_classes=16).eval()
    for side in (32, 96, 160):
        assert tower(torch.zeros(1, 3, side, side)).shape == (1, 16)
    assert PatchNet(num_classes=0).eval()(torch.zeros(1, 3, 32, 32)).shape == (1, 384)


def test_a_view_of_any_picture_has_the_side_asked_for() -> None:
    stock = [np.full((9, 200, 3), 255, np.uint8), np.zeros((256, 8, 3), np.uint8), np.zeros((16, 16, 3), np.uint8)]
    maker = batches.MemeMaker(stock, [], ["слово"], seed=0)
    rng = Random(0)
    for number in range(150):
        view = maker.view(rng, stock[number % 3], 64, light=number % 5 == 0)
        assert view.shape == (64, 64, 3) and view.dtype == np.uint8
        page = maker.page(rng)
        assert page.ndim == 3 and page.dtype == np.uint8


def test_without_an_emoji_font_training_goes_on_and_says_why() -> None:
    found, why = glyphs.emoji_with_names()
    assert found == [] and "fonts-noto-color-emoji" in why
