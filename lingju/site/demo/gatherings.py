"""What is on in the demo: twelve trainings at one station, what comes next week, and what can be booked.

The register of the article (twelve trainings, 450 visits at 府后街) comes out of sign-ups and scans told
here, each on its own day; no total is typed.
"""

import datetime as dt
from dataclasses import dataclass

from lingju.activities.models import Session, Topic
from lingju.activities.services import library, planning, running
from lingju.activities.services.planning import Plan
from lingju.bookings.catalogue import BOOKABLES
from lingju.bookings.models import Bookable, Claim
from lingju.bookings.parties import Party, Slot
from lingju.bookings.services import claiming, lending
from lingju.kernel import clock
from lingju.kernel.clock import ZONE
from lingju.kernel.errors import Refusal
from lingju.kernel.rules import Actor, SystemActor
from lingju.people.actors import Stranger
from lingju.people.models import Organisation
from lingju.places.models import AudienceTag, District, Station
from lingju.site.demo import haircut, training
from lingju.site.demo.training import Stage, a_team, at

RED_CROSS, RESCUE, POLICE = "示例红十字会", training.RESCUERS, "示例公安派出所"
EVERY_DAYS = 14
MOST_SEATED = 36


@dataclass(frozen=True)
class Held:
    """A training that was held: what, by whom, and how many came, most of them with their neighbours."""

    title: str
    topic: str
    team: str
    visits: int


# The twelfth is `training`, told chapter by chapter: 38 people. Together they make 450.
HELD = (
    Held("夏天防溺水", "drowning", RESCUE, 38),
    Held("止血包扎怎么做", "first_aid", RED_CROSS, 37),
    Held("家里起火怎么跑", "fire_safety", RESCUE, 38),
    Held("接到“公检法”电话怎么办", "fraud", POLICE, 38),
    Held("气道异物怎么救", "first_aid", RED_CROSS, 37),
    Held("电动车充电不进楼", "ebike_safety", POLICE, 37),
    Held("食品安全看得见", "food_safety", POLICE, 37),
    Held("地震来了怎么办", "disaster", RESCUE, 38),
    Held("煤气用得安全", "gas_safety", RESCUE, 37),
    Held("过马路和骑车", "road_safety", POLICE, 37),
    Held("应急包里放什么", "emergency_rescue", RESCUE, 38),
)


@dataclass(frozen=True)
class Coming:
    """Something that comes: so many days from now, at which hour, for whom, with how many seats."""

    title: str
    summary: str
    topic: str
    days: int
    hour: int
    minutes: int
    seats: int | None
    signup: str
    audience: str = ""
    team: str = ""


COMING = (
    Coming("一起写毛笔字", "笔墨纸都有，带上老花镜就行。", "calligraphy", 1, 15, 120, None, "none"),
    Coming(
        "防诈骗：养老钱看紧了",
        "民警讲最近的真事，当场帮您看手机。",
        "fraud",
        2,
        9,
        90,
        40,
        "open",
        "",
        POLICE,
    ),
    Coming(
        "暖新讲堂：工伤和社保",
        "骑手、快递员、环卫工都来，晚上不耽误跑单。",
        "new_jobs",
        3,
        20,
        60,
        25,
        "required",
    ),
    Coming("社保有问必答", "街道工作人员现场讲，答不上来的记下来。", "employment", 4, 10, 90, 30, "open"),
    Coming("心肺复苏进楼院", "人人上手按一轮。", "cpr", 5, 15, 90, 12, "required", "", RED_CROSS),
    Coming("周末象棋擂台", "来了就下，不论输赢。", "chess", 6, 14, 150, None, "none"),
)


def tell(district: District, station: Station, clerk: Actor, keeper: Actor) -> None:
    """Fill the library, tell what was held, and open what comes."""
    library.fill(district, actor=SystemActor(district.pk))
    stage = Stage(station, clerk, keeper)
    for number, held in enumerate(HELD):
        _hold(stage, held, _day(-7 - EVERY_DAYS * (len(HELD) - number), 15))
    _tell_the_training(stage)
    for coming in COMING:
        _announce(stage, coming)
    _tell_bookings(stage)


def _day(days: int, hour: int) -> dt.datetime:
    return dt.datetime.combine(clock.today() + dt.timedelta(days=days), dt.time(hour), tzinfo=ZONE)


