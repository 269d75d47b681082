"""Ids are new, grow, fit 63 bits, and come apart between processes."""

import os
import threading
from pathlib import Path

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from lingju.kernel import clock, ids
from lingju.kernel.ids import COUNTER_BITS, LANE_BITS, LANES, Mint, lease_lane, new_id


@given(st.integers(0, LANES - 1))
def test_each_id_is_greater_than_the_one_before(lane: int) -> None:
    mint = Mint(lane)
    made = [mint.new() for _ in range(200)]
    assert made == sorted(set(made))
    assert all(number >> COUNTER_BITS & (LANES - 1) == lane for number in made)


def test_an_id_says_when_it_was_made_and_fits_63_bits() -> None:
    made = Mint(3).new()
    age = clock.epoch_ms() - ids.EPOCH_MS - (made >> (LANE_BITS + COUNTER_BITS))
    assert 0 <= age < 1000
    assert made < 2**63


def test_ids_still_fit_in_the_year_2090() -> None:
    with time_machine.travel("2090-01-01T00:00:00+08:00"):
        assert Mint(15).new() < 2**63


def test_ids_grow_on_when_the_clock_stands_or_goes_back() -> None:
    mint = Mint(0)
    with time_machine.travel("2030-01-01T00:00:00+08:00", tick=False):
        first = [mint.new() for _ in range(1000)]
    with time_machine.travel("2029-12-31T00:00:00+08:00", tick=False):
        second = [mint.new() for _ in range(1000)]
    assert first + second == sorted(set(first + second))


def test_a_millisecond_that_is_full_borrows_the_next() -> None:
    mint = Mint(0)
    with time_machine.travel("2030-01-01T00:00:00+08:00", tick=False):
        mint.new()
        mint._counter = ids.COUNTER_LIMIT - 1
        before = mint._ms
        made = mint.new()
    assert made >> (LANE_BITS + COUNTER_BITS) == before + 1


def test_threads_of_one_process_never_meet() -> None:
    made: list[list[int]] = [[] for _ in range(4)]

    def fill(part: list[int]) -> None:
        part.extend(new_id() for _ in range(2000))

    threads = [threading.Thread(target=fill, args=(part,)) for part in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({number for part in made for number in part}) == 8000


def test_processes_lease_lanes_of_their_own(tmp_path: Path) -> None:
    leases = [lease_lane(tmp_path) for _ in range(LANES)]
    assert sorted(lane for lane, _lock in leases) == list(range(LANES))
    lane, lock = lease_lane(tmp_path)
    assert lock is None
    assert 0 <= lane < LANES
    held = leases[5][1]
    assert held is not None
    held.close()
    leases.append(lease_lane(tmp_path))
    assert leases[-1][0] == 5
    for _lane, open_lock in leases:
        assert open_lock is not None
        open_lock.close()


def test_a_folder_that_cannot_be_written_costs_only_the_lock(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert lease_lane(tmp_path / "file")[1] is None


def test_a_forked_process_leases_anew() -> None:
    mine = new_id() >> COUNTER_BITS & (LANES - 1)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(write, bytes([new_id() >> COUNTER_BITS & (LANES - 1)]))
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(read, 1)[0] != mine


def test_a_lane_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="lane"):
        Mint(16)
