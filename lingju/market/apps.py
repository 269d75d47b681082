"""Tell Django about this module."""

from django.apps import AppConfig


class MarketConfig(AppConfig):
    """Register the module under its short name."""

    name = "lingju.market"
    label = "market"
