"""Nothing is confirmed that nobody delivered, and every turn stands where its own entries say."""

import pytest

from lingju.cobuilding.models import Duty, DutyEntry, NeedLine, Project
from lingju.cobuilding.services import delivering, turns, verifying
from lingju.cobuilding.services.verifying import HAS_IT, rebuilt
from lingju.cobuilding.tests import standing
from lingju.cobuilding.tests.builders import Street, a_cycle, a_role, a_street, a_unit
from lingju.cobuilding.tests.standing import a_scene
from lingju.site.cli import main

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-02T10:00:00+08:00", tick=False)]
K = DutyEntry.Kind


def an_open_duty(street: Street) -> Duty:
    """Put an empty turn of the community into November, as a rota does."""
    cycle = a_cycle(street)
    role = a_role(street)
    return Duty.objects.create(district=street.district, cycle=cycle, area=street.community, role=role)


def test_turns_that_stand_where_their_entries_say_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    street = a_street()
    duty = an_open_duty(street)
    assert main(["cobuilding", "verify"]) == 0
    turns.set_by_hand(duty, a_unit(street), "就近", actor=street.leads)
    turns.accept(duty, actor=street.leads)
    assert main(["cobuilding", "verify"]) == 0
    turns.drop_out(duty, "人手不够", actor=street.leads)
    assert main(["cobuilding", "verify"]) == 0
    turns.set_by_hand(duty, a_unit(street), "换一家", actor=street.leads)
    turns.finish(duty, actor=street.leads)
    assert main(["cobuilding", "verify"]) == 0
    said = capsys.readouterr().out
    assert "1 turns compared with their 5 entries" in said
    assert "!" not in said


@pytest.mark.parametrize("altered", ["unit", "state", "entry"])
def test_a_turn_that_was_altered_by_hand_is_named(altered: str, capsys: pytest.CaptureFixture[str]) -> None:
    street = a_street()
    duty = turns.set_by_hand(an_open_duty(street), a_unit(street), "就近", actor=street.leads)
    if altered == "unit":
        Duty.objects.filter(pk=duty.pk).update(enrolment=a_unit(street))
    elif altered == "state":
        Duty.objects.filter(pk=duty.pk).update(state=Duty.State.DONE)
    else:
        DutyEntry.objects.filter(duty=duty).delete()
    assert main(["cobuilding", "verify"]) == 1
    assert f"! {duty.cycle} {duty.area.short_name}" in capsys.readouterr().out


def test_a_line_confirmed_without_a_delivery_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    scene = a_scene()
    assert verifying.verify(scene.street.district.pk).wrong == []
    NeedLine.objects.filter(pk=scene.line.pk).update(state=NeedLine.State.CONFIRMED)
    assert main(["cobuilding", "verify"]) == 1
    assert f"“{scene.line.title}”定成居民说办成了" in capsys.readouterr().out


def test_what_was_delivered_and_judged_is_sound_at_every_step() -> None:
    scene = a_scene()

    def undelivered() -> list[NeedLine]:
        return list(delivering.undelivered_and_confirmed(scene.street.district.pk))

    standing.delivered(scene)
    standing.judged(scene)
    scene.line.refresh_from_db()
    assert scene.line.state == NeedLine.State.CONFIRMED
    assert undelivered() == []
    for step in (delivering.accept, delivering.close_out):
        step(scene.project, actor=scene.street.carries)
        assert undelivered() == []
    Project.objects.filter(pk=scene.project.pk).update(result="")
    assert undelivered() == [scene.line]


@pytest.mark.parametrize(
    ("kinds", "told"),
    [
        ([], (None, "open")),
        ([(K.GIVEN, 7)], (7, HAS_IT)),
        ([(K.GIVEN, 7), (K.ACCEPTED, 7), (K.SWAPPED, 9)], (9, HAS_IT)),
        ([(K.GIVEN, 7), (K.GIVEN, None)], (None, "open")),
        ([(K.GIVEN, 7), (K.DROPPED, 7)], (None, "open")),
        ([(K.GIVEN, 7), (K.DROPPED, 7), (K.REPAIRED, 8), (K.DONE, 8)], (8, "done")),
        ([(K.BY_HAND, 7), (K.NOT_DONE, 7)], (7, "not_done")),
    ],
)
def test_a_turn_is_made_anew_from_its_entries(
    kinds: list[tuple[str, int | None]], told: tuple[int | None, str]
) -> None:
    entries = [DutyEntry(kind=kind, enrolment_id=unit_id) for kind, unit_id in kinds]
    assert rebuilt(entries) == told
