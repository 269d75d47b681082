"""Tell Django about this module."""

from django.apps import AppConfig


class NotifyConfig(AppConfig):
    """Register the module under its short name."""

    name = "lingju.notify"
    label = "notify"
