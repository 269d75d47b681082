"""A street is reminded once of each step that nobody has taken in time."""

import pytest
import time_machine

from lingju.cobuilding.models import Cycle
from lingju.cobuilding.services import cycles
from lingju.cobuilding.tests.builders import Street, a_cycle, a_street
from lingju.site import telling_steps
from lingju.site.tests.test_telling_cobuilding import carried, notices

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-10-01T10:00:00+08:00", tick=False)]


def reminded(street: Street, day: str, words: str) -> int:
    """Run the clockwork twice on a day; count the notices of the street that say some words until then."""
    with time_machine.travel(f"2026-{day}T07:40:00+08:00", tick=False):
        telling_steps.remind()
        telling_steps.remind()
        carried()
    return len([one for one in notices(street.officer) if words in one])


def test_a_street_is_reminded_three_days_before_the_notice_is_due_and_once() -> None:
    street = a_street()
    a_cycle(street)  # on 6 November; the rule wants two weeks' notice: 23 October
    assert reminded(street, "10-19", "发预告") == 0
    assert reminded(street, "10-20", "最晚10月23日 星期五公布，还没有发预告") == 1
    assert reminded(street, "10-25", "还没有发预告") == 1


def test_what_was_announced_needs_no_reminder() -> None:
    street = a_street()
    cycles.announce_cycle(a_cycle(street), actor=street.leads)
    assert reminded(street, "10-21", "发预告") == 0


def test_a_day_on_which_nobody_pressed_is_asked_about_once_the_day_after() -> None:
    street = a_street()
    cycles.announce_cycle(a_cycle(street), actor=street.leads)
    assert reminded(street, "11-06", "11月6日 星期五 14:30的共建日还停在") == 0
    assert reminded(street, "11-07", "11月6日 星期五 14:30的共建日还停在“预告”") == 1
    assert reminded(street, "11-09", "11月6日 星期五 14:30的共建日还停在“预告”") == 1


def test_a_day_that_was_held_is_to_be_wound_up_once_its_days_are_over() -> None:
    street = a_street()
    cycle = a_cycle(street)
    Cycle.objects.filter(pk=cycle.pk).update(state=Cycle.State.HELD)
    assert reminded(street, "11-12", "该收尾了") == 0
    assert reminded(street, "11-13", "该收尾了") == 1
    assert reminded(street, "11-14", "该收尾了") == 1


def test_days_long_past_and_called_off_are_nobodys_matter() -> None:
    street = a_street()
    cycle = a_cycle(street)
    cycles.cancel_cycle(cycle, "大风预警", actor=street.leads)
    assert reminded(street, "12-20", "11月6日") == 0
    assert not [one for one in notices(street.officer) if "2月6日" in one]
