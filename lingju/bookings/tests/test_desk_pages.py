"""The keeper's pages: a day of single presses, three taps for a telephone booking, set-up."""

import datetime as dt
import re

import pytest
from django.test import Client
from zeal import zeal_ignore

from lingju.bookings.catalogue import BOOKABLES
from lingju.bookings.models import Bookable, Claim, Pool
from lingju.bookings.parties import Party
from lingju.bookings.services import claiming, seats
from lingju.bookings.tests.builders import (
    a_bookable,
    a_key,
    a_pool,
    a_receipt,
    a_station,
    at,
    booked,
    the_system,
)
from lingju.people.tests import cast
from lingju.places.models import Station
from lingju.places.services import catalogue, hours
from lingju.places.tests import builders as places
from lingju.trail.models import Footprint

pytestmark = pytest.mark.django_db
S = Claim.State
LI = Party(called="李大爷", phone="13812345678", by="call")


def a_keeper_of(station: Station) -> Client:
    """Return the browser of whoever keeps a station."""
    return cast.signed_in_client(cast.a_keeper(at=station))


def a_clerk_of(station: Station) -> Client:
    """Return the browser of a clerk of the station's community."""
    return cast.signed_in_client(cast.a_clerk(at=station))


def page(browser: Client, address: str, status: int = 200) -> str:
    """Return what a page says."""
    answer = browser.get(address)
    assert answer.status_code == status, answer.content[:400]
    return answer.content.decode()


def press(browser: Client, claim: Claim, do: str, **said: str) -> int:
    """Press a button of the day."""
    answer = browser.post(f"/desk/bookings/claim/{claim.pk}/", {"do": do, "from": "day", **said})
    claim.refresh_from_db()
    return answer.status_code


def test_the_day_shows_who_comes_what_is_free_and_phones_masked() -> None:
    haircut = a_bookable(a_station())
    booked(haircut, at(10), party=LI)
    seen = page(a_keeper_of(haircut.station), f"/desk/bookings/{haircut.station_id}/day/")
    assert "李大爷" in seen
    assert "138****5678" in seen
    assert "13812345678" not in seen
    assert re.findall(r"<b>(\d+:\d\d–\d+:\d\d)</b>", seen) == ["9:30–10:00", "10:00–10:30", "10:30–18:00"]


def test_one_press_each_for_came_done_and_did_not_come() -> None:
    haircut = a_bookable(a_station())
    keeper = a_keeper_of(haircut.station)
    came, missing = booked(haircut, at(9, 30)), booked(haircut, at(10))
    assert press(keeper, came, "check_in") == 302
    assert press(keeper, came, "complete") == 302
    assert came.state == S.COMPLETED
    assert press(keeper, missing, "miss") == 422  # it has not even begun
    assert missing.state == S.CONFIRMED


def test_a_press_that_came_too_late_says_so_and_keeps_the_reason_that_was_typed() -> None:
    room = a_bookable(a_station(), needs_approval=True)
    keeper = a_keeper_of(room.station)
    claim = booked(room, at(10))
    assert press(keeper, claim, "refuse") == 422
    assert press(keeper, claim, "refuse", why="那天要开居民议事会") == 302
    assert (claim.state, claim.why) == (S.CANCELLED, "那天要开居民议事会")
    answer = keeper.post(f"/desk/bookings/claim/{claim.pk}/", {"do": "approve"})
    assert (answer.status_code, "现在是“已取消”" in answer.content.decode()) == (422, True)


def test_what_waits_for_a_yes_shows_who_else_wants_the_time() -> None:
    room = a_bookable(a_station(), needs_approval=True)
    booked(room, at(10))
    booked(room, at(10), may_wait=True)
    seen = page(a_keeper_of(room.station), f"/desk/bookings/{room.station_id}/day/")
    assert "同一时段还有 1 个候补" in seen
    assert "空出来自动问" in seen


def test_a_keeper_elsewhere_finds_nothing_here() -> None:
    haircut = a_bookable(a_station())
    claim = booked(haircut, at(10))
    other = places.a_station(places.a_tree(haircut.district)[3])
    stranger = a_keeper_of(other)
    for address in (f"/desk/bookings/{haircut.station_id}/day/", f"/desk/bookings/claim/{claim.pk}/"):
        assert stranger.get(address).status_code == 404
    assert press(stranger, claim, "check_in") == 404
    assert claim.state == S.CONFIRMED


