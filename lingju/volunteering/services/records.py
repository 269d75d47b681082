"""Reading evidence into records: what each person's service at a call comes to, and what is odd about it."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lingju.kernel import clock
from lingju.volunteering import anomalies
from lingju.volunteering.anomalies import Anomaly, Elsewhere
from lingju.volunteering.hours import Mark, Span, Standing, Tally, tally
from lingju.volunteering.models import Call, Evidence, Volunteer


@dataclass(frozen=True, slots=True)
class Record:
    """One person at one call: the minutes, how far they have got, and what is odd and not looked at."""

    call: Call
    volunteer: Volunteer
    tally: Tally
    odd: tuple[Anomaly, ...]
    marks: tuple[Mark, ...]

    @property
    def standing(self) -> Standing:
        """Return how far it has got."""
        return self.tally.standing(is_held=bool(self.odd))

    @property
    def is_confirmed(self) -> bool:
        """Say whether the organiser stands for these very minutes."""
        return self.standing == Standing.CONFIRMED

    @property
    def minutes(self) -> int:
        """Return the minutes as they come out of the evidence."""
        return self.tally.minutes

    @property
    def hands(self) -> frozenset[int]:
        """Return who put down what was not seen at the door: none of them may be the second person."""
        rows = (mark for mark in self.marks if mark.kind in ("added", "correction", "in", "out", "undo"))
        return frozenset(mark.recorded_by for mark in rows if mark.recorded_by is not None)


def span_of(call: Call) -> Span:
    """Return a call's own time."""
    return Span(call.starts_at, call.ends_at)


def mark_of(row: Evidence) -> Mark:
    """Return a row as far as minutes go."""
    return Mark(
        id=row.pk,
        kind=str(row.kind),
        at=row.at,
        received_at=row.received_at,
        method=str(row.method),
        minutes=row.minutes,
        settles=frozenset(row.settles.split()),
        recorded_by=row.recorded_by_id,
        station_id=row.station_id,
    )


def records_of(call: Call) -> list[Record]:
    """Return the record of everybody of whom there is evidence at a call, in the order they enrolled.

    Four queries, however many people there are.
    """
    marks = _marks(Evidence.objects.filter(call=call, volunteer__isnull=False).order_by("number"))
    mine = {volunteer_id: tuple(rows) for (volunteer_id, _call), rows in marks.items()}
    people = {one.pk: one for one in Volunteer.objects.filter(pk__in=mine).select_related("area")}
    others = _elsewhere(call, mine)
    every_mark = [mark for rows in mine.values() for mark in rows]
    many = (anomalies.bulk(every_mark), anomalies.same_hours(every_mark))
    return [
        _record(call, person, mine[person.pk], others.get(person.pk, ()), many)
        for person in sorted(people.values(), key=lambda one: one.pk)
    ]


def record_of(call: Call, volunteer: Volunteer) -> Record:
    """Return the record of one person at a call; an empty one where there is no evidence."""
    found = next((one for one in records_of(call) if one.volunteer.pk == volunteer.pk), None)
    return found or Record(call, volunteer, Tally(), (), ())


def confirmed_of(volunteer: Volunteer) -> list[Record]:
    """Return the confirmed records of one person, the oldest first."""
    calls = (
        Call.objects.filter(evidence__volunteer=volunteer)
        .distinct()
        .select_related("area", "station", "space")
    )
    found = [record_of(call, volunteer) for call in calls.order_by("starts_at", "id")]
    return [record for record in found if record.is_confirmed]


def _record(
    call: Call,
    volunteer: Volunteer,
    marks: tuple[Mark, ...],
    elsewhere: Sequence[Elsewhere],
    many: Iterable[dict[int, Anomaly]],
) -> Record:
    counted = tally(marks, span_of(call))
    found = [
        *anomalies.overlaps(counted.stays, elsewhere),
        *anomalies.long_days(counted.stays, elsewhere),
        *anomalies.unseen(counted),
        *anomalies.too_fast(marks, _first_trace(call)),
        *anomalies.late(marks),
        *anomalies.unpaired(counted, is_over=clock.now() > call.ends_at),
        *anomalies.wrong_places(marks, call.station_id),
        *(odd for by_row in many for mark in marks if (odd := by_row.get(mark.id)) is not None),
    ]
    unsettled = tuple(one for one in found if one.key not in counted.settled)
    return Record(call, volunteer, counted, unsettled, marks)


def _first_trace(call: Call) -> dt.datetime:
    """Return the first moment at which service at a call could have been seen by anybody."""
    return max(call.starts_at, call.written_at)


def _marks(rows: Iterable[Evidence]) -> dict[tuple[int, int], list[Mark]]:
    found: dict[tuple[int, int], list[Mark]] = defaultdict(list)
    for row in rows:
        if row.volunteer_id is not None:
            found[row.volunteer_id, row.call_id].append(mark_of(row))
    return found


def _elsewhere(call: Call, volunteer_ids: Iterable[int]) -> dict[int, list[Elsewhere]]:
    """Return what the same people did at other calls of about the same days."""
    day = dt.timedelta(days=1)
    near = Call.objects.filter(
        district_id=call.district_id, starts_at__lt=call.ends_at + day, ends_at__gt=call.starts_at - day
    ).exclude(pk=call.pk)
    calls = {one.pk: one for one in near}
    rows = Evidence.objects.filter(call__in=calls, volunteer__in=list(volunteer_ids)).order_by(
        "call_id", "number"
    )
    found: dict[int, list[Elsewhere]] = defaultdict(list)
    for (volunteer_id, call_id), marks in _marks(rows).items():
        counted = tally(marks, span_of(calls[call_id]))
        found[volunteer_id].append(Elsewhere(call_id, counted.stays))
    return found
