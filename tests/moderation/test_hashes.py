"""The index of hashes finds what looking at every bit finds, neither more nor less."""

from __future__ import annotations

from importlib import resources

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memebot.vision.fingerprint import pdq
from moderation import hashes
from moderation.hashes import HashIndex, Near, mirrored

HASH = st.binary(min_size=32, max_size=32)
PLACES = st.sets(st.integers(0, 255), max_size=40)


def bits(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).bit_count()


def changed(one: bytes, places: set[int]) -> bytes:
    number = int.from_bytes(one, "big")
    for place in places:
        number ^= 1 << place
    return number.to_bytes(32, "big")


def brute_force(query: bytes, kept: list[tuple[int, bytes]], distance: int) -> list[Near]:
    found = [Near(number, bits(query, one)) for number, one in kept if bits(query, one) <= distance]
    return sorted(found, key=lambda near: (near.distance, near.id))


@given(HASH, st.lists(PLACES, max_size=30), st.lists(HASH, max_size=10), st.integers(0, 40), st.integers(1, 9))
def test_near_finds_exactly_what_comparing_every_bit_finds(
    query: bytes, close: list[set[int]], far: list[bytes], distance: int, segment: int
) -> None:
    kept = [*enumerate([changed(query, places) for places in close] + far)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hashes, "SEGMENT", segment)
        index = HashIndex()
        for number, one in kept[: len(kept) // 2]:
            index.add([number], one)
        rest = kept[len(kept) // 2 :]
        index.add([number for number, _ in rest], b"".join(one for _, one in rest))
        assert index.near(query, distance) == brute_force(query, kept, distance)
        assert len(index) == len(kept)


@pytest.mark.parametrize("half", [0, 1])
def test_bits_that_differ_in_one_half_alone_are_counted(half: int) -> None:
    query = bytes(32)
    index = HashIndex()
    for number in range(20, 40):
        index.add([number], changed(query, set(range(128 * half, 128 * half + number))))
    assert index.near(query, 31) == [Near(number, number) for number in range(20, 32)]


def test_an_empty_index_finds_nothing() -> None:
    assert HashIndex().near(bytes(32), 256) == []


def test_a_hash_takes_forty_bytes() -> None:
    index = HashIndex()
    index.add(range(hashes.SEGMENT), bytes(32 * hashes.SEGMENT))
    assert index.nbytes == 40 * hashes.SEGMENT


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
