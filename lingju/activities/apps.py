"""Tell Django about this module."""

from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    """Register the module under its short name."""

    name = "lingju.activities"
    label = "activities"
