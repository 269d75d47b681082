"""`lingju cobuilding verify`: quiet while all is sound; a turn or a verdict that is not, is named."""

import pytest

from lingju.cobuilding.models import Duty, NeedLine
from lingju.cobuilding.services import turns
from lingju.cobuilding.tests.builders import a_street, a_unit
from lingju.cobuilding.tests.standing import a_scene, an_open_duty
from lingju.site.cli import main

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-02T10:00:00+08:00", tick=False)]


def test_turns_that_stand_where_their_entries_say_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    street = a_street()
    turns.set_by_hand(an_open_duty(street), a_unit(street), "就近", actor=street.leads)
    assert main(["cobuilding", "verify"]) == 0
    assert "1 turns compared with their 1 entries" in capsys.readouterr().out


def test_a_turn_that_left_its_entries_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    street = a_street()
    duty = turns.set_by_hand(an_open_duty(street), a_unit(street), "就近", actor=street.leads)
    Duty.objects.filter(pk=duty.pk).update(enrolment=a_unit(street))
    assert main(["cobuilding", "verify"]) == 1
    assert f"! {duty.cycle} {duty.area.short_name}" in capsys.readouterr().out


def test_a_verdict_without_a_delivery_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    scene = a_scene()
    NeedLine.objects.filter(pk=scene.line.pk).update(state=NeedLine.State.CONFIRMED)
    assert main(["cobuilding", "verify"]) == 1
    assert f"“{scene.line.title}”定成居民说办成了" in capsys.readouterr().out
