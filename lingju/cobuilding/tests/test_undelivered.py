"""Nothing is confirmed that nobody delivered, and every turn stands where its own entries say."""

import pytest

from lingju.cobuilding.models import Duty, DutyEntry, NeedLine, Project
from lingju.cobuilding.services import delivering, turns, verifying
from lingju.cobuilding.services.verifying import HAS_IT, rebuilt
from lingju.cobuilding.tests import standing
from lingju.cobuilding.tests.builders import Street, a_street, a_unit
from lingju.cobuilding.tests.standing import a_scene, an_open_duty

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-02T10:00:00+08:00", tick=False)]
K = DutyEntry.Kind


def wrong(street: Street) -> list[str]:
    return verifying.verify(street.district.pk).wrong


def test_a_turn_stands_where_its_entries_say_after_every_verb() -> None:
    street = a_street()
    duty = an_open_duty(street)
    assert wrong(street) == []
    turns.set_by_hand(duty, a_unit(street), "就近", actor=street.leads)
    assert wrong(street) == []
    turns.accept(duty, actor=street.leads)
    assert wrong(street) == []
    turns.drop_out(duty, "人手不够", actor=street.leads)
    assert wrong(street) == []
    turns.set_by_hand(duty, a_unit(street), "换一家", actor=street.leads)
    turns.miss(duty, "下大雪", actor=street.leads)
    report = verifying.verify(street.district.pk)
    assert (report.duties, report.entries, report.wrong) == (1, 5, [])


@pytest.mark.parametrize("altered", ["unit", "state", "entry"])
def test_a_turn_that_was_altered_past_the_verbs_is_named(altered: str) -> None:
    street = a_street()
    duty = turns.set_by_hand(an_open_duty(street), a_unit(street), "就近", actor=street.leads)
    if altered == "unit":
        Duty.objects.filter(pk=duty.pk).update(enrolment=a_unit(street))
    elif altered == "state":
        Duty.objects.filter(pk=duty.pk).update(state=Duty.State.DONE)
    else:
        DutyEntry.objects.filter(duty=duty).delete()
    assert wrong(street)[0].startswith(f"{duty.cycle} {duty.area.short_name}")


def test_a_line_confirmed_without_a_delivery_is_named() -> None:
    scene = a_scene()
    assert wrong(scene.street) == []
    NeedLine.objects.filter(pk=scene.line.pk).update(state=NeedLine.State.CONFIRMED)
    assert wrong(scene.street) == [f"“{scene.line.title}”定成居民说办成了，可是没有办过的项目。"]


@pytest.mark.time_machine("2026-11-06T15:00:00+08:00", tick=False)
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
