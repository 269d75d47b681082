"""What goes on in the small district: a session one can sign up for, its series, programme and speaker."""

import datetime as dt
from dataclasses import dataclass

from lingju.activities.models import FestivalTemplate, Programme, Series, Session, SignUp, Speaker
from lingju.activities.services import library, planning, repeating, running, signing_up
from lingju.activities.services.library import ProgrammeDraft, SpeakerDraft
from lingju.activities.services.planning import Plan
from lingju.activities.services.repeating import Weekly
from lingju.activities.services.signing_up import Coming
from lingju.kernel import clock
from lingju.kernel.rules import SystemActor
from lingju.people.actors import Stranger
from lingju.places.models import Area, District, Station


@dataclass(frozen=True)
class Happenings:
    """One community's session with somebody signed up, and what it is planned with."""

    session: Session
    signup: SignUp
    series: Series
    festival: FestivalTemplate
    programme: Programme
    speaker: Speaker


def a_library(district: District) -> None:
    """Fill the district's topics, templates and what guardians agree to."""
    library.fill(district, actor=SystemActor(district.pk))


def the_happenings_of(area: Area, station: Station, word: str) -> Happenings:
    """Plan one community's activities; every title in it begins with its word."""
    actor = SystemActor(area.district_id)
    speaker = library.add_speaker(SpeakerDraft(f"{word}苗老师", area), actor=actor)
    programme = library.add_programme(ProgrammeDraft(f"{word}暖新讲堂", area), actor=actor)
    starts_at = in_days(3)
    plan = Plan(
        title=f"{word}救护培训",
        area=area,
        starts_at=starts_at,
        ends_at=starts_at + dt.timedelta(hours=2),
        station=station,
        signup=Session.Mode.REQUIRED.value,
        capacity=30,
        programme=programme,
        speakers=(speaker,),
    )
    session = planning.plan_session(plan, key=f"world-session-{word}", actor=actor)
    running.open_signup(session, actor=actor)
    coming = Coming(people=2, called="报名的苗大妈", phone="13700003333", by="sms")
    receipt = signing_up.sign_up(
        session, coming, key=f"world-signup-{word}", actor=Stranger(area.district_id)
    )
    week = Weekly(tuple(range(7)), starts_at.date(), starts_at.date() + dt.timedelta(days=1), False)
    made = repeating.repeat_weekly(plan, week, key=f"world-series-{word}", actor=actor)
    festival = FestivalTemplate.objects.get(district_id=area.district_id, code="mid_autumn")
    return Happenings(session, receipt.signup, made.series, festival, programme, speaker)


def in_days(days: int, hour: int = 15) -> dt.datetime:
    """Return an hour of the day so many days from now."""
    date = clock.today() + dt.timedelta(days=days)
    return dt.datetime.combine(date, dt.time(hour), tzinfo=clock.ZONE)


__all__ = ["Happenings", "a_library", "in_days", "the_happenings_of"]
