"""Who has a stall is told where it stands and when it is off; the desk hears of what is left over."""

import datetime as dt

import pytest
import time_machine

from lingju.activities.tests.builders import Quarter
from lingju.cobuilding.models import Enrolment
from lingju.kernel import clock, durable
from lingju.market.models import Market
from lingju.market.services import leaving, markets
from lingju.market.services.leaving import Leaving
from lingju.market.tests.builders import a_key, a_kind, a_market, a_team, a_town, fresh, on_the_day, placed
from lingju.notify import jobs as notify_jobs
from lingju.notify.models import Message, Notice
from lingju.people.models import Membership
from lingju.people.sms import MemoryGateway
from lingju.people.tests import cast

pytestmark = pytest.mark.django_db
MONDAY = dt.datetime(2026, 3, 2, 9, 0, tzinfo=clock.ZONE)


def carried() -> list[str]:
    """Run every reaction, deliver every message, and return the texts that were sent since the last time."""
    durable.work_off()
    notify_jobs.deliver_due()
    sent = [message.text for message in MemoryGateway.sent]
    MemoryGateway.sent.clear()
    return sent


def a_told_market() -> tuple[Quarter, Market]:
    """Announce a market at which an enrolled organisation has a stall, and somebody speaks for it."""
    town = a_town()
    market = a_market(town, state="placing")
    team = a_team(market)
    Enrolment.objects.create(
        district=town.district,
        area=town.area,
        organisation=team,
        number="D26-0001",
        state=Enrolment.State.ACTIVE,
        phone="13900001111",
    )
    speaker = cast.a_resident(town.district)
    Membership.objects.create(district=town.district, account=speaker, organisation=team, role="contact")
    return town, market


def announced(market: Market, town: Quarter) -> Market:
    placed(market.stalls.get(), "A1")
    return markets.announce_market(market, actor=town.clerk_actor)


def test_who_has_a_stall_hears_where_it_stands_once() -> None:
    with time_machine.travel(MONDAY, tick=False):
        town, market = a_told_market()
        announced(market, town)
        [sent] = carried()
        assert (
            "集市定了：十一月文明集市，3月5日 星期四 9:00，府后街社区幸福驿站。您单位的摊位：A1 磨剪刀。"
            in sent
        )
        assert f"/market/{market.pk}/" in sent
        assert carried() == []
    assert Notice.objects.get(title="集市定了").account.memberships.exists()


def test_a_market_that_is_off_is_told_with_the_reason() -> None:
    with time_machine.travel(MONDAY, tick=False):
        town, market = a_told_market()
        told = announced(market, town)
        carried()
        markets.cancel_market(told, "大风预警", actor=town.clerk_actor)
        [sent] = carried()
    assert "取消了：大风预警。" in sent
    assert Message.objects.filter(wording="market_off").count() == 2


def test_a_market_of_the_morning_that_is_called_off_at_night_is_told_at_night() -> None:
    with time_machine.travel(MONDAY, tick=False):
        town, market = a_told_market()
        told = announced(market, town)
        carried()
    night = MONDAY.replace(hour=21, minute=30) + dt.timedelta(days=2)
    with time_machine.travel(night, tick=False):
        markets.cancel_market(told, "大风预警", actor=town.clerk_actor)
        assert ["大风预警" in sent for sent in carried()] == [True]


def test_what_is_left_over_at_a_stall_is_told_to_its_desk() -> None:
    with time_machine.travel(MONDAY, tick=False):
        town = a_town()
        market = a_market(town, state="announced")
    with on_the_day(market):
        markets.hold_market(market, actor=town.clerk_actor)
        left = Leaving(a_kind(town), "剪刀的铆钉松了，想请人修")
        receipt = leaving.leave_over(fresh(market.stalls.get()), left, key=a_key(), actor=town.clerk_actor)
        carried()
    notice = Notice.objects.get(account=town.clerk, title="集市上有一件事没办完")
    assert receipt.need.number in notice.body
    assert notice.link == f"/desk/needs/{receipt.need.pk}/"
