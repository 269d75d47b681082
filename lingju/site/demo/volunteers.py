"""Who helps in the demo: a team, six volunteers who are nobody, one call that is over and two that are open.

The hours of the one that is over come from presses at the door, one from minutes put down later and looked at
by a second person; no total is typed.
"""

import datetime as dt
from dataclasses import dataclass

from lingju.kernel import clock
from lingju.kernel.clock import ZONE
from lingju.kernel.rules import Actor, SystemActor
from lingju.people.actors import actor_of
from lingju.places.models import Compound, District, Station
from lingju.site.demo.cast import account_of
from lingju.site.demo.training import at
from lingju.volunteering.models import Call, Skill, Volunteer
from lingju.volunteering.rules import Known
from lingju.volunteering.services import (
    attending,
    calling,
    confirming,
    enrolling,
    inviting,
    library,
    teams,
)
from lingju.volunteering.services.attending import Entry
from lingju.volunteering.services.calling import CallPlan
from lingju.volunteering.services.enrolling import Enrolment, Free
from lingju.volunteering.services.teams import TeamDraft

LONG_AGO = dt.timedelta(days=30)
BORN = dt.date(1965, 3, 5)


@dataclass(frozen=True)
class Told:
    """Somebody of the demo: what they can do and when they are free. A role, not a person."""

    called: str
    skills: tuple[str, ...]
    free: tuple[Free, ...]


PEOPLE = (
    Told("示例志愿者甲", ("cleaning", "order"), ((5, "morning"), (6, "morning"))),
    Told("示例志愿者乙", ("company", "errands"), ((1, "afternoon"), (3, "afternoon"))),
    Told("示例志愿者丙", ("phones", "teaching"), ((5, "afternoon"),)),
    Told("示例志愿者丁", ("medical",), ((5, "morning"),)),
    Told("示例志愿者戊", ("haircut", "cleaning"), ((2, "morning"), (4, "morning"))),
    Told("示例志愿者己", ("patrol", "company"), ((0, "evening"), (4, "evening"))),
)


@dataclass(frozen=True)
class Scene:
    """Where it happens, and the hands that it takes: who writes, who looks again, who stands at the door."""

    station: Station
    writes: Actor
    looks: Actor
    keeps: Actor


def tell(district: District, station: Station, clerk: Actor, keeper: Actor) -> None:
    """Enrol the people, found the team, tell the call that is over, open those that come."""
    scene = Scene(station, clerk, _officer(district), keeper)
    library.fill(district, actor=SystemActor(district.pk))
    with at(clock.now() - LONG_AGO):
        people = [_enrol(scene, told) for told in PEOPLE]
        _found(scene, people)
    _tell_what_is_over(scene, people)
    coming = _open(
        scene,
        "周末陪聊送餐",
        "给住得近的几位老人送午饭，坐下说说话。",
        _day(4, 10),
        6,
        ("company", "errands"),
    )
    inviting.say_yes(coming, people[1], risk_told=True, actor=_oneself(people[1]))
    inviting.invite(coming, people[5], actor=clerk)
    _open(scene, "量血压", "在驿站给来的人量血压、讲讲用药。", _day(6, 9), 2, ("medical",))


def _officer(district: District) -> Actor:
    account = account_of(district, "demo-street")
    assert account is not None
    return actor_of(account, second_factor=True)


def _day(days: int, hour: int) -> dt.datetime:
    return dt.datetime.combine(clock.today() + dt.timedelta(days=days), dt.time(hour), tzinfo=ZONE)


def _oneself(person: Volunteer) -> Known:
    return Known(person.pk, person.district_id)


def _enrol(scene: Scene, told: Told) -> Volunteer:
    area = scene.station.area
    enrolment = Enrolment(
        called=told.called,
        area=area,
        born_on=BORN,
        compound=Compound.objects.filter(area=area).order_by("pk").first(),
        skills=tuple(Skill.objects.filter(district_id=area.district_id, code__in=told.skills)),
        free=told.free,
        has_agreed=True,
        is_told=True,
    )
    person = enrolling.enrol(enrolment, key=f"demo-{told.called}-enrols", actor=scene.writes).volunteer
    for skill in enrolment.skills:
        if skill.is_professional:
            enrolling.see_paper(person, skill, "示例执业证", "示例-001", None, actor=scene.looks)
    return person


def _found(scene: Scene, people: list[Volunteer]) -> None:
    station = scene.station
    draft = TeamDraft(
        name="示例志愿红服务队",
        area=station.area,
        offers="陪诊、代买药、教用手机、换灯泡",
        station=station,
        summary="党建引领志愿红，文明实践心连心。",
        when_words="每周六上午在驿站",
        contact_phone=station.phone,
    )
    team = teams.found(draft, actor=scene.writes)
    for person in people[:4]:
        teams.join(team, person, actor=_oneself(person))


def _open(
    scene: Scene, title: str, what: str, starts_at: dt.datetime, wanted: int, skills: tuple[str, ...]
) -> Call:
    """Write a call by one hand and open it by another."""
    area = scene.station.area
    plan = CallPlan(
        title=title,
        summary=what,
        area=area,
        starts_at=starts_at,
        ends_at=starts_at + dt.timedelta(hours=2),
        wanted=wanted,
        kind=Call.Kind.HEALTH if "medical" in skills else Call.Kind.CARE,
        station=scene.station,
        skills=tuple(Skill.objects.filter(district_id=area.district_id, code__in=skills)),
        risk_text="楼道里慢走，扶好栏杆；身体不舒服随时停下，告诉带队的。",
        asker="独居和行动不便的老人",
        asker_was_checked=True,
    )
    call = calling.open_call(plan, key=f"demo-call-{title}", actor=scene.writes)
    return calling.approve(call, actor=scene.looks)


def _tell_what_is_over(scene: Scene, people: list[Volunteer]) -> None:
    """Tell a morning of last week: four came by the door, one was forgotten there and put down later."""
    starts_at = _day(-6, 9)
    with at(starts_at - dt.timedelta(days=5)):
        call = _open(scene, "雪后扫楼道", "扫楼道、铲门前的雪，工具都有。", starts_at, 8, ())
        came = [inviting.say_yes(call, one, risk_told=True, actor=_oneself(one)) for one in people[:5]]
    for minutes, kind in ((0, "in"), (110, "out")):
        with at(starts_at + dt.timedelta(minutes=minutes)):
            entries = [
                Entry(f"demo-{call.pk:x}-{n}-{kind}", kind, "name", invitation_id=one.pk)
                for n, one in enumerate(came[:4])
            ]
            attending.take_in(call, entries, actor=scene.keeps)
    with at(starts_at + dt.timedelta(minutes=150)):
        calling.finish(call, actor=scene.writes)
        confirming.add_later(
            call,
            people[4],
            90,
            "签到时手机没电，带队的可以作证",
            key=f"demo-{call.pk:x}-later",
            actor=scene.writes,
        )
        confirming.look_again(
            call, people[4], "问过带队的和两位邻居", key=f"demo-{call.pk:x}-looked", actor=scene.looks
        )
        attending.thank(
            call, "扫得干净，出门不滑了", method="phone", key=f"demo-{call.pk:x}-thanks", actor=scene.writes
        )
        confirming.confirm_all(call, key=f"demo-{call.pk:x}-signed", actor=scene.writes)
        calling.publish(call, actor=scene.writes)
