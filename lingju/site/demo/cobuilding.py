"""The co-building day of the demo: the rule since 2024-07, its units, a rota drawn by the real solver.

    rule, roles ─▶ units report in ─▶ cycles of the years before ─▶ rota of the year ─▶ its cycles so far
                                                                                     └─▶ the coming one

Every row is written by the verb that people use, as of its own day; a year whose notice is not known has
cycles without a day, as in life.
"""

import datetime as dt
from typing import Final

from lingju.cobuilding.models import Cycle, Duty
from lingju.cobuilding.services import (
    agreements,
    blackouts,
    catalogue,
    cycles,
    drawing_up,
    enrolling,
    meetings,
    pairing,
    swapping,
    tasks,
    turns,
)
from lingju.cobuilding.services.agreements import AgreementDraft
from lingju.cobuilding.services.cycles import SeriesDraft
from lingju.cobuilding.services.enrolling import Terms, UnitDraft
from lingju.cobuilding.services.meetings import MeetingDraft
from lingju.cobuilding.services.tasks import TaskDraft
from lingju.kernel import clock
from lingju.kernel.rules import Actor, SystemActor
from lingju.people.actors import actor_of
from lingju.places.models import Area, District, Station
from lingju.site.demo import comingday, pastdays
from lingju.site.demo.areas import STREET
from lingju.site.demo.cast import account_of
from lingju.site.demo.dayscene import Scene, Told, bearer, moment, told
from lingju.site.demo.training import at

SINCE: Final = dt.date(2024, 7, 1)
FOUNDED: Final = dt.date(2024, 6, 12)
POLISH_S: Final = 1.0
AHEAD: Final = dt.timedelta(days=366)
SHARED: Final = (
    "一、单位每个季度到社区服务一次，来之前三天报人数；\n"
    "二、社区提供场地，提前一周把需求清单发给单位；\n"
    "三、办成没办成由居民说了算，没办成的转到下一期接着办。"
)


def tell(district: District, _station: Station, clerk: Actor, _keeper: Actor) -> None:
    """Tell the day from its rule to the board of the coming cycle."""
    scene = _found(district, clerk)
    _enrol_units(scene)
    dated = list(scene.series.cycles.filter(date__isnull=False).order_by("month"))
    today = clock.today()
    coming = next((cycle for cycle in dated if cycle.date and cycle.date >= today), None)
    year = (coming or dated[-1]).month.year
    past = [cycle for cycle in dated if cycle.date and cycle.date < today]
    pastdays.tell(
        scene, [cycle for cycle in past if cycle.month.year < year], last=past[-1].number if past else 0
    )
    _draw_up_the_rota(scene, year, coming)
    pastdays.tell(
        scene, [cycle for cycle in past if cycle.month.year == year], last=past[-1].number if past else 0
    )
    _sign_agreements(scene)
    _meet(scene)
    if coming is not None:
        _answer_for_turns(coming)
        comingday.tell(scene, coming)


def _played(name: str, district: District) -> Actor:
    account = account_of(district, name)
    assert account is not None
    return actor_of(account, second_factor=True)


def _found(district: District, clerk: Actor) -> Scene:
    """Set the rule, the roles and what units can do; make the cycles of each year when its turn came."""
    leads, sets = _played("demo-street", district), _played("demo-district", district)
    street = Area.objects.get(district=district, stem=Area.stem_of(STREET))
    with at(moment(FOUNDED, 0, 9)):
        catalogue.fill(district, actor=SystemActor(district.pk))
        for one in told()["ability"]:
            proof = one.get("needs_proof", False)
            catalogue.add_capability(district, one["code"], one["name"], needs_proof=proof, actor=sets)
        series = cycles.set_series(street, SeriesDraft("城市共建日", SINCE), actor=sets)
        catalogue.fill_roles(series, actor=leads)
    for year in range(FOUNDED.year, clock.today().year + 1):
        with at(moment(max(FOUNDED, dt.date(year - 1, 12, 5)), 0, 10)):
            cycles.open_cycles(series, dt.date(year, 12, 1), actor=SystemActor(district.pk))
    cycles.open_cycles(series, clock.today() + AHEAD, actor=SystemActor(district.pk))
    return Scene(district, street, series, leads, clerk)


# --- units ----------------------------------------------------------------------------------------------


def _enrol_units(scene: Scene) -> None:
    with at(moment(FOUNDED, 6, 10)):
        for one in told()["unit"]:
            unit = enrolling.enrol(_unit_draft(scene, one), actor=scene.leads)
            scene.units[one["name"]] = enrolling.receive(unit, actor=scene.leads)
            if "weight" in one:
                enrolling.set_weight(unit, one["weight"], one["why"], actor=scene.leads)
    for name, months in (("示例第一中学", (3, 4, 5, 9, 10, 11)), ("示例第三中学", (3, 4, 5, 9, 10, 11, 12))):
        blackouts.set_months(scene.units[name], months, actor=bearer(scene.units[name]))
    for number, (name, unit) in enumerate(list(scene.units.items())[:6]):
        if name != "示例晋正律师所":
            compound = scene.compound("140404001002", number % 4)
            pairing.pair_unit(unit, compound, actor=scene.carries(compound.area))


