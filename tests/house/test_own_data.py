"""Nothing is kept of a person that they cannot take with them, and of which nobody has said how it ends."""

from collections.abc import Iterator
from typing import Final

from django.apps import apps
from django.db import models

from lingju.people.models import Account
from lingju.people.personal import stamp_of
from lingju.site import own_data

AT_WORK: Final = "names the account of staff who did it on duty: the row is their office's, not theirs"
NO_ACCOUNT: Final = "of persons without an account, who reach it through their organisation or station"
# What is neither handed over nor let go with an account, and why.
NOT_OF_ITS_HOLDER: Final = {
    "activities.Speaker": "who teaches is shown in public, and has no account here",
    "activities.HeadCount": AT_WORK,
    "activities.Feedback": "of nobody: who wrote it is not known",
    "activities.Question": AT_WORK,
    "volunteering.Call": AT_WORK,
    "needs.CounterSession": AT_WORK,
    "needs.Subscription": "the secret of a machine",
    "needs.Wish": "wishes are collected from persons without an account, and forgotten a year after they end",
    "cobuilding.Enrolment": NO_ACCOUNT,
    "cobuilding.Member": NO_ACCOUNT,
    "cobuilding.MatchRun": AT_WORK,
    "cobuilding.Rota": AT_WORK,
    "market.Tally": AT_WORK,
}


def kept_of_persons() -> Iterator[str]:
    """Yield the models that point at an account or hold a personal field."""
    for model in apps.get_models():
        fields = [field for field in model._meta.get_fields() if isinstance(field, models.Field)]
        points = any(field.related_model is Account for field in fields)
        if model.__module__.startswith("lingju.") and (points or any(stamp_of(field) for field in fields)):
            yield model._meta.label


def test_everything_kept_of_a_person_has_an_end_or_a_reason() -> None:
    untold = set(kept_of_persons()) - set(own_data.fates()) - set(NOT_OF_ITS_HOLDER)
    assert untold == set(), "name them in lingju/site/own_data.py, or here with a reason"


def test_no_end_is_told_of_what_is_not_there() -> None:
    labels = {model._meta.label for model in apps.get_models()}
    assert set(own_data.fates()) | set(NOT_OF_ITS_HOLDER) <= labels
    assert not set(own_data.fates()) & set(NOT_OF_ITS_HOLDER)


def test_every_end_says_why() -> None:
    assert [label for label, held in own_data.fates().items() if len(held.why) < 4] == []
