"""My own calendar: what I booked under an address that I alone have, until I take it back."""

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client

from lingju.activities.models import Session
from lingju.activities.services import calling_off, signing_up
from lingju.activities.tests.builders import Quarter, a_quarter, a_session, a_signup, at
from lingju.activities.tests.calendars import agreed, events
from lingju.bookings import mine
from lingju.bookings.models import Claim, FeedToken
from lingju.bookings.parties import Party, Slot
from lingju.bookings.services import claiming, feeds
from lingju.bookings.tests.builders import a_bookable, a_key, booked
from lingju.kernel.errors import NotAllowed, NotNow
from lingju.people.models import Account
from lingju.people.services import accounts
from lingju.people.tests import cast
from lingju.places.tests.builders import the_system
from lingju.trail.models import Footprint

pytestmark = pytest.mark.django_db
PAGE = "/me/calendar/"
WHO = ("示例居民甲", "13700009999")


@pytest.fixture
def quarter() -> Quarter:
    return a_quarter()


@pytest.fixture
def resident(quarter: Quarter) -> Account:
    return cast.a_resident(quarter.district)


def press(client: Client, **values: Any) -> Any:
    return client.post(PAGE, {"do": "make", "key": "press-of-a-test", **values}, follow=True)


def address_in(answer: Any) -> str:
    """Return the path of the address that the page shows."""
    found = re.search(r'value="http://testserver(/calendar/[0-9a-f]{64}\.ics)"', answer.content.decode())
    assert found is not None, answer.content.decode()[:3000]
    return found[1]


def holding(*claims: Claim) -> Client:
    """Return a browser that keeps bookings without an account."""
    client = Client()
    for claim in claims:
        client.post("/bookings/find/", {"number": claim.number, "code": str(claim.code)})
    assert mine.COOKIE in client.cookies
    return client


def a_haircut(quarter: Quarter, account: Account | None = None, **changes: Any) -> Claim:
    """Book a haircut on the Tuesday at ten."""
    bookable = a_bookable(quarter.station, **changes)
    actor = cast.an_actor_of(account) if account is not None else None
    party = Party(called=WHO[0], phone=WHO[1], account_id=account.pk if account is not None else None)
    return booked(bookable, at(1, 10), party=party, actor=actor)


def test_an_account_reads_its_bookings_and_signups_without_signing_in(
    quarter: Quarter, resident: Account
) -> None:
    me, session = cast.an_actor_of(resident), a_session(quarter)
    claim = a_haircut(quarter, resident)
    signup = a_signup(session, actor=me, called=WHO[0], phone=WHO[1]).signup
    address = address_in(press(cast.signed_in_client(resident)))
    answer = Client().get(address)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "private" in answer["Cache-Control"]
    assert {(start, end, status) for _uid, start, end, status in agreed(answer.content)} == {
        ("2026-03-03 10:00", "2026-03-03 10:30", "CONFIRMED"),
        ("2026-03-05 15:00", "2026-03-05 17:00", "CONFIRMED"),
    }
    seen = events(answer.content)
    assert set(seen) == {"理发", session.title}
    assert str(seen[session.title]["url"]).endswith(f"/activities/{session.pk}/")
    for secret in (*WHO, resident.display_name, str(claim.code), str(signup.claim.code)):
        assert secret not in answer.content.decode()


def test_a_browser_without_an_account_has_a_calendar_of_what_it_keeps(quarter: Quarter) -> None:
    kept, other = a_haircut(quarter), a_haircut(quarter, name="按摩")
    client = holding(kept)
    address = address_in(press(client))
    assert set(events(Client().get(address).content)) == {"理发"}
    client.post("/bookings/find/", {"number": other.number, "code": str(other.code)})
    assert "还没在里面" in client.get(PAGE).content.decode()
    token = FeedToken.objects.get()
    for _twice in range(2):
        client.post(PAGE, {"do": "take_in", "token": token.pk})
    assert set(events(Client().get(address).content)) == {"理发", "按摩"}
    assert "还没在里面" not in client.get(PAGE).content.decode()


