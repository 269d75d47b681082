"""Granting and taking back offices: who may, to whom, where, and what two hands at once do."""

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotAllowed, NotNow, NotSignedIn, NotThere, SomeoneWasFaster
from lingju.kernel.rules import Actor
from lingju.people import queries
from lingju.people.models import Account, Holding
from lingju.people.services import offices
from lingju.people.tests import cast
from lingju.places.models import Area, District
from lingju.places.rules import Office, its_clerk, its_keeper
from lingju.trail.models import Footprint

pytestmark = pytest.mark.django_db
ADMINS = [Office.SYSTEM_ADMIN, Office.SECURITY_ADMIN, Office.AUDIT_ADMIN]


@pytest.fixture
def district() -> District:
    return cast.a_district()


@pytest.fixture
def tree(district: District) -> dict[str, Area]:
    top, street, here, there = cast.a_tree(district)
    other = cast.an_area(district, "140404002", "苏店镇")
    return {"district": top, "street": street, "here": here, "there": there, "other street": other}


def granting(name: str, district: District) -> Actor:
    if name == "the security admin":
        return cast.an_actor_of(cast.a_security_admin(district=district))
    account = cast.CAST[name](district)
    return cast.an_actor_of(account) if account else cast.a_stranger(district)


GRANTS = [
    # who grants            what                    where           verdict
    ("a stranger", Office.KEEPER, "here", NotSignedIn),
    ("a resident", Office.KEEPER, "here", NotAllowed),
    ("a clerk of her station", Office.KEEPER, "here", NotAllowed),
    ("a clerk elsewhere", Office.KEEPER, "here", NotAllowed),
    ("a street officer", Office.KEEPER, "here", None),
    ("a street officer", Office.CLERK, "here", None),
    ("a street officer", Office.CLERK, "street", None),
    ("a street officer", Office.CLERK, "other street", NotAllowed),
    ("a street officer", Office.CLERK, "district", NotAllowed),
    ("a street officer", Office.STREET_OFFICER, "street", NotAllowed),
    ("a street officer", Office.DISTRICT_OFFICER, "district", NotAllowed),
    ("a street officer", Office.SECURITY_ADMIN, "district", NotAllowed),
    ("a district officer", Office.CLERK, "other street", None),
    ("a district officer", Office.STREET_OFFICER, "other street", None),
    ("a district officer", Office.DISTRICT_OFFICER, "district", NotAllowed),
    ("a district officer", Office.AUDIT_ADMIN, "district", NotAllowed),
    ("the security admin", Office.STREET_OFFICER, "street", None),
    ("the security admin", Office.DISTRICT_OFFICER, "district", None),
    ("the security admin", Office.AUDIT_ADMIN, "district", None),
    ("the security admin", Office.CLERK, "here", NotAllowed),
]


@pytest.mark.parametrize(("who", "office", "where", "refusal"), GRANTS)
def test_who_may_grant_what_where(
    district: District, tree: dict[str, Area], who: str, office: Office, where: str, refusal: type | None
) -> None:
    actor, account = granting(who, district), cast.a_resident(district)
    if refusal is None:
        assert offices.grant_office(account, office, at=tree[where], actor=actor).is_in_force(clock.today())
        return
    with pytest.raises(refusal):
        offices.grant_office(account, office, at=tree[where], actor=actor)
    assert not account.holdings.exists()


def test_nobody_grants_to_himself(district: District, tree: dict[str, Area]) -> None:
    officer = cast.a_district_officer(district=district)
    with pytest.raises(NotAllowed, match="自己"):
        offices.grant_office(
            officer, Office.STREET_OFFICER, at=tree["street"], actor=cast.an_actor_of(officer)
        )


def test_an_officer_without_a_second_factor_grants_nothing(district: District, tree: dict[str, Area]) -> None:
    actor = cast.an_actor_of(cast.a_district_officer(district=district), second_factor=False)
    with pytest.raises(NotAllowed):
        offices.grant_office(cast.a_resident(district), Office.CLERK, at=tree["here"], actor=actor)


