"""Tell Django about this module."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """Register the module under its short name."""

    name = "lingju.places"
    label = "places"
    verbose_name = "地点"
