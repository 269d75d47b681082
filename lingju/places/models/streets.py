"""Which street network a district walks on, and where it came from."""

from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lingju.places.models.areas import DistrictRow


def streets_folder() -> Path:
    """Return the folder in which this installation keeps its network files."""
    return Path(settings.LINGJU.var) / "streets"


class StreetNetwork(DistrictRow):
    """A network file that was loaded for a district; one is current."""

    file = models.CharField(_("文件"), max_length=200)
    sha256 = models.CharField(_("摘要"), max_length=64)
    source = models.CharField(_("来源"), max_length=200)
    source_date = models.CharField(_("来源日期"), max_length=40, blank=True)
    attribution = models.CharField(_("署名"), max_length=120, blank=True)
    is_synthetic = models.BooleanField(_("演示数据"), default=False)
    nodes = models.PositiveIntegerField(_("路口数"))
    edges = models.PositiveIntegerField(_("路段数"))
    loaded_at = models.DateTimeField(_("载入时间"))
    is_current = models.BooleanField(_("正在使用"), default=True)

    class Meta:
        verbose_name = _("路网")
        verbose_name_plural = _("路网")
        ordering = ["-loaded_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["district"], condition=Q(is_current=True), name="one_street_network_is_current"
            ),
        ]

    def __str__(self) -> str:
        return self.source

    @property
    def path(self) -> Path:
        """Return where the file lies; one in the streets folder moves with it."""
        return (streets_folder() / self.file).resolve()
