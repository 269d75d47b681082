"""What is promised at intake: by when somebody calls back, by when there is an answer; what pauses move."""

import datetime as dt
from dataclasses import dataclass

from lingju.needs import clock as need_clock
from lingju.needs.clock import Due, Target
from lingju.needs.models import Category, Policy
from lingju.places import calendars
from lingju.places.models import District
from lingju.places.workdays import WorkdayCalendar

FAR = dt.timedelta(days=366)  # where an unknown date is sorted to: after everything that is promised


@dataclass(frozen=True, slots=True)
class Promise:
    """The two dates of a promise."""

    respond: Due
    due: Due

    def columns(self, start: dt.datetime) -> dict[str, object]:
        """Return the columns of a need that keep the promise."""
        return {"respond_due_at": self.respond.at, **due_columns(self.due, start)}


def due_columns(due: Due, start: dt.datetime) -> dict[str, object]:
    """Return the columns of a need that keep its due date; unknown stays unknown and is sorted last."""
    return {
        "due_at": due.at,
        "due_unknown_year": due.unknown_year,
        "sort_at": due.at if due.at is not None else start + FAR,
    }


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


def moved_on(district: District, due: dt.datetime, paused_at: dt.datetime, now: dt.datetime) -> Due:
    """Return a due date moved on by the working time that the clock stood still."""
    return need_clock.moved_on(calendar_of(district), due, paused_at, now)
