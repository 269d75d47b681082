"""A lamp that is out, from an old woman's voice at the station to her verdict; the demo tells the same story.

The chapters and their words are those of `lingju.site.demo.lamp`. Here people play them at their browsers:
the keeper at the counter, the clerk who answers, she with her slip; everybody reads the lists between.
"""

import datetime as dt
import re

import pytest
import time_machine
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from lingju.kernel import clock, durable
from lingju.kernel.media import Photo
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
    stage, clerk, keeper, everybody = the_stage()
    receipt = she_says_it_at_the_counter(at_the_desk(keeper), stage)
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
    the_clerk_answers(at_the_desk(clerk), receipt, lamp.REPAIRED, lamp.of_the_work("1"))
    assert receipt.need.number not in everybody.reads("/needs/satisfied/")
    assert lamp.TITLE not in everybody.reads("/needs/satisfied/"), "an answer is no verdict"
    assert "灯泡换了" in she.reads(matter(receipt))

    an_hour_later(the_first_morning, 34)
    page = she.fills_in(
        f"{matter(receipt)}judge/", solved="no", satisfied="dissatisfied", why=lamp.DARK_AGAIN
    )
    assert "没办好，重新办" in page
    need = lamp.fresh(receipt)
    assert (need.stage, need.round) == (Need.Stage.WORKING, 2)
    assert need.submitted_at == FIRST_MORNING
    assert need.owner_org == stage.company
    assert lamp.DARK_AGAIN in at_the_desk(clerk).reads(f"/desk/needs/{need.pk}/")

    an_hour_later(the_first_morning, 40)
    the_clerk_answers(at_the_desk(clerk), receipt, lamp.REPAIRED_WELL, lamp.of_the_work("2"))
    assert "整段线换了" in she.reads(matter(receipt))

    an_hour_later(the_first_morning, 50)
    she.fills_in(f"{matter(receipt)}judge/", solved="yes", satisfied="satisfied", why="这回真亮了")
    it_is_closed_by_her_word(receipt)
    assert lamp.TITLE in everybody.reads("/needs/satisfied/")
    assert lamp.TITLE not in everybody.reads("/needs/")
    nothing_of_her_is_public(everybody, receipt)


def the_stage() -> tuple[lamp.Stage, Account, Account, Walker]:
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
    return stage, quarter.clerk, keeper, Walker()


def at_the_desk(somebody: Account) -> Walker:
    """Let who works here sign in; a day later the session of the day before has ended."""
    return Walker(cast.signed_in_client(somebody))


def she_says_it_at_the_counter(keeper: Walker, stage: lamp.Stage) -> Receipt:
    """Let her sit down and speak; the keeper types, and hands over the paper with number and code."""
    seat = f"s-{stage.station.pk}"
    form = keeper.fills_in("/desk/counter/", do="begin", at=seat)
    key = re.search(r'name="key" value="([^"]+)"', form)
    assert key
    paper = keeper.fills_in(
        "/desk/counter/",
        key=key[1],
        channel="station",
        category="broken_light",
        place=f"c-{stage.compound.pk}",
        note="3号楼门口",
        text=lamp.WORDS,
        voice=SimpleUploadedFile("原声.wav", lamp.a_hum(), "audio/wav"),
        called=lamp.CALLED,
        by="paper",
        present="on",
    )
    number, code = re.findall(r"<dd>([\d-]+)</dd>", paper)
    keeper.fills_in("/desk/counter/", do="end")
    assert keeper.browser.get(f"/desk/counter/{number}/").status_code == 404, "she has the only paper"
    need = Need.objects.get(number=number)
    return Receipt(need, need.askers.get(), code, True)


def the_clerk_answers(clerk: Walker, receipt: Receipt, words: str, photo: Photo) -> None:
    """Give an answer on the desk's page, with a photo of the work."""
    path = f"/desk/needs/{receipt.need.pk}/"
    form = clerk.reads(path).split('value="answer"')[1].split("</form>")[0]
    read_at = {name: re.search(rf'name="{name}" value="(\d+)"', form) for name in ("version", "seen")}
    clerk.fills_in(
        path,
        do="answer",
        outcome="solved",
        text=words,
        photo=SimpleUploadedFile("灯.jpg", photo.content, "image/jpeg"),
        **{name: found[1] for name, found in read_at.items() if found},
    )


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
