"""Nonsense in every question, form, cookie and header: never a fault of the house, always a sentence."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoDbBlocker

from lingju.places import here
from lingju.site import display
from tests.fuzz import nonsense
from tests.house.test_matrix import BY_KEY, POSTS, ROWS
from tests.world import World, the_world

ASKED = nonsense.asked_of_addresses()
WRITING = [name for name, (_read, write) in ROWS.items() if write]
ROUNDS = 6
OF_EACH_FIELD = 2
slow = pytest.mark.slow


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with the_world(django_db_blocker) as built:
        yield built


def speaks(answer: Any, what: object) -> None:
    """Demand that an answer is no fault, and that a refusal says a sentence in the right language."""
    assert answer.status_code < 500, (what, answer.status_code)
    if answer.status_code >= 400 and answer.request["REQUEST_METHOD"] != "HEAD":
        said = cast(HttpResponse, answer).content.decode()
        assert "。" in said or "." in said, (what, answer.status_code, said[:200])


def ask(browser: Client, method: str, path: str, said: Mapping[str, Any], what: object) -> None:
    """Ask once and take back whatever it did."""
    with transaction.atomic():
        speaks(getattr(browser, method)(path, said), what)
        transaction.set_rollback(True)


def nothing(world: World) -> dict[str, Any]:
    """Say nothing in a form."""
    return {}


def mixes(names: list[str], seed: str, rounds: int = ROUNDS) -> list[dict[str, str]]:
    """Return rounds in which every name takes another value; another seed begins elsewhere in the list.

    The two databases that everything is tried on divide the rounds between them, even and odd.
    """
    shift = sum(seed.encode())
    values, many = nonsense.VALUES, len(nonsense.VALUES)
    return [
        {name: values[(shift + 7 * turn + 3 * place) % many] for place, name in enumerate(names)}
        for turn in range(connection.vendor == "postgresql", rounds, 2)
    ]


def test_the_questions_were_found_in_the_source() -> None:
    assert {"q", "next", "lon", "lat", "pace", "service", "page", "who", "gap"} <= set(ASKED)


@slow
@pytest.mark.django_db
@pytest.mark.parametrize("name", ROWS)
def test_no_question_to_an_address_breaks_it(name: str, world: World) -> None:
    path = BY_KEY[name].path(world)
    for browser in (world.neighbour(), world.browser("a district officer")):
        for said in mixes(ASKED, name):
            ask(browser, "get", path, said, said)


@slow
@pytest.mark.django_db
@pytest.mark.parametrize("name", ["circle", "circle_whole", "cover", "here", "desk_buildings", "roles"])
def test_no_single_question_breaks_a_page_that_asks_much(name: str, world: World) -> None:
    path = BY_KEY[name].path(world)
    browser = world.neighbour("a district officer")
    for asked in ASKED:
        for said in mixes([asked], name + asked):
            ask(browser, "get", path, said, said)


@slow
@pytest.mark.django_db
@pytest.mark.parametrize("name", WRITING)
def test_no_form_breaks_on_nonsense(name: str, world: World) -> None:
    path = BY_KEY[name].path(world)
    right = POSTS.get(name, nothing)
    for actor in ("a stranger", "a district officer"):
        browser = world.browser(actor)
        shown = browser.get(path)
        fields = sorted({*right(world), *nonsense.fields_of(shown.content.decode(errors="replace"))})
        for said in mixes(fields, name):
            ask(browser, "post", path, said, (actor, said))
        for field in fields:
            for said in mixes([field], name + field, OF_EACH_FIELD):
                ask(browser, "post", path, right(world) | said, (actor, said))


@pytest.mark.django_db
@pytest.mark.parametrize("name", [here.COOKIE, display.COOKIE, "sessionid", "csrftoken", "django_language"])
def test_no_cookie_breaks_a_page(name: str, world: World) -> None:
    assert {settings.SESSION_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME} <= {"sessionid", "django_language"}
    places = nonsense.signed_places() if name == here.COOKIE else []
    for value in (*nonsense.COOKIES, *places):
        for key in ("home", "circle", "station(slug)", "me", "desk"):
            browser = Client()
            browser.cookies[name] = value
            speaks(browser.get(BY_KEY[key].path(world)), (key, value))


@pytest.mark.django_db
def test_no_language_breaks_a_page(world: World) -> None:
    for value in nonsense.LANGUAGES:
        speaks(Client().get("/", headers={"accept-language": value}), value)


@pytest.mark.django_db
@pytest.mark.parametrize("host", nonsense.HOSTS)
def test_an_unknown_host_is_refused_with_a_sentence(host: str, world: World) -> None:
    answer = Client().get("/", headers={"host": host})
    speaks(answer, host)
    assert answer.status_code == 400
    assert "请求的内容不对" in answer.content.decode()
    assert "evil.example" not in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("path", nonsense.PATHS)
def test_a_strange_path_is_not_there(path: str, world: World) -> None:
    for actor in ("a stranger", "a district officer"):
        answer = world.browser(actor).get(path)
        speaks(answer, path)
        assert answer.status_code in (302, 400, 404), (path, answer.status_code)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("application/json", b"{"),
        ("multipart/form-data", b"--x"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="lon"\r\n'),
        ("application/x-www-form-urlencoded; charset=utf-99", b"lon=1"),
        ("application/x-www-form-urlencoded", b"lon=%FF%FE&lat=%00"),
        ("text/xml", b"<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]><x>&y;</x>"),
        ("application/x-www-form-urlencoded", b"&".join(b"a=1" for _ in range(2100))),
        ("application/x-www-form-urlencoded", b"a=" + b"x" * (5 * 1024 * 1024 + 1)),
    ],
)
def test_a_body_that_is_no_form_is_refused(media_type: str, body: bytes, world: World) -> None:
    for path in ("/here/", "/sign-in/", "/display/"):
        answer = Client().generic("POST", path, body, content_type=media_type)
        speaks(answer, path)
        assert answer.status_code in (302, 400, 413, 422), (path, answer.status_code)


@pytest.mark.django_db
@pytest.mark.parametrize("sheet", ["areas", "compounds", "buildings", "stations"])
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("空.csv", b" "),
        ("零.csv", b"\0" * 400),
        ("乱.csv", bytes(range(256)) * 4),
        ("头.csv", "编码,名称,经度,纬度,坐标系\n,,,,\nA,名,nan,inf,WGS-84\nB,名,1e400,36,火星\n".encode()),
        ("公式.csv", "编码,名称\n=cmd|' /C calc'!A0,+1\n".encode()),
        ("宽.csv", ("编码,名称\n" + "x" * 100_000 + ",y\n").encode()),
        ("坏.xlsx", b"PK\x03\x04" + b"\0" * 300),
        ("图.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 64),
        ("网.html", b"<html><script>alert(1)</script>"),
    ],
)
def test_a_broken_sheet_is_refused_with_a_sentence(
    sheet: str, name: str, content: bytes, world: World
) -> None:
    browser = world.browser("a district officer")
    file = SimpleUploadedFile(name, content)
    answer = browser.post("/desk/imports/", {"sheet": sheet, "file": file}, follow=True)
    speaks(answer, (sheet, name))
