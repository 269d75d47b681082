"""Tell Django about this module."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Register the module under its short name."""

    name = "lingju.people"
    label = "people"
    verbose_name = "人和组织"
