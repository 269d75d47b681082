"""Seals show every alteration, removal and insertion, and name the first footprint that is wrong."""

import dataclasses
import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection

from lingju.kernel import clock
from lingju.kernel.tests.actors import WARDEN
from lingju.trail import anchors, audit, jobs, merkle, services
from lingju.trail.models import AppendOnly, Footprint, Seal, Unsealed
from lingju.trail.services import leave_footprint

pytestmark = pytest.mark.django_db
HERE = WARDEN.district_id


@pytest.fixture(autouse=True)
def own_var(settings: Any, tmp_path: Path) -> None:
    settings.LINGJU = dataclasses.replace(settings.LINGJU, var=tmp_path)


def by_the_back_door(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def without_the_guard() -> None:
    on = " ON trail_footprint" if connection.vendor == "postgresql" else ""
    by_the_back_door(f"DROP TRIGGER footprint_is_never_altered{on}")


def footprints(count: int) -> list[Footprint]:
    return [leave_footprint(actor=WARDEN, action="walk", note=f"第 {n} 步") for n in range(count)]


def first_wrong() -> audit.Wrong:
    return services.verify(HERE).wrong[0]


def test_what_nobody_touched_is_sound() -> None:
    footprints(5)
    first = services.seal_up(HERE)
    footprints(3)
    second = services.seal_up(HERE)
    footprints(2)
    report = services.verify(HERE)
    assert report.is_sound
    assert (report.seals, report.footprints, report.waiting) == (2, 10, 2)
    assert first is not None
    assert second is not None
    assert second.previous == first.chain


def test_what_is_sealed_waits_no_longer() -> None:
    footprints(3)
    seal = services.seal_up(HERE)
    assert seal is not None
    assert (seal.number, seal.count) == (1, 3)
    assert not Unsealed.objects.exists()
    assert services.seal_up(HERE) is None


def test_an_altered_footprint_is_named() -> None:
    second = footprints(3)[1]
    services.seal_up(HERE)
    without_the_guard()
    by_the_back_door("UPDATE trail_footprint SET actor_id = 9 WHERE id = %s", second.pk)
    wrong = first_wrong()
    assert (wrong.kind, wrong.seal, wrong.footprint) == ("altered", 1, second.pk)
    assert str(second.pk) in wrong.sentence


@pytest.mark.parametrize(
    ("column", "value"),
    [("note", "没有这回事"), ("action", "read"), ("subject_id", 5), ("result", "refused")],
)
def test_every_column_is_under_the_seal(column: str, value: object) -> None:
    footprints(1)
    services.seal_up(HERE)
    without_the_guard()
    by_the_back_door(f"UPDATE trail_footprint SET {column} = %s", value)
    assert first_wrong().kind == "altered"


def test_a_removed_footprint_is_named() -> None:
    last = footprints(3)[2]
    services.seal_up(HERE)
    by_the_back_door("DELETE FROM trail_footprint WHERE id = %s", last.pk)
    assert (first_wrong().kind, first_wrong().footprint) == ("removed", last.pk)


def test_a_footprint_removed_while_it_waits_is_named() -> None:
    first, _second = footprints(2)
    by_the_back_door("DELETE FROM trail_footprint WHERE id = %s", first.pk)
    services.seal_up(HERE)
    assert (first_wrong().kind, first_wrong().footprint) == ("removed", first.pk)


def test_a_footprint_slipped_in_is_named() -> None:
    footprints(2)
    services.seal_up(HERE)
    false_one = footprints(1)[0]
    by_the_back_door("DELETE FROM trail_unsealed WHERE footprint_id = %s", false_one.pk)
    assert (first_wrong().kind, first_wrong().footprint) == ("slipped_in", false_one.pk)


def test_a_footprint_dated_back_is_named() -> None:
    footprints(2)
    services.seal_up(HERE)
    with time_machine.travel(clock.now() - dt.timedelta(days=1)):
        false_one = footprints(1)[0]
    services.seal_up(HERE)
    assert (first_wrong().kind, first_wrong().footprint) == ("dated_back", false_one.pk)


def test_a_seal_cut_out_of_the_middle_is_missed() -> None:
    for _ in range(3):
        footprints(1)
        services.seal_up(HERE)
    by_the_back_door("DELETE FROM trail_seal WHERE number = 2")
    assert (first_wrong().kind, first_wrong().seal) == ("seal_removed", 2)


def test_a_chain_that_was_made_anew_without_the_key_is_seen() -> None:
    one = footprints(2)[0]
    seal = services.seal_up(HERE)
    assert seal is not None
    without_the_guard()
    by_the_back_door("UPDATE trail_footprint SET note = '' WHERE id = %s", one.pk)
    rows = list(Footprint.objects.order_by("pk"))
    hashed = audit.hashed_by(seal.algorithm)
    leaves = [(row.pk, merkle.leaf(audit.canonical(row), hashed)) for row in rows]
    seal.leaves = merkle.pack(leaves)
    seal.root = merkle.root([digest for _id, digest in leaves], hashed).hex()
    by_the_back_door(
        "UPDATE trail_seal SET leaves = %s, root = %s, chain = %s",
        seal.leaves, seal.root, audit.chain_value(seal),
    )  # fmt: skip
    assert first_wrong().kind == "seal_altered"


def test_the_newest_seal_cut_off_with_its_footprints_is_missed_by_the_diary() -> None:
    footprints(2)
    first = services.seal_up(HERE)
    footprints(2)
    second = services.seal_up(HERE)
    assert first is not None
    assert second is not None
    for seal in (first, second):
        anchors.note(HERE, seal.number, seal.chain)
    by_the_back_door(
        "DELETE FROM trail_footprint WHERE id IN (SELECT id FROM trail_footprint ORDER BY id DESC LIMIT 2)"
    )
    by_the_back_door("DELETE FROM trail_seal WHERE number = 2")
    assert (first_wrong().kind, first_wrong().seal) == ("seal_removed", 2)


def test_the_database_itself_refuses_to_alter_a_footprint() -> None:
    footprints(1)
    with pytest.raises(Exception, match="never altered"):
        by_the_back_door("UPDATE trail_footprint SET note = 'x'")


def test_footprints_can_be_neither_altered_nor_removed_through_the_models() -> None:
    step = footprints(1)[0]
    for forbidden in (
        step.save,
        step.delete,
        Footprint.objects.all().delete,
        lambda: Footprint.objects.update(note="x"),
        lambda: Footprint.objects.bulk_update([step], ["note"]),
    ):
        with pytest.raises(AppendOnly):
            forbidden()


def test_the_national_digest_can_be_chosen(settings: Any) -> None:
    settings.LINGJU = dataclasses.replace(settings.LINGJU, field_cipher="SM4-GCM")
    footprints(3)
    seal = services.seal_up(HERE)
    assert seal is not None
    assert seal.algorithm == "SM3"
    assert services.verify(HERE).is_sound


def test_two_districts_have_chains_of_their_own() -> None:
    footprints(2)
    leave_footprint(actor=dataclasses.replace(WARDEN, district_id=2), action="walk")
    jobs.seal_footprints()
    assert [seal.number for seal in Seal.objects.order_by("district_id")] == [1, 1]
    assert [report.is_sound for report in services.verify_all()] == [True, True]


def test_old_footprints_go_and_the_chain_still_holds() -> None:
    footprints(4)
    services.seal_up(HERE)
    with time_machine.travel(clock.now() + dt.timedelta(days=366)):
        footprints(1)
        services.seal_up(HERE)
        assert jobs.dispose_of_old() == 4
        services.seal_up(HERE)
        report = services.verify(HERE)
        assert report.is_sound
        assert report.footprints == 2
    assert Footprint.objects.filter(action="dispose").get().after == {"seals": "1–1", "footprints": 4}


def test_footprints_younger_than_the_settings_demand_stay() -> None:
    footprints(2)
    services.seal_up(HERE)
    with time_machine.travel(clock.now() + dt.timedelta(days=364)):
        assert jobs.dispose_of_old() == 0
