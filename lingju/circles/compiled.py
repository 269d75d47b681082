"""How functions become machine code: one signature each, at the first call, kept on disk by numba."""

import functools
import threading
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

from numba import njit, types

P = ParamSpec("P")
R = TypeVar("R")
F = TypeVar("F", bound=Callable[..., Any])

# Inputs are declared read-only: arrays mapped from disk are, and writable ones run the same machine code.
IN_I4 = types.Array(types.int32, 1, "C", readonly=True)
IN_U2 = types.Array(types.uint16, 1, "C", readonly=True)
IN_U1 = types.Array(types.uint8, 1, "C", readonly=True)
OUT_I4 = types.Array(types.int32, 1, "C")
OUT_U2 = types.Array(types.uint16, 1, "C")
INT = types.int64


def tuple_of(*members: Any) -> Any:
    """Name the type of a tuple with these members, for signatures."""
    return types.Tuple(members)  # type: ignore[no-untyped-call]


def part(function: F) -> F:
    """Mark a function that only compiled functions call; it is compiled into each of them."""
    return cast(F, _jit(function, cache=False))


def kernel(*signature: Any) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Compile for exactly one signature, at the first call.

    Nothing is compiled at import: most processes never search. Arguments of other types raise TypeError.
    """

    def wrap(function: Callable[P, R]) -> Callable[P, R]:
        compiled = _jit(function, cache=True)
        lock, ready = threading.Lock(), threading.Event()

        @functools.wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            if not ready.is_set():
                with lock:
                    _compile(compiled, signature)
                ready.set()
            return cast(R, compiled(*args, **kwargs))

        return call

    return wrap


def _compile(compiled: Any, signature: tuple[Any, ...]) -> None:
    """Compile, or read the machine code that an earlier process kept, unless another thread just did."""
    if not compiled.signatures:
        compiled.compile(signature)
        compiled.disable_compile()


def _jit(function: Callable[..., Any], *, cache: bool) -> Any:
    # nogil: a web worker that searches does not stop its neighbours.
    try:
        return njit(function, nogil=True, cache=cache)
    except RuntimeError:  # no folder to keep machine code in (a read-only image): compile in every process
        return njit(function, nogil=True)
