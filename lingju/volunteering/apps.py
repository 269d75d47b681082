"""Tell Django about this module."""

from django.apps import AppConfig


class VolunteeringConfig(AppConfig):
    """Register the module under its short name."""

    name = "lingju.volunteering"
    label = "volunteering"
