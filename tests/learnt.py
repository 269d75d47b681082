"""What is left of a training that was held in the small district: who came, a certificate, a question."""

import datetime as dt
from dataclasses import dataclass

import time_machine

from lingju.activities.models import Certificate, Question, Session
from lingju.activities.services import (
    attendance,
    certificates,
    planning,
    questions,
    running,
    signing_up,
)
from lingju.activities.services.attendance import Entry
from lingju.activities.services.planning import Plan
from lingju.activities.services.questions import Answer
from lingju.activities.services.signing_up import Coming
from lingju.kernel import clock
from lingju.kernel.rules import SystemActor
from lingju.places.models import Area, Station

AN_HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True)
class Learnt:
    """One community's training of the day before yesterday, and what came of it."""

    session: Session
    certificate: Certificate
    question: Question


def the_learnt_of(area: Area, station: Station, word: str) -> Learnt:
    """Hold one community's training; every title in it begins with its word."""
    actor = SystemActor(area.district_id)
    begins = clock.now().replace(minute=0, second=0, microsecond=0) - dt.timedelta(days=2)
    plan = Plan(
        title=f"{word}讲解会",
        area=area,
        starts_at=begins,
        ends_at=begins + AN_HOUR,
        station=station,
        signup=Session.Mode.OPEN.value,
        capacity=30,
    )
    with time_machine.travel(begins - AN_HOUR, tick=True):
        session = planning.plan_session(plan, key=f"world-learnt-{word}", actor=actor)
        running.open_signup(session, actor=actor)
        coming = Coming(called="到场的苗大妈", is_told=True)
        signup = signing_up.sign_up(session, coming, key=f"world-came-{word}", actor=actor).signup
    with time_machine.travel(begins + AN_HOUR / 2, tick=True):
        pressed = Entry(nonce=f"world-press-{word}", method="name", signup_id=signup.pk)
        attendance.check_in(session, pressed, actor=actor)
        running.hold(session, actor=actor)
    issued = certificates.issue(session, signup, f"{word}苗大妈", actor=actor)
    asked = questions.log(
        f"{word}的医保怎么报销？",
        area=area,
        key=f"world-question-{word}",
        actor=actor,
        session=session,
        answer=Answer("在定点医院直接结算。"),
    )
    return Learnt(session, issued, asked)
