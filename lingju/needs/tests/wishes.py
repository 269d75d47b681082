"""Builders: wishes as far as a test needs them, waves and sheets, made through the real services."""

import datetime as dt
from typing import Any

from lingju.kernel import clock
from lingju.needs.models import Wave, Wish
from lingju.needs.services import surveying, wishing
from lingju.needs.services.surveying import Question, Sheet, WaveDraft
from lingju.needs.services.wishing import Wished
from lingju.needs.tests.builders import Quarter, a_key
from lingju.people.models import Account
from lingju.people.tests import cast
from lingju.places.models import Area, District

QUESTIONS = (
    Question("gain", "您觉得社区的服务够用吗？"),
    Question("happiness", "在这里住得舒心吗？"),
    Question("safety", "晚上出门放心吗？"),
)


def told(**changes: Any) -> Wished:
    """Describe a pair of reading glasses for somebody who lives alone."""
    values: dict[str, Any] = {
        "kind": "thing",
        "group": "独居老人",
        "public_text": "想要一副老花镜",
        "value_yuan": 60,
        "wisher": "苗大爷",
        "contact": "13700002222",
        "has_agreed": True,
        **changes,
    }
    return Wished(**values)


def a_wish(quarter: Quarter, **changes: Any) -> Wish:
    """Collect a wish by the quarter's clerk."""
    return wishing.collect(quarter.area, told(**changes), key=a_key(), actor=quarter.clerk_actor)


def a_published(quarter: Quarter, **changes: Any) -> Wish:
    """Collect a wish, let the colleague verify and publish it."""
    wish = wishing.verify(a_wish(quarter, **changes), actor=quarter.colleague_actor)
    return wishing.publish(wish, actor=quarter.colleague_actor)


def a_claimed(quarter: Quarter, by: Account) -> Wish:
    """Publish a wish and let somebody claim it."""
    wish = a_published(quarter)
    wishing.claim(wish, actor=cast.an_actor_of(by))
    return wish


def a_fulfilled(quarter: Quarter, by: Account) -> Wish:
    """Bring a wish to where only the wisher's word is missing."""
    wish = a_claimed(quarter, by)
    wishing.contact(wish, promised_on=clock.today() + dt.timedelta(days=3), actor=quarter.clerk_actor)
    return wishing.fulfil(wish, actor=cast.an_actor_of(by))


def a_draft(**changes: Any) -> WaveDraft:
    """Describe a wave of three questions that runs from today for two weeks."""
    today = clock.today()
    values: dict[str, Any] = {
        "title": "2026 年春三感调查",
        "since": today,
        "until": today + dt.timedelta(days=14),
        "questions": QUESTIONS,
        **changes,
    }
    return WaveDraft(**values)


def a_wave(district: District, **changes: Any) -> Wave:
    """Open a wave as the house itself."""
    return surveying.open_wave(district, a_draft(**changes), actor=cast.the_system(district))


def answered(wave: Wave, marks: dict[str, int], times: int = 1, *, area: Area | None = None) -> None:
    """Take in so many sheets that say the same."""
    stranger = cast.a_stranger(wave.district)
    for _number in range(times):
        surveying.take_in(wave, Sheet(marks, area), nonce=a_key(), actor=stranger)