def _hold(stage: Stage, held: Held, starts_at: dt.datetime) -> None:
    """Tell one training from its plan to its review."""
    seated = min(held.visits, MOST_SEATED)
    with at(starts_at - dt.timedelta(days=6)):
        plan = Plan(
            title=held.title,
            area=stage.station.area,
            starts_at=starts_at,
            ends_at=starts_at + dt.timedelta(minutes=90),
            station=stage.station,
            signup=Session.Mode.OPEN,
            capacity=MOST_SEATED,
            topics=_topics(stage, held.topic),
            organisations=(_team(stage, held.team),),
        )
        session = planning.plan_session(
            plan, key=f"demo-training-{held.topic}-{starts_at:%m%d}", actor=stage.clerk
        )
        running.announce_session(session, actor=stage.clerk)
        running.open_signup(session, actor=stage.clerk)
        training.people_sign_up(stage, session, seated)
    with at(starts_at):
        training.the_door_is_open(stage, training.fresh(session), held.visits - seated)
    with at(starts_at + dt.timedelta(hours=3)):
        running.review(training.fresh(session), "来的人都说讲得明白，问了不少家里的事。", actor=stage.clerk)


def _tell_the_training(stage: Stage) -> None:
    starts_at = _day(-7, 15)
    with at(starts_at - dt.timedelta(days=6)):
        session = training.it_is_planned(stage, starts_at)
        training.people_sign_up(stage, session)
    with at(starts_at):
        training.the_door_is_open(stage, training.fresh(session))
        training.it_is_learnt(stage, training.fresh(session))
    with at(starts_at + dt.timedelta(hours=3)):
        training.it_is_over(stage, session)


def _announce(stage: Stage, coming: Coming) -> None:
    starts_at = _day(coming.days, coming.hour)
    audiences = AudienceTag.objects.filter(district_id=stage.station.district_id, code=coming.audience)
    plan = Plan(
        title=coming.title,
        summary=coming.summary,
        area=stage.station.area,
        starts_at=starts_at,
        ends_at=starts_at + dt.timedelta(minutes=coming.minutes),
        station=stage.station,
        signup=coming.signup,
        capacity=coming.seats,
        topics=_topics(stage, coming.topic),
        audiences=tuple(audiences),
        organisations=(_team(stage, coming.team),) if coming.team else (),
    )
    session = planning.plan_session(plan, key=f"demo-coming-{coming.topic}", actor=stage.clerk)
    running.announce_session(session, actor=stage.clerk)
    if coming.signup != Session.Mode.NONE:
        running.open_signup(session, actor=stage.clerk)
        # One of them is full, so that the waiting list can be seen.
        training.people_sign_up(stage, session, (coming.seats or 0) + 2 if coming.topic == "cpr" else 9)


def _tell_bookings(stage: Stage) -> None:
    """Set up what can be booked, and book some of it: by telephone, by page, a book to take home."""
    names = ("haircut", "moxibustion", "guasha", "counselling", "calligraphy", "chess")
    made = {name: haircut.set_up(stage.station, name) for name in names}
    lent = [haircut.set_up(stage.station, name) for name in ("book", "umbrella") if name in BOOKABLES]
    _he_calls(haircut.Stage(stage.station, stage.keeper))
    for hour, name in ((10, "haircut"), (11, "haircut"), (15, "moxibustion"), (16, "counselling")):
        _book(made[name], _day(1, hour), stage)
    for bookable in lent:
        party = Party(called="爱看书的邻居")
        lending.lend(bookable, party, key=f"demo-loan-{bookable.pk}", actor=stage.keeper)


def _he_calls(stage: haircut.Stage) -> None:
    """Let him have the first morning on which the station is open."""
    for days in range(1, 8):
        try:
            haircut.he_calls(stage, _day(days, 9))
        except Refusal:
            continue
        return


def _book(bookable: Bookable, starts_at: dt.datetime, stage: Stage) -> Claim | None:
    """Book as a resident would; what the hours of this demo do not allow is left."""
    party = Party(called="邻居")
    slot = Slot(starts_at=starts_at, has_read_notice=True)
    key = f"demo-booking-{bookable.pk}-{starts_at:%H%M}"
    try:
        return claiming.claim(bookable, slot, party, key=key, actor=Stranger(stage.station.district_id)).claim
    except Refusal:
        return None


def _topics(stage: Stage, code: str) -> tuple[Topic, ...]:
    return tuple(Topic.objects.filter(district_id=stage.station.district_id, code=code))


def _team(stage: Stage, name: str) -> Organisation:
    kind = Organisation.Kind.GOVERNMENT if name == POLICE else Organisation.Kind.SOCIAL
    return a_team(name, stage.station.area, kind)
