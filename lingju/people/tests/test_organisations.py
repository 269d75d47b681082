"""Organisations and the check of their codes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingju.kernel.errors import BadInput, NotAllowed, NotSignedIn, SomeoneWasFaster
from lingju.people import queries, uscc
from lingju.people.models import Membership, Organisation
from lingju.people.services import organisations
from lingju.people.tests import cast
from lingju.places.models import Area

# The example of GB 32100-2015 itself, and synthetic codes checked against python-stdnum.
VALID = ["91350100M000100Y43", "51140404MJ00000014", "91140404MA0KT0000N"]


@pytest.mark.parametrize("code", VALID)
def test_codes_with_the_right_check_character_pass(code: str) -> None:
    assert uscc.read(code) == code


def test_full_width_small_letters_and_spaces_are_forgiven() -> None:
    assert uscc.read(" 9135 0100-m000 100y43 ") == VALID[0]
    assert uscc.read("９１３５０１００Ｍ０００１００Ｙ４３") == VALID[0]


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("51140404MJ00000015", "最后一位"),
        ("91140404MA0KT0000I", "不会有“I”"),
        ("91350100M000100Y4", "18 位"),
        ("", "18 位"),
    ],
)
def test_a_wrong_code_is_refused_with_its_reason(code: str, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        uscc.read(code)


@given(
    st.text(alphabet=uscc.ALPHABET, min_size=17, max_size=17),
    st.integers(min_value=0, max_value=16),
    st.sampled_from(uscc.ALPHABET),
)
def test_any_one_wrong_character_is_found(first: str, place: int, other: str) -> None:
    code = first + uscc.check_character(first)
    assert uscc.read(code) == code
    if other != code[place]:
        with pytest.raises(BadInput):
            uscc.read(code[:place] + other + code[place + 1 :])


@pytest.fixture
def area() -> Area:
    return cast.an_area(cast.a_district())


def written(area: Area, name: str = "示例社会组织", code: str = VALID[0]) -> organisations.Written:
    return organisations.Written(name, Organisation.Kind.SOCIAL, area, code)


@pytest.mark.django_db
def test_a_clerk_adds_an_organisation_of_her_community(area: Area) -> None:
    clerk = cast.an_actor_of(cast.a_clerk(at=area))
    organisation = organisations.add(written(area), actor=clerk)
    assert queries.organisations_for(clerk) == [organisation]


@pytest.mark.django_db
def test_a_clerk_elsewhere_neither_adds_nor_sees(area: Area) -> None:
    there = cast.an_area(area.district, "140404001001", "长安社区居委会")
    elsewhere = cast.an_actor_of(cast.a_clerk(at=there))
    with pytest.raises(NotAllowed):
        organisations.add(written(area), actor=elsewhere)
    cast.an_organisation(area)
    assert queries.organisations_for(elsewhere) == []
    with pytest.raises(NotSignedIn):
        organisations.add(written(area), actor=cast.a_stranger(area.district))


@pytest.mark.django_db
def test_a_code_is_registered_once_in_a_district(area: Area) -> None:
    cast.an_organisation(area, uscc=VALID[0])
    with pytest.raises(BadInput, match="已经登记"):
        cast.an_organisation(area, name="另一个组织", uscc=VALID[0].lower())
    cast.an_organisation(area, name="没有代码的组织")
    cast.an_organisation(area, name="也没有代码的组织")


@pytest.mark.django_db
def test_of_two_editors_one_is_told(area: Area) -> None:
    actor = cast.an_actor_of(cast.a_clerk(at=area))
    seen = cast.an_organisation(area)
    organisations.edit(seen, written(area, "先改的名字", ""), version=seen.version, actor=actor)
    with pytest.raises(SomeoneWasFaster):
        organisations.edit(seen, written(area, "后改的名字", ""), version=seen.version, actor=actor)
    seen.refresh_from_db()
    assert (seen.name, seen.version) == ("先改的名字", 2)


@pytest.mark.django_db
def test_somebody_belongs_to_an_organisation_once_and_in_one_role(area: Area) -> None:
    actor = cast.an_actor_of(cast.a_clerk(at=area))
    organisation, member = cast.an_organisation(area), cast.a_resident(area.district)
    organisations.let_belong(member, organisation, actor=actor)
    organisations.let_belong(member, organisation, role=Membership.Role.CONTACT, actor=actor)
    assert list(member.memberships.values_list("role", flat=True)) == ["contact"]


@pytest.mark.django_db
def test_the_pages_list_add_and_edit(area: Area) -> None:
    client = cast.signed_in_client(cast.a_clerk(at=area))
    form = {"name": "示例社会组织", "kind": "social", "uscc": VALID[0], "area": f"area-{area.pk}"}
    wrong = client.post("/desk/organisations/new/", {**form, "uscc": VALID[0][:-1] + "4"})
    assert wrong.status_code == 422
    assert "最后一位" in wrong.text
    assert client.post("/desk/organisations/new/", form).status_code == 302
    organisation = Organisation.objects.get()
    page = client.get(f"/desk/organisations/{organisation.pk}/")
    assert VALID[0] in page.text
    edited = {**form, "name": "改了名字", "version": organisation.version}
    assert client.post(f"/desk/organisations/{organisation.pk}/", edited).status_code == 302
    assert "改了名字" in client.get("/desk/organisations/").text


@pytest.mark.django_db
def test_an_organisation_elsewhere_does_not_exist(area: Area) -> None:
    there = cast.an_area(area.district, "140404001001", "长安社区居委会")
    client = cast.signed_in_client(cast.a_clerk(at=there))
    organisation = cast.an_organisation(area)
    assert client.get(f"/desk/organisations/{organisation.pk}/").status_code == 404