def test_an_office_reaches_everything_below_its_node_and_nothing_beside(
    district: District, tree: dict[str, Area]
) -> None:
    station = cast.a_station(tree["here"])
    beside = cast.a_station(tree["there"])
    clerk = cast.an_actor_of(cast.a_clerk(at=tree["here"]))
    officer = cast.an_actor_of(cast.a_street_officer(at=tree["street"]))
    keeper = cast.an_actor_of(cast.a_keeper(at=station))
    assert [its_clerk.allows(clerk, s) for s in (station, beside)] == [True, False]
    assert [its_clerk.allows(officer, s) for s in (station, beside)] == [True, True]
    assert [its_keeper.allows(keeper, s) for s in (station, beside)] == [True, False]
    assert not its_clerk.allows(keeper, station)


@pytest.mark.parametrize("first", ADMINS)
@pytest.mark.parametrize("second", ADMINS)
def test_no_account_is_two_of_the_three_admins(district: District, first: Office, second: Office) -> None:
    account = cast.an_admin(first, district=district)
    at, system = account.holdings.get().node, cast.the_system(district)
    if first == second:
        offices.grant_office(account, second, at=at, actor=system)
    else:
        with pytest.raises(NotAllowed, match="三个人"):
            offices.grant_office(account, second, at=at, actor=system)
    assert account.holdings.count() == 1


def test_the_database_itself_keeps_the_three_admins_apart(district: District) -> None:
    account = cast.an_admin(Office.AUDIT_ADMIN, district=district)
    held = account.holdings.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Holding.objects.create(
            district=district, account=account, office=Office.SECURITY_ADMIN, area=held.area
        )


def test_after_laying_one_admin_office_down_another_may_be_held(district: District) -> None:
    account = cast.an_admin(Office.AUDIT_ADMIN, district=district)
    held = account.holdings.get()
    offices.revoke_office(held, actor=cast.an_actor_of(account))
    offices.grant_office(account, Office.SYSTEM_ADMIN, at=held.node, actor=cast.the_system(district))


def test_granting_twice_is_granting_once(district: District, tree: dict[str, Area]) -> None:
    account, actor = cast.a_resident(district), cast.the_system(district)
    first = offices.grant_office(account, Office.CLERK, at=tree["here"], actor=actor)
    again = offices.grant_office(account, Office.CLERK, at=tree["here"], actor=actor)
    assert first == again
    assert Footprint.objects.filter(action="people.grant_office").count() == 1


def test_granting_again_with_another_last_day_moves_it(district: District, tree: dict[str, Area]) -> None:
    account, actor = cast.a_resident(district), cast.the_system(district)
    offices.grant_office(account, Office.CLERK, at=tree["here"], actor=actor)
    until = clock.today() + dt.timedelta(days=30)
    held = offices.grant_office(account, Office.CLERK, at=tree["here"], until=until, actor=actor)
    assert (held.until, account.holdings.count()) == (until, 1)


def test_an_office_ends_after_its_last_day_and_can_be_granted_anew(
    district: District, tree: dict[str, Area]
) -> None:
    account, actor = cast.a_resident(district), cast.the_system(district)
    with time_machine.travel(dt.datetime(2026, 12, 31, 23, 59, tzinfo=clock.ZONE), tick=False) as traveller:
        last_day = clock.today()
        offices.grant_office(account, Office.CLERK, at=tree["here"], until=last_day, actor=actor)
        assert cast.an_actor_of(account).seats
        traveller.shift(dt.timedelta(minutes=2))
        assert not cast.an_actor_of(account).seats
        offices.grant_office(account, Office.CLERK, at=tree["here"], actor=actor)
        assert cast.an_actor_of(account).seats


@pytest.mark.parametrize("days", [-1, 0, 1])
def test_the_filter_and_the_property_agree_on_what_is_in_force(
    district: District, tree: dict[str, Area], days: int
) -> None:
    account = cast.a_clerk(at=tree["here"])
    held = account.holdings.get()
    Holding.objects.filter(pk=held.pk).update(until=clock.today())
    held.refresh_from_db()
    day = clock.today() + dt.timedelta(days=days)
    assert held.is_in_force(day) is Holding.objects.in_force(day).filter(pk=held.pk).exists()


