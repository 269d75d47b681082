"""`lingju needs`: the search is indexed anew, and a need that left its own record is named."""

import pytest

from lingju.needs.models import Need, SimilarityKey
from lingju.needs.queries import search
from lingju.needs.services import searching
from lingju.needs.tests.builders import a_need, a_quarter, an_answered, judged
from lingju.places.tests.builders import the_system
from lingju.site.cli import main

pytestmark = pytest.mark.django_db


def test_needs_that_stand_where_their_record_says_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    quarter = a_quarter()
    a_need(quarter)
    judged(an_answered(quarter))
    assert main(["needs", "verify"]) == 0
    assert "上党区: 2 needs compared with their record, 0 differ" in capsys.readouterr().out


def test_a_need_that_left_its_record_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    need = a_need(a_quarter())
    Need.objects.filter(pk=need.pk).update(level="district", owner_stem="140404")
    assert main(["needs", "verify"]) == 1
    said = capsys.readouterr().out
    assert f"! {need.number} level: stands at 'district', its record says 'community'" in said
    assert f"! {need.number} owner: stands at '140404/'" in said


def test_what_was_lost_from_the_indexes_is_found_again(capsys: pytest.CaptureFixture[str]) -> None:
    quarter = a_quarter()
    need = a_need(quarter, "路灯不亮")
    searching.unindex([need.pk])
    SimilarityKey.objects.all().delete()
    assert main(["needs", "reindex"]) == 0
    assert "上党区: 1 needs indexed for the search" in capsys.readouterr().out
    assert search.find(quarter.district, "路灯", the_system(quarter.district)) == [need.pk]
    assert SimilarityKey.objects.filter(need=need).exists()
