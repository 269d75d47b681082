"""A cluster: several needs about one thing, which keep what is their own."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lingju.kernel import clock
from lingju.places.models import DistrictRow


class Cluster(DistrictRow):
    """Several needs about one thing: worked on together, each with its own people and verdicts."""

    title = models.CharField(_("名称"), max_length=80)
    made_at = models.DateTimeField(_("建立时间"), default=clock.now)
    version = models.PositiveIntegerField(_("版本"), default=1)

    class Meta:
        verbose_name = _("并案")
        verbose_name_plural = _("并案")

    def __str__(self) -> str:
        return self.title