def test_a_telephone_booking_takes_three_taps_and_prints_its_paper() -> None:
    haircut = a_bookable(a_station())
    keeper = a_keeper_of(haircut.station)
    day = page(keeper, f"/desk/bookings/{haircut.station_id}/day/")
    (gap,) = re.findall(r'href="(/desk/bookings/\d+/call/\?b=[^"]+at=[^"]+)"', day)
    form = page(keeper, gap.replace("&amp;", "&"))
    (chosen,) = re.findall(r'value="([^"]+)"[^>]* checked', form.split("d-times")[1].split("</fieldset>")[0])
    (key,) = re.findall(r'name="key" value="([^"]+)"', form)
    said = {"key": key, "at": chosen, "called": "李大爷", "phone": "138 1234 5678", "by": "call"}
    address = f"/desk/bookings/{haircut.station_id}/call/?b={haircut.pk}"
    refused = keeper.post(address, said)
    assert (refused.status_code, "先念给他听" in refused.content.decode()) == (422, True)
    assert "138 1234 5678" in refused.content.decode()
    answer = keeper.post(address, {**said, "consent": "on"}, follow=True)
    claim = Claim.objects.get()
    assert (claim.called, claim.phone, claim.proxy, claim.by) == ("李大爷", "13812345678", "电话代约", "call")
    assert claim.starts_at == at(9, 30)
    paper = answer.content.decode()
    assert claim.number in paper
    assert str(claim.code) in paper
    keeper.post(address, {**said, "consent": "on"})
    assert Claim.objects.count() == 1


def test_the_paper_with_its_code_is_the_callers_for_half_an_hour() -> None:
    haircut = a_bookable(a_station())
    account = cast.a_keeper(at=haircut.station)
    claim = booked(haircut, at(10), party=Party(called="李大爷", told_by_id=account.pk))
    slip = f"/desk/bookings/claim/{claim.pk}/slip/"
    assert cast.signed_in_client(account).get(slip).status_code == 200
    assert a_clerk_of(haircut.station).get(slip).status_code == 404
    Claim.objects.update(made_at=claim.made_at - dt.timedelta(minutes=31))
    assert cast.signed_in_client(account).get(slip).status_code == 404


def test_somebody_is_found_by_number_or_first_letters_and_that_is_kept() -> None:
    haircut = a_bookable(a_station())
    claim = booked(haircut, at(10), party=LI)
    keeper = a_keeper_of(haircut.station)
    address = f"/desk/bookings/{haircut.station_id}/find/"
    for said in ("138-1234-5678", "ldy", "李大", claim.number):
        seen = keeper.post(address, {"said": said}).content.decode()
        assert f"/desk/bookings/claim/{claim.pk}/" in seen, said
        assert "13812345678" not in seen
    assert Footprint.objects.filter(action="read").count() == 4
    assert "没找到" in keeper.post(address, {"said": "13900000000"}).content.decode()
    whole = keeper.post(f"/desk/bookings/claim/{claim.pk}/", {"do": "phone"}).content.decode()
    assert "13812345678" in whole
    assert Footprint.objects.filter(action="read_phone").count() == 1


def test_every_entry_of_the_catalogue_can_be_set_up_as_it_is() -> None:
    station = a_station()
    catalogue_of(station)
    clerk = a_clerk_of(station)
    for seed in BOOKABLES.values():
        address = f"/desk/bookings/{station.pk}/new/?kind={seed.code}"
        answer = clerk.post(address, filled(page(clerk, address)))
        assert answer.status_code == 302, (
            seed.code,
            re.findall(r"field-error.*?</p>", answer.content.decode()),
        )
    made = {bookable.name: bookable for bookable in Bookable.objects.filter(station=station)}
    assert set(made) == {seed.name for seed in BOOKABLES.values()}
    assert all(bookable.offer is not None for bookable in made.values())
    assert Pool.objects.get(name="理疗床").bookables.count() == 2


def catalogue_of(station: Station) -> None:
    """Offer at a station every service that the catalogue of bookables speaks of."""
    places.a_catalogue(station.district)
    for code in {seed.service for seed in BOOKABLES.values()}:
        catalogue.offer(station, code, actor=the_system(station))


