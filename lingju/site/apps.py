"""Tell Django about the composition root, and wire the facts once everything is loaded."""

from django.apps import AppConfig
from django.core import checks


class SiteConfig(AppConfig):
    """Register the root and run the wiring."""

    name = "lingju.site"
    label = "site"

    def ready(self) -> None:
        """Connect facts to reactions; imported here because models must be loaded first."""
        from lingju.site import texting, wiring  # noqa: PLC0415  Django allows models to be imported only now

        wiring.connect()
        checks.register(texting.check_gateway)
