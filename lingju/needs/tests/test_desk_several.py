"""Around the needs at the desk: single keys that can rest, several needs at once, kept filters, search."""

from typing import Any

import pytest
from django.test import Client
from zeal import zeal_ignore

from lingju.needs.models import Entry, Handover, Need, SavedFilter
from lingju.needs.services import handling, linking, offering
from lingju.needs.tests.builders import Quarter, a_need, a_quarter, fresh
from lingju.people.tests.cast import signed_in_client

pytestmark = pytest.mark.django_db
LIST = "/desk/needs/"


@pytest.fixture
def quarter() -> Quarter:
    return a_quarter()


@pytest.fixture
def clerk(quarter: Quarter) -> Client:
    return signed_in_client(quarter.clerk)


def seen(answer: Any) -> str:
    return str(answer.content.decode())


# --- keys ------------------------------------------------------------------------------------------


def test_every_key_is_named_on_its_control_and_in_the_list_of_keys(quarter: Quarter, clerk: Client) -> None:
    a_need(quarter, "三号楼门口的路灯不亮，三天了")
    page = seen(clerk.get(f"{LIST}{a_need(quarter, '三号楼门口路灯不亮').pk}/"))
    for key in ("e", "m", "t", "r", "a", "n", "/", "?"):
        assert f'data-key="{key}"' in page, key
        assert f'aria-keyshortcuts="{key.upper()}"' in page, key
    assert 'id="keys"' in page


def test_keys_can_be_switched_off_and_on_again(quarter: Quarter, clerk: Client) -> None:
    assert 'aria-pressed="true"' in seen(clerk.get(LIST))
    assert clerk.post(f"{LIST}keys/", {"next": LIST}).status_code == 302
    page = seen(clerk.get(LIST))
    assert 'aria-pressed="false"' in page
    assert "keys-off" in page
    clerk.post(f"{LIST}keys/", {"next": LIST})
    assert "keys-off" not in seen(clerk.get(LIST))


@pytest.mark.parametrize("after", ["https://elsewhere.example/", "//elsewhere.example", "javascript:1"])
def test_switching_keys_leads_nowhere_outside(clerk: Client, after: str) -> None:
    assert clerk.post(f"{LIST}keys/", {"next": after})["Location"] == LIST


# --- several at once -------------------------------------------------------------------------------


def ticked(*needs: Need) -> list[str]:
    return [f"{need.pk}-{fresh(need).version}" for need in needs]


def test_of_several_each_goes_or_says_why_not(quarter: Quarter, clerk: Client) -> None:
    one, other, moved = a_need(quarter), a_need(quarter, "井盖松了"), a_need(quarter, "电梯坏了")
    chosen = ticked(one, other, moved)
    handling.take(moved, actor=quarter.colleague_actor)
    page = seen(clerk.post(f"{LIST}bulk/", {"deed": "take", "ids": [*chosen, "999999-1"]}))
    assert {fresh(one).handler_id, fresh(other).handler_id} == {quarter.clerk.pk}
    assert fresh(moved).handler_id == quarter.colleague.pk
    for need in (one, other, moved):
        assert need.number in page
    assert "别人已经先办了一步" in page
    assert "没找到，或者不归您管" in page


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"deed": "take"}, "一件也没选"),
        ({"deed": "fly", "ids": ["1-1"]}, "请选要做什么"),
        ({"deed": "take", "ids": ["x", "1-", "-"]}, "一件也没选"),
        ({"deed": "take", "ids": [f"{pk}-1" for pk in range(60)]}, "一次最多 50 件"),
        ({"deed": "hand_over", "ids": ["1-1"], "door": "没有"}, "没有这个单位"),
    ],
)
def test_several_at_once_refuse_what_makes_no_sense(
    quarter: Quarter, clerk: Client, said: dict[str, Any], sentence: str
) -> None:
    answer = clerk.post(f"{LIST}bulk/", said)
    assert answer.status_code == 422
    assert sentence in seen(answer)


def test_several_are_handed_over_noted_listed_and_put_together(quarter: Quarter, clerk: Client) -> None:
    one, other = a_need(quarter), a_need(quarter, "三号楼路灯坏了")
    for deed, said in (
        ("list", {}),
        ("note", {"text": "周五一起看"}),
        ("cluster", {"text": "三号楼路灯"}),
        ("hand_over", {"door": quarter.street.short_name, "text": "要街道出面"}),
    ):
        answer = clerk.post(f"{LIST}bulk/", {"deed": deed, "ids": ticked(one, other), **said})
        assert "没办成" not in seen(answer), deed
    assert Need.objects.filter(is_listed=True, cluster__title="三号楼路灯").count() == 2
    assert Handover.objects.count() == Entry.objects.filter(step="note").count() == 2


# --- filters ---------------------------------------------------------------------------------------


def test_a_filter_is_kept_shown_and_forgotten(quarter: Quarter, clerk: Client) -> None:
    a_need(quarter)
    clerk.post(f"{LIST}filters/?tray=waiting&urgent=1", {"name": "急的"})
    kept = SavedFilter.objects.get()
    assert kept.query == "tray=waiting&urgent=1"
    assert "急的" in seen(clerk.get(f"{LIST}?{kept.query}"))
    assert signed_in_client(quarter.colleague).post(f"{LIST}filters/{kept.pk}/").status_code == 404
    assert clerk.post(f"{LIST}filters/{kept.pk}/").status_code == 302
    assert not SavedFilter.objects.exists()


def test_a_filter_without_a_name_is_not_kept(clerk: Client) -> None:
    answer = clerk.post(f"{LIST}filters/?urgent=1", {"name": " "}, follow=True)
    assert "起个名字" in seen(answer)
    assert not SavedFilter.objects.exists()


def test_search_finds_by_words_over_all_piles(quarter: Quarter, clerk: Client) -> None:
    lamp, lid = a_need(quarter), a_need(quarter, "楼下的井盖松了")
    handling.take(lid, actor=quarter.clerk_actor)
    page = seen(clerk.get(f"{LIST}?q=井盖"))
    assert lid.title in page
    assert lamp.title not in page
    assert "1 件" in page


def test_nonsense_in_the_address_asks_for_nothing(quarter: Quarter, clerk: Client) -> None:
    need = a_need(quarter)
    for question in ("tray=x", "after=x-y", "after=1-", "category=x", "channel=x", f"after={'9' * 40}-1"):
        answer = clerk.get(f"{LIST}?{question}")
        assert answer.status_code == 200, question
        assert need.title in seen(answer), question


def test_what_could_not_be_answered_along_is_named_with_its_reason(quarter: Quarter, clerk: Client) -> None:
    one, other = a_need(quarter, "三号楼路灯不亮"), a_need(quarter, "三号楼路灯坏了")
    linking.cluster([one, other], "三号楼路灯", actor=quarter.clerk_actor)
    offering.hand_over(fresh(other), quarter.street, "要街道协调供电所", actor=quarter.clerk_actor)
    said = {"outcome": "explained", "text": "配电箱烧了，周五换好。", "everyone": "on"}
    with zeal_ignore([{"model": "needs.*", "field": "*"}]):
        there = clerk.post(
            f"{LIST}{one.pk}/", {"do": "answer", "version": fresh(one).version, "seen": "", **said}
        )
    page = seen(clerk.get(there["Location"]))
    assert f"{other.number} {other.title} 没有一起答复：这件事正等对方接" in page
    assert (fresh(one).outcome, fresh(other).outcome) == ("explained", "")
