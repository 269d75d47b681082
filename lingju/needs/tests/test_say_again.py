"""Saying a need that goes on from an old one, and saying one on a screen of many."""

import pytest
from django.test import Client

from lingju.needs import mine
from lingju.needs.models import Need
from lingju.needs.tests import builders
from lingju.needs.tests.builders import Quarter
from lingju.needs.tests.test_say_pages import say, text_of

pytestmark = pytest.mark.django_db


def test_a_new_matter_goes_on_from_ones_own_old_one_and_from_nobody_elses(
    quarter_with_two: tuple[Quarter, Client, Need],
) -> None:
    quarter, phone, old = quarter_with_two
    kinds = text_of(phone.get(f"/say/?follows={old.number}"))
    assert f"follows={old.number}" in kinds
    asked = {"kind": "broken", "at": f"c-{quarter.compound.pk}", "follows": old.number}
    assert f"接着 {old.number} 那件" in text_of(phone.get("/say/words/", asked))
    assert "那件" not in text_of(Client().get("/say/words/", asked))
    say(phone, quarter, follows=old.number, text="又不亮了")
    say(Client(), quarter, follows=old.number, text="我也想跟着看")
    newest = {str(need.said): need.follows_id for need in Need.objects.exclude(pk=old.pk)}
    assert newest == {"又不亮了": old.pk, "我也想跟着看": None}


@pytest.fixture
def quarter_with_two() -> tuple[Quarter, Client, Need]:
    """Return a quarter, a phone that has said something there, and what it said."""
    quarter = builders.a_quarter()
    phone = Client()
    say(phone, quarter)
    return quarter, phone, Need.objects.get()


def test_what_is_said_on_a_shared_screen_is_lent_and_not_kept() -> None:
    quarter = builders.a_quarter()
    screen = Client()
    first = text_of(screen.get("/say/?shared=1"))
    assert "shared=1" in first
    asked = {"kind": "broken", "at": f"c-{quarter.compound.pk}", "shared": "1"}
    assert "data-shared" in text_of(screen.get("/say/words/", asked))
    done = say(screen, quarter, shared="1")
    assert mine.COOKIE not in done.cookies
    assert mine.LENT in done.cookies
    number = Need.objects.get().number
    page = text_of(screen.get(done["Location"]))
    assert number in page
    assert "看完了，清掉" in page
    screen.post("/m/forget/")
    assert screen.get(f"/say/done/?n={number}").status_code == 404
