"""Letting go: after three years the counts stay and the people are gone."""

import datetime as dt

import pytest
import time_machine

from lingju.kernel import vault
from lingju.needs.models import Asker, Entry, Need
from lingju.needs.services import forgetting, handling
from lingju.needs.services.handling import Mending
from lingju.needs.services.saying import Receipt
from lingju.needs.tests import builders
from lingju.needs.tests.conftest import MONDAY
from lingju.needs.tests.photos import a_photo

pytestmark = pytest.mark.django_db
YEAR = dt.timedelta(days=365)


def test_after_three_years_nothing_names_anybody_and_the_verdict_still_counts() -> None:
    quarter = builders.a_quarter()
    receipt = builders.an_answered(quarter, photos=(a_photo(),))
    handling.mend(receipt.need, Mending(title="路灯"), actor=quarter.clerk_actor)
    builders.judged(again(receipt), why="修好了，谢谢")
    with time_machine.travel(MONDAY + 2 * YEAR):
        assert forgetting.forget_old() == 0
    with time_machine.travel(MONDAY + 3 * YEAR + dt.timedelta(days=2)):
        assert forgetting.forget_old() == 1
        assert forgetting.forget_old() == 0
        need, asker = builders.fresh(receipt.need), Asker.objects.get()
    assert (need.said, need.text, need.title, need.place_note) == ("", "", "", "")
    assert (asker.called, asker.code, asker.phone, asker.account) == ("", "", None, None)
    assert {str(e.told) + str(e.noted) for e in Entry.objects.all()} == {""}
    assert asker.confirmation == Asker.Confirmation.SATISFIED
    assert need.outcome == Need.Outcome.EXPLAINED
    assert not need.evidence.exists()


def test_a_file_that_nothing_names_is_swept_and_one_that_is_named_stays() -> None:
    quarter = builders.a_quarter()
    need = builders.a_need(quarter, photos=(a_photo(),))
    orphan = vault.put(quarter.district.pk, b"nobody points here")
    kept = need.evidence.get().name
    above = vault.put(quarter.district.pk, b"a floor above points here")
    with time_machine.travel(MONDAY + 40 * YEAR):  # files carry the time of the machine, not of the test
        assert forgetting.sweep_files(lambda district_id: {above}) == 1
    assert vault.get(quarter.district.pk, kept)
    assert vault.get(quarter.district.pk, above)
    with pytest.raises(FileNotFoundError):
        vault.get(quarter.district.pk, orphan)


def again(receipt: Receipt) -> Receipt:
    """Return the receipt with the need as it stands now."""
    receipt.asker.need = builders.fresh(receipt.need)
    return receipt
