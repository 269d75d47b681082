"""The register of trainings 培训台账 and of activities: read from what happened, never typed.

    2026-03   府后街社区幸福驿站   3 场   人次 112   人数 67   紧急救护、防诈骗

人次 and 人数 stand in two columns and are never added to each other; of a line that takes several sessions
together 人数 is counted anew, so that one who came to all of them is one.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lingju.activities import counting
from lingju.activities.counting import Figures
from lingju.activities.models import HeadCount, Scan, Session, Topic
from lingju.activities.queries import attendance
from lingju.kernel import clock
from lingju.kernel.rules import Actor
from lingju.kernel.sheets_out import OutColumn
from lingju.places.models import Station

HELD: Final = (Session.State.HELD, Session.State.REVIEWED, Session.State.ARCHIVED)
BY: Final[Mapping[str, str | Promise]] = {
    "session": gettext_lazy("逐场"),
    "month": gettext_lazy("按月"),
    "station": gettext_lazy("按驿站"),
    "topic": gettext_lazy("按主题"),
}
MOST_SESSIONS: Final = 2000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the register is wanted: months, a station, a topic, trainings or all, put together by what."""

    since: dt.date
    until: dt.date
    by: str = "session"
    station_id: int | None = None
    topic_id: int | None = None
    trainings: bool = True

    @classmethod
    def of(cls, query: Mapping[str, Any] | MultiValueDict[str, str]) -> Self:
        """Read a query string; what makes no sense is as if it were not there."""
        today = clock.today()
        since = _month(query.get("since"), dt.date(today.year, 1, 1))
        until = _last_day(_month(query.get("until"), today))
        by = str(query.get("by", "session"))
        return cls(
            since=since,
            until=max(until, _last_day(since)),
            by=by if by in BY else "session",
            station_id=whole(query.get("station")),
            topic_id=whole(query.get("topic")),
            trainings=query.get("what", "trainings") != "all",
        )

    @property
    def query(self) -> dict[str, str]:
        """Return what a query string says to ask for the same again."""
        return {
            "since": f"{self.since:%Y-%m}",
            "until": f"{self.until:%Y-%m}",
            "by": self.by,
            "station": str(self.station_id or ""),
            "topic": str(self.topic_id or ""),
            "what": "trainings" if self.trainings else "all",
        }


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: a session, or what several have in common."""

    name: str
    sub: str
    figures: Figures
    topics: tuple[str, ...]
    session_id: int | None = None


@dataclass(frozen=True, slots=True)
class Register:
    """The register as it was wanted: its lines, and all of them together."""

    wanted: Wanted
    entries: tuple[Entry, ...]
    total: Figures
    is_cut: bool


def register(actor: Actor, wanted: Wanted) -> Register:
    """Return the register of the areas and stations the actor works for: seven queries."""
    found = list(_sessions(actor, wanted)[: MOST_SESSIONS + 1])
    sessions = found[:MOST_SESSIONS]
    figures = attendance.by_session([session.pk for session in sessions])
    entries = _GROUPED[wanted.by](sessions, figures)
    return Register(wanted, entries, counting.together(figures.values()), len(found) > MOST_SESSIONS)


def stations(actor: Actor) -> QuerySet[Station]:
    """Return the stations one may ask for."""
    return Station.objects.managed_by(actor).order_by("name")


def topics(actor: Actor) -> QuerySet[Topic]:
    """Return the topics one may ask for."""
    return Topic.objects.filter(district_id=actor.district_id).order_by("order", "id")


def sheet(found: Register) -> tuple[list[OutColumn], list[list[Any]]]:
    """Return the register as columns and rows of a spreadsheet; the last row takes all together."""
    columns = [
        OutColumn(str(BY[found.wanted.by])),
        OutColumn(_("地点和时间")),
        OutColumn(_("场次"), "whole"),
        OutColumn(_("人次"), "whole"),
        OutColumn(_("其中报名到场"), "whole"),
        OutColumn(_("其中直接来"), "whole"),
        OutColumn(_("人数（认得出的）"), "whole"),
        OutColumn(_("主题")),
    ]
    rows = [_cells(entry.name, entry.sub, entry.figures, entry.topics) for entry in found.entries]
    return columns, [*rows, _cells(_("合计"), "", found.total, ())]


def _cells(name: str, sub: str, figures: Figures, topics_: Sequence[str]) -> list[Any]:
    return [
        name,
        sub,
        figures.sessions,
        figures.visits,
        figures.signup_visits,
        figures.walk_in_visits,
        figures.people,
        "、".join(topics_),
    ]


# --- which sessions -------------------------------------------------------------------------------------


def _sessions(actor: Actor, wanted: Wanted) -> QuerySet[Session]:
    """Return what was held in the months wanted, in the order of time."""
    begins = dt.datetime.combine(wanted.since, dt.time(), clock.ZONE)
    ends = dt.datetime.combine(wanted.until + dt.timedelta(days=1), dt.time(), clock.ZONE)
    which = Q(starts_at__gte=begins, starts_at__lt=ends, state__in=HELD)
    if wanted.station_id is not None:
        which &= Q(station_id=wanted.station_id)
    if wanted.trainings:
        which &= Q(topics__is_training=True)
    sessions = Session.objects.visible_to(actor).filter(which)
    if wanted.topic_id is not None:
        sessions = sessions.filter(topics=wanted.topic_id)
    # An umbrella whose parts stand here themselves is no session of its own, unless it had a door of its own.
    own_door = Exists(Scan.objects.filter(session=OuterRef("pk"))) | Exists(
        HeadCount.objects.filter(session=OuterRef("pk"))
    )
    sessions = sessions.filter(Q(children__isnull=True) | own_door)
    return (
        sessions.distinct()
        .select_related("station", "space", "area")
        .prefetch_related("topics")
        .order_by("starts_at", "id")
    )


# --- how they are put together --------------------------------------------------------------------------

Sessions = Sequence[Session]
ByNumber = Mapping[int, Figures]


def _each(sessions: Sessions, figures: ByNumber) -> tuple[Entry, ...]:
    return tuple(
        Entry(
            session.title,
            f"{session.starts_at.astimezone(clock.ZONE):%Y-%m-%d %H:%M} {session.where}",
            figures[session.pk],
            tuple(topic.name for topic in session.topics.all()),
            session.pk,
        )
        for session in sessions
    )


def _together(
    sessions: Sessions, figures: ByNumber, names: Callable[[Session], Sequence[str]]
) -> tuple[Entry, ...]:
    """Put sessions together under each of their names, in the order these turn up."""
    groups: dict[str, list[Session]] = {}
    for session in sessions:
        for name in names(session):
            groups.setdefault(name, []).append(session)
    return tuple(_entry(name, its, figures) for name, its in groups.items())


def _entry(name: str, its: Sessions, figures: ByNumber) -> Entry:
    named = dict.fromkeys(topic.name for session in its for topic in session.topics.all())
    return Entry(name, "", counting.together(figures[one.pk] for one in its), tuple(named))


def _by_month(sessions: Sessions, figures: ByNumber) -> tuple[Entry, ...]:
    return _together(sessions, figures, lambda one: [f"{one.starts_at.astimezone(clock.ZONE):%Y-%m}"])


def _by_station(sessions: Sessions, figures: ByNumber) -> tuple[Entry, ...]:
    return _together(
        sessions, figures, lambda one: [one.station.name if one.station else one.area.short_name]
    )


def _by_topic(sessions: Sessions, figures: ByNumber) -> tuple[Entry, ...]:
    return _together(
        sessions, figures, lambda one: [topic.name for topic in one.topics.all()] or [_("没有标主题")]
    )


_GROUPED: Final[Mapping[str, Callable[[Sessions, ByNumber], tuple[Entry, ...]]]] = {
    "session": _each,
    "month": _by_month,
    "station": _by_station,
    "topic": _by_topic,
}


def _month(text: Any, otherwise: dt.date) -> dt.date:
    """Read 2026-03 as its first day."""
    try:
        return dt.date.fromisoformat(f"{str(text or '')[:7]}-01")
    except ValueError:
        return otherwise.replace(day=1)


def _last_day(day: dt.date) -> dt.date:
    return (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)


def whole(text: Any) -> int | None:
    """Read a whole number of a query string; None for what is none."""
    told = str(text or "")
    return int(told) if told.isascii() and told.isdigit() and len(told) <= 18 else None
