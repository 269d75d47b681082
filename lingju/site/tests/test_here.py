"""Where I am: chosen from a list or given by the phone, kept in the browser, believed only if unaltered."""

import pytest
from django.test import Client

from lingju.places.here import COOKIE
from lingju.places.models import Compound
from lingju.places.tests.builders import a_compound, a_district, a_tree
from lingju.site.tests.towns import living_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def compound() -> Compound:
    community = a_tree(a_district())[2]
    return a_compound(community, name="府后街小区")


def test_compounds_stand_under_their_community(compound: Compound) -> None:
    page = text_of(Client().get("/here/"))
    assert page.index("府后街社区") < page.index("府后街小区")
    assert f'name="compound" value="{compound.pk}"' in page


@pytest.mark.parametrize(
    ("query", "found"), [("府后", True), ("fhj", True), ("FHJXQ", True), ("长乐", False)]
)
def test_a_name_or_its_first_letters_find_a_compound(compound: Compound, query: str, found: bool) -> None:
    page = text_of(Client().get("/here/", {"q": query}))
    assert (f'value="{compound.pk}"' in page) is found
    assert ("没有找到" in page) is not found


def test_a_chosen_compound_is_remembered_and_leads_back(compound: Compound) -> None:
    client = Client()
    response = client.post("/here/", {"compound": compound.pk, "next": "/privacy/"})
    assert response["Location"] == "/privacy/"
    assert "现在记着：府后街小区" in text_of(client.get("/here/"))
    assert client.cookies[COOKIE]["httponly"]


def test_it_is_forgotten_on_request(compound: Compound) -> None:
    client = living_in(compound)
    client.post("/here/", {"forget": "on"})
    assert "现在记着" not in text_of(client.get("/here/"))


def test_an_altered_cookie_counts_as_not_said(compound: Compound) -> None:
    client = living_in(compound)
    said = client.cookies[COOKIE].value
    for altered in (said[:-1] + "x", f"c_{compound.pk}", "p_113.0_36.0", "c_1:abc", "", "%F0%9F"):
        client.cookies[COOKIE] = altered
        assert "现在记着" not in text_of(client.get("/here/"))


def test_a_compound_that_is_gone_counts_as_not_said(compound: Compound) -> None:
    client = living_in(compound)
    compound.gates.all().delete()
    compound.delete()
    assert client.get("/here/").status_code == 200
    assert "现在记着" not in text_of(client.get("/here/"))


def test_a_position_is_kept_to_ten_metres_only(compound: Compound) -> None:
    client = Client()
    client.post("/here/", {"lon": "113.0501239", "lat": "36.0523987", "crs": "WGS-84"})
    assert client.cookies[COOKIE].value.startswith("p_113.0501_36.0524:")
    assert "我的位置" in text_of(client.get("/here/"))


@pytest.mark.parametrize(
    "answer",
    [
        {"lon": "113.05", "lat": "36.05"},
        {"lon": "113.05", "lat": "36.05", "crs": "GCJ-02"},
        {"lon": "1130.5", "lat": "36.05", "crs": "WGS-84"},
        {"lon": "nan", "lat": "36.05", "crs": "WGS-84"},
        {"lon": "113.05", "crs": "WGS-84"},
        {"compound": "-1"},
        {"compound": "99999999999"},
        {"compound": "府后街"},
        {},
    ],
)
def test_an_answer_that_says_nothing_is_refused_with_a_sentence(
    compound: Compound, answer: dict[str, str]
) -> None:
    client = Client()
    response = client.post("/here/", answer)
    assert response.status_code == 422
    assert "选" in text_of(response)
    assert COOKIE not in client.cookies


def test_a_compound_of_another_district_is_not_found(compound: Compound) -> None:
    other = a_compound(a_tree(a_district("140402", name="潞州区"))[2])
    assert Client().post("/here/", {"compound": other.pk}).status_code == 422
