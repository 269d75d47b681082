"""Planning a session and changing what was planned; whoever subscribed to it is told that it changed.

The same press twice (`key`) plans one session. A change after the announcement counts `sequence` up, so
that subscribed calendars take it over; the `uid` stays for good.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.activities.events import SessionChanged
from lingju.activities.models import Programme, Session, Speaker, Topic
from lingju.activities.rules import plans_it
from lingju.activities.services import reaching, rooms
from lingju.bookings.services import seats
from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotNow
from lingju.kernel.facts import announce
from lingju.kernel.rules import Actor
from lingju.people.models import Organisation
from lingju.places.models import Area, AudienceTag, Space, Station
from lingju.places.services import marks
from lingju.places.services.marks import same_district, tidy

LONGEST: Final = dt.timedelta(days=14)
FARTHEST: Final = dt.timedelta(days=2 * 366)
MOST_SEATS: Final = 5000
MOST_CHILDREN: Final = 20
OLDEST: Final = 120
JOINED: Final = ("topics", "audiences", "speakers", "organisations")
# What each column means to whoever comes: named in the fact, and in the words they are told.
MEANS: Final[Mapping[str, str]] = {
    "starts_at": "time",
    "ends_at": "time",
    "station": "place",
    "space": "place",
    "place_words": "place",
    "capacity": "seats",
}
MATTERS: Final = frozenset({"time", "place"})  # of these everybody must hear who means to come


@dataclass(frozen=True, slots=True)
class Plan:
    """A session as somebody plans it: what, when, where, for whom, with whom, and how one gets a seat."""

    title: str
    area: Area
    starts_at: dt.datetime
    ends_at: dt.datetime
    summary: str = ""
    station: Station | None = None
    space: Space | None = None
    place_words: str = ""
    signup: str = Session.Mode.NONE.value
    capacity: int | None = None
    min_age: int | None = None
    max_age: int | None = None
    needs_guardian: bool = True
    children_per_adult: int | None = None
    materials: str = ""
    photos: str = Session.Photos.NONE.value
    programme: Programme | None = None
    parent: Session | None = None
    topics: tuple[Topic, ...] = ()
    audiences: tuple[AudienceTag, ...] = ()
    speakers: tuple[Speaker, ...] = ()
    organisations: tuple[Organisation, ...] = ()

    @property
    def columns(self) -> dict[str, Any]:
        """Return what stands in the session's own row."""
        told = {field.name: getattr(self, field.name) for field in fields(self) if field.name not in JOINED}
        words = ("title", "summary", "place_words", "materials")
        return told | {name: tidy(told[name]) for name in words}

    @property
    def joined(self) -> dict[str, tuple[Any, ...]]:
        """Return what stands in tables between."""
        return {name: getattr(self, name) for name in JOINED}


def plan_of(session: Session) -> Plan:
    """Return a session as the plan it would be made from again."""
    columns = (field.name for field in fields(Plan) if field.name not in JOINED)
    told: dict[str, Any] = {name: getattr(session, name) for name in columns}
    return Plan(**told | {name: tuple(getattr(session, name).all()) for name in JOINED})


@transaction.atomic
def plan_session(plan: Plan, *, key: str, actor: Actor, **made_from: Any) -> Session:
    """Write a session down as a plan that only the desk sees; the same `key` again returns the same one.

    `made_from` are columns of where it came from: a series and its date, a template.
    Raises BadInput with what is to be put right, by field.
    """
    plans_it.check(actor, plan.area)
    key = marks.press_key(key, _("这次提交没有带上防重的编号，请刷新页面再填一次。"))
    known = Session.objects.filter(district_id=plan.area.district_id, key=key).first()
    if known is not None:
        return known
    check(plan)
    rooms.check_free(plan.space, plan.starts_at, plan.ends_at)
    session = Session(district_id=plan.area.district_id, key=key, **plan.columns, **made_from)
    session.uid = f"session-{session.pk}@{plan.area.district.code}.lingju"
    marks.insert(session, actor=actor)
    for name, rows in plan.joined.items():
        if rows:
            getattr(session, name).add(*rows)
    return session


@transaction.atomic
def edit_session(
    session: Session, plan: Plan, *, actor: Actor, version: int | None = None
) -> tuple[str, ...]:
    """Make a session what the plan says; return what that means to whoever comes, nothing where all stays.

    Raises BadInput, NotNow where it is over and done, SomeoneWasFaster where another hand edited since
    `version`.
    """
    plans_it.check(actor, session)
    plans_it.check(actor, plan.area)
    if session.state in (Session.State.CANCELLED, Session.State.ARCHIVED):
        raise NotNow(_("这场已经%(state)s，不能再改。") % {"state": session.get_state_display()})
    changed = _changed(session, plan)
    if not changed:
        return ()
    check(plan, session)
    _check_signups(session, plan)
    rooms.check_free(plan.space, plan.starts_at, plan.ends_at, but=session)
    what = tuple(sorted({MEANS.get(name, "words") for name in changed}))
    amend(session, plan.columns, what, actor=actor, version=version)
    _join(session, plan.joined)
    if "capacity" in changed and session.pool is not None and plan.capacity is not None:
        seats.change_capacity(session.pool, plan.capacity, actor=actor)
    return what


