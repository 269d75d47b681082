"""Every table follows the house: its district, its id, its words, its constraints."""

from django.apps import apps
from django.db import models

from lingju.kernel.rows import Row
from tests.house.source import ROOT

OURS = (
    *("places", "people", "trail", "notify", "needs", "bookings", "activities"),
    *("volunteering", "cobuilding", "market"),
)
# The tenant itself, and the clock of the installation.
WITHOUT_DISTRICT = {"places.District", "trail.ScheduledJob"}
# A footprint that waits for its seal is named by the footprint; a job by its name.
NAMED_OTHERWISE = {"trail.Unsealed", "trail.ScheduledJob"}


def tables() -> list[type[models.Model]]:
    return [
        model for label in OURS for model in apps.get_app_config(label).get_models(include_auto_created=False)
    ]


def test_every_row_has_a_time_ordered_id() -> None:
    assert {m._meta.label for m in tables() if not issubclass(m, Row)} == NAMED_OTHERWISE


def test_every_row_carries_its_district() -> None:
    without = {m._meta.label for m in tables() if not {f.attname for f in m._meta.fields} & {"district_id"}}
    assert without == WITHOUT_DISTRICT


def test_no_primary_key_is_composite() -> None:
    assert [m._meta.label for m in tables() if isinstance(m._meta.pk, models.CompositePrimaryKey)] == []


def test_constraint_names_are_sentences() -> None:
    names = [c.name for m in tables() for c in m._meta.constraints]
    assert [n for n in names if n.count("_") < 2] == []


def test_every_word_on_a_screen_stands_in_the_dictionary() -> None:
    words = (ROOT / "docs" / "words.md").read_text(encoding="utf-8")
    missing = {
        str(text)
        for m in tables()
        for text in [m._meta.verbose_name, *(f.verbose_name for f in m._meta.fields if not f.auto_created)]
        if f"| {text} |" not in words
    }
    assert missing == set()
