"""The outbox of messages, and the notices that people find in their own list."""

import datetime as dt
import json
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lingju.kernel import clock
from lingju.kernel.fields import EncryptedTextField
from lingju.kernel.rules import Actor
from lingju.people.personal import Basis, Kind, personal
from lingju.places.models import DistrictRow

KEPT = "一年后删除"


class MessageQuerySet(models.QuerySet["Message"]):
    """Questions about messages."""

    def due(self, moment: dt.datetime) -> Self:
        """Keep what is to be tried at `moment` and is in nobody's hands."""
        free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=moment)
        return self.filter(free, state__in=Message.WAITING, not_before__lte=moment)

    def visible_to(self, actor: Actor) -> Self:
        """Keep the actor's own messages."""
        return self.filter(recipient_id=actor.account_id, district_id=actor.district_id)

    def stuck(self) -> Self:
        """Keep those that were tried and did not go out."""
        return self.filter(state__in=Message.STUCK)


class Message(DistrictRow):
    """Something to be said to somebody by one channel; the outbox."""

    class State(models.TextChoices):
        """Where its delivery has got to."""

        QUEUED = "queued", _("待发")
        SENT = "sent", _("已发")
        FAILED = "failed", _("没发出，还会再试")
        PARKED = "parked", _("没发出，不再试")

    WAITING = (State.QUEUED, State.FAILED)
    STUCK = (State.FAILED, State.PARKED)

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="messages",
        verbose_name=_("收件人"),
    )
    address = personal(
        EncryptedTextField(_("地址"), null=True, blank=True),
        Kind.GENERAL,
        "把消息送到没有账号的人手里",
        Basis.SERVICE,
        KEPT,
    )
    channel = models.CharField(_("渠道"), max_length=16)
    wording = models.CharField(_("文案"), max_length=60)
    params = personal(
        EncryptedTextField(_("内容"), default="{}"),
        Kind.GENERAL,
        "消息里要说的内容",
        Basis.SERVICE,
        KEPT,
    )
    link = models.CharField(_("链接"), max_length=200, blank=True)
    key = models.CharField(_("防重键"), max_length=120)
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.QUEUED)
    not_before = models.DateTimeField(_("不早于"))
    begins_at = models.DateTimeField(_("所说的事开始于"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("试过几次"), default=0)
    claimed_until = models.DateTimeField(_("占用至"), null=True, blank=True)
    last_error = models.CharField(_("上次错误"), max_length=300, blank=True)
    receipt = models.CharField(_("回执"), max_length=80, blank=True)
    created_at = models.DateTimeField(_("建立时间"), default=clock.now)
    sent_at = models.DateTimeField(_("发出时间"), null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("消息")
        verbose_name_plural = _("消息")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["not_before"],
                name="messages_that_wait",
                condition=Q(state__in=("queued", "failed")),
            ),
            models.Index(
                fields=["district", "-id"],
                name="messages_that_did_not_go_out",
                condition=Q(state__in=("failed", "parked")),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["district", "key"], name="the_same_is_said_once"),
            models.CheckConstraint(
                condition=Q(recipient__isnull=False) | Q(address__isnull=False),
                name="message_goes_to_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | ~Q(state="sent"),
                name="what_is_sent_was_sent_at_some_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wording} {self.channel} {self.state}"

    @property
    def gaps(self) -> dict[str, str]:
        """Return what fills the gaps of the wording."""
        filled: dict[str, str] = json.loads(self.params or "{}")
        return filled


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Questions about notices."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the actor's own notices; a stranger has none."""
        return self.filter(account_id=actor.account_id, district_id=actor.district_id)

    def unread(self) -> Self:
        """Keep those that were not read yet."""
        return self.filter(read_at__isnull=True)


class Notice(DistrictRow):
    """A message as it stands in its reader's own list."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices", verbose_name=_("收件人")
    )
    # One message leaves one notice, however often its delivery is tried.
    message = models.OneToOneField(
        Message, on_delete=models.CASCADE, related_name="notice", verbose_name=_("消息")
    )
    title = models.CharField(_("标题"), max_length=80)
    body = personal(
        EncryptedTextField(_("正文"), default=""),
        Kind.GENERAL,
        "让本人看到发给自己的消息",
        Basis.SERVICE,
        KEPT,
    )
    link = models.CharField(_("链接"), max_length=200, blank=True)
    at = models.DateTimeField(_("时间"), default=clock.now)
    read_at = models.DateTimeField(_("阅读时间"), null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("通知")
        verbose_name_plural = _("通知")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["account"], name="notices_not_read_yet", condition=Q(read_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_read(self) -> bool:
        """Say whether its reader has opened it."""
        return self.read_at is not None


def dumped(params: dict[str, Any]) -> str:
    """Return gaps as the text that is kept."""
    return json.dumps({name: str(value) for name, value in params.items()}, ensure_ascii=False)
