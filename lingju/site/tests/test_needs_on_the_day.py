"""From the desk of needs onto the list of the coming co-building day: key W, with a reason, once."""

from typing import Any

import pytest
from django.test import Client

from lingju.cobuilding.models import Cycle, NeedLine
from lingju.cobuilding.services import cycles, listing
from lingju.cobuilding.tests.listed import a_scene
from lingju.kernel.errors import BadInput, NotAllowed, NotNow
from lingju.needs.models import Need
from lingju.needs.queries import document, steps
from lingju.needs.queries.document import Doing
from lingju.needs.queries.sight import sight
from lingju.needs.services import coming_day, linking
from lingju.needs.tests import builders as needs
from lingju.needs.tests.builders import Quarter
from lingju.people.tests import cast
from lingju.people.tests.cast import signed_in_client

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-02T10:00:00+08:00", tick=False)]
WHY = "要几家一起来，一家办不了"


def act(client: Client, need: Need, **said: Any) -> Any:
    at = {"do": "to_the_day", "version": needs.fresh(need).version, "seen": ""}
    return client.post(f"/desk/needs/{need.pk}/", at | said)


def shown(client: Client, need: Need) -> str:
    return str(client.get(f"/desk/needs/{need.pk}/").content.decode())


def standing(quarter: Quarter, need: Need) -> coming_day.Standing | None:
    return coming_day.standing(needs.fresh(need), quarter.clerk_actor)


def test_key_w_puts_a_need_on_the_list_of_the_coming_day_and_the_page_leads_there() -> None:
    _street, quarter, cycle = a_scene()
    need = needs.a_need(quarter)
    clerk = signed_in_client(quarter.clerk)
    page = shown(clerk, need)
    assert 'data-key="w"' in page
    assert 'aria-keyshortcuts="W"' in page
    assert act(clerk, need, reason=WHY).status_code == 302
    line = cycle.need_lines.get(need=need)
    assert (line.state, line.state_reason) == (NeedLine.State.UNMATCHED, WHY)
    page = shown(clerk, need)
    assert "已放进 11 月共建日" in page
    assert 'data-key="w"' not in page
    href = f"/desk/days/{cycle.number}/needs/{line.pk}/?of={cycle.series_id}"
    assert f'href="{href}"' in page
    assert clerk.get(href).status_code == 200


def test_without_a_reason_nothing_is_listed_and_the_page_says_so() -> None:
    _street, quarter, cycle = a_scene()
    need = needs.a_need(quarter)
    answer = act(signed_in_client(quarter.clerk), need, reason=" ")
    assert answer.status_code == 422
    assert "请写一句为什么放进共建日" in answer.content.decode()
    assert not cycle.need_lines.exists()


def test_whoever_asked_reads_that_it_went_onto_the_list_once_however_often_it_is_pressed() -> None:
    _street, quarter, cycle = a_scene()
    receipt = needs.a_receipt(quarter)
    for _twice in range(2):
        coming_day.put(needs.fresh(receipt.need), WHY, actor=quarter.clerk_actor)
    assert cycle.need_lines.count() == 1
    entry = receipt.need.entries.get(step="to_the_day")
    told = steps.told_of(entry, sight(receipt.asker))
    assert told is not None
    assert "11 月共建日" in told.title
    assert WHY not in told.words  # the reason is for colleagues


def test_what_was_gathered_or_belongs_to_a_listed_cluster_stands_there_already() -> None:
    street, quarter, cycle = a_scene()
    one, other = needs.a_need(quarter, "1号楼的灯不亮"), needs.a_need(quarter, "2号楼的灯不亮")
    linking.cluster([one, other], "灯", actor=quarter.clerk_actor)
    listing.gather(cycle, actor=street.leads)
    for need in (one, other):
        found = standing(quarter, need)
        assert found is not None
        assert found.is_listed


def test_once_the_lists_are_closed_only_the_street_still_puts_something_there() -> None:
    street, quarter, cycle = a_scene()
    Cycle.objects.exclude(pk=cycle.pk).delete()
    need = needs.a_need(quarter)
    cycles.close_lists(cycle, actor=street.leads)
    assert standing(quarter, need) is None
    with pytest.raises(NotNow, match="请找街道"):
        coming_day.put(needs.fresh(need), WHY, actor=quarter.clerk_actor)
    coming_day.put(needs.fresh(need), WHY, actor=street.leads)
    assert cycle.need_lines.filter(need=need).exists()


def test_what_is_answered_a_part_or_anothers_is_not_put_there() -> None:
    _street, quarter, cycle = a_scene()
    done = needs.an_answered(quarter).need
    whole = needs.a_need(quarter, "灯不亮，井盖也松了")
    kind = needs.a_kind(quarter.district, "broken_road")
    (part,) = linking.split(whole, [linking.Part(kind, "井盖松了")], actor=quarter.clerk_actor)
    for need in (done, part):
        row = document.need_for(quarter.clerk_actor, need.pk)
        offer = coming_day.standing(row, quarter.clerk_actor)
        assert Doing.TO_THE_DAY not in document.may(row, quarter.clerk_actor, None, None, offer)
        with pytest.raises(NotNow):
            coming_day.put(row, WHY, actor=quarter.clerk_actor)
    elsewhere = cast.an_actor_of(cast.a_clerk(at=quarter.neighbour))
    with pytest.raises(NotAllowed):
        coming_day.put(needs.fresh(whole), WHY, actor=elsewhere)
    with pytest.raises(BadInput):
        coming_day.put(needs.fresh(whole), "", actor=quarter.clerk_actor)
    assert not cycle.need_lines.exists()


def test_where_no_day_is_coming_there_is_no_button() -> None:
    quarter = needs.a_quarter()
    need = needs.a_need(quarter)
    assert standing(quarter, need) is None
    assert 'data-key="w"' not in shown(signed_in_client(quarter.clerk), need)
