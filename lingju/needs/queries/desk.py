"""The desk's list: which pile, which filters, in which order, grouped by when an answer is owed.

    tray + sort_at + id ──one index──▶ a page of rows, and where the next page begins

A page is found by where the last one ended (keyset), never by counting off; a tab counts to 99 and then
says 99+. So the page costs the same among a thousand needs and among a million.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lingju.kernel.asking import whole_number
from lingju.kernel.clock import ZONE
from lingju.kernel.rules import Actor
from lingju.needs.models import Category, Exclusion, Handover, Need, SavedFilter
from lingju.places.models import Area, District
from lingju.places.rules import CLERKS, KEEPERS

ROWS_A_PAGE = 50
COUNTED_TO = 99
T = Need.Tray
TABS = (T.WAITING, T.WORKING, T.REPLY, T.ASKING, T.DONE)
NEWEST_FIRST = (T.DONE,)
OFFERED, LEAVING = "offered", "leaving"
MICROSECOND = dt.timedelta(microseconds=1)
FAR_AWAY = 10**16  # microseconds: some three hundred years
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
# What a row of the list shows; the words and the closed fields stay where they are.
SHOWN = (
    *("district_id", "number", "title", "channel", "is_urgent", "is_listed", "tray", "stage", "clock_state"),
    *("link", "cluster_id", "submitted_at", "respond_due_at", "responded_at", "due_at", "due_unknown_year"),
    *("sort_at", "version", "owner_stem", "category__name", "category__icon", "area__name"),
    *("compound__name", "station__name"),
)
BESIDE = ("category", "area", "compound", "station")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to see, as it stands in the address."""

    tray: str = T.WAITING.value
    category: str = ""
    channel: str = ""
    community: str = ""
    late: str = ""
    urgent: str = ""
    mine: str = ""
    q: str = ""
    after: str = ""

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> "Wanted":
        """Read what an address asks for; what makes no sense asks for nothing."""
        values = {field.name: str(said.get(field.name, "")).strip()[:80] for field in fields(cls)}
        if values["tray"] not in (*T.values, OFFERED, LEAVING):
            values["tray"] = T.WAITING.value
        return cls(**values)

    def query(self, **changes: str) -> str:
        """Return the address's question, with changes; what is empty is left out."""
        asked = replace(self, **changes)
        return urlencode([(f.name, value) for f in fields(asked) if (value := getattr(asked, f.name))])

    @property
    def kept(self) -> str:
        """Return the question as a filter keeps it: without the place in the list."""
        return self.query(after="")

    @property
    def is_filtered(self) -> bool:
        """Say whether it asks for less than the whole pile."""
        return any((self.category, self.channel, self.community, self.late, self.urgent, self.mine))


@dataclass(frozen=True, slots=True)
class Tab:
    """One pile with how many lie on it, as far as it is counted."""

    tray: str
    label: str
    count: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that are owed by the same time."""

    key: str
    label: str
    rows: Sequence[Need]


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the list."""

    groups: Sequence[Group]
    after: str
    count: int

    @property
    def first(self) -> Need | None:
        """Return the need that stands on top."""
        return self.groups[0].rows[0] if self.groups else None


def in_reach(actor: Actor) -> QuerySet[Need]:
    """Return the needs whose list somebody works off: their desks', or those of the station they keep."""
    if not actor.stems(CLERKS):
        return Need.objects.visible_to(actor)
    own = Need.objects.on_desk_of(actor)
    if things := actor.things(KEEPERS):
        own = own | Need.objects.filter(station_id__in=things, district_id=actor.district_id)
    return own


def tabs(actor: Actor, wanted: Wanted) -> list[Tab]:
    """Return the piles; what is done is not counted, it only grows."""
    made = []
    for tray in TABS:
        count = "" if tray in NEWEST_FIRST else counted(in_reach(actor).filter(tray=tray))
        is_current = wanted.tray == tray and not wanted.q
        made.append(Tab(tray.value, str(tray.label), count, is_current))
    return made


def extra_tabs(actor: Actor, wanted: Wanted) -> list[Tab]:
    """Return what waits for a yes or no of this desk: offers, and needs that somebody would leave out."""
    waiting = (
        (OFFERED, _("别处移交来，等您接"), Handover.objects.offered_to(actor)),
        (LEAVING, _("等第二个人看，要不要不计入"), _proposed(actor)),
    )
    found = [Tab(tray, label, counted(rows), wanted.tray == tray) for tray, label, rows in waiting]
    return [tab for tab in found if tab.count != "0" or tab.is_current]


