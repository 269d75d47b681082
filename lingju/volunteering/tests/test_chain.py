"""The chain of evidence: one row altered, taken out or slipped in is found, and it says which."""

import pytest
from django.db import connection

from lingju.trail import services as trail
from lingju.volunteering.models import Call, Evidence
from lingju.volunteering.services import chain, confirming, verifying
from lingju.volunteering.tests.builders import Town, a_call, a_key, a_town, a_volunteer, at, comes, served

pytestmark = pytest.mark.django_db


def a_chain() -> tuple[Town, Call]:
    town = a_town()
    call = a_call(town)
    people = [a_volunteer(town) for _n in range(2)]
    for one in people:
        comes(call, one)
    for one in people:
        served(town, call, one)
    call.refresh_from_db()
    with at(call, 200):
        confirming.confirm_all(call, key=a_key(), actor=town.writes)
    return town, call


def sql(statement: str, *values: str | int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_what_was_written_through_the_front_door_is_sound() -> None:
    town, _call = a_chain()
    report = verifying.verify(town.district.pk)
    assert (report.calls, report.rows, report.wrong) == (1, 6, [])


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("minutes", 600),
        ("kind", "out"),
        ("reason", "别的"),
        ("method", "paper"),
        ("received_at", "2026-03-05 09:00:00"),
    ],
)
def test_one_altered_row_is_named(column: str, value: str | int) -> None:
    town, call = a_chain()
    row = Evidence.objects.get(call=call, number=3)
    sql(f"UPDATE volunteering_evidence SET {column} = %s WHERE id = %s", value, row.pk)
    (wrong,) = verifying.verify(town.district.pk).wrong
    assert (wrong.kind, wrong.call_id, wrong.number) == ("altered", call.pk, 3)
    assert "第 3 条被改过" in wrong.sentence


def test_a_row_taken_out_of_the_middle_or_from_the_end_is_missed() -> None:
    town, call = a_chain()
    last = Evidence.objects.get(call=call, number=6)
    sql("DELETE FROM volunteering_evidence WHERE id = %s", last.pk)
    assert [one.kind for one in verifying.verify(town.district.pk).wrong] == ["gone"]
    middle = Evidence.objects.get(call=call, number=2)
    sql("DELETE FROM volunteering_evidence WHERE id = %s", middle.pk)
    assert {one.kind for one in verifying.verify(town.district.pk).wrong} == {"gap", "gone"}


def test_a_row_slipped_in_with_a_right_digest_has_left_no_footprint() -> None:
    town, call = a_chain()
    last = Evidence.objects.filter(call=call).order_by("-number")[0]
    forged = Evidence(
        district_id=call.district_id,
        call=call,
        volunteer=last.volunteer,
        number=7,
        kind="signed",
        method="desk",
        at=last.at,
        received_at=last.received_at,
        minutes=180,
        nonce="slipped-in",
        algorithm=last.algorithm,
        previous=last.digest,
    )
    forged.digest = chain.digest_of(forged)
    forged.save()
    (wrong,) = verifying.verify(town.district.pk).wrong
    assert (wrong.kind, wrong.number) == ("slipped_in", 7)


def test_a_row_altered_together_with_its_digest_differs_from_its_footprint() -> None:
    town, call = a_chain()
    row = Evidence.objects.get(call=call, number=6)
    row.minutes = 600
    sql(
        "UPDATE volunteering_evidence SET minutes = 600, digest = %s WHERE id = %s",
        chain.digest_of(row),
        row.pk,
    )
    (wrong,) = verifying.verify(town.district.pk).wrong
    assert (wrong.kind, wrong.number) == ("rewritten", 6)


def test_the_footprints_of_evidence_are_sealed_with_all_others() -> None:
    town, _call = a_chain()
    trail.seal_up(town.district.pk)
    assert trail.verify(town.district.pk).is_sound
    # The database itself refuses it; somebody who owns the database takes that guard away first.
    on = " ON trail_footprint" if connection.vendor == "postgresql" else ""
    sql(f"DROP TRIGGER IF EXISTS footprint_is_never_altered{on}")
    sql("UPDATE trail_footprint SET after = %s WHERE action = 'evidence'", '{"digest": "0"}')
    assert not trail.verify(town.district.pk).is_sound
