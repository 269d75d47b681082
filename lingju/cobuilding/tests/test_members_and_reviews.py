"""Members stay closed; pairings stand once; reviews are told, answered, and add up to nothing."""

import datetime as dt

import pytest
from django.db import connection

from lingju.cobuilding.models import Member, Pairing, Review
from lingju.cobuilding.services import members, pairing, reviewing
from lingju.cobuilding.services.members import MemberDraft
from lingju.cobuilding.services.reviewing import ReviewDraft
from lingju.cobuilding.tests.builders import a_street
from lingju.cobuilding.tests.organised import a_key, an_enrolled, the_bearer
from lingju.kernel.errors import BadInput, NotAllowed, NotNow
from lingju.people.tests import cast
from lingju.places.tests import builders
from lingju.trail.models import Footprint

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-03-10T10:00:00+08:00", tick=False)]
DRAFT = MemberDraft("示例党员甲", "13900002222", times="周末", agreed=True)


def test_a_member_is_written_down_closed_and_only_with_their_own_word() -> None:
    street = a_street()
    key = a_key()
    with pytest.raises(BadInput, match="本人同意"):
        members.register(street.community, MemberDraft("示例党员甲"), key=key, actor=street.carries)
    first, again = (
        members.register(street.community, DRAFT, key=key, actor=street.carries) for _press in range(2)
    )
    assert first == again
    with connection.cursor() as cursor:
        cursor.execute("SELECT called, phone FROM cobuilding_member")
        assert all("示例" not in cell and "13900002222" not in cell for cell in cursor.fetchone())
    assert "示例党员甲" not in f"{first} {first!r}"


def test_every_reading_of_a_name_leaves_a_footprint_without_the_name() -> None:
    street = a_street()
    member = members.register(street.community, DRAFT, key=a_key(), actor=street.carries)
    for _time in range(3):
        assert members.read(member, actor=street.carries).called == "示例党员甲"
    with pytest.raises(NotAllowed):
        members.read(member, actor=cast.an_actor_of(cast.a_clerk(at=street.neighbour)))
    steps = Footprint.objects.filter(action="read", subject_type="cobuilding.member")
    assert steps.count() == 3
    assert "示例党员甲" not in "".join(str((s.before, s.after, s.note)) for s in Footprint.objects.all())


def test_half_a_year_after_the_end_a_member_is_only_a_number() -> None:
    street = a_street()
    member = members.register(street.community, DRAFT, key=a_key(), actor=street.carries)
    members.receive(member, actor=street.carries)
    pairing.pair_member(member, builders.a_compound(street.community), actor=street.carries)
    members.end(member, "搬走了", actor=street.carries)
    members.end(member, "搬走了", actor=street.carries)
    assert members.forget_ended() == 0
    Member.objects.update(ended_on=dt.date(2025, 9, 1))
    assert (members.forget_ended(), members.forget_ended()) == (1, 0)
    member.refresh_from_db()
    assert (member.called, member.phone, member.times) == ("", "", "")
    with pytest.raises(NotNow, match="删除"):
        members.read(member, actor=street.carries)
    assert Pairing.objects.get().ended_on == dt.date(2026, 3, 10)


def test_a_pairing_stands_once_and_a_building_lies_in_its_compound() -> None:
    street = a_street()
    unit = an_enrolled(street)
    compound = builders.a_compound(street.community)
    first, again = (pairing.pair_unit(unit, compound, actor=street.leads) for _press in range(2))
    assert first == again
    assert (pairing.end(first, actor=street.carries), pairing.end(first, actor=street.carries)) == (
        True,
        False,
    )
    assert pairing.pair_unit(unit, compound, actor=street.leads) != first
    member = members.register(street.community, DRAFT, key=a_key(), actor=street.carries)
    elsewhere = builders.a_building(street.community)
    with pytest.raises(BadInput, match="不在"):
        pairing.pair_member(member, compound, elsewhere, actor=street.carries)
    with pytest.raises(NotAllowed):
        pairing.pair_unit(unit, compound, actor=cast.an_actor_of(cast.a_clerk(at=street.neighbour)))


def test_what_a_community_says_is_told_and_answered_by_the_unit_alone() -> None:
    street = a_street()
    unit, other = an_enrolled(street), an_enrolled(street)
    review = reviewing.review_unit(
        unit, street.community, ReviewDraft("2026-02", "poor", "来晚了一小时"), actor=street.carries
    )
    with pytest.raises(NotNow, match="还没有反馈"):
        reviewing.reply(review, "路上堵车", actor=the_bearer(unit))
    reviewing.review_unit(
        unit, street.community, ReviewDraft("2026-02", "fair", "来晚了一小时"), actor=street.carries
    )
    assert Review.objects.get().verdict == "fair"
    review.refresh_from_db()
    assert (reviewing.tell(review, actor=street.carries), reviewing.tell(review, actor=street.carries)) == (
        True,
        False,
    )
    with pytest.raises(NotNow, match="不能再改"):
        reviewing.review_unit(unit, street.community, ReviewDraft("2026-02", "good"), actor=street.carries)
    for actor in (the_bearer(other), street.carries):
        with pytest.raises(NotAllowed):
            reviewing.reply(review, "路上堵车", actor=actor)
    reviewing.reply(review, "路上堵车", actor=the_bearer(unit))
    reviewing.reply(review, "路上堵车", actor=the_bearer(unit))
    with pytest.raises(NotNow, match="回应过"):
        reviewing.reply(review, "换一句话", actor=the_bearer(unit))


def test_what_a_unit_says_is_told_at_once_and_answered_at_the_desk() -> None:
    street = a_street()
    unit = an_enrolled(street)
    draft = ReviewDraft("2026Q1", "good", "场地安排得好")
    review = reviewing.review_area(unit, street.community, draft, actor=the_bearer(unit))
    assert review.told_at is not None
    assert reviewing.review_area(unit, street.community, draft, actor=the_bearer(unit)) == review
    with pytest.raises(NotAllowed):
        reviewing.reply(review, "谢谢", actor=the_bearer(unit))
    reviewing.reply(review, "谢谢支持", actor=street.carries)


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (ReviewDraft("2026-13", "good"), "period"),
        (ReviewDraft("", "good"), "period"),
        (ReviewDraft("2026", "best"), "verdict"),
        (ReviewDraft("2026", "poor"), "text"),
        (ReviewDraft("2026", "good", "长" * 301), "text"),
    ],
)
def test_a_review_that_says_nothing_is_refused(draft: ReviewDraft, field: str) -> None:
    street = a_street()
    unit = an_enrolled(street)
    with pytest.raises(BadInput) as refused:
        reviewing.review_unit(unit, street.community, draft, actor=street.carries)
    assert field in refused.value.fields
