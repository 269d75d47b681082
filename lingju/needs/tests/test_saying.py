"""Saying a need: one press one need, a receipt for everybody, nothing lost to a bad word or a bad place."""

import dataclasses

import pytest

from lingju.kernel.errors import BadInput, NotAllowed, NotNow, NotThere, TooLarge
from lingju.needs.models import Asker, Entry, Need
from lingju.needs.services import counter, saying
from lingju.needs.services.placing import Place
from lingju.needs.services.saying import CallFirst, Contact
from lingju.needs.tests import builders
from lingju.people.tests import cast
from lingju.places.models import Station
from lingju.places.services.points import Point
from lingju.places.tests.builders import a_district, a_station, a_tree, at, the_system

pytestmark = pytest.mark.django_db


def test_a_need_gets_a_number_a_code_and_a_promise() -> None:
    receipt = builders.a_receipt(builders.a_quarter())
    need = receipt.need
    assert receipt.is_new
    assert need.number.endswith("-0001")
    assert len(receipt.code) == saying.CODE_DIGITS
    assert need.stage == Need.Stage.RECEIVED
    assert need.tray == Need.Tray.WAITING
    assert need.respond_due_at is not None
    assert need.due_at is not None
    assert need.submitted_at < need.respond_due_at <= need.due_at


def test_numbers_of_a_month_count_up_without_a_gap() -> None:
    quarter = builders.a_quarter()
    numbers = [
        int(builders.a_need(quarter, text).number[-4:]) for text in ("路灯坏了", "门锁坏了", "水管漏了")
    ]
    assert numbers == [1, 2, 3]


def test_the_same_press_twice_makes_one_need_and_hands_the_same_receipt_out() -> None:
    quarter = builders.a_quarter()
    first = builders.a_receipt(quarter, key="the-same-press")
    again = builders.a_receipt(quarter, key="the-same-press")
    assert (again.need.pk, again.code, again.is_new) == (first.need.pk, first.code, False)
    assert Need.objects.count() == 1
    assert Asker.objects.count() == 1


def test_a_press_without_a_nonce_is_refused_because_it_could_not_be_told_from_its_twin() -> None:
    with pytest.raises(BadInput):
        builders.a_receipt(builders.a_quarter(), key="x")


def test_what_was_said_is_kept_closed_and_what_is_worked_with_names_nobody() -> None:
    need = builders.fresh(builders.a_need(builders.a_quarter(), "我叫李桂兰，电话13812345678，楼下路灯坏了"))
    assert "13812345678" in str(need.said)
    assert "13812345678" not in need.text
    assert "李桂兰" not in need.text
    assert "路灯坏了" in need.text
    assert need.hides_something


def test_the_text_is_public_only_after_somebody_looked() -> None:
    need = builders.a_need(builders.a_quarter())
    assert (need.is_listed, need.public_text) == (False, "")


@pytest.mark.parametrize(
    "text", ["😀😀路灯坏了👵🏻", "𠮷野家旁边的𡃁仔", "​路灯\x00坏了", "阿卜杜拉·艾山家门口"]
)
def test_rare_characters_are_kept(text: str) -> None:
    need = builders.fresh(builders.a_need(builders.a_quarter(), text))
    assert need.said
    assert "\x00" not in str(need.said)


def test_twenty_thousand_characters_get_a_sentence() -> None:
    with pytest.raises(TooLarge, match="太长"):
        builders.a_need(builders.a_quarter(), "路灯坏了" * 5000)
    assert not Need.objects.exists()


def test_nothing_at_all_is_refused_and_says_what_would_do() -> None:
    with pytest.raises(BadInput, match="有一样就行"):
        builders.a_need(builders.a_quarter(), "   \n ")


def test_a_fire_stops_the_form_and_shows_the_number() -> None:
    quarter = builders.a_quarter()
    with pytest.raises(CallFirst) as stopped:
        builders.a_need(quarter, "三号楼着火了，快来人")
    assert any(flag.phone == "119" for flag in stopped.value.flags)
    need = builders.a_need(quarter, "三号楼着火了，快来人", knows_whom_to_call=True)
    assert need.is_urgent
    assert need.flags


def test_a_compound_a_station_or_a_point_each_find_their_community() -> None:
    quarter = builders.a_quarter()
    point = at(20, 30)
    for place in (Place(compound=quarter.compound), Place(station=quarter.station), Place(point=point)):
        need = builders.a_need(quarter, "路灯坏了", place=place)
        assert need.area == quarter.area
        assert need.owner_area == quarter.area
        assert need.lon is not None


@pytest.mark.parametrize(
    "point",
    [
        Point(113.05, 36.05, ""),
        Point(36.05, 113.05, "WGS-84"),
        Point(2.35, 48.85, "WGS-84"),
        Point(113.05, 36.05, "火星"),
    ],
    ids=["no datum", "swapped", "abroad", "an unknown datum"],
)
def test_a_forged_or_unlabelled_point_is_refused_with_a_sentence(point: Point) -> None:
    with pytest.raises(BadInput):
        builders.a_need(builders.a_quarter(), "路灯坏了", place=Place(point=point))


