"""The library and what is planned from it: topics, templates on the lunar day, programmes, speakers."""

import datetime as dt

import pytest

from lingju.activities.catalogue import TEMPLATES, TOPICS
from lingju.activities.models import FestivalTemplate, Programme, Session, Speaker, Topic
from lingju.activities.services import from_templates, library, signing_up
from lingju.activities.services.library import ProgrammeDraft, SpeakerDraft
from lingju.activities.tests.builders import Quarter, a_quarter, a_topic
from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotAllowed, NotThere
from lingju.people.tests import cast
from lingju.places.tests import builders
from lingju.places.tests.builders import the_system

pytestmark = pytest.mark.django_db


@pytest.fixture
def quarter() -> Quarter:
    return a_quarter(library_filled=True)


def test_a_district_begins_with_the_houses_library(quarter: Quarter) -> None:
    assert set(Topic.objects.values_list("code", flat=True)) == set(TOPICS)
    assert set(FestivalTemplate.objects.values_list("code", flat=True)) == set(TEMPLATES)
    assert signing_up.guardian_text(quarter.district) is not None


def test_every_group_of_the_catalogue_is_one_a_topic_can_have(quarter: Quarter) -> None:
    assert set(Topic.objects.values_list("group", flat=True)) <= set(Topic.Group.values)


def test_filling_again_adds_nothing_and_keeps_what_was_renamed(quarter: Quarter) -> None:
    Topic.objects.filter(code="first_aid").update(name="急救")
    assert library.fill(quarter.district, actor=the_system(quarter.district)) == 0
    assert a_topic(quarter.district).name == "急救"


def test_a_clerk_does_not_fill_the_library(quarter: Quarter) -> None:
    with pytest.raises(NotAllowed):
        library.fill(quarter.district, actor=quarter.clerk_actor)


def test_mid_autumn_is_planned_before_its_lunar_day_with_its_games(quarter: Quarter) -> None:
    template = FestivalTemplate.objects.get(code="mid_autumn")
    session = from_templates.from_template(
        template, quarter.area, station=quarter.station, actor=quarter.clerk_actor
    )
    # 中秋 of 2026 is 25 September.
    assert session.starts_at.astimezone(clock.ZONE).date() == dt.date(2026, 9, 22)
    assert "冰皮月饼" in session.summary
    assert (session.state, session.template, session.station) == ("planned", template, quarter.station)
    assert set(session.topics.values_list("code", flat=True)) == {"festival", "craft"}


def test_a_template_pressed_twice_is_one_plan(quarter: Quarter) -> None:
    template = FestivalTemplate.objects.get(code="laba_porridge")
    first = from_templates.from_template(template, quarter.area, actor=quarter.clerk_actor)
    second = from_templates.from_template(template, quarter.area, actor=quarter.clerk_actor)
    assert first == second
    assert Session.objects.count() == 1


def test_a_template_of_another_district_is_not_there(quarter: Quarter) -> None:
    abroad = builders.a_district("140405")
    area = builders.a_tree(abroad)[2]
    template = FestivalTemplate.objects.get(code="mid_autumn")
    with pytest.raises(NotThere):
        from_templates.from_template(template, area, actor=the_system(abroad))


def test_a_speaker_is_named_in_public_only_where_they_agreed(quarter: Quarter) -> None:
    police = cast.an_organisation(quarter.area, "示例派出所")
    draft = SpeakerDraft("王警官", quarter.area, police, (a_topic(quarter.district, "fraud"),))
    speaker = library.add_speaker(draft, actor=quarter.clerk_actor)
    assert speaker.in_public == "示例派出所讲师"
    agreed = SpeakerDraft("王警官", quarter.area, police, may_be_named=True)
    library.edit_speaker(speaker, agreed, actor=quarter.clerk_actor)
    assert speaker.in_public == "王警官（示例派出所）"
    assert library.add_speaker(agreed, actor=quarter.clerk_actor) == speaker


def test_an_area_draws_on_speakers_above_and_below_it(quarter: Quarter) -> None:
    system = the_system(quarter.district)
    for area, name in (
        (quarter.street, "街道讲师"),
        (quarter.area, "本社区讲师"),
        (quarter.neighbour, "邻社区讲师"),
    ):
        library.add_speaker(SpeakerDraft(name, area), actor=system)
    here = Speaker.objects.usable_at(quarter.area).values_list("called", flat=True)
    assert set(here) == {"街道讲师", "本社区讲师"}
    assert Speaker.objects.usable_at(quarter.street).count() == 3


def test_a_retired_speaker_is_asked_no_more(quarter: Quarter) -> None:
    speaker = library.add_speaker(SpeakerDraft("王警官", quarter.area), actor=quarter.clerk_actor)
    library.retire_speaker(speaker, actor=quarter.clerk_actor)
    assert not Speaker.objects.usable_at(quarter.area).exists()


def test_a_programme_is_named_once_in_its_area(quarter: Quarter) -> None:
    draft = ProgrammeDraft("暖新讲堂", quarter.area, "给骑手和快递员讲政策、讲安全")
    first = library.add_programme(draft, actor=quarter.clerk_actor)
    assert library.add_programme(draft, actor=quarter.clerk_actor) == first
    with pytest.raises(BadInput, match="至少两个字"):
        library.add_programme(ProgrammeDraft(" ", quarter.area), actor=quarter.clerk_actor)
    library.retire_programme(first, actor=quarter.clerk_actor)
    assert not Programme.objects.usable_at(quarter.area).exists()
