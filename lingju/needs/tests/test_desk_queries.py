"""The desk's reads: piles, pages, times, what is alike; as many queries for one need as for many."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lingju.kernel import clock
from lingju.kernel.clock import ZONE
from lingju.kernel.errors import BadInput
from lingju.needs.models import Entry, Need, SimilarityKey
from lingju.needs.queries import desk as queries
from lingju.needs.queries import doors, similar, trace
from lingju.needs.queries.desk import Wanted
from lingju.needs.queries.document import Doing, document, need_for
from lingju.needs.services import handling, offering
from lingju.needs.services.placing import Place
from lingju.needs.tests.builders import Quarter, a_kind, a_need, a_quarter, an_answered, fresh, judged
from lingju.people.tests import cast
from lingju.people.tests.cast import signed_in_client

pytestmark = pytest.mark.django_db
MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)


@pytest.fixture
def quarter() -> Quarter:
    return a_quarter()


def some(quarter: Quarter, number: int) -> list[Need]:
    """Say several needs that have little to do with each other."""
    words = (
        "井盖松了",
        "电梯停了",
        "垃圾没人清",
        "暖气不热",
        "水管漏水",
        "门禁刷不开",
        "树枝挡路",
        "健身器材坏了",
    )
    return [a_need(quarter, f"{at}号楼{words[at % len(words)]}") for at in range(number)]


def listed(quarter: Quarter, **asked: str) -> list[Need]:
    found = queries.listing(Wanted.of(asked), quarter.clerk_actor, clock.now())
    return [need for group in found.groups for need in group.rows]


# --- piles -----------------------------------------------------------------------------------------


def test_a_need_lies_on_the_pile_of_what_comes_next(quarter: Quarter) -> None:
    need = a_need(quarter)
    assert listed(quarter) == [need]
    handling.take(need, actor=quarter.clerk_actor)
    assert listed(quarter, tray="reply") == [need]
    handling.reply(need, "电工明天来看。", actor=quarter.clerk_actor)
    assert listed(quarter, tray="working") == [need]
    answered = an_answered(quarter, "井盖松了")
    assert listed(quarter, tray="asking") == [answered.need]
    judged(answered)
    assert listed(quarter, tray="waiting") == []


def test_a_tab_counts_to_ninety_nine(quarter: Quarter, monkeypatch: pytest.MonkeyPatch) -> None:
    some(quarter, 3)
    assert queries.counted(Need.objects.all()) == "3"
    monkeypatch.setattr(queries, "COUNTED_TO", 2)
    assert queries.counted(Need.objects.all()) == "2+"


def test_pages_meet_without_gap_or_repetition(quarter: Quarter, monkeypatch: pytest.MonkeyPatch) -> None:
    needs = some(quarter, 7)
    # Three of one moment: the id decides between them, and a page may end in their middle.
    Need.objects.filter(pk__in=[need.pk for need in needs[1:4]]).update(sort_at=needs[1].sort_at)
    monkeypatch.setattr(queries, "ROWS_A_PAGE", 2)
    for tray, order in (("waiting", ("sort_at", "id")), ("done", ("-sort_at", "-id"))):
        if tray == "done":
            Need.objects.update(
                tray="done", stage="closed", is_over=True, outcome="solved", clock_state="stopped",
                closed_at=F("submitted_at"),
            )  # fmt: skip
        seen: list[Need] = []
        after = ""
        for _page in range(9):
            page = queries.listing(
                Wanted.of({"tray": tray, "after": after}), quarter.clerk_actor, clock.now()
            )
            seen += [need for group in page.groups for need in group.rows]
            after = page.after
            if not after:
                break
        assert [need.pk for need in seen] == list(Need.objects.order_by(*order).values_list("pk", flat=True))


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"urgent": "1"}, ["井盖松了"]),
        ({"channel": "qr"}, ["电梯停了"]),
        ({"mine": "1", "tray": "reply"}, ["水管漏水"]),
        ({"channel": "x", "category": "x"}, ["三号楼门口的路灯不亮，三天了", "井盖松了", "电梯停了"]),
    ],
)
def test_filters_keep_what_they_say(quarter: Quarter, asked: dict[str, str], words: list[str]) -> None:
    a_need(quarter)
    Need.objects.filter(pk=a_need(quarter, "井盖松了").pk).update(is_urgent=True)
    a_need(quarter, "电梯停了", channel="qr")
    handling.take(a_need(quarter, "水管漏水"), actor=quarter.clerk_actor)
    assert sorted(need.title for need in listed(quarter, **asked)) == sorted(words)


def test_a_kind_stands_for_the_finer_ones_below_it(quarter: Quarter) -> None:
    need = a_need(quarter)
    kind = need.category
    assert listed(quarter, category=str(kind.pk)) == [need]
    assert kind.parent_id is not None
    assert listed(quarter, category=str(kind.parent_id)) == [need]
    other = next(one for one in queries.kinds_of(quarter.district) if one.pk not in (kind.pk, kind.parent_id))
    assert listed(quarter, category=str(other.pk)) == []


def test_the_filter_of_late_agrees_with_the_need(quarter: Quarter) -> None:
    needs = some(quarter, 3)
    now = clock.now()
    Need.objects.filter(pk=needs[1].pk).update(due_at=now - dt.timedelta(hours=1), sort_at=now)
    assert [need.pk for need in listed(quarter, late="1")] == [needs[1].pk]
    assert [need.pk for need in needs if fresh(need).is_late(now)] == [needs[1].pk]


def test_a_desk_never_lists_what_is_anothers(quarter: Quarter) -> None:
    a_need(quarter)
    elsewhere = cast.an_actor_of(cast.a_clerk(at=quarter.neighbour))
    assert queries.listing(Wanted(), elsewhere, clock.now()).count == 0
    assert queries.listing(Wanted(), quarter.officer_actor, clock.now()).count == 1


def test_a_keeper_lists_the_needs_of_the_station(quarter: Quarter) -> None:
    a_need(quarter)
    mine = a_need(quarter, "驿站的水没了", place=Place(station=quarter.station))
    keeper = cast.an_actor_of(cast.a_keeper(at=quarter.station))
    found = queries.listing(Wanted(), keeper, clock.now())
    assert [need.pk for group in found.groups for need in group.rows] == [mine.pk]


def test_kept_questions_come_back_as_they_were() -> None:
    wanted = Wanted.of({"tray": "reply", "urgent": "1", "q": "路灯 3号", "after": "12-3", "strange": "x"})
    assert wanted.query() == "tray=reply&urgent=1&q=%E8%B7%AF%E7%81%AF+3%E5%8F%B7&after=12-3"
    assert "after" not in wanted.kept
    assert Wanted.of({"tray": "nowhere"}).tray == "waiting"


# --- times -----------------------------------------------------------------------------------------


def due(at: dt.datetime | None, state: str = "running", year: int | None = None) -> Need:
    return Need(due_at=at, clock_state=state, due_unknown_year=year)


@pytest.mark.parametrize(
    ("need", "group"),
    [
        (due(MONDAY - dt.timedelta(minutes=1)), "late"),
        (due(MONDAY + dt.timedelta(hours=8)), "today"),
        (due(MONDAY + dt.timedelta(days=1)), "tomorrow"),
        (due(MONDAY + dt.timedelta(days=6, hours=14, minutes=59)), "week"),
        (due(MONDAY + dt.timedelta(days=6, hours=15)), "next_week"),
        (due(MONDAY + dt.timedelta(days=14)), "later"),
        (due(None, year=2027), "unknown"),
        (due(MONDAY - dt.timedelta(days=9), "paused"), "paused"),
    ],
)
def test_a_need_stands_under_the_time_it_is_owed_by(need: Need, group: str) -> None:
    assert queries.when(need, MONDAY) == group


def test_what_is_late_stands_on_top_and_today_says_until_when() -> None:
    rows = [
        due(MONDAY + dt.timedelta(days=30)),
        due(MONDAY + dt.timedelta(hours=8)),
        due(MONDAY - dt.timedelta(1)),
    ]
    groups = queries.grouped(rows, MONDAY)
    assert [group.key for group in groups] == ["late", "today", "later"]
    assert groups[1].label == "今天 17:00 前要有回音"


# --- cost ------------------------------------------------------------------------------------------


def asked_of_the_database(browser: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert browser.get(address).status_code == 200
    return len(caught)


def test_the_list_asks_the_same_number_of_queries_for_one_need_and_for_many(quarter: Quarter) -> None:
    clerk = signed_in_client(quarter.clerk)
    some(quarter, 3)
    clerk.get("/desk/needs/")
    few = asked_of_the_database(clerk, "/desk/needs/")
    some(quarter, 8)
    assert asked_of_the_database(clerk, "/desk/needs/") == few <= 40


def test_a_document_asks_the_same_number_of_queries_however_much_happened(quarter: Quarter) -> None:
    clerk = signed_in_client(quarter.clerk)
    need = a_need(quarter)
    a_need(quarter, "三号楼门口路灯不亮")
    address, piece = f"/desk/needs/{need.pk}/", {"HX-Request": "true"}
    clerk.get(address)
    few = asked_of_the_database(clerk, address)
    for at in range(6):
        handling.note(need, f"第 {at} 次去看", actor=quarter.clerk_actor)
        a_need(quarter, f"三号楼门口的路灯不亮 {at}")
    assert asked_of_the_database(clerk, address) == few <= 40
    with CaptureQueriesContext(connection) as caught:
        clerk.get(address, headers=piece)
    assert len(caught) < few


def plan(rows: Any) -> str:
    return str(rows.explain())


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads SQLite's own plan")
@pytest.mark.parametrize("tray", ["waiting", "done"])
def test_a_page_of_one_desk_is_read_from_its_index(quarter: Quarter, tray: str) -> None:
    for actor, index in (
        (quarter.clerk_actor, "needs_of_a_community"),
        (quarter.officer_actor, "needs_of_a_street"),
        (cast.an_actor_of(cast.a_district_officer(district=quarter.district)), "needs_of_a_district"),
    ):
        pile = queries._pile(Wanted(tray=tray), actor, None)
        page = queries._from(pile, "1700000000000000-1", newest_first=tray == "done")
        said = plan(page)
        assert index in said, said
        assert "TEMP B-TREE" not in said, said


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads SQLite's own plan")
def test_a_way_in_that_nobody_used_is_not_looked_for_through_a_whole_pile(quarter: Quarter) -> None:
    wanted = Wanted(channel="qr")
    for actor, index in (
        (quarter.clerk_actor, "channel_needs_of_a_community"),
        (quarter.officer_actor, "channel_needs_of_a_street"),
        (cast.an_actor_of(cast.a_district_officer(district=quarter.district)), "channel_needs_of_a_district"),
    ):
        rows = queries._filtered(queries._pile(wanted, actor, None), wanted, actor, clock.now())
        said = plan(queries._from(rows, "", newest_first=False))
        assert index in said, said
        assert "channel=?" in said, said
        assert "TEMP B-TREE" not in said, said


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads SQLite's own plan")
def test_what_comes_first_is_not_looked_for_through_a_whole_pile(quarter: Quarter) -> None:
    for actor, index in (
        (quarter.clerk_actor, "first_needs_of_a_community"),
        (quarter.officer_actor, "first_needs_of_a_street"),
        (cast.an_actor_of(cast.a_district_officer(district=quarter.district)), "first_needs_of_a_district"),
    ):
        said = plan(queries._first(queries._pile(Wanted(), actor, None)))
        assert f"INDEX {index}" in said, said
        assert "TEMP B-TREE" not in said, said


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads SQLite's own plan")
def test_looking_up_a_key_reads_its_index_alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {similar._A_LINE}", [2, 1, 2, 3, 4] * 2)
        said = " ".join(str(row) for row in cursor.fetchall())
    assert "COVERING INDEX similar_by_key" in said
    assert "TEMP B-TREE" not in said


# --- what is alike ---------------------------------------------------------------------------------


def alike(need: Need, quarter: Quarter) -> list[Need]:
    return [one.need for one in similar.alike(fresh(need), quarter.clerk_actor)]


def test_the_same_lamp_is_found_and_another_thing_is_not(quarter: Quarter) -> None:
    need = a_need(quarter, "三号楼门口的路灯不亮，三天了")
    same = a_need(quarter, "3号楼门口路灯坏了，不亮")
    a_need(quarter, "想找人教老年人用手机", kind=a_kind(quarter.district, need.category.code).code)
    assert alike(need, quarter) == [same]
    assert alike(same, quarter) == [need]
    [found] = similar.alike(fresh(need), quarter.clerk_actor)
    assert found.likeness.metres == 0
    assert "就在附近" in found.reasons


def test_what_is_done_or_anothers_is_not_offered(quarter: Quarter) -> None:
    need = a_need(quarter)
    judged(an_answered(quarter, "三号楼门口路灯不亮"))
    assert all(not one.is_over for one in alike(need, quarter))
    elsewhere = cast.an_actor_of(cast.a_clerk(at=quarter.neighbour))
    a_need(quarter, "三号楼门口的路灯不亮")
    assert similar.alike(fresh(need), elsewhere) == []


def test_it_asks_two_queries_and_shows_eight_at_most(quarter: Quarter) -> None:
    need = fresh([a_need(quarter, f"三号楼门口的路灯不亮 {at}") for at in range(12)][-1])
    actor = quarter.clerk_actor
    with CaptureQueriesContext(connection) as caught:
        found = similar.alike(need, actor)
    assert len(caught) == 2
    assert len(found) == similar.SHOWN


def test_under_a_key_only_the_nearest_in_time_are_looked_at(
    quarter: Quarter, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs = [a_need(quarter, "三号楼门口的路灯不亮") for _ in range(7)]
    monkeypatch.setattr(similar, "NEAREST", 2)
    assert set(similar._sharing(needs[3])) == {needs[at].pk for at in (1, 2, 4, 5)}


def test_a_need_without_a_point_meets_its_like(quarter: Quarter) -> None:
    need = a_need(quarter, "三号楼门口的路灯不亮", place=Place(area=quarter.area))
    other = a_need(quarter, "三号楼门口路灯不亮", place=Place(area=quarter.area))
    close = a_need(quarter, "三号楼门口的路灯不亮")
    assert {one.need for one in similar.alike(fresh(close), quarter.clerk_actor)} == {need, other}
    assert other in [one.need for one in similar.alike(fresh(need), quarter.clerk_actor)]


def test_a_need_without_words_or_keys_has_nothing_alike(quarter: Quarter) -> None:
    need = a_need(quarter)
    SimilarityKey.objects.all().delete()
    assert alike(need, quarter) == []


# --- the document ----------------------------------------------------------------------------------


def opened(need: Need, actor: Any) -> frozenset[Doing]:
    return document(need_for(actor, need.pk), actor, clock.now()).may


def test_what_may_be_done_follows_the_need(quarter: Quarter) -> None:
    need = a_need(quarter)
    clerk = quarter.clerk_actor
    assert {Doing.TAKE, Doing.HAND_OVER, Doing.ANSWER, Doing.PROPOSE} <= opened(need, clerk)
    assert not {Doing.PAUSE, Doing.RESUME, Doing.ACCEPT, Doing.DECIDE} & opened(need, clerk)
    offering.hand_over(need, quarter.street, "要街道出面", actor=clerk)
    assert not {Doing.TAKE, Doing.HAND_OVER, Doing.ANSWER} & opened(need, clerk)
    assert Doing.TAKE_BACK in opened(need, clerk)
    assert {Doing.ACCEPT, Doing.REFUSE} <= opened(need, quarter.officer_actor)


def test_after_the_answer_there_is_nothing_left_to_hand_over(quarter: Quarter) -> None:
    may = opened(an_answered(quarter).need, quarter.clerk_actor)
    assert not {Doing.TAKE, Doing.HAND_OVER, Doing.ANSWER, Doing.PAUSE, Doing.SPLIT} & may
    assert Doing.NOTE in may


def test_every_step_of_the_record_has_its_words(quarter: Quarter) -> None:
    receipt = an_answered(quarter)
    judged(receipt, "dissatisfied", "no", "还是不亮")
    entries: Sequence[Entry] = list(receipt.need.entries.all())
    told = [line.words for line in trace.lines(entries)]
    assert told[0] == "说了这件事"
    assert "给了回音" in told
    assert "居民说没办好，重新办" in told
    assert all("%" not in words for words in told)


def test_a_door_is_found_by_a_piece_of_its_name_and_never_by_guess(quarter: Quarter) -> None:
    one = cast.an_organisation(quarter.area, "府后街物业")
    other = cast.an_organisation(quarter.area, "长乐物业")
    known = doors.doors(quarter.district)
    assert doors.door_called("府后街物业", known) == one
    assert doors.door_called("长乐", known) == other
    with pytest.raises(BadInput, match="不止一家"):
        doors.door_called("物业", known)
    with pytest.raises(BadInput, match="没有这个单位"):
        doors.door_called("", known)


def test_two_doors_of_one_name_are_told_apart(quarter: Quarter) -> None:
    both = [cast.an_organisation(quarter.area, "便民服务部") for _ in range(2)]
    labels = [door.label for door in doors.doors(quarter.district) if door.to in both]
    assert len(set(labels)) == 2
    assert all(label.startswith("便民服务部（") for label in labels)