def test_a_point_keeps_the_datum_it_was_given_in() -> None:
    need = builders.a_need(builders.a_quarter(), "路灯坏了", place=Place(point=at(0, 0, "GCJ-02")))
    assert need.given_crs == "GCJ-02"


def test_a_place_of_another_district_is_not_there() -> None:
    quarter = builders.a_quarter()
    other = a_district("140403", name="潞州区")
    station = a_station(a_tree(other)[2], name="别区驿站")
    with pytest.raises(NotThere):
        builders.a_need(quarter, "路灯坏了", place=Place(station=station))


def test_no_place_at_all_asks_for_one() -> None:
    with pytest.raises(BadInput, match="在哪里"):
        builders.a_need(builders.a_quarter(), "路灯坏了", place=Place())


def test_a_call_back_needs_a_number_and_says_so() -> None:
    with pytest.raises(BadInput, match="手机号"):
        builders.a_need(builders.a_quarter(), "路灯坏了", contact=Contact(by=Asker.By.CALL))


def test_nobody_has_to_leave_a_number() -> None:
    receipt = builders.a_receipt(builders.a_quarter(), "路灯坏了", contact=Contact())
    assert receipt.asker.phone is None
    assert receipt.asker.by == Asker.By.PAGE


def test_somebody_signed_in_finds_the_matter_under_their_account() -> None:
    quarter = builders.a_quarter()
    account = cast.a_resident(quarter.district)
    receipt = builders.a_receipt(quarter, actor=cast.an_actor_of(account))
    assert list(Need.objects.of(account.pk)) == [receipt.need]


def test_a_clerk_speaks_only_for_somebody_who_sits_there() -> None:
    quarter = builders.a_quarter()
    sitting = counter.begin(quarter.station, actor=quarter.clerk_actor)
    receipt = builders.a_receipt(
        quarter,
        actor=quarter.clerk_actor,
        sitting=sitting,
        channel=Need.Channel.STATION,
        contact=Contact(called="苗奶奶", by=Asker.By.PAPER),
    )
    assert receipt.asker.told_by == quarter.clerk
    assert receipt.asker.account is None
    counter.end(actor=quarter.clerk_actor)
    sitting.refresh_from_db()
    with pytest.raises(NotAllowed, match="在场"):
        builders.a_receipt(quarter, actor=quarter.clerk_actor, sitting=sitting)
    with pytest.raises(NotAllowed):
        builders.a_receipt(quarter, actor=quarter.colleague_actor, sitting=sitting)


def test_a_keeper_sits_at_their_own_station_alone() -> None:
    quarter = builders.a_quarter()
    other: Station = a_station(quarter.neighbour, name="别处驿站")
    keeper = cast.an_actor_of(cast.a_keeper(at=quarter.station))
    counter.begin(quarter.station, actor=keeper)
    with pytest.raises(NotAllowed):
        counter.begin(other, actor=keeper)


def test_one_more_person_stands_behind_a_listed_need_with_a_code_of_their_own() -> None:
    quarter = builders.a_quarter()
    receipt = builders.a_receipt(quarter)
    stranger = cast.a_stranger(quarter.district)
    with pytest.raises(NotNow):
        saying.support(receipt.need, Contact(), key="me-too-00001", actor=stranger)
    builders.listed(quarter, receipt.need)
    more = saying.support(receipt.need, Contact(), key="me-too-00001", actor=stranger)
    again = saying.support(receipt.need, Contact(), key="me-too-00001", actor=stranger)
    assert more.asker.role == Asker.Role.SUPPORTER
    assert again.asker.pk == more.asker.pk
    assert receipt.need.askers.count() == 2


def test_the_record_says_where_every_axis_began() -> None:
    need = builders.a_need(builders.a_quarter())
    begun = set(Entry.objects.filter(need=need, step="submit").values_list("axis", flat=True))
    assert begun >= {Entry.Axis.STAGE, Entry.Axis.CLOCK, Entry.Axis.LINK, Entry.Axis.OWNER, Entry.Axis.LEVEL}


def test_a_year_without_a_notice_leaves_the_date_unknown_and_not_guessed() -> None:
    quarter = builders.a_quarter()
    slow = dataclasses.replace(builders.a_saying(quarter, kind="activity"))
    from_unknown = slow.category
    from_unknown.due_amount = 400
    from_unknown.save()
    receipt = saying.submit(
        quarter.district,
        builders.a_saying(quarter, kind="activity"),
        key="far-away-0001",
        actor=the_system(quarter.district),
    )
    assert receipt.need.due_at is None
    assert receipt.need.due_unknown_year is not None


def test_joined_pictures_stay_whole_and_a_joiner_hides_no_number() -> None:
    quarter = builders.a_quarter()
    family, heart, worker = (
        "\U0001f468\u200d\U0001f469\u200d\U0001f467",
        "\u2764\ufe0f\u200d\U0001f525",
        "\U0001f477\U0001f3fd\u200d\u2640\ufe0f",
    )
    need = builders.a_need(quarter, f"{family} 谢谢{heart}  {worker}\u200d")
    assert need.said == f"{family} 谢谢{heart} {worker}"
    hidden = builders.a_need(quarter, "电话 138\u200d0000\u200d1234\u202e")
    assert "\u200d" not in str(hidden.said)
    assert "0000" not in hidden.text
