"""Whoever stands behind a need, and each time they were asked whether it is solved."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lingju.kernel import clock
from lingju.kernel.fields import BlindIndexField, EncryptedTextField
from lingju.kernel.rules import Actor
from lingju.needs.models.needs import KEPT, Need
from lingju.people.personal import Basis, Kind, personal
from lingju.places.models import DistrictRow


class AskerQuerySet(models.QuerySet["Asker"]):
    """Questions about askers."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the actor's own matters; the desk reaches askers through their need."""
        return self.filter(account_id=actor.account_id, account_id__isnull=False)

    def to_be_asked(self) -> Self:
        """Keep whom the figures count."""
        return self.filter(left_out="")


class Asker(DistrictRow):
    """One person behind one need, with a code of their own and a verdict of their own."""

    class Role(models.TextChoices):
        """How they came to it."""

        AUTHOR = "author", _("提出人")
        SUPPORTER = "supporter", _("也要这个")

    class By(models.TextChoices):
        """By which way an answer reaches them."""

        PAGE = "page", _("自己来看")
        SMS = "sms", _("短信")
        CALL = "call", _("打电话")
        PAPER = "paper", _("纸条")
        KIOSK = "kiosk", _("驿站屏幕")

    class Confirmation(models.TextChoices):
        """What they said when asked; only these feed the list."""

        NOT_ASKED = "not_asked", _("还没问")
        ASKED = "asked", _("等您评价")
        SATISFIED = "satisfied", _("满意")
        MOSTLY = "mostly", _("基本满意")
        DISSATISFIED = "dissatisfied", _("不满意")
        UNREACHABLE = "unreachable", _("没联系上")
        SILENT = "silent", _("没有评价")

    ANSWERED = (Confirmation.SATISFIED, Confirmation.MOSTLY, Confirmation.DISSATISFIED)
    TERMINAL = (*ANSWERED, Confirmation.UNREACHABLE, Confirmation.SILENT)

    class LeftOut(models.TextChoices):
        """Why somebody is not asked; each is counted in public."""

        NO = "", _("没有")
        WITHDREW = "withdrew", _("本人撤回")
        EXCLUDED = "excluded", _("整件不计入")

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="askers", verbose_name=_("需求"))
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="askings_of",
        verbose_name=_("账号"),
    )
    key = models.CharField(_("防重键"), max_length=80)
    role = models.CharField(_("身份"), max_length=10, choices=Role.choices, default=Role.AUTHOR)
    called = personal(
        EncryptedTextField(_("怎么称呼"), default=""), Kind.GENERAL, "回话时怎么称呼", Basis.SERVICE, KEPT
    )
    phone = personal(
        EncryptedTextField(_("手机号"), null=True, blank=True),
        Kind.GENERAL,
        "把回音告诉本人",
        Basis.SERVICE,
        KEPT,
    )
    phone_index = personal(
        BlindIndexField(_("手机号索引"), source="phone", null=True, blank=True),
        Kind.GENERAL,
        "找到同一个人说过的事",
        Basis.SERVICE,
        KEPT,
    )
    code = personal(
        EncryptedTextField(_("查询码")), Kind.SECRET, "不用登录也能查自己的事", Basis.SERVICE, KEPT
    )
    by = models.CharField(_("回音方式"), max_length=8, choices=By.choices, default=By.PAGE)
    # Said for them by somebody at the counter, in their presence.
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("代录人"),
    )
    confirmation = models.CharField(
        _("评价"), max_length=12, choices=Confirmation.choices, default=Confirmation.NOT_ASKED
    )
    left_out = models.CharField(
        _("不问的原因"), max_length=10, choices=LeftOut.choices, blank=True, default=LeftOut.NO
    )
    joined_at = models.DateTimeField(_("加入时间"), default=clock.now)

    objects = AskerQuerySet.as_manager()

    class Meta:
        verbose_name = _("提出人")
        verbose_name_plural = _("提出人")
        ordering = ["id"]
        indexes = [models.Index(fields=["phone_index"], name="askers_by_phone")]
        constraints = [
            models.UniqueConstraint(fields=["need", "key"], name="the_same_press_joins_once"),
            models.UniqueConstraint(
                fields=["need", "account"],
                condition=Q(account__isnull=False),
                name="an_account_stands_behind_a_need_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.need_id} {self.role}"

    @property
    def is_author(self) -> bool:
        """Say whether they said the need themselves, or stand behind what somebody else said."""
        return self.role == self.Role.AUTHOR

    @property
    def is_reachable(self) -> bool:
        """Say whether we can go to them, or must wait for them to come."""
        return bool(self.phone) or self.account_id is not None


class Asking(DistrictRow):
    """One time one person was asked: by which way, what they said, who wrote it down."""

    class Solved(models.TextChoices):
        """Whether it is solved, in the asker's own words."""

        NOT_SAID = "", _("没说")
        YES = "yes", _("解决了")
        PARTLY = "partly", _("解决了一部分")
        NO = "no", _("没解决")

    asker = models.ForeignKey(
        Asker, on_delete=models.CASCADE, related_name="askings", verbose_name=_("提出人")
    )
    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="askings", verbose_name=_("需求"))
    round = models.PositiveSmallIntegerField(_("第几轮"))
    by = models.CharField(_("问的方式"), max_length=8, choices=Asker.By.choices)
    asked_at = models.DateTimeField(_("询问时间"), default=clock.now)
    until = models.DateTimeField(_("评价截止"))
    tries = models.PositiveSmallIntegerField(_("打过几次"), default=0)
    result = models.CharField(
        _("评价"),
        max_length=12,
        choices=Asker.Confirmation.choices,
        default=Asker.Confirmation.ASKED,
    )
    solved = models.CharField(_("是否解决"), max_length=6, choices=Solved.choices, blank=True, default="")
    why = personal(
        EncryptedTextField(_("为什么"), default=""), Kind.GENERAL, "照着不满意的地方重办", Basis.SERVICE, KEPT
    )
    answered_by = models.CharField(_("答的方式"), max_length=8, choices=Asker.By.choices, blank=True)
    answered_at = models.DateTimeField(_("评价时间"), null=True, blank=True)
    # Numbers, not links: the law of separated duties must outlive accounts.
    recorded_by_id = models.BigIntegerField(_("记录人编号"), null=True, blank=True)
    handled_by_id = models.BigIntegerField(_("经办人编号"), null=True, blank=True)

    class Meta:
        verbose_name = _("询问")
        verbose_name_plural = _("询问")
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["district", "asked_at"], name="askings_to_call_back", condition=Q(result="asked")
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["asker", "round"], name="a_person_is_asked_once_a_round"),
            models.CheckConstraint(
                condition=Q(recorded_by_id__isnull=True)
                | Q(handled_by_id__isnull=True)
                | ~Q(recorded_by_id=F("handled_by_id")),
                name="who_handled_does_not_record_the_verdict",
            ),
            models.CheckConstraint(
                condition=Q(result__in=("asked", "silent", "unreachable"), solved="")
                | (
                    Q(result__in=("satisfied", "mostly", "dissatisfied"), answered_at__isnull=False)
                    & ~Q(solved="")
                ),
                name="a_verdict_says_whether_it_is_solved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.need_id} {self.round} {self.result}"
