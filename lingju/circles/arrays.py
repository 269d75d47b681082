"""Names for the array types that the engine passes around."""

import numpy as np
from numpy.typing import NDArray

Bool = NDArray[np.bool_]
U1 = NDArray[np.uint8]
U2 = NDArray[np.uint16]
U4 = NDArray[np.uint32]
I4 = NDArray[np.int32]
I8 = NDArray[np.int64]
F4 = NDArray[np.float32]
F8 = NDArray[np.float64]


def ragged_indices(start: I8, count: I8) -> I8:
    """Return start[0]..start[0]+count[0]-1, then start[1].. and so on, as one flat int64 array."""
    total = int(count.sum())
    ends = np.cumsum(count)
    flat: I8 = np.arange(total, dtype=np.int64) + np.repeat(start - (ends - count), count)
    return flat


def pointers(count: I8) -> I4:
    """Return the int32 CSR pointer of groups that hold `count` members each: length k + 1, first 0."""
    ptr = np.zeros(len(count) + 1, np.int32)
    np.cumsum(count, out=ptr[1:])
    return ptr