@pytest.mark.parametrize(
    ("office", "where"),
    [
        (Office.STREET_OFFICER, "district"),
        (Office.DISTRICT_OFFICER, "street"),
        (Office.AUDIT_ADMIN, "here"),
    ],
)
def test_an_office_fits_its_level(
    district: District, tree: dict[str, Area], office: Office, where: str
) -> None:
    with pytest.raises(BadInput, match="一级"):
        offices.grant_office(
            cast.a_resident(district), office, at=tree[where], actor=cast.the_system(district)
        )


def test_only_a_keeper_holds_a_single_station(district: District, tree: dict[str, Area]) -> None:
    station = cast.a_station(tree["here"])
    with pytest.raises(BadInput):
        offices.grant_office(
            cast.a_resident(district), Office.CLERK, at=station, actor=cast.the_system(district)
        )


def test_a_last_day_in_the_past_is_refused(district: District, tree: dict[str, Area]) -> None:
    with pytest.raises(BadInput, match="过去"):
        offices.grant_office(
            cast.a_resident(district),
            Office.CLERK,
            at=tree["here"],
            until=clock.today() - dt.timedelta(days=1),
            actor=cast.the_system(district),
        )


def test_an_account_of_another_district_is_not_there(district: District, tree: dict[str, Area]) -> None:
    foreigner = cast.a_resident(cast.a_district("140403", name="潞州区"))
    with pytest.raises(NotThere):
        offices.grant_office(foreigner, Office.CLERK, at=tree["here"], actor=cast.the_system(district))


def test_taking_back_ends_the_office_in_open_sessions(district: District, tree: dict[str, Area]) -> None:
    clerk = cast.a_clerk(at=tree["here"])
    client = cast.signed_in_client(clerk)
    assert client.get("/desk/organisations/").status_code == 200
    officer = cast.an_actor_of(cast.a_street_officer(at=tree["street"]))
    offices.revoke_office(clerk.holdings.get(), actor=officer)
    assert client.get("/desk/organisations/").status_code == 403


def test_of_two_hands_that_take_back_one_is_told(district: District, tree: dict[str, Area]) -> None:
    held = cast.a_clerk(at=tree["here"]).holdings.get()
    first = cast.an_actor_of(cast.a_street_officer(at=tree["street"]))
    second = cast.an_actor_of(cast.a_district_officer(at=tree["district"]))
    seen_by_both = Holding.objects.get(pk=held.pk)
    offices.revoke_office(held, actor=first)
    offices.revoke_office(seen_by_both, actor=first)
    with pytest.raises(SomeoneWasFaster):
        offices.revoke_office(seen_by_both, actor=second)
    assert Footprint.objects.filter(action="people.revoke_office").count() == 1


def test_who_may_not_grant_may_not_take_back(district: District, tree: dict[str, Area]) -> None:
    held = cast.a_clerk(at=tree["here"]).holdings.get()
    with pytest.raises(NotAllowed):
        offices.revoke_office(held, actor=cast.an_actor_of(cast.a_clerk(at=tree["here"])))


def test_the_last_security_admin_cannot_go(district: District) -> None:
    admin = cast.a_security_admin(district=district)
    with pytest.raises(NotNow, match="唯一"):
        offices.revoke_office(admin.holdings.get(), actor=cast.an_actor_of(admin))
    cast.a_security_admin(district=district)
    offices.revoke_office(admin.holdings.get(), actor=cast.an_actor_of(admin))


def test_the_list_shows_what_is_held_below_the_actors_own_nodes(
    district: District, tree: dict[str, Area]
) -> None:
    cast.a_clerk(at=tree["here"])
    station = cast.a_station(tree["there"])
    cast.a_keeper(at=station)
    cast.a_clerk(at=tree["other street"], name="外街社工")
    officer = cast.an_actor_of(cast.a_street_officer(at=tree["street"]))
    lines = queries.offices_under(officer)
    assert {(line.who, line.node) for line in lines} == {
        ("赵社工", "府后街社区"),
        ("李站长", str(station)),
        ("周街道", "韩店街道"),
    }
    assert all(line.may_revoke for line in lines)


