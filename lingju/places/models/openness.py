"""Door records: when a station's door was really open, as its keeper or a device at the door said."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lingju.places.models.areas import DistrictRow
from lingju.places.models.stations import Station


class DoorRecord(DistrictRow):
    """A door was opened, and closed again; what was said wrongly is replaced by another row, never altered.

    A record without a closing is one that nobody closed: today it still runs, of an earlier day nobody
    knows how long it was true (`lingju.places.delivered`).
    """

    class Source(models.TextChoices):
        """Who said so."""

        KEEPER = "keeper", _("站长")
        DEVICE = "device", _("门上的设备")

    station = models.ForeignKey(
        Station, on_delete=models.CASCADE, related_name="door_records", verbose_name=_("驿站")
    )
    opened_at = models.DateTimeField(_("开门时间"))
    closed_at = models.DateTimeField(_("关门时间"), null=True, blank=True)
    source = models.CharField(_("谁记的"), max_length=10, choices=Source.choices, default=Source.KEEPER)
    # The press of a button, or the event of a device: the same key again is the same record.
    key = models.CharField(_("按键标识"), max_length=64)
    replaces = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("更正的记录"),
    )
    is_replaced = models.BooleanField(_("已更正"), default=False)
    note = models.CharField(_("说明"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("开门记录")
        verbose_name_plural = _("开门记录")
        ordering = ["opened_at", "id"]
        indexes = [models.Index(fields=["station", "opened_at"], name="door_records_of_a_station")]
        constraints = [
            models.UniqueConstraint(fields=["station", "key"], name="a_press_at_the_door_counts_once"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gt=models.F("opened_at")),
                name="door_closes_after_it_opens",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.station} {self.opened_at:%Y-%m-%d %H:%M}"