def filled(html: str) -> dict[str, str]:
    """Return what a form holds as it was served: what a browser would send."""
    form = html.split('<form class="form"')[1].split("</form>")[0]
    said = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ("checkbox" not in tag or "checked" in tag):
            said[name[1]] = value[1] if value else "on" if "checkbox" in tag else ""
    for name, body in re.findall(r'<textarea name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.S):
        said[name] = body.strip()
    for name, body in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', body)
        said[name] = chosen[1] if chosen else ""
    said.pop("csrfmiddlewaretoken", None)
    return said


def test_set_up_says_in_words_what_is_wrong() -> None:
    station = a_station(weekly="")
    catalogue_of(station)
    chair = a_pool(station, name="理发椅", kind=Pool.Kind.THING)
    a_bookable(station, chair, takes_walk_ins=True)
    a_bookable(station, name="艾灸", qualified_until=dt.date(2026, 2, 1), qualification="证")
    seen = page(a_keeper_of(station), f"/desk/bookings/{station.pk}/")
    for words in ("可取号却没有人员", "2026-02-01 过期了", "没有开放时间"):
        assert words in seen


def test_fewer_places_than_are_taken_are_refused_with_whom_to_call() -> None:
    station = a_station()
    pool = a_pool(station, 2)
    haircut = a_bookable(station, pool)
    booked(haircut, at(10), party=LI)
    late = booked(haircut, at(10), party=Party(called="王大妈"))
    clerk = a_clerk_of(station)
    answer = clerk.post(f"/desk/bookings/pool/{pool.pk}/", {"capacity": "1"})
    seen = answer.content.decode()
    assert answer.status_code == 422
    assert "已经约出去 2 个" in seen
    assert seen.index("王大妈") < seen.index("李大爷")
    claiming.cancel(late, actor=the_system(station))
    assert clerk.post(f"/desk/bookings/pool/{pool.pk}/", {"capacity": "1"}).status_code == 302
    pool.refresh_from_db()
    assert pool.capacity == 1


def test_a_keeper_looks_at_the_set_up_and_a_clerk_changes_it() -> None:
    haircut = a_bookable(a_station())
    keeper, clerk = a_keeper_of(haircut.station), a_clerk_of(haircut.station)
    address = f"/desk/bookings/item/{haircut.pk}/"
    assert keeper.get(address).status_code == 403
    said = filled(page(clerk, address))
    assert clerk.post(address, {**said, "minutes": "45", "most_minutes": "45"}).status_code == 302
    haircut.refresh_from_db()
    assert haircut.minutes == 45
    stale = clerk.post(address, {**said, "minutes": "20"})
    assert (stale.status_code, 'value="20"' in stale.content.decode()) == (422, True)
    clerk.post(address, {"do": "stop"})
    haircut.refresh_from_db()
    assert not haircut.is_offered


def test_what_lies_outside_is_moved_when_it_was_agreed() -> None:
    haircut = a_bookable(a_station())
    claim = booked(haircut, at(10, days=1), party=LI)
    hours.close_on(haircut.station, dt.date(2026, 3, 3), reason="停水", actor=the_system(haircut.station))
    keeper = a_keeper_of(haircut.station)
    assert "1 个预约在开放时间外" in page(keeper, f"/desk/bookings/{haircut.station_id}/day/")
    address = f"/desk/bookings/{haircut.station_id}/outside/"
    (instead,) = re.findall(r'name="to" value="([^"]+)"', page(keeper, address))
    keeper.post(address, {"claim": str(claim.pk), "to": instead})
    claim.refresh_from_db()
    assert claim.starts_at == at(10, days=2)
    assert "都在开放时间里" in page(keeper, address)


def test_a_series_is_made_reported_and_changed_on_its_pages() -> None:
    station = a_station()
    places.a_calendar(station.district)
    room = a_bookable(
        station, a_pool(station, name="议事室"), name="议事室", mode="room", most_minutes=240, most_party=30
    )
    booked(room, at(14, days=11))
    keeper = a_keeper_of(station)
    address = f"/desk/bookings/{station.pk}/repeat/"
    page(keeper, address)
    said = {
        "key": a_key(),
        "item": str(room.pk),
        "weekdays": ["4"],
        "every_weeks": "1",
        "quantity": "12",
        "first": "2026-03-06",
        "last": "2026-03-27",
        "opens": "14:00",
        "closes": "16:00",
        "skips_holidays": "on",
        "called": "合唱队",
        "by": "paper",
        "consent": "on",
    }
    assert keeper.post(address, {**said, "closes": "13:00"}).status_code == 422
    report = keeper.post(address, said, follow=True)
    seen = report.content.decode()
    assert "约上 3 次，1 天没约上" in seen
    assert "已被约走" in seen
    series_page = report.redirect_chain[-1][0]
    first = Claim.objects.filter(series__isnull=False).order_by("starts_at")[0]
    said = {"do": "change", "claim": str(first.pk), "opens": "16:00", "closes": "17:30"}
    with zeal_ignore():  # dates go through the verb one by one, so that each is refused alone
        changed = keeper.post(series_page, said, follow=True)
    assert "改了 3 次" in changed.content.decode()
    off = {"do": "call_off", "claim": str(first.pk)}
    assert keeper.post(series_page, off).status_code == 422
    keeper.post(series_page, {**off, "why": "屋顶漏水"})
    with zeal_ignore():
        keeper.post(series_page, {"do": "cancel_following", "claim": str(first.pk)})
    gone = Claim.objects.filter(series__isnull=False, state=S.CANCELLED).order_by("starts_at")
    assert [claim.ended_by for claim in gone] == ["station", "party", "party"]


def test_things_are_lent_extended_and_taken_back_on_their_page() -> None:
    station = a_station()
    shelf = a_pool(station, 1, "雨具", kind=Pool.Kind.THING, grain=Pool.Grain.NONE)
    umbrella = a_bookable(station, shelf, name="借雨具", mode=Bookable.Mode.LOAN, loan_days=7)
    keeper = a_keeper_of(station)
    address = f"/desk/bookings/{station.pk}/loans/"
    said = {
        "do": "lend",
        "key": a_key(),
        "item": str(umbrella.pk),
        "called": "骑手小王",
        "by": "paper",
        "consent": "on",
    }
    assert keeper.post(address, said).status_code == 302
    assert "骑手小王" in page(keeper, address)
    refused = keeper.post(address, {**said, "key": a_key()})
    assert (refused.status_code, "约满了" in refused.content.decode()) == (422, True)
    claim = Claim.objects.get()
    keeper.post(address, {"do": "give_back", "claim": str(claim.pk)})
    claim.refresh_from_db()
    assert claim.state == S.COMPLETED
    assert seats.free_seats(shelf) == 1


def test_the_sheet_on_paper_names_no_telephone_and_nothing_confidential() -> None:
    talk = a_bookable(a_station(), name="心理咨询", is_confidential=True)
    booked(talk, at(10), party=LI)
    seen = page(a_keeper_of(talk.station), f"/desk/bookings/{talk.station_id}/day/paper/")
    assert "李大爷" in seen
    assert "心理咨询" not in seen
    assert "138" not in seen


def test_a_date_that_is_none_is_refused_and_not_an_error() -> None:
    haircut = a_bookable(a_station())
    keeper = a_keeper_of(haircut.station)
    assert keeper.get(f"/desk/bookings/{haircut.station_id}/day/?date=morgen").status_code == 422
    assert keeper.get(f"/desk/bookings/{haircut.station_id}/day/?date=0001-01-01").status_code == 422
    assert keeper.get(f"/desk/bookings/{haircut.station_id}/day/?date=2026-01-01").status_code == 200
    assert keeper.get(f"/desk/bookings/{haircut.station_id}/call/?at=x&b=y").status_code == 200


def test_who_waits_reads_why_others_went_first_at_the_desk_too() -> None:
    haircut = a_bookable(a_station())
    first = booked(haircut, at(10))
    waiting = a_receipt(haircut, at(10), may_wait=True, party=LI).claim
    claiming.cancel(first, actor=the_system(haircut.station))
    seen = page(a_keeper_of(haircut.station), f"/desk/bookings/claim/{waiting.pk}/")
    assert "按先来后到轮到您" in seen