def test_what_waits_is_tentative_and_what_was_called_off_says_so(quarter: Quarter, resident: Account) -> None:
    me, system = cast.an_actor_of(resident), the_system(quarter.district)
    full = a_session(quarter, title="满了的一场", capacity=1)
    a_signup(full)
    waiting = a_signup(full, actor=me)
    mine_off = a_signup(a_session(quarter, title="我不去的", starts_at=at(4)), actor=me)
    theirs = a_session(quarter, title="停办的", starts_at=at(5))
    a_signup(theirs, actor=me)
    late = a_session(quarter, title="延期的", starts_at=at(6))
    a_signup(late, actor=me)
    signing_up.withdraw(mine_off.signup, actor=me)
    calling_off.cancel_session(theirs, "停水", actor=system)
    calling_off.postpone(late, "讲师生病", actor=system)
    address = address_in(press(cast.signed_in_client(resident)))
    seen = {title: str(event["status"]) for title, event in events(Client().get(address).content).items()}
    assert seen == {
        "还没定：满了的一场": "TENTATIVE",
        "取消：我不去的": "CANCELLED",
        "取消：停办的": "CANCELLED",
        "延期：延期的": "TENTATIVE",
    }
    assert waiting.signup.claim.state == Claim.State.WAITLISTED


def test_the_uid_stays_and_the_sequence_grows_with_either_change(quarter: Quarter, resident: Account) -> None:
    me, session = cast.an_actor_of(resident), a_session(quarter)
    signup = a_signup(session, actor=me).signup
    address = address_in(press(cast.signed_in_client(resident)))
    seen = [look(address)]
    calling_off.move(session, at(9), "场地占用", actor=the_system(quarter.district))
    seen.append(look(address))
    signing_up.withdraw(signup, actor=me)
    seen.append(look(address))
    assert len({uid for uid, _sequence in seen}) == 1
    numbers = [sequence for _uid, sequence in seen]
    assert numbers == sorted(set(numbers))


def look(address: str) -> tuple[str, int]:
    """Return the name and the sequence of the one event at an address."""
    (event,) = events(Client().get(address).content).values()
    return str(event["uid"]), int(event["sequence"])


def test_a_moved_booking_keeps_its_uid(quarter: Quarter, resident: Account) -> None:
    claim = a_haircut(quarter, resident)
    address = address_in(press(cast.signed_in_client(resident)))
    before = look(address)
    claiming.move(claim, Slot(starts_at=at(1, 11)), actor=cast.an_actor_of(resident))
    after = look(address)
    assert before[0] == after[0]
    assert before[1] < after[1]
    assert "2026-03-03 11:00" in {
        start for _uid, start, _end, _status in agreed(Client().get(address).content)
    }


def test_what_is_confidential_appears_in_neutral_words(quarter: Quarter, resident: Account) -> None:
    a_haircut(quarter, resident, name="心理咨询", is_confidential=True)
    address = address_in(press(cast.signed_in_client(resident)))
    said = Client().get(address).content.decode()
    assert set(events(said.encode())) == {"到站预约"}
    assert "心理" not in said


def test_revoked_it_is_not_there(quarter: Quarter, resident: Account) -> None:
    client = cast.signed_in_client(resident)
    address = address_in(press(client))
    assert Client().get(address).status_code == 200
    client.post(PAGE, {"do": "revoke", "token": FeedToken.objects.get().pk})
    assert Client().get(address).status_code == 404
    again = press(client)  # the press that made it does not wake it up
    assert address not in again.content.decode()
    assert "重新做一个" in again.content.decode()
    fresh = address_in(press(client, key="another-press"))
    assert fresh != address
    assert Client().get(fresh).status_code == 200
    assert Footprint.objects.filter(subject_type="bookings.feedtoken", action="revoke").count() == 1


@pytest.mark.parametrize("token", ["f" * 64, "0", "x" * 300, "-"])
def test_a_strange_address_is_not_there(quarter: Quarter, token: str) -> None:
    assert Client().get(f"/calendar/{token}.ics").status_code == 404


def test_the_same_press_shows_the_same_address(quarter: Quarter, resident: Account) -> None:
    client = cast.signed_in_client(resident)
    assert address_in(press(client)) == address_in(press(client))
    assert FeedToken.objects.count() == 1


def test_two_people_with_the_same_press_have_two_addresses(quarter: Quarter, resident: Account) -> None:
    other = cast.a_resident(quarter.district)
    first, second = (address_in(press(cast.signed_in_client(one))) for one in (resident, other))
    assert first != second


def test_a_copy_of_the_database_opens_nothing(quarter: Quarter, resident: Account) -> None:
    address = address_in(press(cast.signed_in_client(resident)))
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM bookings_feedtoken")
        copied = str(cursor.fetchall())
    assert re.findall(r"[0-9a-f]{64}", address)[0] not in copied
    digest = FeedToken.objects.get().digest
    assert Client().get(f"/calendar/{digest}.ics").status_code == 404


