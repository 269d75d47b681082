"""Tell Django about this module."""

from django.apps import AppConfig


class NeedsConfig(AppConfig):
    """Register the module under its short name."""

    name = "lingju.needs"
    label = "needs"
