"""The counter: somebody without a phone sits there, a clerk writes, paper goes home."""

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client

from lingju.kernel import clock
from lingju.needs.models import Asker, CounterSession, Need
from lingju.needs.tests import builders
from lingju.needs.tests.builders import Quarter
from lingju.people.tests import cast

pytestmark = pytest.mark.django_db
HERE = "/desk/counter/"


def text_of(answer: Any) -> str:
    """Return a page as text."""
    return str(answer.content.decode())


def at_counter(quarter: Quarter) -> Client:
    """Return the clerk's browser with somebody sitting before them."""
    clerk = cast.signed_in_client(quarter.clerk)
    begun = clerk.post(HERE, {"do": "begin", "at": f"s-{quarter.station.pk}"})
    assert begun.status_code == 302
    return clerk


def typed(quarter: Quarter, **changes: Any) -> dict[str, Any]:
    """Return what the clerk's browser posts."""
    values = {
        "category": "broken_light",
        "place": f"c-{quarter.compound.pk}",
        "note": "三号楼门口",
        "text": "路灯黑了三天",
        "called": "宋奶奶",
        "by": "paper",
        "channel": "station",
        "present": "on",
        "key": builders.a_key(),
        **changes,
    }
    return {name: value for name, value in values.items() if value is not None}


def say(clerk: Client, quarter: Quarter, **changes: Any) -> Any:
    """Post what was said."""
    return clerk.post(HERE, typed(quarter, **changes))


def test_a_clerk_writes_down_for_somebody_and_hands_over_a_paper() -> None:
    quarter = builders.a_quarter()
    clerk = at_counter(quarter)
    paper = say(clerk, quarter)
    need = Need.objects.get()
    asker = need.askers.get()
    assert (asker.told_by, asker.called, asker.by) == (quarter.clerk, "宋奶奶", Asker.By.PAPER)
    assert asker.account is None
    assert (need.channel, need.compound, need.place_note) == ("station", quarter.compound, "三号楼门口")
    page = text_of(clerk.get(paper["Location"]))
    assert need.number in page
    assert str(asker.code) in page
    assert "前回您的话" in page
    assert "<svg" in page


def test_the_banner_says_how_long_the_sitting_lasts_and_ends_it() -> None:
    quarter = builders.a_quarter()
    clerk = at_counter(quarter)
    paper = say(clerk, quarter)["Location"]
    for path in (HERE, paper):
        assert re.search(r"还有 (29|30) 分钟", text_of(clerk.get(path)))
        assert 'value="end"' in text_of(clerk.get(path))
    clerk.post(HERE, {"do": "end"})
    assert "本人在场，开始" in text_of(clerk.get(HERE))
    assert CounterSession.objects.get().ended_at is not None


def test_the_paper_can_be_printed_while_the_sitting_lasts_and_never_again() -> None:
    quarter = builders.a_quarter()
    clerk = at_counter(quarter)
    paper = say(clerk, quarter)["Location"]
    assert clerk.get(paper).status_code == 200
    assert cast.signed_in_client(quarter.colleague).get(paper).status_code == 404
    clerk.post(HERE, {"do": "end"})
    assert clerk.get(paper).status_code == 404
    clerk.post(HERE, {"do": "begin", "at": f"s-{quarter.station.pk}"})
    assert clerk.get(paper).status_code == 404


def test_every_sending_affirms_anew_that_the_person_is_there() -> None:
    quarter = builders.a_quarter()
    clerk = at_counter(quarter)
    answer = say(clerk, quarter, present=None)
    assert answer.status_code == 422
    assert "路灯黑了三天" in text_of(answer)
    assert 'href="#id_present"' in text_of(answer)
    assert not Need.objects.exists()


def test_after_half_an_hour_nobody_sits_there_and_the_words_are_kept() -> None:
    quarter = builders.a_quarter()
    clerk = at_counter(quarter)
    CounterSession.objects.update(until=clock.now() - dt.timedelta(seconds=1))
    answer = say(clerk, quarter)
    assert answer.status_code == 409
    assert "路灯黑了三天" in text_of(answer)
    assert not Need.objects.exists()


@pytest.mark.parametrize("channel", ["phone", "paper"])
def test_a_call_and_a_slip_are_told_apart_from_speech(channel: str) -> None:
    quarter = builders.a_quarter()
    assert say(at_counter(quarter), quarter, channel=channel).status_code == 302
    assert Need.objects.get().channel == channel
    assert Asker.objects.get().told_by == quarter.clerk


def test_the_place_may_be_the_station_or_no_place_in_particular() -> None:
    quarter = builders.a_quarter()
    clerk = at_counter(quarter)
    say(clerk, quarter, place=f"s-{quarter.station.pk}", text="饮水机没水")
    say(clerk, quarter, place=f"a-{quarter.area.pk}", text="垃圾没人收")
    first, second = Need.objects.order_by("id")
    assert first.station == quarter.station
    assert (second.station, second.compound, second.area) == (None, None, quarter.area)


def test_pressing_twice_makes_one_need_and_one_paper() -> None:
    quarter = builders.a_quarter()
    clerk = at_counter(quarter)
    papers = {say(clerk, quarter, key="the-same-key-1")["Location"] for _n in range(2)}
    assert len(papers) == 1
    assert Need.objects.count() == 1


def test_red_flag_words_stop_the_clerk_as_well() -> None:
    quarter = builders.a_quarter()
    clerk = at_counter(quarter)
    stopped = say(clerk, quarter, text="家里着火了")
    assert stopped.status_code == 422
    assert 'href="tel:119"' in text_of(stopped)
    assert say(clerk, quarter, text="家里着火了", knows="1").status_code == 302


def test_a_counter_is_kept_where_one_works_and_nowhere_else() -> None:
    quarter = builders.a_quarter()
    elsewhere = cast.signed_in_client(cast.a_clerk(at=quarter.neighbour))
    begun = elsewhere.post(HERE, {"do": "begin", "at": f"s-{quarter.station.pk}"})
    assert begun.status_code == 422
    assert cast.signed_in_client(cast.a_resident(quarter.district)).get(HERE).status_code == 403
    keeper = cast.signed_in_client(cast.a_keeper(at=quarter.station))
    assert keeper.post(HERE, {"do": "begin", "at": f"s-{quarter.station.pk}"}).status_code == 302


def test_the_sheet_of_codes_is_for_who_keeps_the_station() -> None:
    quarter = builders.a_quarter()
    path = f"/desk/codes/{quarter.station.pk}/"
    assert quarter.station.name in text_of(cast.signed_in_client(quarter.clerk).get(path))
    assert cast.signed_in_client(cast.a_clerk(at=quarter.neighbour)).get(path).status_code == 404