def test_nobody_revokes_what_is_anothers(quarter: Quarter, resident: Account) -> None:
    made = feeds.make(quarter.district, (), key=a_key(), actor=cast.an_actor_of(resident))
    other = cast.a_resident(quarter.district)
    with pytest.raises(NotAllowed):
        feeds.revoke(made.token, actor=cast.an_actor_of(other))
    answer = cast.signed_in_client(other).post(PAGE, {"do": "revoke", "token": made.token.pk}, follow=True)
    assert "没有这个订阅地址" in answer.content.decode()
    assert Client().get(f"/calendar/{made.secret}.ics").status_code == 200


def test_two_hands_revoke_once(quarter: Quarter, resident: Account) -> None:
    actor = cast.an_actor_of(resident)
    made = feeds.make(quarter.district, (), key=a_key(), actor=actor)
    feeds.revoke(FeedToken.objects.get(), actor=actor)
    with pytest.raises(NotNow):
        feeds.revoke(made.token, actor=actor)


def test_a_closed_account_opens_nothing(quarter: Quarter, resident: Account) -> None:
    actor = cast.an_actor_of(resident)
    made = feeds.make(quarter.district, (), key=a_key(), actor=actor)
    accounts.close(resident, actor=actor)
    assert Client().get(f"/calendar/{made.secret}.ics").status_code == 404


def test_five_addresses_are_enough(quarter: Quarter, resident: Account) -> None:
    actor = cast.an_actor_of(resident)
    for _number in range(feeds.MOST_LIVE):
        feeds.make(quarter.district, (), key=a_key(), actor=actor)
    with pytest.raises(NotNow, match="不用的先作废"):
        feeds.make(quarter.district, (), key=a_key(), actor=actor)


def test_a_browser_has_one_address_and_a_new_one_takes_its_place(quarter: Quarter) -> None:
    client = holding(a_haircut(quarter))
    first = address_in(press(client))
    second = address_in(press(client, key="another-press"))
    assert [Client().get(address).status_code for address in (first, second)] == [404, 200]


def test_a_browser_that_forgot_its_bookings_forgot_its_calendar(quarter: Quarter) -> None:
    client = holding(a_haircut(quarter))
    press(client)
    client.post("/bookings/forget/")
    page = client.get(PAGE).content.decode()
    assert "在用的地址" not in page
    assert "还没有预约" in page


def test_a_shared_screen_makes_none(quarter: Quarter) -> None:
    claim, client = a_haircut(quarter), Client()
    client.post("/bookings/find/", {"number": claim.number, "code": str(claim.code), "shared": "on"})
    assert "公用的屏幕" in press(client).content.decode()
    assert FeedToken.objects.count() == 0


def test_asked_again_nothing_is_sent_until_a_booking_changes(quarter: Quarter, resident: Account) -> None:
    claim = a_haircut(quarter, resident)
    address = address_in(press(cast.signed_in_client(resident)))
    tag = {"if-none-match": Client().get(address)["ETag"]}
    assert Client().get(address, headers=tag).status_code == 304
    claiming.cancel(claim, actor=cast.an_actor_of(resident))
    assert Client().get(address, headers=tag).status_code == 200


def test_it_is_read_sixty_times_an_hour_at_most(quarter: Quarter, resident: Account) -> None:
    made = feeds.make(quarter.district, (), key=a_key(), actor=cast.an_actor_of(resident))
    for _number in range(feeds.READS.tries):
        feeds.opened(quarter.district, made.secret)
    answer = Client().get(f"/calendar/{made.secret}.ics")
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    used = FeedToken.objects.get().last_used_at
    assert used is not None


def test_what_is_long_over_leaves_the_calendar(quarter: Quarter, resident: Account) -> None:
    a_haircut(quarter, resident)
    made = feeds.make(quarter.district, (), key=a_key(), actor=cast.an_actor_of(resident))
    for days, is_told in ((80, True), (95, False)):
        with time_machine.travel(at(1, 12) + dt.timedelta(days=days)):
            assert bool(events(Client().get(f"/calendar/{made.secret}.ics").content)) is is_told


@pytest.mark.parametrize(
    "values",
    [{"do": ""}, {"do": "drop"}, {"key": ""}, {"key": "x" * 300}, {"do": "revoke", "token": "9" * 30}],
)
def test_nonsense_is_told_in_words(quarter: Quarter, resident: Account, values: dict[str, str]) -> None:
    answer = press(cast.signed_in_client(resident), **values)
    assert answer.status_code == 200
    assert FeedToken.objects.count() == 0


def test_sessions_exist_apart_from_bookings(quarter: Quarter, resident: Account) -> None:
    """A calendar shows what I signed up for, and not what is on besides."""
    a_session(quarter)
    address = address_in(press(cast.signed_in_client(resident)))
    assert Session.objects.public().count() == 1
    assert events(Client().get(address).content) == {}
