"""The privacy notice has the eight things the law asks for, and every version stays readable (C01)."""

import pytest
from django.test import Client

from lingju.places.tests.builders import a_district
from lingju.site.pages.privacy import VERSIONS
from lingju.site.tests.towns import text_of

pytestmark = pytest.mark.django_db
ASKED_FOR = ("who", "why", "how", "what", "until", "rights", "kids", "contact")


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_says_all_eight_things(version: str) -> None:
    a_district(hotline="0355-0000000")
    page = text_of(Client().get(f"/privacy/{version}/"))
    places = [page.index(f'<section id="{thing}">') for thing in ASKED_FOR]
    assert places == sorted(places)


def test_the_newest_is_what_everybody_sees() -> None:
    a_district()
    assert VERSIONS[0] == max(VERSIONS)
    assert Client().get("/privacy/").status_code == 200


@pytest.mark.parametrize("version", ["2020-01-01", "..%2Fhome", "x"])
def test_a_version_that_never_was_is_not_there(version: str) -> None:
    a_district()
    assert Client().get(f"/privacy/{version}/").status_code == 404
