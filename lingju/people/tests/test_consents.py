"""Consent: for one purpose at a time, to a wording that is kept, taken back as easily as given."""

import datetime as dt

import pytest
import time_machine

from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotAllowed, NotNow, NotThere
from lingju.people import queries
from lingju.people.models import Account, Consent, ConsentText
from lingju.people.services import consents
from lingju.people.tests import cast
from lingju.places.models import District

pytestmark = pytest.mark.django_db


@pytest.fixture
def district() -> District:
    return cast.a_district()


@pytest.fixture
def resident(district: District) -> Account:
    return cast.a_resident(district)


def give(resident: Account, text: ConsentText) -> Consent:
    return consents.give(text, account=resident, actor=cast.an_actor_of(resident))


def agrees(resident: Account, purpose: str) -> bool:
    return queries.has_consent(purpose, account_id=resident.pk, district=resident.district)


def test_saying_yes_to_one_purpose_says_nothing_about_another(resident: Account, district: District) -> None:
    notices = cast.a_text(district, "notices")
    cast.a_text(district, "photos")
    give(resident, notices)
    assert agrees(resident, "notices")
    assert not agrees(resident, "photos")


def test_saying_no_to_one_purpose_leaves_others_usable(resident: Account, district: District) -> None:
    notices, photos = cast.a_text(district, "notices"), cast.a_text(district, "photos")
    give(resident, notices)
    consents.decline(photos, account=resident, actor=cast.an_actor_of(resident))
    assert agrees(resident, "notices")


def test_taking_back_ends_one_purpose_alone_and_at_once(resident: Account, district: District) -> None:
    given = give(resident, cast.a_text(district, "notices"))
    give(resident, cast.a_text(district, "photos"))
    consents.withdraw(given, actor=cast.an_actor_of(resident))
    assert not agrees(resident, "notices")
    assert agrees(resident, "photos")
    with pytest.raises(NotNow):
        consents.withdraw(given, actor=cast.an_actor_of(resident))


def test_the_version_that_was_agreed_to_stays_readable(resident: Account, district: District) -> None:
    old = cast.a_text(district, text="第一版")
    given = give(resident, old)
    new = cast.a_text(district, text="第二版")
    given.refresh_from_db()
    assert (given.text.text, given.text.is_unaltered) == ("第一版", True)
    assert (old.version, new.version) == (1, 2)
    line = queries.purposes_of(resident, district=district)[0]
    assert line.is_older_wording


def test_an_altered_text_is_found_by_its_digest(district: District) -> None:
    text = cast.a_text(district)
    ConsentText.objects.filter(pk=text.pk).update(text="偷偷改过")
    text.refresh_from_db()
    assert not text.is_unaltered


def test_publishing_the_same_words_again_makes_no_version(district: District) -> None:
    assert cast.a_text(district) == cast.a_text(district)


def test_giving_twice_is_giving_once(resident: Account, district: District) -> None:
    text = cast.a_text(district)
    assert give(resident, text) == give(resident, text)


def test_agreeing_to_new_words_ends_the_agreement_to_the_old(resident: Account, district: District) -> None:
    old = give(resident, cast.a_text(district, text="第一版"))
    give(resident, cast.a_text(district, text="第二版"))
    old.refresh_from_db()
    assert old.withdrawn_at is not None
    assert Consent.objects.filter(account=resident).in_force().count() == 1


def test_nobody_consents_for_somebody_else(resident: Account, district: District) -> None:
    other = cast.a_resident(district)
    with pytest.raises(NotAllowed):
        consents.give(cast.a_text(district), account=resident, actor=cast.an_actor_of(other))
    given = give(resident, cast.a_text(district))
    with pytest.raises(NotThere):
        consents.withdraw(given, actor=cast.an_actor_of(other))


def test_somebody_without_an_account_gives_and_takes_back_by_a_token(district: District) -> None:
    text, stranger = cast.a_text(district), cast.a_stranger(district)
    given = consents.give(text, token="a-random-token", actor=stranger)
    assert "a-random-token" not in given.token_digest
    assert queries.has_consent(text.purpose, token="a-random-token", district=district)
    assert not queries.has_consent(text.purpose, token="another-token", district=district)
    with pytest.raises(NotThere):
        consents.withdraw(given, actor=stranger, token="another-token")
    consents.withdraw(given, actor=stranger, token="a-random-token")
    assert not queries.has_consent(text.purpose, token="a-random-token", district=district)


def test_somebody_must_consent(district: District) -> None:
    with pytest.raises(BadInput):
        consents.give(cast.a_text(district), actor=cast.a_stranger(district))


def test_who_said_no_is_not_asked_again_for_ninety_days(resident: Account, district: District) -> None:
    text = cast.a_text(district)
    with time_machine.travel(clock.now(), tick=False) as traveller:
        consents.decline(text, account=resident, actor=cast.an_actor_of(resident))
        assert not queries.purposes_of(resident, district=district)[0].may_ask
        traveller.shift(dt.timedelta(days=91))
        assert queries.purposes_of(resident, district=district)[0].may_ask


def test_only_those_in_charge_publish_a_text(district: District) -> None:
    clerk = cast.an_actor_of(cast.a_clerk(at=cast.an_area(district)))
    with pytest.raises(NotAllowed):
        consents.publish_text("notices", "短信", "说明", district=district, actor=clerk)


def test_my_page_gives_and_takes_back(resident: Account) -> None:
    client = cast.signed_in_client(resident)
    assert "短信告诉我办得怎么样了" in client.get("/me/").text
    client.post("/me/consent/", {"purpose": "notices", "answer": "give"})
    assert agrees(resident, "notices")
    client.post("/me/consent/", {"purpose": "notices", "answer": "take"})
    assert not agrees(resident, "notices")
    assert client.post("/me/consent/", {"purpose": "nothing", "answer": "give"}).status_code == 404
