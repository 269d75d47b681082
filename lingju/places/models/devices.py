"""Devices that say how a door or a facility stands, and every message of theirs that was taken in."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lingju.kernel import clock
from lingju.places.models.areas import DistrictRow
from lingju.places.models.openness import DoorRecord
from lingju.places.models.stations import Facility, Station


class DeviceQuerySet(models.QuerySet[Any]):
    """Questions about devices."""

    def in_force(self) -> Self:
        """Keep those that are heard."""
        return self.filter(revoked_at__isnull=True)


class Device(DistrictRow):
    """A device that signs what it says. Its secret is no column: it is made from the salt whenever needed."""

    # What its secret is made for: a device of one kind is none of another.
    PURPOSE: ClassVar[str]
    # What is fetched with it, so that one can ask who looks after its station.
    WITH: ClassVar[str]

    name = models.CharField(_("名称"), max_length=40)
    salt = models.CharField(_("密钥盐"), max_length=32)
    added_at = models.DateTimeField(_("登记时间"), default=clock.now)
    heard_at = models.DateTimeField(_("最近一次收到"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("作废时间"), null=True, blank=True)

    objects = DeviceQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def its_station(self) -> Station:
        """Return the station it stands at, whose clerks look after it."""
        raise NotImplementedError


class DeviceMessage(DistrictRow):
    """What a device said, once: the same message again finds this row and changes nothing."""

    mid = models.CharField(_("消息编号"), max_length=36)
    at = models.DateTimeField(_("时间"))
    received_at = models.DateTimeField(_("收到时间"), default=clock.now)

    class Meta:
        abstract = True


class DoorDevice(Device):
    """A device at a station's door."""

    PURPOSE = "places.door_device"
    WITH = "station__area"

    station = models.ForeignKey(
        Station, on_delete=models.CASCADE, related_name="door_devices", verbose_name=_("驿站")
    )

    class Meta:
        verbose_name = _("门上的设备")
        verbose_name_plural = _("门上的设备")
        ordering = ["id"]

    @property
    def its_station(self) -> Station:
        """Return the station whose door it watches."""
        return self.station


class DoorMessage(DeviceMessage):
    """That a door was opened or closed."""

    class Door(models.TextChoices):
        """What became of the door."""

        OPEN = "open", _("开了")
        CLOSED = "closed", _("关了")

    device = models.ForeignKey(
        DoorDevice, on_delete=models.CASCADE, related_name="messages", verbose_name=_("门上的设备")
    )
    door = models.CharField(_("门"), max_length=6, choices=Door.choices)
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


class FacilityDevice(Device):
    """A device on one facility: a charging cabinet that counts, a boiler that measures."""

    PURPOSE = "places.facility_device"
    WITH = "facility__station__area"

    facility = models.ForeignKey(
        Facility, on_delete=models.CASCADE, related_name="devices", verbose_name=_("设施")
    )

    class Meta:
        verbose_name = _("设施上的设备")
        verbose_name_plural = _("设施上的设备")
        ordering = ["id"]

    @property
    def its_station(self) -> Station:
        """Return the station its facility belongs to."""
        return self.facility.station


class FacilityMessage(DeviceMessage):
    """How a facility stands; what the device said nothing of is blank."""

    device = models.ForeignKey(
        FacilityDevice, on_delete=models.CASCADE, related_name="messages", verbose_name=_("设施上的设备")
    )
    state = models.CharField(_("状态"), max_length=16, choices=Facility.State.choices, blank=True)
    free = models.PositiveIntegerField(_("空闲数"), null=True, blank=True)
    reading = models.CharField(_("读数"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("设施消息")
        verbose_name_plural = _("设施消息")
        ordering = ["id"]
        # A meter speaks every minute: how often it spoke lately is asked without reading what it ever said.
        indexes = [models.Index(fields=["device", "received_at"], name="facility_messages_of_late")]
        constraints = [
            models.UniqueConstraint(
                fields=["device", "mid"], name="a_message_of_a_facility_device_counts_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="") | Q(free__isnull=False) | ~Q(reading=""),
                name="a_message_of_a_facility_says_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.device_id} {self.state} {self.free} {self.reading} {self.mid}"
