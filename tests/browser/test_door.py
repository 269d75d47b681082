"""The door in a browser: pressed without a network, closed, opened again, sent once; a camera that reads."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from lingju.activities import passes
from lingju.activities.models import HeadCount, Scan, Session, SignUp
from lingju.activities.queries import attendance as queries
from lingju.activities.tests import gatherings
from lingju.kernel import clock
from lingju.people.tests import cast

pytestmark = pytest.mark.django_db(transaction=True)

# What a browser without a reader of codes is given, so that what follows a reading is walked too.
READER = """
window.BarcodeDetector = function () { this.detect = function () {
  return Promise.resolve(window.shown ? [{ rawValue: window.shown }] : []); }; };
navigator.mediaDevices.getUserMedia = function () { return Promise.resolve(new MediaStream()); };
"""


@dataclass(frozen=True)
class Door:
    """A session that begins in an hour, three who signed up, and the keeper's browser at its door."""

    session: Session
    guests: list[SignUp]
    context: BrowserContext
    page: Page


@pytest.fixture
def door(live_server: LiveServer, browser: Browser) -> Iterator[Door]:
    town = gatherings.a_town()
    soon = (clock.now() + dt.timedelta(hours=1)).replace(second=0, microsecond=0)
    session = gatherings.a_session(town, starts_at=soon)
    guests = [gatherings.a_guest(session, name) for name in ("王秀英", "李示例", "赵示例")]
    cookie = cast.signed_in_client(town.keeper).cookies[settings.SESSION_COOKIE_NAME].value
    context = browser.new_context(
        base_url=live_server.url, locale="zh-CN", viewport={"width": 390, "height": 844}
    )
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"/desk/activities/{session.pk}/checkin/")
    yield Door(session, guests, context, page)
    context.close()


def came(page: Page, guest: SignUp) -> None:
    page.locator(f"[data-guest='{guest.pk}'] [data-not-here] button").click()


def test_a_press_is_sent_at_once_where_there_is_a_network(door: Door) -> None:
    came(door.page, door.guests[0])
    expect(door.page.locator(f"[data-guest='{door.guests[0].pk}'] [data-here]")).to_be_visible()
    expect(door.page.locator("[data-visits]")).to_have_text("1")
    expect(door.page.locator("[data-queue]")).to_be_hidden()
    assert queries.figures([door.session]).visits == 1


def test_presses_without_a_network_are_kept_on_the_device_and_sent_once(door: Door) -> None:
    door.context.set_offline(True)
    for guest in door.guests[:2]:
        came(door.page, guest)
    door.page.locator("form[data-group=elder] button").click()
    door.page.locator("#press_code").fill(passes.digits_of(door.guests[2].claim.number))
    door.page.keyboard.press("Enter")
    expect(door.page.locator("[data-queue]")).to_contain_text("离线，已记 4 条")
    expect(door.page.locator(f"[data-guest='{door.guests[2].pk}'] [data-here]")).to_be_visible()
    assert not Scan.objects.exists()
    kept = door.page.evaluate("JSON.stringify(Object.assign({}, localStorage))")
    assert "王秀英" not in kept
    door.context.set_offline(False)
    expect(door.page.locator("[data-queue]")).to_be_hidden(timeout=10_000)
    expect(door.page.locator("[data-visits]")).to_have_text("4")
    assert Scan.objects.filter(was_offline=True).count() == 3
    assert HeadCount.objects.get().was_offline
    assert queries.figures([door.session]).visits == 4


def test_a_page_that_was_closed_with_presses_unsent_sends_them_when_it_is_opened_again(door: Door) -> None:
    door.context.set_offline(True)
    came(door.page, door.guests[0])
    expect(door.page.locator("[data-queue]")).to_be_visible()
    door.page.close(run_before_unload=False)
    door.context.set_offline(False)
    again = door.context.new_page()
    again.goto(f"/desk/activities/{door.session.pk}/checkin/")
    expect(again.locator("[data-visits]")).to_have_text("1")
    assert Scan.objects.count() == 1


def test_an_answer_that_was_lost_on_the_way_makes_no_second_scan(door: Door) -> None:
    lost: list[object] = []

    def lose(route: Route) -> None:
        if not lost:
            lost.append(route.fetch())  # the server has it, the device hears nothing
            route.abort()
        else:
            route.continue_()

    door.page.route("**/scans/", lose)
    came(door.page, door.guests[0])
    expect(door.page.locator("[data-queue]")).to_contain_text("已记 1 条")
    door.page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(door.page.locator("[data-queue]")).to_be_hidden()
    assert Scan.objects.count() == 1
    assert queries.figures([door.session]).visits == 1


def test_a_camera_reads_a_pass_once_and_tells_of_one_that_is_not_on_the_list(door: Door) -> None:
    door.page.add_init_script(READER)
    door.page.reload()
    door.page.locator("[data-camera]").click()
    door.page.evaluate(f"window.shown = '{passes.pass_of(door.guests[1].pk)}'")
    expect(door.page.locator(f"[data-guest='{door.guests[1].pk}'] [data-here]")).to_be_visible()
    door.page.wait_for_timeout(1200)
    assert Scan.objects.count() == 1  # held before the camera, one pass is one scan
    door.page.evaluate("window.shown = 'https://example.org/not-a-pass'")
    expect(door.page.locator("[data-refusals]")).to_contain_text("认不出来")
    assert queries.figures([door.session]).visits == 1


def test_the_list_grows_shorter_as_one_types(door: Door) -> None:
    door.page.locator("[data-filter]").type("wxy")
    expect(door.page.locator("[data-guest]:visible")).to_have_count(1)
    expect(door.page.locator("[data-guest]:visible")).to_contain_text("王秀英")


def test_the_door_works_without_a_script(live_server: LiveServer, browser: Browser, door: Door) -> None:
    cookies = door.context.cookies()
    plain = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    plain.add_cookies(cookies)  # type: ignore[arg-type]
    page = plain.new_page()
    page.goto(f"/desk/activities/{door.session.pk}/checkin/")
    came(page, door.guests[0])
    expect(page.locator(f"[data-guest='{door.guests[0].pk}'] [data-here]")).to_be_visible()
    page.locator("form[data-group=child] button").click()
    expect(page.locator("[data-visits]")).to_have_text("2")
    plain.close()


def test_the_door_fits_a_small_phone(door: Door) -> None:
    wide = door.page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    assert not wide
    small = door.page.evaluate(
        "Array.from(document.querySelectorAll('main button')).filter(b => b.offsetParent"
        " && b.getBoundingClientRect().height < 24).length"
    )
    assert small == 0