def _unit_draft(scene: Scene, one: Told) -> UnitDraft:
    home = scene.compound(*one["in"])
    terms = Terms(
        people=one["people"],
        capabilities=scene.can(one["can"]),
        history=one["history"],
        liaison="示例联络员",
        phone="0355-8080000",
        lon=home.lon,
        lat=home.lat,
    )
    return UnitDraft(area=scene.street, name=one["name"], kind=one["kind"], terms=terms)


# --- the rota -------------------------------------------------------------------------------------------


def _draw_up_the_rota(scene: Scene, year: int, coming: Cycle | None) -> None:
    """Ask the units when they cannot come, then draw a year up, consult, publish."""
    drawn = moment(dt.date(year - 1, 12, 8), 0, 9)
    with at(drawn):
        if coming is not None and coming.date is not None:
            _say_when_not(scene, coming.date)
        first, last = dt.date(year, 1, 1), dt.date(year, 12, 1)
        row = drawing_up.draw_up(
            scene.series,
            max(first, SINCE),
            last,
            key=f"demo-rota-{year}",
            actor=scene.leads,
            polish_s=POLISH_S,
        )
        drawing_up.consult(row, actor=scene.leads)
    with at(drawn + dt.timedelta(days=7)):
        drawing_up.publish(row, actor=scene.leads)


def _say_when_not(scene: Scene, date: dt.date) -> None:
    for one in told()["unit"]:
        if "away" in one:
            unit = scene.units[one["name"]]
            away = (date - dt.timedelta(days=2), date + dt.timedelta(days=12))
            blackouts.add(unit, *away, one["away"], actor=bearer(unit))


def _answer_for_turns(coming: Cycle) -> None:
    """Let two of three units accept their turn; one of the others asks its neighbour to change."""
    duties = Duty.objects.filter(cycle=coming, enrolment__isnull=False).select_related(
        "cycle", "area", "role__capability", "enrolment__organisation"
    )
    rows = list(duties.order_by("area__stem", "role__order"))
    for number, duty in enumerate(rows):
        if number % 3 and duty.enrolment is not None:
            turns.accept(duty, actor=bearer(duty.enrolment))
    leading = [duty for duty in rows if duty.role.is_lead and duty.state == Duty.State.PUBLISHED]
    if len(leading) > 1 and leading[0].enrolment is not None:
        asks = bearer(leading[0].enrolment)
        swapping.ask_swap(leading[0], leading[1], "离那个社区近，人也熟", actor=asks)


# --- agreements and a joint meeting ---------------------------------------------------------------------


def _sign_agreements(scene: Scene) -> None:
    """Draw three agreements up: one in force, one signed by the unit alone, one that nobody has signed."""
    area = Area.objects.get(district=scene.district, stem="140404001002")
    clerk, today = scene.carries(area), clock.today()
    begins = today - dt.timedelta(days=120)
    for number, name in enumerate(("示例供电所", "示例区图书馆", "示例快递站点")):
        unit = scene.units[name]
        with at(moment(begins, 0, 10)):
            draft = AgreementDraft("共驻共建协议", SHARED, begins, begins + dt.timedelta(days=365))
            agreement = agreements.draw_up(unit, area, draft, key=f"demo-agreement-{number}", actor=clerk)
            if number < 2:
                agreements.sign(agreement, actor=bearer(unit))
            if number == 0:
                agreements.sign(agreement, actor=clerk)


def _meet(scene: Scene) -> None:
    """Hold a joint meeting three weeks ago, and give two tasks, one of which is done."""
    day = clock.today() - dt.timedelta(days=21)
    came = [scene.units[name].organisation for name in ("示例供电所", "示例区医院", "示例消防救援站")]
    with at(moment(day, -6, 9)):
        draft = MeetingDraft(
            "第四季度区域化党建联席会议" if day.month > 9 else "区域化党建联席会议",
            moment(day, 0, 15),
            "街道三楼会议室",
            "一、上一期没办成的怎么接着办；二、楼道充电；三、年前走访。",
            tuple(came),
        )
        meeting = meetings.call(scene.street, draft, key="demo-joint-meeting", actor=scene.leads)
    with at(moment(day, 0, 17)):
        meetings.hold(meeting, came, actor=scene.leads)
        meetings.minute(meeting, "供电所查线路，消防站教灭火，社区定充电的地方。", actor=scene.leads)
        wanted = (
            TaskDraft("查清六个小区楼道里拉了多少根线", day + dt.timedelta(days=14), came[0]),
            TaskDraft("每个小区定一处集中充电的地方", day + dt.timedelta(days=40), owner_area=scene.street),
        )
        first, _second = [
            tasks.give(scene.street, one, key=f"demo-task-{number}", actor=scene.leads, meeting=meeting)
            for number, one in enumerate(wanted)
        ]
    with at(moment(day, 10, 16)):
        tasks.finish(first, "六个小区四十一处，列了单子。", actor=scene.leads)
