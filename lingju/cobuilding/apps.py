"""Tell Django about this module."""

from django.apps import AppConfig


class CobuildingConfig(AppConfig):
    """Register the module under its short name."""

    name = "lingju.cobuilding"
    label = "cobuilding"
