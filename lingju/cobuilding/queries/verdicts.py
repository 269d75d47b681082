"""What residents said of what was delivered: how many were asked, answered, call it solved, are satisfied.

Whoever says nothing stays in the denominator: silence is never satisfaction. Of somebody who was asked again
the last answer counts. A need that was carried over counts in each cycle with what was said in its time.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from lingju.cobuilding.models import NeedLine
from lingju.kernel.clock import ZONE
from lingju.needs.models import Asker, Asking, Need
from lingju.needs.queries.rates import Share


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What the people behind some needs said: everybody, who was asked, who answered, and how."""

    people: int = 0
    asked: int = 0
    answered: int = 0
    solved: int = 0
    satisfied: int = 0

    def __add__(self, other: "Verdicts") -> "Verdicts":
        return Verdicts(
            self.people + other.people,
            self.asked + other.asked,
            self.answered + other.answered,
            self.solved + other.solved,
            self.satisfied + other.satisfied,
        )

    @property
    def reach(self) -> Share:
        """Return who answered, of everybody asked."""
        return Share(self.answered, self.asked)

    @property
    def solution(self) -> Share:
        """Return who says that it is solved, of everybody asked."""
        return Share(self.solved, self.asked)

    @property
    def satisfaction(self) -> Share:
        """Return who is satisfied, of everybody asked."""
        return Share(self.satisfied, self.asked)


@dataclass(frozen=True, slots=True)
class _Said:
    """One asking: whom, when, and what they said."""

    asker_id: int
    asked_at: dt.datetime
    answered: bool
    solved: bool
    satisfied: bool


NONE = Verdicts()


def by_line(lines: Sequence[NeedLine]) -> dict[int, Verdicts]:
    """Return what was said of each line: four queries, however many there are."""
    needs = needs_by_line(lines)
    every = {need_id for found in needs.values() for need_id in found}
    said, behind = _sayings(every), _behind(every)
    ends = _ends(lines)
    return {
        line.pk: _of(
            [one for need_id in needs[line.pk] for one in said.get(need_id, ())],
            sum(behind.get(need_id, 0) for need_id in needs[line.pk]),
            _begin(line),
            ends.get(line.pk),
        )
        for line in lines
    }


def together(found: Iterable[Verdicts]) -> Verdicts:
    """Return what was said of several lines."""
    return sum(found, NONE)


def needs_by_line(lines: Sequence[NeedLine]) -> dict[int, list[int]]:
    """Return the needs behind each line: one, or the members of a cluster that still count."""
    clusters = [line.cluster_id for line in lines if line.cluster_id is not None]
    members: dict[int | None, list[int]] = {}
    rows = Need.objects.filter(cluster_id__in=clusters, is_excluded=False).order_by("id")
    for pk, cluster_id in rows.values_list("pk", "cluster_id"):
        members.setdefault(cluster_id, []).append(pk)
    return {
        line.pk: [line.need_id] if line.need_id is not None else members.get(line.cluster_id, [])
        for line in lines
    }


def _sayings(need_ids: Iterable[int]) -> Mapping[int, list[_Said]]:
    rows = Asking.objects.filter(need_id__in=list(need_ids), asker__left_out="").order_by("id")
    found: dict[int, list[_Said]] = {}
    columns = ("need_id", "asker_id", "asked_at", "answered_at", "solved", "result")
    for need_id, asker_id, asked_at, answered_at, solved, result in rows.values_list(*columns):
        said = _Said(
            asker_id,
            asked_at,
            answered_at is not None,
            solved == Asking.Solved.YES,
            result == Asker.Confirmation.SATISFIED,
        )
        found.setdefault(need_id, []).append(said)
    return found


def _behind(need_ids: Iterable[int]) -> Mapping[int, int]:
    rows = Asker.objects.filter(need_id__in=list(need_ids), left_out="").order_by()
    return dict(rows.values_list("need_id").annotate(n=Count("pk")))


def _begin(line: NeedLine) -> dt.date | None:
    """Return from when on what was said belongs to this cycle; what was carried here was asked before."""
    return line.cycle.opens_on if line.carried_from_id is not None else None


def _ends(lines: Iterable[NeedLine]) -> Mapping[int, dt.date]:
    """Return from when on what was said belongs to the cycle to which a line was carried."""
    rows = NeedLine.objects.filter(
        Q(carried_from_id__in=[line.pk for line in lines]), cycle__opens_on__isnull=False
    )
    return dict(rows.values_list("carried_from_id", "cycle__opens_on"))


def _of(said: Iterable[_Said], people: int, begin: dt.date | None, end: dt.date | None) -> Verdicts:
    last: dict[int, _Said] = {}
    for one in said:
        day = one.asked_at.astimezone(ZONE).date()
        if (begin is None or day >= begin) and (end is None or day < end):
            last[one.asker_id] = one
    return Verdicts(
        people=people,
        asked=len(last),
        answered=sum(one.answered for one in last.values()),
        solved=sum(one.solved for one in last.values()),
        satisfied=sum(one.satisfied for one in last.values()),
    )