def amend(
    session: Session,
    values: Mapping[str, Any],
    what: tuple[str, ...],
    *,
    actor: Actor,
    action: str = "edit",
    version: int | None = None,
) -> None:
    """Write columns of a session under the next sequence, and tell that it changed where it was told."""
    was_at = session.starts_at
    counted = {**values, "sequence": session.sequence + 1, "changed_at": clock.now()}
    marks.amend(session, counted, actor=actor, action=action, version=version)
    rooms.occupy(session, actor=actor)
    if session.pool is not None and session.pool.name != session.title:
        seats.rename(session.pool, session.title, actor=actor)
    if "time" in what and session.pool is not None:
        seats.retime(session.pool, session.starts_at, session.ends_at, actor=actor)
    if session.is_public:
        if MATTERS & set(what):
            reaching.note_change(session)
        announce(SessionChanged(session.district_id, session.pk, what, was_at))


def _changed(session: Session, plan: Plan) -> set[str]:
    """Return the names of what the plan would make different."""
    columns = {name for name, value in plan.columns.items() if getattr(session, name) != value}
    joined = {
        name
        for name, rows in plan.joined.items()
        if {row.pk for row in rows} != {row.pk for row in getattr(session, name).all()}
    }
    return columns | joined


def _join(session: Session, joined: Mapping[str, Iterable[Any]]) -> None:
    """Join a session with just these rows; what was read before is not read again."""
    for name, rows in joined.items():
        manager = getattr(session, name)
        wanted, there = {row.pk: row for row in rows}, {row.pk: row for row in manager.all()}
        gone, new = there.keys() - wanted.keys(), wanted.keys() - there.keys()
        if gone:
            manager.remove(*(there[pk] for pk in gone))
        if new:
            manager.add(*(wanted[pk] for pk in new))


def _check_signups(session: Session, plan: Plan) -> None:
    """Refuse to take signing up away where somebody could have signed up already."""
    if session.pool is not None and plan.signup == Session.Mode.NONE:
        sentence = _("已经开始报名，不能改成不用报名。")
        raise BadInput(sentence, {"signup": sentence})


def check(plan: Plan, session: Session | None = None) -> None:
    """Refuse a plan that cannot be held, naming each field and why."""
    related = (plan.station, plan.space, plan.programme, plan.parent)
    same_district(plan.area.district_id, *related, *plan.topics, *plan.audiences)
    same_district(plan.area.district_id, *plan.speakers, *plan.organisations)
    wrong = _wrong_time(plan) | _wrong_place(plan) | _wrong_people(plan) | _wrong_parent(plan, session)
    if len(tidy(plan.title)) < 2:
        wrong["title"] = _("请写这场叫什么，至少两个字。")
    if wrong:
        raise BadInput(next(iter(wrong.values())), wrong)


def _wrong_time(plan: Plan) -> dict[str, str]:
    lasts = plan.ends_at - plan.starts_at
    rules = {
        "ends_at": (lasts > dt.timedelta(0), _("结束要在开始之后。")),
        "starts_at": (abs(plan.starts_at - clock.now()) <= FARTHEST, _("日期离今天太远，请再看一遍。")),
    }
    if lasts > LONGEST:
        rules["ends_at"] = (False, _("一场最长 14 天；再长的请分成几场。"))
    return {name: sentence for name, (is_right, sentence) in rules.items() if not is_right}


def _wrong_place(plan: Plan) -> dict[str, str]:
    if plan.station is None and len(tidy(plan.place_words)) < 2:
        return {"place_words": _("请选驿站，或写清楚在哪里。")}
    if plan.space is not None and (plan.station is None or plan.space.station_id != plan.station.pk):
        return {"space": _("这间屋子不在这个驿站里。")}
    if plan.station is not None and plan.station.state == Station.State.CLOSED:
        return {"station": _("这个驿站已经关闭了。")}
    return {}


def _wrong_people(plan: Plan) -> dict[str, str]:
    room = plan.space.capacity if plan.space is not None else None
    ages = (plan.min_age or 0, OLDEST if plan.max_age is None else plan.max_age)
    per_adult = plan.children_per_adult
    rules = {
        "signup": (plan.signup in Session.Mode.values, _("请选怎么参加。")),
        "photos": (plan.photos in Session.Photos.values, _("请选拍不拍照。")),
        "capacity": (
            plan.capacity is not None or plan.signup == Session.Mode.NONE,
            _("可以报名的，请写坐得下几个人。"),
        ),
        "max_age": (ages[0] <= ages[1] <= OLDEST, _("年龄要从小到大。")),
        "children_per_adult": (
            per_adult is None or 1 <= per_adult <= MOST_CHILDREN,
            _("一位大人最多带 20 个孩子。"),
        ),
    }
    if plan.capacity is not None and not 1 <= plan.capacity <= MOST_SEATS:
        rules["capacity"] = (False, _("人数要在 1 到 5000 之间。"))
    elif plan.capacity is not None and room is not None and plan.capacity > room:
        rules["capacity"] = (False, _("这间屋子只坐得下 %(n)d 人。") % {"n": room})
    return {name: sentence for name, (is_right, sentence) in rules.items() if not is_right}


def _wrong_parent(plan: Plan, session: Session | None) -> dict[str, str]:
    parent = plan.parent
    if parent is None:
        return {}
    has_children = session is not None and session.children.exists()
    if parent.parent_id is not None or has_children or (session is not None and parent.pk == session.pk):
        return {"parent": _("大活动下面只分一层。")}
    day = dt.timedelta(days=1)
    if not parent.starts_at - day < plan.starts_at < parent.ends_at + day:
        return {"parent": _("时间要和大活动在一起。")}
    return {}
