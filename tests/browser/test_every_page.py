"""Every page that the table of rights lets somebody read, in all looks, so that none is forgotten.

It stands in the small district, is loaded once, and is then put from one look into the next. What the demo
district shows, and how heavy pages may be, is held by `test_pages.py`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from django.test import Client
from playwright._impl._api_structures import SetCookieParam
from playwright.sync_api import Browser, BrowserContext
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from tests.browser.looks import DESK_LOOKS, PHONE_LOOKS, Look, flaws, note
from tests.browser.test_pages import DESK, PUBLIC
from tests.house.test_matrix import BY_KEY, QUESTIONS, ROWS
from tests.world import ACTORS, World, build

# What is read by machines, and pictures: no browser shows it as a page, and no script ends in it.
MACHINES = re.compile(
    r"^(api/|open311|hsds|openactive|healthz|desk/(export|imports/template|cover/sheet|wishes/sheet|exchange/results|days/orders/photos)/)"
    r"|\.(ics|xlsx|csv|json|rss|atom|geojson|zip)$"
)
OFFICER, RESIDENT = "a district officer", "a resident"
# What a browser sees only once it has shown number and code.
OWN = (
    "activity_mine(session_id)",
    "booking_cancel(claim_number)",
    "booking_move(claim_number)",
    "booking_ticket(claim_number)",
)


def pages_of(actor: str) -> list[str]:
    """Return the pages that one of the six may read: an officer those of the desk, a resident all others."""
    place = ACTORS.index(actor)
    found = [key for key, (reads, _writes) in ROWS.items() if reads[place] == "y" or key in OWN]
    routes = {key: BY_KEY[key].route for key in found}
    return [
        key
        for key, route in routes.items()
        if route.startswith("desk/") == (actor == OFFICER)
        and not MACHINES.search(route)
        and f"/{route}" not in {*PUBLIC, *DESK}
    ]


@dataclass(frozen=True)
class Told:
    """What a browser must be told of the district: where it is served, its pages, cookies by actor."""

    url: str
    paths: dict[str, str]
    cookies: dict[str, list[SetCookieParam]]


@dataclass(frozen=True)
class Served:
    """The small district as it is served, and the browsers of an officer and of a resident."""

    told: Told
    contexts: dict[str, BrowserContext]


@pytest.fixture(scope="module")
def db() -> None:
    """Do nothing: asked for by this name, a database is set up, but no transaction begun in this thread."""


@pytest.fixture(scope="module")
def told(db: None, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Told]:
    """Build the small district once, serve it to every test of this file, and take its rows away."""
    with django_db_blocker.unblock():
        server = LiveServer("127.0.0.1")
        yield told_of(build(), server.url)
        server.stop()
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture(scope="module")
def served(browser: Browser, told: Told) -> Iterator[Served]:
    contexts = {actor: browser.new_context(base_url=told.url, locale="zh-CN") for actor in told.cookies}
    for actor, context in contexts.items():
        context.add_cookies(told.cookies[actor])
    yield Served(told, contexts)
    for context in contexts.values():
        context.close()


def told_of(world: World, url: str) -> Told:
    """Return what a browser must be told of a district that is served somewhere."""
    paths = {key: path_of(key, world) for key in {*pages_of(OFFICER), *pages_of(RESIDENT)}}
    clients = {OFFICER: world.browser(OFFICER), RESIDENT: one_who_booked(world)}
    return Told(url, paths, {actor: cookies_of(client, url) for actor, client in clients.items()})


def path_of(key: str, world: World) -> str:
    """Return where a page is, with what it must be asked."""
    asked = QUESTIONS.get(key)
    return BY_KEY[key].path(world) + (f"?{urlencode(asked)}" if asked else "")


def one_who_booked(world: World) -> Client:
    """Return the browser of a resident who has shown the numbers of what they booked and joined."""
    client, home = world.neighbour(RESIDENT), world.home
    claims = {"booking_find": home.booked.claim, "activity_find": home.happenings.signup.claim}
    for name, claim in claims.items():
        answer = client.post(BY_KEY[name].path(world), {"number": claim.number, "code": claim.code})
        assert answer.status_code == 302
    return client


def cookies_of(client: Client, url: str) -> list[SetCookieParam]:
    """Return what a test's client knows, for a browser."""
    return [{"name": name, "value": morsel.value, "url": url} for name, morsel in client.cookies.items()]


def look_at(served: Served, actor: str, key: str, looks: tuple[Look, ...]) -> None:
    """Open a page once and hold it against the rules in one look after the other."""
    page = served.contexts[actor].new_page()
    noted = note(page, served.told.url)
    answer = page.goto(served.told.paths[key])
    assert answer is not None
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/html"), "no page: it belongs to what machines read"
    wrong = flaws(page, looks)
    page.close()
    assert wrong == []
    assert noted.outside == [], "asks another host"
    assert noted.complaints == [], "the browser complains"


@pytest.mark.parametrize("key", pages_of(RESIDENT))
def test_a_page_that_residents_read_is_clean(served: Served, key: str) -> None:
    look_at(served, RESIDENT, key, PHONE_LOOKS)


@pytest.mark.parametrize("key", pages_of(OFFICER))
def test_a_page_of_the_desk_is_clean(served: Served, key: str) -> None:
    look_at(served, OFFICER, key, DESK_LOOKS)
