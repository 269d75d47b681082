"""A first-aid training with 38 people, three of whom came without signing up.

    it_is_planned       the clerk plans it with the rescue team, and tells everybody
    people_sign_up      thirty-five seats by page, by telephone and at the counter
    the_door_is_open    the keeper scans, finds by name, and writes down three who just came
    it_is_learnt        the same questions before and after, on paper without names
    it_is_over          what was done goes into one page and the register; nobody types a total

The demo tells it as the last of twelve; `tests/stories/test_training.py` walks through it.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from lingju.activities.models import HeadCount, Scan, Session, SignUp, Topic
from lingju.activities.services import attendance, learning, planning, running, signing_up
from lingju.activities.services.attendance import Entry
from lingju.activities.services.learning import Asked
from lingju.activities.services.planning import Plan
from lingju.activities.services.signing_up import Coming
from lingju.kernel import clock
from lingju.kernel.rules import Actor, SystemActor
from lingju.people.actors import Stranger
from lingju.people.models import Organisation
from lingju.people.services import organisations
from lingju.places.models import Area, Station

TITLE = "心肺复苏：救命的四分钟"
SEATS, SIGNED_UP, WALKED_IN = 40, 35, 3
MOST_TOGETHER = 5
RESCUERS = "示例蓝天救援队"
ASKED = (
    Asked("有人倒地不醒，第一步做什么？", ("看周围安不安全，再喊他", "马上抱起来", "先喂水"), 0),
    Asked("胸外按压每分钟多少次？", ("40 到 60 次", "100 到 120 次", "越快越好"), 1),
)
KNEW_BEFORE, KNEW_AFTER = 9, 31


@dataclass(frozen=True)
class Stage:
    """Where it happens and who plays."""

    station: Station
    clerk: Actor
    keeper: Actor


@contextmanager
def at(moment: dt.datetime) -> Iterator[None]:
    """Tell a chapter as of a moment, if that has passed; a test moves the clock itself."""
    if moment <= clock.now():
        with clock.told_at(moment):
            yield
    else:
        yield


def a_team(name: str, area: Area, kind: str = Organisation.Kind.SOCIAL) -> Organisation:
    """Return an organisation that holds trainings, added where it is not there yet."""
    known = Organisation.objects.filter(district_id=area.district_id, name=name).first()
    return known or organisations.add(
        organisations.Written(name, kind, area, ""), actor=SystemActor(area.district_id)
    )


def it_is_planned(stage: Stage, starts_at: dt.datetime) -> Session:
    """Plan the training, tell everybody, and open the list."""
    station = stage.station
    topics = Topic.objects.filter(district_id=station.district_id, code__in=("cpr", "first_aid"))
    plan = Plan(
        title=TITLE,
        area=station.area,
        starts_at=starts_at,
        ends_at=starts_at + dt.timedelta(hours=2),
        summary="救援队教您怎么按、怎么叫人、怎么用除颤仪，人人上手练。",
        station=station,
        signup=Session.Mode.OPEN,
        capacity=SEATS,
        topics=tuple(topics),
        organisations=(a_team(RESCUERS, station.area),),
    )
    session = planning.plan_session(plan, key=f"cpr-{starts_at:%Y%m%d}", actor=stage.clerk)
    running.announce_session(session, actor=stage.clerk)
    return running.open_signup(session, actor=stage.clerk)


def people_sign_up(stage: Stage, session: Session, people: int = SIGNED_UP) -> list[SignUp]:
    """Let people take their seats: some alone, most with neighbours, two parties by telephone."""
    signups: list[SignUp] = []
    while people:
        together = min(people, 1 + len(signups) % MOST_TOGETHER)
        is_told = len(signups) in (2, 5)
        coming = Coming(people=together, called=f"邻居{len(signups) + 1}", is_told=is_told)
        receipt = signing_up.sign_up(
            session,
            coming,
            key=f"{session.uid}-party-{len(signups):03d}"[:80],
            actor=stage.keeper if is_told else Stranger(session.district_id),
        )
        signups.append(receipt.signup)
        people -= together
    return signups


def the_door_is_open(stage: Stage, session: Session, walked_in: int = WALKED_IN) -> None:
    """Take in everybody who had signed up, then those who just came."""
    running.hold(session, actor=stage.keeper)
    the_device_sends(stage, session)
    if walked_in:
        attendance.count(
            session, HeadCount.Group.UNSAID, walked_in, key=f"{session.pk}-walk-in", actor=stage.keeper
        )


def the_device_sends(stage: Stage, session: Session) -> None:
    """Send what the device at the door has seen; sent again, as after a lost network, it adds nothing."""
    signups = SignUp.objects.filter(session=session, claim__state__in=("confirmed", "checked_in"))
    entries = [
        Entry(f"{session.pk}-{number:04d}", method=Scan.Method.NAME, signup_id=signup.pk)
        for number, signup in enumerate(signups.order_by("id"))
    ]
    attendance.take_in(session, entries, actor=stage.keeper)


def it_is_learnt(stage: Stage, session: Session) -> None:
    """Ask the same questions before and after; a sheet knows no name."""
    quiz = learning.write_quiz(session, ASKED, actor=stage.clerk)
    everybody = SIGNED_UP + WALKED_IN
    for phase, knew in (("before", KNEW_BEFORE), ("after", KNEW_AFTER)):
        for number in range(everybody):
            answers = [0, 1] if number < knew else [2, 0]
            learning.take_in(
                quiz, phase, answers, nonce=f"{session.pk}-{phase}-{number:03d}", actor=stage.keeper
            )


def it_is_over(stage: Stage, session: Session) -> Session:
    """Say in a sentence what came of it; the figures are counted."""
    words = "每个人都按了两轮，三位老人学会了先喊人再按压。"
    return running.review(fresh(session), words, actor=stage.clerk)


def fresh(session: Session) -> Session:
    """Return the session as it stands now."""
    return Session.objects.select_related("area", "station", "district").get(pk=session.pk)
