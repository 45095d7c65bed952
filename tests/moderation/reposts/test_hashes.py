"""The index of hashes finds what looking at every bit finds, neither more nor less."""

from __future__ import annotations

from importlib import resources

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memebot.vision.fingerprint import pdq
from moderation.reposts import hashes
from moderation.reposts.hashes import HashIndex, HashMatch, mirrored

HASH = st.binary(min_size=32, max_size=32)
PLACES = st.sets(st.integers(0, 255), max_size=40)


def bits(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).bit_count()


def changed(one: bytes, places: set[int]) -> bytes:
    number = int.from_bytes(one, "big")
    for place in places:
        number ^= 1 << place
    return number.to_bytes(32, "big")


def brute_force(query: bytes, kept: list[tuple[int, bytes]], distance: int) -> list[HashMatch]:
    found = [HashMatch(number, bits(query, one)) for number, one in kept if bits(query, one) <= distance]
    return sorted(found, key=lambda near: (near.distance, near.id))


@settings(deadline=None)
@given(HASH, st.lists(PLACES, max_size=30), st.lists(HASH, max_size=10), st.integers(0, 128), st.integers(1, 9))
def test_near_finds_exactly_what_comparing_every_bit_finds(
    query: bytes, close: list[set[int]], far: list[bytes], distance: int, block: int
) -> None:
    kept = [*enumerate([changed(query, places) for places in close] + far)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hashes, "BLOCK", block)
        index = HashIndex()
        for part in (kept[: len(kept) // 2], kept[len(kept) // 2 :]):
            index.add([number for number, _ in part], b"".join(one for _, one in part))
            expected = brute_force(query, kept[: len(index)], distance)
            assert index.near(query, distance) == expected == index.near(query, distance)
        assert len(index) == len(kept)


def test_of_many_hashes_none_is_missed() -> None:
    rng = np.random.default_rng(1)
    kept = rng.integers(0, 256, (40_000, 32), dtype=np.uint8)
    queries = kept[::1000].copy()
    for number, query in enumerate(queries):  # at every distance up to 62
        for distance in range(62):
            flips = np.zeros(256, np.uint8)
            flips[rng.permutation(256)[:distance]] = 1
            kept[number * 62 + distance + 1] = query ^ np.packbits(flips)
    whole, halves = HashIndex(), HashIndex()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hashes, "BLOCK", 10_000)
        whole.add(range(len(kept)), kept.tobytes())
        halves.add(range(30_000), kept[:30_000].tobytes())
        halves.near(bytes(32))
        halves.add(range(30_000, 40_000), kept[30_000:].tobytes())
        for query in queries:
            distances = np.bitwise_count(kept ^ query).sum(axis=1, dtype=np.int64)
            right = {HashMatch(int(row), int(distances[row])) for row in np.flatnonzero(distances <= 31)}
            assert set(whole.near(query.tobytes())) == set(halves.near(query.tobytes())) == right


@pytest.mark.parametrize("half", [0, 1])
def test_bits_that_differ_in_one_half_alone_are_counted(half: int) -> None:
    query = bytes(32)
    index = HashIndex()
    for number in range(20, 40):
        index.add([number], changed(query, set(range(128 * half, 128 * half + number))))
    assert index.near(query, 31) == [HashMatch(number, number) for number in range(20, 32)]


def test_an_empty_index_finds_nothing() -> None:
    assert HashIndex().near(bytes(32)) == []


def test_a_hash_takes_forty_bytes_and_growing_leaves_room_for_as_many() -> None:
    index = HashIndex()
    index.add(range(1000), bytes(32 * 1000))
    assert index.nbytes == 40 * 1000
    index.add([1000], bytes(32))
    assert (len(index), index.nbytes) == (1001, 40 * 2000)
    assert len(index.near(bytes(32))) == 1001


@settings(deadline=None)
@given(HASH)
def test_a_mirror_of_a_mirror_is_the_picture(one: bytes) -> None:
    assert mirrored(mirrored(one)) == one


@pytest.mark.parametrize("name", ["borscht.png", "car-salesman-overfitting.jpg", "xgboost-ru.png", "floor-ru.png"])
def test_the_mirrored_hash_is_close_to_the_hash_of_the_mirrored_picture(name: str) -> None:
    data = np.frombuffer((resources.files("memebot") / "examples" / name).read_bytes(), np.uint8)
    picture = cv2.cvtColor(cv2.imdecode(data, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
    straight, _ = pdq(picture)
    turned, _ = pdq(np.ascontiguousarray(picture[:, ::-1]))
    assert bits(mirrored(straight), turned) <= 31 < bits(straight, turned)
