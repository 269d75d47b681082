"""Minutes worked out from evidence. Pure: no database, no clock.

    in ─▶ out      a stay; only what lies inside the call's own time counts, so the way there never does
    added          minutes put down later; they count once a second person has looked
    correction     minutes more or less; counts once a second person has looked
    signed         the organiser stands for the minutes as they came out then

What a second person has looked at is named by the keys it settles (`anomalies.py`), one of them the row's
own: `row:17`. The sum is never below nothing and never above the length of the call.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

IN, OUT, UNDO = "in", "out", "undo"
ADDED, CORRECTION = "added", "correction"
SECOND, REFUSED, SIGNED, DISPUTED, BENEFICIARY = "second", "refused", "signed", "disputed", "beneficiary"
NEEDS_A_SECOND: Final = (ADDED, CORRECTION)
MINUTE: Final = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Mark:
    """One row of evidence about one person at one call, as far as minutes go."""

    id: int
    kind: str
    at: dt.datetime
    received_at: dt.datetime
    method: str = "qr"
    minutes: int | None = None
    settles: frozenset[str] = frozenset()
    recorded_by: int | None = None
    station_id: int | None = None

    @property
    def key(self) -> str:
        """Return by which name a second person settles this row."""
        return f"row:{self.id}"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time."""

    starts_at: dt.datetime
    ends_at: dt.datetime

    @property
    def minutes(self) -> int:
        """Return how many whole minutes it has; none where it ends before it begins."""
        return max(int((self.ends_at - self.starts_at) // MINUTE), 0)

    def within(self, other: "Span") -> "Span":
        """Return the part of it that lies inside another."""
        return Span(max(self.starts_at, other.starts_at), min(self.ends_at, other.ends_at))


@dataclass(frozen=True, slots=True)
class Walked:
    """What the marks at the door come to: stays, and what has no other end."""

    stays: tuple[Span, ...] = ()
    lone_in: Mark | None = None
    lone_outs: tuple[Mark, ...] = ()


class Standing(StrEnum):
    """How far a record has got."""

    NOTHING = "nothing"
    PENDING = "pending"
    HELD = "held"
    DISPUTED = "disputed"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class Tally:
    """What the evidence of one person at one call comes to."""

    stays: tuple[Span, ...] = ()
    minutes: int = 0
    open_rows: tuple[Mark, ...] = ()
    lone_in: Mark | None = None
    lone_outs: tuple[Mark, ...] = ()
    signed: int | None = None
    signed_at: dt.datetime | None = None
    is_disputed: bool = False
    settled: frozenset[str] = field(default_factory=frozenset)

    def standing(self, *, is_held: bool) -> Standing:
        """Return how far it has got; `is_held` says that something odd was not looked at yet."""
        if is_held:
            return Standing.HELD
        if self.is_disputed:
            return Standing.DISPUTED
        if self.signed is not None and self.signed == self.minutes:
            return Standing.CONFIRMED
        return Standing.PENDING if self.minutes or self.lone_in else Standing.NOTHING


def walk(marks: Sequence[Mark]) -> Walked:
    """Pair comings with goings in the order they happened; a press taken back takes the last one with it."""
    stays: list[Span] = []
    lone_outs: list[Mark] = []
    since: Mark | None = None
    for mark in _without_taken_back(marks):
        if mark.kind == IN:
            since = since or mark
        elif since is None:
            lone_outs.append(mark)
        else:
            stays.append(Span(since.at, mark.at))
            since = None
    return Walked(tuple(stays), since, tuple(lone_outs))


def _without_taken_back(marks: Sequence[Mark]) -> list[Mark]:
    kept: list[Mark] = []
    for mark in sorted(marks, key=lambda one: (one.at, one.id)):
        if mark.kind in (IN, OUT):
            kept.append(mark)
        elif mark.kind == UNDO and kept:
            kept.pop()
    return kept


def tally(marks: Sequence[Mark], call: Span) -> Tally:
    """Return what the evidence of one person at one call comes to; `call` is the call's own time."""
    walked = walk(marks)
    stays = tuple(span for stay in walked.stays if (span := stay.within(call)).minutes > 0)
    looked = _settled(marks, SECOND)
    refused = _settled(marks, REFUSED)
    open_rows = tuple(m for m in marks if m.kind in NEEDS_A_SECOND and m.key not in looked | refused)
    # What the second person did not recognise does not count, be it a row or what stands at the door.
    seen = sum(stay.minutes for stay in stays) if "stays" not in refused else 0
    later = sum(m.minutes or 0 for m in marks if m.kind in NEEDS_A_SECOND and m.key in looked - refused)
    signed = max((m for m in marks if m.kind == SIGNED), key=lambda m: (m.received_at, m.id), default=None)
    return Tally(
        stays=stays,
        minutes=min(max(seen + later, 0), call.minutes),
        open_rows=open_rows,
        lone_in=walked.lone_in,
        lone_outs=walked.lone_outs,
        signed=signed.minutes if signed is not None else None,
        signed_at=signed.received_at if signed is not None else None,
        is_disputed=_is_disputed(marks),
        settled=looked | refused,
    )


def _settled(marks: Iterable[Mark], kind: str) -> frozenset[str]:
    return frozenset().union(*(mark.settles for mark in marks if mark.kind == kind))


def _is_disputed(marks: Sequence[Mark]) -> bool:
    """Say whether the person objected after anybody last signed or looked."""
    said = [m for m in marks if m.kind in (DISPUTED, SIGNED, SECOND, REFUSED)]
    last = max(said, key=lambda m: (m.received_at, m.id), default=None)
    return last is not None and last.kind == DISPUTED
