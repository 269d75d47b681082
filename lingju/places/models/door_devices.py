"""Devices at a station's door that say whether it is open, and every message of theirs that was taken in."""

from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from lingju.kernel import clock
from lingju.places.models.areas import DistrictRow
from lingju.places.models.openness import DoorRecord
from lingju.places.models.stations import Station


class DoorDeviceQuerySet(models.QuerySet[Any]):
    """Questions about devices."""

    def in_force(self) -> Self:
        """Keep those that are heard."""
        return self.filter(revoked_at__isnull=True)


class DoorDevice(DistrictRow):
    """A device at a door. Its secret is no column: it is made anew from the salt whenever it is needed."""

    station = models.ForeignKey(
        Station, on_delete=models.CASCADE, related_name="door_devices", verbose_name=_("驿站")
    )
    name = models.CharField(_("名称"), max_length=40)
    salt = models.CharField(_("密钥盐"), max_length=32)
    added_at = models.DateTimeField(_("登记时间"), default=clock.now)
    heard_at = models.DateTimeField(_("最近一次收到"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("作废时间"), null=True, blank=True)

    objects = DoorDeviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("门上的设备")
        verbose_name_plural = _("门上的设备")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class DoorMessage(DistrictRow):
    """What a device said, once: the same message again finds this row and changes nothing."""

    class Door(models.TextChoices):
        """What became of the door."""

        OPEN = "open", _("开了")
        CLOSED = "closed", _("关了")

    device = models.ForeignKey(
        DoorDevice, on_delete=models.CASCADE, related_name="messages", verbose_name=_("门上的设备")
    )
    mid = models.CharField(_("消息编号"), max_length=36)
    door = models.CharField(_("门"), max_length=6, choices=Door.choices)
    at = models.DateTimeField(_("时间"))
    received_at = models.DateTimeField(_("收到时间"), default=clock.now)
    record = models.ForeignKey(
        DoorRecord, on_delete=models.PROTECT, related_name="+", verbose_name=_("开门记录")
    )

    class Meta:
        verbose_name = _("设备消息")
        verbose_name_plural = _("设备消息")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["device", "mid"], name="a_message_of_a_device_counts_once"),
        ]

    def __str__(self) -> str:
        return f"{self.device_id} {self.door} {self.mid}"
