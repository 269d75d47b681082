"""Tell Django about this module."""

from django.apps import AppConfig


class TrailConfig(AppConfig):
    """Register the module under its short name."""

    name = "lingju.trail"
    label = "trail"
