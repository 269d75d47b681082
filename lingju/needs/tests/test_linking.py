"""Clusters and parts: nobody's record or verdict is lost."""

import pytest

from lingju.kernel.errors import BadInput, NotAllowed, NotNow
from lingju.needs.models import Need
from lingju.needs.services import axes, linking
from lingju.needs.services.linking import Part
from lingju.needs.tests import builders
from lingju.people.tests import cast

pytestmark = pytest.mark.django_db


def test_members_keep_their_number_their_people_and_their_words() -> None:
    quarter = builders.a_quarter()
    needs = [builders.a_need(quarter, f"{n}号楼的灯不亮") for n in (1, 2)]
    group = linking.cluster(needs, "一路电上的灯", actor=quarter.clerk_actor)
    members = list(group.needs.order_by("id"))
    assert [need.number for need in members] == [need.number for need in needs]
    assert [need.text for need in members] == ["1号楼的灯不亮", "2号楼的灯不亮"]
    assert all(need.askers.count() == 1 for need in members)
    assert all(axes.rebuilt(need) == axes.reading(need) for need in members)


def test_a_third_joins_the_cluster_that_is_there() -> None:
    quarter = builders.a_quarter()
    one, two, three = (builders.a_need(quarter, f"{n}号楼的灯不亮") for n in (1, 2, 3))
    group = linking.cluster([one, two], "灯", actor=quarter.clerk_actor)
    again = linking.cluster([builders.fresh(one), three], "别的名字", actor=quarter.clerk_actor)
    assert again.pk == group.pk
    assert group.needs.count() == 3


def test_two_clusters_are_not_poured_into_one() -> None:
    quarter = builders.a_quarter()
    needs = [builders.a_need(quarter, f"{n}号楼的灯不亮") for n in range(1, 5)]
    linking.cluster(needs[:2], "东边的灯", actor=quarter.clerk_actor)
    linking.cluster(needs[2:], "西边的灯", actor=quarter.clerk_actor)
    with pytest.raises(NotNow):
        linking.cluster([builders.fresh(needs[0]), builders.fresh(needs[2])], "灯", actor=quarter.clerk_actor)


def test_whoever_is_left_alone_in_a_cluster_is_alone_again() -> None:
    quarter = builders.a_quarter()
    one, two = (builders.a_need(quarter, f"{n}号楼的灯不亮") for n in (1, 2))
    linking.cluster([one, two], "灯", actor=quarter.clerk_actor)
    linking.leave(builders.fresh(one), actor=quarter.clerk_actor)
    assert set(Need.objects.values_list("link", flat=True)) == {Need.Link.ALONE}


def test_one_alone_or_somebody_elses_is_no_cluster() -> None:
    quarter = builders.a_quarter()
    need = builders.a_need(quarter)
    with pytest.raises(BadInput):
        linking.cluster([need, need], "灯", actor=quarter.clerk_actor)
    elsewhere = cast.an_actor_of(cast.a_clerk(at=quarter.neighbour))
    with pytest.raises(NotAllowed):
        linking.cluster([need, builders.a_need(quarter, "门坏了")], "灯", actor=elsewhere)


def test_a_part_has_its_own_clock_and_number_and_is_not_split_again() -> None:
    quarter = builders.a_quarter()
    need = builders.a_need(quarter, "灯不亮，井盖也松了")
    kind = builders.a_kind(quarter.district, "broken_road")
    (part,) = linking.split(need, [Part(kind, "井盖松了")], actor=quarter.clerk_actor)
    assert part.number != need.number
    assert part.due_at is not None
    assert part.parent == need
    assert axes.rebuilt(part) == axes.reading(part)
    with pytest.raises(NotNow):
        linking.split(part, [Part(kind, "再分")], actor=quarter.clerk_actor)
    with pytest.raises(NotNow, match="分项"):
        linking.cluster([part, builders.a_need(quarter, "井盖松了")], "井盖", actor=quarter.clerk_actor)


def test_nothing_is_split_into_nothing_or_into_dust() -> None:
    quarter = builders.a_quarter()
    need = builders.a_need(quarter)
    kind = builders.a_kind(quarter.district, "broken_road")
    for count in (0, linking.MOST_PARTS + 1):
        with pytest.raises(BadInput):
            linking.split(
                builders.fresh(need),
                [Part(kind, f"第{n}项") for n in range(count)],
                actor=quarter.clerk_actor,
            )
