"""Tell Django about this module."""

from django.apps import AppConfig


class BookingsConfig(AppConfig):
    """Register the module under its short name."""

    name = "lingju.bookings"
    label = "bookings"