def counted(rows: QuerySet[Any]) -> str:
    """Count up to 99; beyond it nobody needs to know."""
    count = rows.order_by()[: COUNTED_TO + 1].count()
    return str(count) if count <= COUNTED_TO else f"{COUNTED_TO}+"


def listing(wanted: Wanted, actor: Actor, now: dt.datetime, found: Sequence[int] | None = None) -> Listing:
    """Return a page of the list; `found` are the ids of a search, newest first, over all piles."""
    rows = _filtered(_pile(wanted, actor, found), wanted, actor, now)
    if found is not None:
        place = {pk: at for at, pk in enumerate(found)}
        shown = rows.select_related(*BESIDE).only(*SHOWN)
        hits = sorted(shown.order_by()[:ROWS_A_PAGE], key=lambda need: place[need.pk])
        return Listing(_one_group("found", _("找到的"), hits), "", len(hits))
    newest_first = wanted.tray in NEWEST_FIRST
    urgent = [] if newest_first else list(_first(rows))
    others = rows.exclude(pk__in=[need.pk for need in urgent])
    page = list(_page(others, wanted.after, newest_first=newest_first))
    more, page = len(page) > ROWS_A_PAGE, page[:ROWS_A_PAGE]
    after = _mark(page[-1]) if more else ""
    on_top = [] if wanted.after else _one_group(URGENT, _("先看，先办"), urgent)
    groups = [*on_top, *_groups(wanted, page, now)]
    return Listing(groups, after, sum(len(group.rows) for group in groups))


def _groups(wanted: Wanted, page: Sequence[Need], now: dt.datetime) -> list[Group]:
    if wanted.tray in (*T.values,) and wanted.tray not in Need.OWED:
        label = _("新的在前") if wanted.tray in NEWEST_FIRST else _("等居民说行不行")
        return _one_group("all", label, page)
    return grouped(page, now)


def _first(rows: QuerySet[Need]) -> QuerySet[Need]:
    """Return what stands on top whenever it is owed: words that speak of danger, what a clerk put first."""
    first = rows.filter(is_urgent=True, is_over=False).select_related(*BESIDE).only(*SHOWN)
    return first.order_by("sort_at", "id")[:ROWS_A_PAGE]


def _one_group(key: str, label: str, rows: Sequence[Need]) -> list[Group]:
    return [Group(key, label, rows)] if rows else []


def _proposed(actor: Actor) -> QuerySet[Exclusion]:
    """Return the proposals that the actor may decide on: another made them."""
    waiting = Exclusion.objects.filter(state=Exclusion.State.PROPOSED, district_id=actor.district_id)
    own = Need.objects.on_desk_of(actor).values("pk")
    return waiting.filter(need__in=own).exclude(proposed_by_id=actor.account_id or 0)


def _pile(wanted: Wanted, actor: Actor, found: Sequence[int] | None) -> QuerySet[Need]:
    if found is not None:
        return Need.objects.visible_to(actor).filter(pk__in=found)
    if wanted.tray == OFFERED:
        return Need.objects.filter(pk__in=Handover.objects.offered_to(actor).values("need"))
    if wanted.tray == LEAVING:
        return Need.objects.filter(pk__in=_proposed(actor).values("need"))
    return in_reach(actor).filter(tray=wanted.tray)


def _filtered(rows: QuerySet[Need], wanted: Wanted, actor: Actor, now: dt.datetime) -> QuerySet[Need]:
    if (kind := whole_number(wanted.category)) is not None:
        rows = rows.filter(Q(category_id=kind) | Q(category__parent_id=kind))
    if wanted.channel in Need.Channel.values:
        rows = rows.filter(channel=wanted.channel)
    if wanted.community:
        rows = rows.filter(place_stem__startswith=wanted.community)
    if wanted.late:
        # A due date is what the pile is sorted by: said twice, so that the index stops there.
        rows = rows.filter(due_at__lt=now, sort_at__lt=now, clock_state=Need.Clock.RUNNING)
    if wanted.urgent:
        rows = rows.filter(is_urgent=True)
    if wanted.mine:
        rows = rows.filter(handler_id=actor.account_id)
    return rows


