"""A lamp that is out, from an old woman's voice at the station to her verdict; the demo tells the same story.

The chapters are those of `lingju.site.demo.lamp`; between them this test reads what each of them reads:
she with her slip of paper, the clerk at the desk, everybody on the lists.
"""

import datetime as dt
import re

import pytest
import time_machine
from django.core.cache import cache

from lingju.kernel import clock, durable
from lingju.needs.models import Asker, Entry, Need
from lingju.needs.services import axes
from lingju.needs.services.saying import Receipt
from lingju.needs.tests import builders
from lingju.people.models import Account
from lingju.people.tests import cast
from lingju.site.demo import lamp
from tests.stories.walkers import Walker

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
FIRST_MORNING = dt.datetime(2026, 11, 16, 9, 12, tzinfo=clock.ZONE)


@pytest.fixture(autouse=True)
def the_first_morning() -> object:
    """Begin on a Monday; every chapter shifts the clock on."""
    with time_machine.travel(FIRST_MORNING, tick=False) as clockwork:
        yield clockwork


def test_a_lamp_is_out_until_she_says_that_it_is_not(the_first_morning: time_machine.Traveller) -> None:
    stage, clerk, everybody = the_stage()
    receipt = lamp.she_says_it(stage)
    she = a_walker_with_her_slip(receipt)
    the_clerk_finds_it_waiting_with_her_voice(at_the_desk(clerk), receipt)
    assert "还缺的" in everybody.reads("/needs/")
    assert lamp.TITLE not in everybody.reads("/needs/"), "nobody has looked at it yet"

    an_hour_later(the_first_morning, 1)
    lamp.the_clerk_looks(stage, receipt)
    assert lamp.TITLE in everybody.reads("/needs/")
    page = she.reads(matter(receipt))
    assert lamp.COMPANY in page
    assert "慢点走" in page

    an_hour_later(the_first_morning, 25)
    lamp.it_is_repaired(stage, receipt)
    assert receipt.need.number not in everybody.reads("/needs/satisfied/")
    assert lamp.TITLE not in everybody.reads("/needs/satisfied/"), "an answer is no verdict"
    assert "灯泡换了" in she.reads(matter(receipt))

    an_hour_later(the_first_morning, 34)
    lamp.she_says_no(receipt)
    need = lamp.fresh(receipt)
    assert (need.stage, need.round) == (Need.Stage.WORKING, 2)
    assert need.submitted_at == FIRST_MORNING
    assert need.owner_org == stage.company
    assert "亮了一晚上，又黑了" in at_the_desk(clerk).reads(f"/desk/needs/{need.pk}/")

    an_hour_later(the_first_morning, 40)
    lamp.it_is_repaired_well(stage, receipt)
    assert "整段线换了" in she.reads(matter(receipt))

    an_hour_later(the_first_morning, 50)
    she.fills_in(f"{matter(receipt)}judge/", solved="yes", satisfied="satisfied", why="这回真亮了")
    it_is_closed_by_her_word(receipt)
    assert lamp.TITLE in everybody.reads("/needs/satisfied/")
    assert lamp.TITLE not in everybody.reads("/needs/")
    nothing_of_her_is_public(everybody, receipt)


def the_stage() -> tuple[lamp.Stage, Account, Walker]:
    """Set the stage: a quarter with its keeper and its clerk, and everybody else at their browser."""
    quarter = builders.a_quarter(is_demo=True)
    keeper = cast.a_keeper(at=quarter.station)
    stage = lamp.Stage(
        quarter.station,
        quarter.compound,
        cast.an_actor_of(keeper),
        quarter.clerk_actor,
        lamp.a_company(quarter.compound),
    )
    return stage, quarter.clerk, Walker()


def at_the_desk(clerk: Account) -> Walker:
    """Let the clerk sign in; a day later the session of the day before has ended."""
    return Walker(cast.signed_in_client(clerk))


def matter(receipt: Receipt) -> str:
    """Return the page of her matter."""
    return f"/m/{receipt.need.number}/"


def a_walker_with_her_slip(receipt: Receipt) -> Walker:
    """Let her grandson type number and code from the slip; without the slip the page opens to nobody."""
    assert lamp.WORDS[:8] not in Walker().reads(matter(receipt))
    walker = Walker()
    page = walker.fills_in("/m/", number=receipt.need.number, code=receipt.code)
    assert receipt.need.number in page
    assert re.search(r"11月\d+日|今天|明天", page), "the promise is told as a day"
    return walker


def the_clerk_finds_it_waiting_with_her_voice(clerk: Walker, receipt: Receipt) -> None:
    """See the need in the tray of what nobody has looked at, and hear her."""
    page = clerk.reads("/desk/needs/")
    assert receipt.need.title in page
    document = clerk.reads(f"/desk/needs/{receipt.need.pk}/")
    voice = receipt.need.evidence.get(kind="voice")
    assert f"/needs/evidence/{voice.pk}/" in document
    sound = clerk.browser.get(f"/needs/evidence/{voice.pk}/")
    assert sound["Content-Type"].startswith("audio/")
    assert Walker().browser.get(f"/needs/evidence/{voice.pk}/").status_code == 404


def an_hour_later(clockwork: time_machine.Traveller, hours: int) -> None:
    """Let hours pass, and let the clockwork work off what was announced."""
    clockwork.shift(dt.timedelta(hours=hours))
    durable.work_off()
    cache.clear()


def it_is_closed_by_her_word(receipt: Receipt) -> None:
    """Find the need closed, and every axis made anew by the record alone."""
    need = lamp.fresh(receipt)
    assert need.stage == Need.Stage.CLOSED
    assert need.total_time(clock.now()) == dt.timedelta(hours=150)
    assert Asker.objects.get(need=need).confirmation == Asker.Confirmation.SATISFIED
    assert axes.rebuilt(need) == axes.reading(need)
    steps = Entry.objects.filter(need=need, axis="stage").values_list("step", flat=True)
    assert list(steps) == ["submit", "triage", "accept", "answer", "reopen", "answer", "close"]


def nothing_of_her_is_public(everybody: Walker, receipt: Receipt) -> None:
    """Find neither what she is called nor her code on any list or feed."""
    for path in ("/needs/", "/needs/satisfied/", "/needs/figures/", "/needs/feed.rss", "/needs/needs.csv"):
        seen = everybody.reads(path)
        assert lamp.CALLED not in seen
        assert receipt.code not in seen
