"""Functions become machine code once, for one signature, wherever they run."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from numba.core import caching

from lingju.circles.arrays import I4
from lingju.circles.compiled import IN_I4, INT, kernel


def plus(numbers: I4, more: int) -> int:
    total = more
    for number in numbers:
        total += number
    return total


def test_where_machine_code_cannot_be_kept_it_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caching.CacheImpl, "_locator_classes", [])
    assert kernel(IN_I4, INT)(plus)(np.arange(4, dtype=np.int32), 1) == 7


def test_many_threads_may_make_the_first_call_together() -> None:
    compiled = kernel(IN_I4, INT)(plus)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda more: compiled(np.arange(4, dtype=np.int32), more), range(32)))
    assert answers == [6 + more for more in range(32)]


def test_an_argument_of_another_type_is_refused() -> None:
    with pytest.raises(TypeError):
        kernel(IN_I4, INT)(plus)(np.arange(4, dtype=np.float64), 1)  # type: ignore[arg-type]
