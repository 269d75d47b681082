"""How pages look is the person's choice, kept in their browser and taken only as one of the offered words."""

import pytest
from django.test import Client

from lingju.places.tests.builders import a_district
from lingju.site.display import COOKIE, Display
from lingju.site.tests.towns import text_of

pytestmark = pytest.mark.django_db


def test_a_cookie_of_nonsense_is_as_if_nothing_was_said() -> None:
    assert Display.read('"><script>.9em.purple') == Display()
    assert Display.read("") == Display()
    assert Display.read("elder.giant.dark") == Display("elder", "m", "dark")
    assert Display.read(str(Display("elder", "xx", "light"))) == Display("elder", "xx", "light")


def test_one_tap_makes_letters_big_and_leads_back() -> None:
    a_district()
    client = Client()
    response = client.post("/display/", {"mode": "elder", "next": "/privacy/"})
    assert (response.status_code, response["Location"]) == (302, "/privacy/")
    page = client.get("/privacy/")
    assert 'data-mode="elder"' in text_of(page)
    assert "标准字" in text_of(page)


def test_what_is_not_said_stays_as_it_was() -> None:
    a_district()
    client = Client()
    client.post("/display/", {"size": "xl", "theme": "dark"})
    client.post("/display/", {"mode": "elder"})
    assert client.cookies[COOKIE].value == "elder.xl.dark"


def test_an_unknown_word_is_refused_and_nothing_is_kept() -> None:
    a_district()
    client = Client()
    response = client.post("/display/", {"size": "huge"})
    assert response.status_code == 422
    assert "有 1 处要改" in text_of(response)
    assert COOKIE not in client.cookies


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil.example", ""]
)
def test_the_way_back_never_leads_elsewhere(elsewhere: str) -> None:
    a_district()
    assert Client().post("/display/", {"mode": "elder", "next": elsewhere})["Location"] == "/"


def test_english_is_one_choice_away() -> None:
    a_district()
    client = Client()
    client.post("/display/", {"language": "en"})
    assert '<html lang="en"' in text_of(client.get("/display/"))


def test_caches_are_told_that_pages_differ_by_cookie() -> None:
    a_district()
    assert "Cookie" in Client().get("/privacy/")["Vary"]


def test_the_cookie_is_no_business_of_scripts() -> None:
    a_district()
    client = Client()
    client.post("/display/", {"mode": "elder"})
    assert client.cookies[COOKIE]["httponly"]
    assert client.cookies[COOKIE]["samesite"] == "Lax"


def test_the_page_shows_what_is_chosen() -> None:
    a_district()
    client = Client()
    client.post("/display/", {"mode": "elder", "size": "xx"})
    page = text_of(client.get("/display/"))
    assert 'value="elder" id="id_mode_1" checked' in page
    assert 'value="xx" id="id_size_3" checked' in page
