"""Identifiers: 63-bit, time-ordered, unique across districts without asking anybody.

    bit 62                    22 21      18 17                 0
    +-------------------------+----------+--------------------+
    | milliseconds since 2024 |   lane   | counter within ms  |
    |        41 bits          |  4 bits  |      18 bits       |
    +-------------------------+----------+--------------------+

41 bits of milliseconds last until 2093. A lane belongs to one process on a machine (a lock file leases
it), so that workers never meet. The counter starts at a random place in its lower half each
millisecond, so that two districts which were filled apart can be put into one database; should two ids
ever meet, the primary key refuses the second. Chosen over UUIDv7 by measurement: ADR 0003.
"""

import fcntl
import os
import secrets
import threading
from pathlib import Path
from typing import IO

from lingju.kernel import clock

EPOCH_MS = 1_704_038_400_000  # 2024-01-01T00:00:00+08:00
LANE_BITS = 4
COUNTER_BITS = 18
LANES = 1 << LANE_BITS
COUNTER_LIMIT = 1 << COUNTER_BITS


class Mint:
    """Make ids for one process; safe for threads."""

    def __init__(self, lane: int) -> None:
        if not 0 <= lane < LANES:
            raise ValueError(f"a lane is 0..{LANES - 1}, not {lane}")
        self.lane = lane
        self._ms = 0
        self._counter = 0
        self._lock = threading.Lock()

    def new(self) -> int:
        """Return the next id, greater than every id this mint made before."""
        with self._lock:
            ms = max(clock.epoch_ms() - EPOCH_MS, 0)
            if ms > self._ms:
                self._ms, self._counter = ms, secrets.randbelow(COUNTER_LIMIT // 2)
            else:
                # The clock stood still or went back (a frozen test clock, NTP): count on instead.
                self._counter += 1
                if self._counter == COUNTER_LIMIT:
                    self._ms, self._counter = self._ms + 1, 0
            return (self._ms << (LANE_BITS + COUNTER_BITS)) | (self.lane << COUNTER_BITS) | self._counter


def lease_lane(folder: Path) -> tuple[int, IO[bytes] | None]:
    """Lease a lane for this process by locking a file in `folder`; return it with the open lock.

    The lock lasts as long as the returned file stays open. Where all lanes are taken, or the folder
    cannot be written, a random lane is returned without a lock: ids stay unique by their counter.
    """
    for lane in range(LANES):
        handle = _locked(folder / f"lane-{lane:02d}")
        if handle is not None:
            return lane, handle
    return secrets.randbelow(LANES), None


def _locked(file: Path) -> IO[bytes] | None:
    """Open and lock a file; None where another process holds it or it cannot be written."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle = file.open("ab")
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        handle.close()
        return None
    return handle


class _Process:
    """The mint of the running process, leased on first use and again after a fork."""

    def __init__(self) -> None:
        self.folder = Path(os.environ.get("LINGJU_VAR", "var")) / "lanes"
        self.forget()

    def forget(self) -> None:
        self._mint: Mint | None = None
        self._lock: IO[bytes] | None = None

    def new(self) -> int:
        if self._mint is None:
            lane, self._lock = lease_lane(self.folder)
            self._mint = Mint(lane)
        return self._mint.new()


_process = _Process()
os.register_at_fork(after_in_child=_process.forget)


def new_id() -> int:
    """Return a new id for a row of any table."""
    return _process.new()
