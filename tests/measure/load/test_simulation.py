"""Loads that are not there pass through the real queue, in a time that is not waited for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from memebot.measure.load.simulation import Load, simulate

RUSH = Load(communities=40, a_day=1500, median_s=0.3, p95_s=0.9, minutes=20)


def test_one_seed_gives_one_result_and_another_another() -> None:
    assert simulate(RUSH) == simulate(RUSH) != simulate(replace(RUSH, seed=1))


def test_without_a_queue_an_answer_takes_as_long_as_it_was_measured() -> None:
    found = simulate(replace(RUSH, machines=50))
    assert found.refused == 0
    assert found.median_s == pytest.approx(0.3, rel=0.1)
    assert found.p95_s == pytest.approx(0.9, rel=0.15)


def test_more_machines_wait_less_and_too_few_refuse() -> None:
    busy = [simulate(replace(RUSH, a_day=9000, machines=machines, waiting=100)) for machines in (1, 2, 4)]
    assert [one.pictures for one in busy] == [busy[0].pictures] * 3
    assert busy[0].busy > 0.98 and busy[0].refused > 0
    assert busy[0].refused > busy[1].refused > busy[2].refused
    assert busy[0].median_s > busy[1].median_s > busy[2].median_s
    assert busy[2].machines_needed == busy[0].machines_needed


def test_a_flood_of_one_sender_is_waited_for_by_that_sender_alone() -> None:
    calm, flooded = simulate(RUSH), simulate(replace(RUSH, flood=30))
    assert flooded.flooded_s is not None
    assert flooded.flooded_s < calm.p95_s + 2 * RUSH.p95_s  # a turn or two, not thirty of them
    assert flooded.pictures == calm.pictures + 30