def _page(rows: QuerySet[Need], after: str, *, newest_first: bool) -> QuerySet[Need]:
    """Return a page and one row more: first which ones, from the index alone, then what they show.

    In one step PostgreSQL, which takes piles and dates for independent, joined and sorted whole piles.
    """
    ids = _from(rows, after, newest_first=newest_first).values("pk")[: ROWS_A_PAGE + 1]
    shown = Need.objects.filter(pk__in=ids).select_related(*BESIDE).only(*SHOWN)
    return shown.order_by(*_order(newest_first=newest_first))


def _order(*, newest_first: bool) -> tuple[str, str]:
    return ("-sort_at", "-id") if newest_first else ("sort_at", "id")


def _from(rows: QuerySet[Need], after: str, *, newest_first: bool) -> QuerySet[Need]:
    """Return rows from a mark on: beyond its moment, or at it and beyond its id."""
    order = _order(newest_first=newest_first)
    said, _dash, last = after.partition("-")
    micros, pk = whole_number(said), whole_number(last)
    if micros is None or pk is None or micros > FAR_AWAY:
        return rows.order_by(*order)
    at = EPOCH + micros * MICROSECOND
    way = "lt" if newest_first else "gt"
    beyond = Q(**{f"sort_at__{way}e": at}) & (Q(**{f"sort_at__{way}": at}) | Q(**{f"id__{way}": pk}))
    return rows.filter(beyond).order_by(*order)


def _mark(need: Need) -> str:
    return f"{(need.sort_at - EPOCH) // MICROSECOND}-{need.pk}"


URGENT, LATE, PAUSED, UNKNOWN = "urgent", "late", "paused", "unknown"
LABELS: Mapping[str, Any] = {
    LATE: gettext_lazy("过期了"),
    "tomorrow": gettext_lazy("明天"),
    "week": gettext_lazy("本周"),
    "next_week": gettext_lazy("下周"),
    "later": gettext_lazy("再往后"),
    UNKNOWN: gettext_lazy("放假安排还没公布，日子未定"),
    PAUSED: gettext_lazy("暂停计时"),
}
ORDER = (LATE, "today", "tomorrow", "week", "next_week", "later", UNKNOWN, PAUSED)


def grouped(rows: Sequence[Need], now: dt.datetime) -> list[Group]:
    """Group rows by when an answer is owed, what is late first; within a group the order stays."""
    groups: dict[str, list[Need]] = {}
    for need in rows:
        groups.setdefault(when(need, now), []).append(need)
    return [Group(key, _label(key, groups[key]), groups[key]) for key in ORDER if key in groups]


def when(need: Need, now: dt.datetime) -> str:
    """Return the name of the time by which an answer is owed."""
    if need.clock_state == Need.Clock.PAUSED:
        return PAUSED
    if need.due_at is None:
        return UNKNOWN
    if need.due_at < now:
        return LATE
    today, day = now.astimezone(ZONE).date(), need.due_at.astimezone(ZONE).date()
    sunday = today + dt.timedelta(days=6 - today.weekday())
    ends = (("today", today), ("tomorrow", today + dt.timedelta(days=1)), ("week", sunday))
    for name, end in (*ends, ("next_week", sunday + dt.timedelta(days=7))):
        if day <= end:
            return name
    return "later"


def _label(key: str, rows: Sequence[Need]) -> str:
    """Say a group's time; today says until which hour at the latest."""
    if key != "today":
        return str(LABELS[key])
    last = max(need.due_at for need in rows if need.due_at is not None).astimezone(ZONE)
    return _("今天 %(time)s 前要有回音") % {"time": f"{last.hour}:{last.minute:02d}"}


def filters_of(actor: Actor) -> QuerySet[SavedFilter]:
    """Return the filters somebody keeps."""
    return SavedFilter.objects.visible_to(actor).order_by("name", "id")[:20]


def kinds_of(district: District) -> list[Category]:
    """Return the kinds of need, each below its own, for choosing one."""
    found = list(Category.objects.filter(district=district).offered().select_related("parent"))
    return sorted(found, key=lambda kind: (_top(kind), kind.parent_id is not None, kind.order, kind.pk))


def _top(kind: Category) -> tuple[int, int]:
    top = kind.parent or kind
    return top.order, top.pk


def communities_of(actor: Actor, district: District) -> list[Area]:
    """Return the communities somebody may filter by: those under their offices."""
    areas = Area.objects.of(district).filter(level=Area.Level.COMMUNITY)
    stems = actor.stems(KEEPERS)
    return [area for area in areas if area.stem.startswith(stems)] if stems else []
