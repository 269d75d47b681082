"""What is promised at intake: by when somebody calls back, by when there is an answer; what pauses move."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from lingju.needs import clock as need_clock
from lingju.needs.clock import LADDER, ChaseStep, Due, Target
from lingju.needs.models import Category, Entry, Need, Policy
from lingju.places import calendars
from lingju.places.models import District
from lingju.places.workdays import WorkdayCalendar

FAR = dt.timedelta(days=366)  # where an unknown date is sorted to: after everything that is promised
LOOK_AGAIN = dt.timedelta(days=1)  # an unknown date may be known tomorrow


@dataclass(frozen=True, slots=True)
class Promise:
    """The two dates of a promise."""

    respond: Due
    due: Due


def policy_of(district: District) -> Policy:
    """Return how a district runs its loop; the house's own numbers where it has not said."""
    found = Policy.objects.filter(district_id=district.pk).first()
    return found or Policy(district_id=district.pk)


def calendar_of(district: District) -> WorkdayCalendar:
    """Return the working calendar a district counts by."""
    return calendars.calendar_of(district, policy_of(district).calendar)


def promise(district: District, category: Category, start: dt.datetime) -> Promise:
    """Return by when somebody calls back and by when there is an answer, from `start`."""
    days = calendar_of(district)
    return Promise(
        need_clock.due_after(days, start, Target(category.respond_hours, Category.Unit.WORKING_HOURS)),
        need_clock.due_after(days, start, Target(category.due_amount, category.due_unit)),
    )


def columns(district: District, made: Promise, start: dt.datetime) -> dict[str, object]:
    """Return the columns of a need that keep a promise counted from `start`."""
    return {"respond_due_at": made.respond.at, **due_columns(district, made.due, start)}


def anew(need: Need, category: Category) -> dict[str, object]:
    """Return the columns of what a kind promises in a need's round, counted from where the round began.

    The date that another system set binds where it is earlier; the time the clock stood still is kept. A
    first answer that was given stays measured by what was promised for it.
    """
    made = promise(need.district, category, need.began_at)
    due = _earlier(made.due, _foreign(need))
    for paused_at, until in _pauses(need):
        due = due if due.at is None else moved_on(need.district, due.at, paused_at, until)
    changes = due_columns(need.district, due, need.began_at)
    return changes if need.responded_at is not None else {**changes, "respond_due_at": made.respond.at}


def _earlier(own: Due, foreign: dt.datetime | None) -> Due:
    if foreign is None or (own.at is not None and own.at <= foreign):
        return own
    return Due(foreign)


def _foreign(need: Need) -> dt.datetime | None:
    """Return by when another system wants an answer in this round, if one said so."""
    said = Entry.objects.filter(need=need, axis=Entry.Axis.EDIT, step="foreign_due", round=need.round)
    data = said.order_by("-id").values_list("data", flat=True).first()
    return dt.datetime.fromisoformat(data["due_at"]) if data is not None else None


def _pauses(need: Need) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """Yield from when until when the clock stood still in this round; what lasts is no part of it yet."""
    steps = Entry.objects.filter(need=need, axis=Entry.Axis.CLOCK, round=need.round)
    paused_at = None
    for step, at in steps.order_by("id").values_list("step", "at"):
        if step == "pause":
            paused_at = at
        elif step == "resume" and paused_at is not None:
            yield paused_at, at
            paused_at = None


def due_columns(district: District, due: Due, start: dt.datetime) -> dict[str, object]:
    """Return the columns of a need that keep a due date; unknown stays unknown and is sorted last."""
    if due.at is None:
        unknown = {"due_at": None, "due_unknown_year": due.unknown_year}
        return {**unknown, "sort_at": start + FAR, "chase_at": start + LOOK_AGAIN}
    first = next(rungs(calendar_of(district), start, due.at), None)
    chase_at = first[0] if first is not None else None
    return {"due_at": due.at, "due_unknown_year": None, "sort_at": due.at, "chase_at": chase_at}


def rungs(
    days: WorkdayCalendar, start: dt.datetime, due: dt.datetime
) -> Iterator[tuple[dt.datetime, ChaseStep]]:
    """Yield when each rung of the ladder is reached, in order, as far as the calendar is known."""
    promised = days.working_time(start, due) or dt.timedelta()
    for step in LADDER:
        if step.days_over:
            reached = days.add_working_days(due, step.days_over)
        elif step.share < 1.0:
            reached = days.add_working_time(start, promised * step.share)
        else:
            reached = Due(due)
        if reached.at is not None:
            yield reached.at, step


def moved_on(district: District, due: dt.datetime, paused_at: dt.datetime, now: dt.datetime) -> Due:
    """Return a due date moved on by the working time that the clock stood still."""
    return need_clock.moved_on(calendar_of(district), due, paused_at, now)