def found(typed: str, actor: Account) -> list[Account]:
    return queries.somebody(typed, district=actor.district, actor=cast.an_actor_of(actor))


def test_somebody_is_found_by_whole_phone_name_or_sign_in_name_alone(
    district: District, tree: dict[str, Area]
) -> None:
    officer, wanted = cast.a_street_officer(at=tree["street"]), cast.a_resident(district)
    phone = str(wanted.phone)
    wide = phone.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert found(wide, officer) == [wanted]
    assert found(f"+86 {phone[:3]} {phone[3:7]} {phone[7:]}", officer) == [wanted]
    assert found(str(wanted.sign_in_name), officer) == [wanted]
    assert found("王秀英", officer) == [wanted]
    assert found("王秀", officer) == []
    assert found(phone[:8], officer) == []


def test_an_officer_grants_and_takes_back_at_the_desk(district: District, tree: dict[str, Area]) -> None:
    client = cast.signed_in_client(cast.a_street_officer(at=tree["street"]))
    wanted = cast.a_resident(district)
    page = client.get("/desk/roles/", {"who": str(wanted.phone)}).text
    assert f"/desk/roles/grant/{wanted.pk}/" in page
    assert str(wanted.phone) not in page.replace(f'value="{wanted.phone}"', "")
    form = {"account": wanted.pk, "office": "clerk", "at": f"area-{tree['here'].pk}", "until": ""}
    assert client.post(f"/desk/roles/grant/{wanted.pk}/", form).headers["Location"] == "/desk/roles/"
    held = wanted.holdings.get()
    assert "王秀英" in client.get("/desk/roles/").text
    assert client.post(f"/desk/roles/revoke/{held.pk}/").status_code == 302
    held.refresh_from_db()
    assert held.revoked_at is not None


def test_the_desk_offers_only_what_the_officer_may_grant(district: District, tree: dict[str, Area]) -> None:
    client = cast.signed_in_client(cast.a_street_officer(at=tree["street"]))
    wanted = cast.a_resident(district)
    page = client.get(f"/desk/roles/grant/{wanted.pk}/").text
    assert 'value="clerk"' in page
    assert "district_officer" not in page
    assert f"area-{tree['other street'].pk}" not in page
    form = {"account": wanted.pk, "office": "clerk", "at": f"area-{tree['other street'].pk}"}
    assert client.post(f"/desk/roles/grant/{wanted.pk}/", form).status_code == 422


def test_an_office_held_elsewhere_does_not_exist_at_this_desk(
    district: District, tree: dict[str, Area]
) -> None:
    held = cast.a_clerk(at=tree["other street"]).holdings.get()
    client = cast.signed_in_client(cast.a_street_officer(at=tree["street"]))
    assert client.post(f"/desk/roles/revoke/{held.pk}/").status_code == 404


def test_a_colleagues_first_password_is_shown_once_and_must_be_changed(
    district: District, tree: dict[str, Area]
) -> None:
    client = cast.signed_in_client(cast.a_street_officer(at=tree["street"]))
    page = client.post("/desk/roles/account/", {"display_name": "新同事", "sign_in_name": "newcomer"})
    password = page.text.split('<code class="num">')[1].split("</code>")[0]
    account = Account.objects.get(sign_in_name="newcomer")
    assert account.must_change_password
    assert account.check_password(password)


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("a stranger", 302),
        ("a resident", 403),
        ("a clerk of her station", 403),
        ("a clerk elsewhere", 403),
        ("a street officer", 200),
        ("a district officer", 200),
    ],
)
def test_who_sees_the_roles_page(district: District, client: Client, who: str, status: int) -> None:
    account = cast.CAST[who](district)
    browser = cast.signed_in_client(account) if account else client
    assert browser.get("/desk/roles/").status_code == status
