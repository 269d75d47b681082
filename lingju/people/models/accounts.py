"""Accounts and how they are entered: by a code sent to a phone, or by a name and a password.

The phone is stored encrypted; it is found by a keyed digest (`phone_index`), so that a copy of the
database shows no number. An account belongs to one district and its names are unique there alone.
"""

import datetime as dt
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from lingju.kernel import clock
from lingju.kernel.fields import BlindIndexField, EncryptedTextField
from lingju.kernel.rules import Actor
from lingju.people.personal import Basis, Kind, personal
from lingju.places.models import DistrictRow

CODE_LIFE = dt.timedelta(minutes=5)
CODE_TRIES = 5


class AccountQuerySet(models.QuerySet["Account"]):
    """Questions about accounts."""

    def active(self) -> Self:
        """Keep the accounts that may sign in."""
        return self.filter(is_active=True)

    def visible_to(self, actor: Actor) -> Self:
        """Keep the account of the actor: others are found by those who grant offices, by exact name."""
        return self.filter(pk=actor.account_id, district_id=actor.district_id)


class AccountManager(BaseUserManager["Account"]):
    """Accounts; made by `people.services.accounts` alone."""

    def get_queryset(self) -> AccountQuerySet:
        """Return the questions one can ask."""
        return AccountQuerySet(self.model, using=self._db)

    def active(self) -> AccountQuerySet:
        """Keep the accounts that may sign in."""
        return self.get_queryset().active()

    def visible_to(self, actor: Actor) -> AccountQuerySet:
        """Keep the account of the actor."""
        return self.get_queryset().visible_to(actor)


class Account(DistrictRow, AbstractBaseUser):
    """A person who signs in: a resident, a clerk, an officer; one person, one account (C22)."""

    display_name = personal(
        models.CharField(_("称呼"), max_length=40),
        Kind.GENERAL,
        "让您和工作人员知道是谁在办事",
        Basis.SERVICE,
        "注销账号时抹去",
    )
    sign_in_name = personal(
        models.CharField(_("登录名"), max_length=40, null=True, blank=True),
        Kind.GENERAL,
        "用名字和密码登录",
        Basis.SERVICE,
        "注销账号时抹去",
    )
    phone = personal(
        EncryptedTextField(_("手机号"), null=True, blank=True),
        Kind.GENERAL,
        "发登录验证码，以及您要的回信",
        Basis.SERVICE,
        "注销账号时抹去",
    )
    phone_index = personal(
        BlindIndexField(_("手机号索引"), source="phone", null=True, blank=True),
        Kind.GENERAL,
        "不解密也能按手机号找到账号",
        Basis.SERVICE,
        "注销账号时抹去",
    )
    is_active = models.BooleanField(_("可以登录"), default=True)
    must_change_password = models.BooleanField(_("要换密码"), default=False)
    password_set_at = models.DateTimeField(_("密码设定时间"), null=True, blank=True)
    # Part of what each session is signed with: adding one ends every session of the account.
    session_round = models.PositiveIntegerField(_("会话轮次"), default=1)
    created_at = models.DateTimeField(_("建立时间"), default=clock.now)
    closed_at = models.DateTimeField(_("注销时间"), null=True, blank=True)

    objects = AccountManager()

    # Names are unique within a district only; what names an account to Django and to django-axes is its id.
    USERNAME_FIELD = "id"
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        verbose_name = _("账号")
        verbose_name_plural = _("账号")
        constraints = [
            models.UniqueConstraint(
                fields=["district", "sign_in_name"], name="sign_in_name_is_unique_in_its_district"
            ),
            models.UniqueConstraint(
                fields=["district", "phone_index"], name="phone_is_unique_in_its_district"
            ),
            models.CheckConstraint(
                condition=Q(phone__isnull=True, phone_index__isnull=True)
                | Q(phone__isnull=False, phone_index__isnull=False),
                name="phone_is_kept_together_with_its_index",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True)
                | Q(is_active=False, phone__isnull=True, sign_in_name__isnull=True),
                name="closed_account_names_nobody",
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    def get_session_auth_hash(self) -> str:
        """Return what each session is bound to: the password and the round of sessions."""
        return self._session_hash()

    def get_session_auth_fallback_hash(self) -> Any:
        """Yield the same for secret keys that are being retired."""
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._session_hash(secret)

    def _session_hash(self, secret: str | bytes | None = None) -> str:
        value = f"{self.password}:{self.session_round}"
        return salted_hmac("lingju.people.session", value, secret=secret, algorithm="sha256").hexdigest()


class PastPassword(DistrictRow):
    """A password that was used before, as its digest, so that it is not chosen again (C23)."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="past_passwords")
    digest = personal(
        models.CharField(_("密码摘要"), max_length=128),
        Kind.SECRET,
        "不让旧密码再用",
        Basis.DUTY,
        "只留最近五个，注销时删除",
    )
    set_at = models.DateTimeField(_("设定时间"), default=clock.now)

    class Meta:
        verbose_name = _("旧密码")
        verbose_name_plural = _("旧密码")
        ordering = ["-set_at", "-id"]


class SignInCode(DistrictRow):
    """Six digits that were sent to a phone: good for five minutes, five tries and one use."""

    phone = personal(
        EncryptedTextField(_("手机号")),
        Kind.GENERAL,
        "把验证码发到您的手机",
        Basis.SERVICE,
        "一天后删除",
    )
    phone_index = personal(
        BlindIndexField(_("手机号索引"), source="phone", db_index=True),
        Kind.GENERAL,
        "核对验证码是发给谁的",
        Basis.SERVICE,
        "一天后删除",
    )
    code = personal(
        EncryptedTextField(_("验证码")), Kind.SECRET, "核对您收到的验证码", Basis.SERVICE, "一天后删除"
    )
    # Set where a signed-in person proves a new phone: nobody else can use the code.
    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, null=True, blank=True, related_name="codes"
    )
    requested_at = models.DateTimeField(_("请求时间"), default=clock.now, db_index=True)
    tries = models.PositiveSmallIntegerField(_("试过几次"), default=0)
    used_at = models.DateTimeField(_("使用时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("登录验证码")
        verbose_name_plural = _("登录验证码")
        constraints = [
            models.CheckConstraint(
                condition=Q(tries__lte=CODE_TRIES), name="code_is_tried_five_times_at_most"
            ),
        ]

    def is_fresh(self, moment: dt.datetime) -> bool:
        """Say whether the code may still be used at `moment`."""
        return self.used_at is None and self.tries < CODE_TRIES and moment < self.requested_at + CODE_LIFE


class Attempt(DistrictRow):
    """One try at something that may be tried only so often: counted by kind and keyed digest."""

    kind = models.CharField(_("类别"), max_length=20)
    key = models.CharField(_("对象摘要"), max_length=64)
    at = models.DateTimeField(_("时间"), default=clock.now)

    class Meta:
        verbose_name = _("尝试")
        verbose_name_plural = _("尝试")
        indexes = [models.Index(fields=["kind", "key", "at"], name="attempts_of_one_key_by_time")]
