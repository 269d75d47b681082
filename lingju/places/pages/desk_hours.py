"""The tab of a station's hours: the week, the lines that lie over it, and the next fourteen days with why."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import Actor
from lingju.places import calendars, hours_past, hours_text
from lingju.places import hours as resolver
from lingju.places.calendars import DayClassesOf, day_classes
from lingju.places.forms.daily import HoursForm
from lingju.places.forms.opening import LineForm
from lingju.places.hours import DAY, ONE_DAY, Because, Resolved, Span
from lingju.places.hours_text import WeeklyTime
from lingju.places.models import AudienceTag, HoursChange, OpeningSpan, Station
from lingju.places.rules import its_clerk
from lingju.places.services import hours, layers

PREVIEW_DAYS = 14


@dataclass(frozen=True, slots=True)
class Reason:
    """What one line says about a day, and whether it is heard."""

    words: str
    spoke: bool


@dataclass(frozen=True, slots=True)
class DayShown:
    """A day of the preview: what kind of day, how it opens, and the chain of reasons."""

    date: dt.date
    kind: str
    words: str
    is_known: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class LineShown:
    """A line above the week as a whole: its first span, from when to when, and how it opens."""

    span: OpeningSpan
    days: str
    times: str
    may_drop: bool


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """A change of hours: when, in which office, of what, from which to which."""

    at: dt.datetime
    office: str
    subject: str
    before: str
    after: str

    @classmethod
    def of(cls, change: HoursChange) -> "ChangeShown":
        """Return a change as the page shows it; the station itself needs no name."""
        thing = change.offer.service.name if change.offer is not None else str(change.facility or "")
        return cls(change.at, change.office, thing, change.before, change.after)


class HoursTab:
    """One visit of the tab: its forms, what a press of a button does, what is shown."""

    def __init__(self, request: Request, station: Station) -> None:
        self.actor: Actor = request.actor
        self.station = station
        self.asked = request.POST.get("do", "")
        self._span = request.POST.get("span", "")
        self._rows = list(station.spans.select_related("audience"))
        self._may_edit = its_clerk.allows(self.actor, station)
        tags = AudienceTag.objects.filter(district_id=station.district_id, is_sensitive=False)
        self.week = HoursForm(
            request.POST if self.asked == "week" else None, initial={"hours": _week_of(self._rows)}
        )
        is_line = self.asked in ("line", "preview")
        self.line = LineForm(request.POST if is_line else None, may_plan=self._may_edit, tags=list(tags))

    @property
    def forms(self) -> tuple[Any, ...]:
        """Return the form that was sent."""
        return tuple(form for form in (self.week, self.line) if form.is_bound)

    def save(self) -> None:
        """Do what the pressed button says."""
        if self.asked == "week":
            hours.set_weekly(self.station, self.week.cleaned_data["hours"], actor=self.actor)
        elif self.asked == "line":
            typed = self.line.cleaned_data
            layers.set_layer(
                self.station,
                self.line.line(),
                times=typed["times"],
                closed=typed["closed"],
                actor=self.actor,
            )
        else:
            self._drop()

    def shown(self) -> dict[str, Any]:
        """Return what the page needs: with `preview`, the days as they would be."""
        classes, spans, first = day_classes(self.station.district_id), self._rows, clock.today()
        is_preview = False
        if self.asked == "preview" and self.line.is_valid():
            tried = self._tried()
            if tried is not None:
                is_preview, spans = True, tried
                first = max(first, tried[-1].from_date or first)
        known = calendars.known_years(self.station.district)
        asks_calendar = any(row.day_class for row in spans)
        return {
            "week": self.week,
            "line": self.line,
            "lines": self._lines(),
            "days": preview([_plain(row) for row in spans], first, classes),
            "is_preview": is_preview,
            "changes": [ChangeShown.of(one) for one in hours_past.changes_of(self.station)],
            "missing": calendars.unannounced(known, clock.today()) if asks_calendar else (),
        }

    def _tried(self) -> list[OpeningSpan] | None:
        """Return the spans as they would be with the line that was typed; None where it is refused."""
        typed = self.line.cleaned_data
        try:
            line, times = layers.checked(
                self.station, self.line.line(), typed["times"], closed=typed["closed"], actor=self.actor
            )
        except BadInput as refusal:
            self.line.show(refusal)
            return None
        new = layers.spans_for(self.station, line, times, closed=typed["closed"])
        kept = [row for row in self._rows if _name(row) != _name(new[0])]
        return [*kept, *new]

    def _lines(self) -> list[LineShown]:
        """Return what lies over the week from today on, by date."""
        groups: dict[tuple[Any, ...], list[OpeningSpan]] = {}
        for row in self._rows:
            is_over = row.to_date is not None and row.to_date < clock.today()
            if row.layer > resolver.BASE and not is_over:
                groups.setdefault(_name(row), []).append(row)
        ordered = sorted(groups.values(), key=lambda rows: (rows[0].from_date or dt.date.min, rows[0].layer))
        return [
            LineShown(
                span=rows[0],
                days=layers.days_words(rows[0].from_date, rows[0].to_date),
                times=_("不开门") if rows[0].is_closed else _times_of(rows),
                may_drop=self._may_edit or rows[0].layer in layers.KEEPERS_LAYERS,
            )
            for rows in ordered
        ]

    def _drop(self) -> None:
        found = next((row for row in self._rows if str(row.pk) == self._span), None)
        if found is None:
            raise NotThere(_("这条安排已经不在了。"))
        layers.drop_line(found, actor=self.actor)


def preview(spans: list[Span], first: dt.date, classes: DayClassesOf) -> list[DayShown]:
    """Return fourteen days with how each opens for everybody, and why."""
    dates = [first + n * ONE_DAY for n in range(PREVIEW_DAYS)]
    return [
        _day(date, resolver.resolve_with_reasons(spans, date, day_class=classes), classes) for date in dates
    ]


def _day(date: dt.date, day: Resolved, classes: DayClassesOf) -> DayShown:
    kind = classes(date)
    label = OpeningSpan.DayClass(kind).label if kind is not None else _("放假安排还没公布")
    told = _("、").join(_stretch(start, end) for start, end in day.stretches) or _("不开门")
    if not day.is_known:
        told = _("放假安排还没公布，定不下来")
    reasons = tuple(Reason(_because(one, date), one.spoke) for one in day.chain)
    return DayShown(date, str(label), told, day.is_known, reasons)


def _because(one: Because, date: dt.date) -> str:
    times = _("不开门") if one.is_closed else _stretch(one.stretch.start, one.stretch.end)
    parts = [
        _("%(layer)s %(times)s") % {"layer": OpeningSpan.Layer(one.layer).label, "times": times},
        _("前一天开到这天") if one.date != date else "",
        str(OpeningSpan.DayClass(one.day_class).label) if one.day_class else "",
        one.reason,
        _("依据%(source)s") % {"source": one.source} if one.source else "",
        _("只对%(audience)s") % {"audience": one.audience} if one.audience else "",
        "" if one.is_certain else _("要看放假安排"),
    ]
    return _("，").join(part for part in parts if part)


def _stretch(start: int, end: int) -> str:
    if (start, end) == (0, DAY):
        return _("全天")
    return f"{hours_text.minute_words(start)}–{hours_text.minute_words(end)}"


def _plain(row: OpeningSpan) -> Span:
    return resolver.span_of(row, audience=row.audience.name if row.audience else "")


def _name(row: OpeningSpan) -> tuple[Any, ...]:
    """Return what makes spans one line."""
    return (row.layer, row.from_date, row.to_date, row.day_class, row.audience_id)


def _times_of(rows: Iterable[OpeningSpan]) -> str:
    return hours_text.write(WeeklyTime(row.weekdays, row.opens, row.closes) for row in rows)


def _week_of(rows: Iterable[OpeningSpan]) -> str:
    return _times_of(
        row
        for row in rows
        if row.layer == resolver.BASE
        and not (row.is_closed or row.day_class or row.from_date or row.to_date or row.audience_id)
    )
