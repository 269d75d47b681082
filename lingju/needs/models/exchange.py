"""Other systems: who may call our interface, who is told by webhook, under which number they know a need."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lingju.kernel import clock
from lingju.kernel.fields import EncryptedTextField
from lingju.kernel.rules import Actor
from lingju.needs.models.needs import Need
from lingju.people.models import Organisation
from lingju.people.personal import Basis, Kind, personal
from lingju.places.models import DistrictRow


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    """Questions about keys."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the keys of the actor's district; the page's rule says who reads them."""
        return self.filter(district_id=actor.district_id)

    def in_force(self) -> Self:
        """Keep those that still open the door."""
        return self.filter(revoked_at__isnull=True)


class ApiKey(DistrictRow):
    """A key with which another system says needs for people; only its digest is kept."""

    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("组织"),
    )
    name = models.CharField(_("名称"), max_length=60)
    digest = models.CharField(_("摘要"), max_length=80)
    shown = models.CharField(_("开头几位"), max_length=8)
    made_at = models.DateTimeField(_("建立时间"), default=clock.now)
    revoked_at = models.DateTimeField(_("作废时间"), null=True, blank=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("接口密钥")
        verbose_name_plural = _("接口密钥")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["digest"], name="an_api_key_is_made_once"),
        ]

    def __str__(self) -> str:
        return self.name


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    """Questions about subscriptions."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep those of the actor's district."""
        return self.filter(district_id=actor.district_id)

    def active(self) -> Self:
        """Keep those that are sent to."""
        return self.filter(ended_at__isnull=True)


class Subscription(DistrictRow):
    """An address that is told of facts, with a signature that it can check."""

    name = models.CharField(_("名称"), max_length=60)
    url = models.CharField(_("网址"), max_length=300)
    secret = personal(
        EncryptedTextField(_("签名密钥")),
        Kind.SECRET,
        "让对方能验明消息真是我们发的",
        Basis.DUTY,
        "订阅结束时删除",
    )
    events = models.CharField(_("哪些事"), max_length=200)
    made_at = models.DateTimeField(_("建立时间"), default=clock.now)
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("消息订阅")
        verbose_name_plural = _("消息订阅")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "url"],
                condition=Q(ended_at__isnull=True),
                name="an_address_subscribes_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ForeignNumber(DistrictRow):
    """The number under which another system knows a need: 12345, the grid, an Open311 client."""

    need = models.ForeignKey(
        Need, on_delete=models.CASCADE, related_name="foreign_numbers", verbose_name=_("需求")
    )
    system = models.CharField(_("系统"), max_length=24)
    number = models.CharField(_("对方编号"), max_length=60)
    at = models.DateTimeField(_("时间"), default=clock.now)

    class Meta:
        verbose_name = _("对方编号")
        verbose_name_plural = _("对方编号")
        constraints = [
            models.UniqueConstraint(
                fields=["district", "system", "number"], name="a_foreign_number_names_one_need"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system} {self.number}"
