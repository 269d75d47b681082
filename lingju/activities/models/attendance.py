"""Who was there: scans at the door that are only ever added to, and people counted by hand.

A scan says what happened at a door; who attended is derived from all scans, never stored. A person who
signed up is counted by scans, one who simply came by a head count: nobody stands in both.
"""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lingju.activities.models import groups
from lingju.activities.models.sessions import Session
from lingju.activities.models.signups import SignUp
from lingju.kernel import clock
from lingju.kernel.rules import Actor
from lingju.places.models import DistrictRow


class AtSessionQuerySet(models.QuerySet["Scan"]):
    """Questions about what was written down at the door of a session."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep what belongs to the sessions the actor works at."""
        return self.filter(session__in=Session.objects.visible_to(actor), district_id=actor.district_id)


class Scan(DistrictRow):
    """One thing that happened at the door: somebody came, left, or a press was taken back. Never changed.

    `device_at` is what the device's clock said, which may be wrong; `at` is what we go by: the device's
    time where it can be true, else the time of arrival. `signup` is None where a code could not be read.
    """

    class Kind(models.TextChoices):
        """What happened."""

        IN = "in", _("到了")
        OUT = "out", _("走了")
        UNDO = "undo", _("按错了，撤回")

    class Method(models.TextChoices):
        """How it was noticed."""

        QR = "qr", _("扫码")
        CODE = "code", _("报入场码")
        NAME = "name", _("点名字")
        PAPER = "paper", _("纸质签到表")
        FORCED = "forced", _("现场放行")

    class Trouble(models.TextChoices):
        """Why it does not count by itself."""

        NONE = "", _("没有问题")
        WRONG_LIST = "wrong_list", _("报的是另一场")
        CANCELLED = "cancelled", _("报名已取消")
        WAITING = "waiting", _("还在候补")
        UNKNOWN = "unknown", _("认不出的码")
        SESSION_OFF = "session_off", _("这场已取消或延期")

    session = models.ForeignKey(
        Session, on_delete=models.PROTECT, related_name="scans", verbose_name=_("场次")
    )
    nonce = models.CharField(_("防重键"), max_length=80)
    device = models.CharField(_("设备"), max_length=40, blank=True)
    kind = models.CharField(_("发生了什么"), max_length=4, choices=Kind.choices, default=Kind.IN)
    method = models.CharField(_("怎么签到"), max_length=6, choices=Method.choices)
    signup = models.ForeignKey(
        SignUp,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="scans",
        verbose_name=_("报名"),
    )
    people = models.PositiveSmallIntegerField(_("几个人"), default=1)
    trouble = models.CharField(
        _("为什么不算"), max_length=11, choices=Trouble.choices, blank=True, default=Trouble.NONE
    )
    words = models.CharField(_("说明"), max_length=120, blank=True)
    was_offline = models.BooleanField(_("离线时记的"), default=False)
    scanned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("签到人"),
    )
    device_at = models.DateTimeField(_("设备时间"), null=True, blank=True)
    at = models.DateTimeField(_("时间"), default=clock.now)
    received_at = models.DateTimeField(_("收到时间"), default=clock.now)

    objects = AtSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("签到记录")
        verbose_name_plural = _("签到记录")
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["session", "signup"], name="scans_of_a_signup")]
        constraints = [
            models.UniqueConstraint(fields=["session", "nonce"], name="the_same_scan_is_kept_once"),
            models.CheckConstraint(
                condition=Q(signup__isnull=False) | ~Q(trouble=""), name="a_scan_of_nobody_says_why"
            ),
            models.CheckConstraint(condition=Q(people__gte=1), name="a_scan_is_of_one_at_least"),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.kind} {self.signup_id or '?'}"

    @property
    def is_on_wrong_list(self) -> bool:
        """Say whether whoever came had signed up for another session."""
        return self.trouble == self.Trouble.WRONG_LIST

    @property
    def counts(self) -> bool:
        """Say whether it makes an attendance: nothing is wrong, or the keeper let them in all the same."""
        return self.signup_id is not None and (not self.trouble or self.method == self.Method.FORCED)


class HeadCountQuerySet(models.QuerySet["HeadCount"]):
    """Questions about head counts."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep what belongs to the sessions the actor works at."""
        return self.filter(session__in=Session.objects.visible_to(actor), district_id=actor.district_id)


class HeadCount(DistrictRow):
    """So many more people of a group who came without signing up. Never changed: a correction is another.

    A correction may take away and must say why; the sum of a session's group never falls below nothing.
    """

    Group = groups.Group

    session = models.ForeignKey(
        Session, on_delete=models.PROTECT, related_name="headcounts", verbose_name=_("场次")
    )
    key = models.CharField(_("防重键"), max_length=80)
    group = models.CharField(_("人群"), max_length=6, choices=Group.choices, default=Group.UNSAID)
    change = models.SmallIntegerField(_("加减几人"))
    reason = models.CharField(_("更正原因"), max_length=120, blank=True)
    counted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("清点人"),
    )
    was_offline = models.BooleanField(_("离线时记的"), default=False)
    at = models.DateTimeField(_("时间"), default=clock.now)

    objects = HeadCountQuerySet.as_manager()

    class Meta:
        verbose_name = _("人数清点")
        verbose_name_plural = _("人数清点")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["session", "key"], name="the_same_count_is_kept_once"),
            models.CheckConstraint(condition=~Q(change=0), name="a_count_changes_something"),
            models.CheckConstraint(
                condition=Q(change__gt=0) | ~Q(reason=""), name="a_count_taken_away_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.group} {self.change:+d}"
