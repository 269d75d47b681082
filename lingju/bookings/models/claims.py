"""Who has what when: claims with their life, the places they take, and the series they may belong to."""

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lingju.bookings.cells import Taking
from lingju.bookings.models.pools import Bookable, InAreaQuerySet, Pool
from lingju.kernel import clock
from lingju.kernel.fields import BlindIndexField, EncryptedTextField
from lingju.kernel.rules import Actor
from lingju.people.personal import Basis, Kind, personal
from lingju.places.models import Area, DistrictRow, Station

KEPT = "一年后删除姓名和电话"


class ClaimQuerySet(InAreaQuerySet):
    """Questions about claims."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the actor's own; the desk looks through `managed_by`."""
        return self.filter(account_id=actor.account_id, account_id__isnull=False)

    def taking(self) -> Self:
        """Keep those that take places in the count, also where their time to decide has run out."""
        return self.filter(state__in=Claim.TAKING)

    def waiting(self) -> Self:
        """Keep those that wait for a place, first come first."""
        return self.filter(state=Claim.State.WAITLISTED).order_by("waits_since", "id")

    def run_out(self, moment: dt.datetime) -> Self:
        """Keep held and offered ones whose time is over at a moment: that very moment is too late."""
        return self.filter(state__in=Claim.TIMED, expires_at__lte=moment)


class Series(DistrictRow):
    """A booking that repeats: one rule, and for every date a claim of its own or a reason why not."""

    bookable = models.ForeignKey(
        Bookable, on_delete=models.CASCADE, related_name="series", verbose_name=_("预约项目")
    )
    key = models.CharField(_("防重键"), max_length=80)
    weekdays = models.PositiveSmallIntegerField(_("星期"))
    every_weeks = models.PositiveSmallIntegerField(_("每几周"), default=1)
    first = models.DateField(_("起始日"))
    last = models.DateField(_("截止日"))
    opens = models.PositiveSmallIntegerField(_("开始分钟"))
    minutes = models.PositiveSmallIntegerField(_("每次几分钟"))
    skips_holidays = models.BooleanField(_("节假日不安排"), default=True)

    class Meta:
        verbose_name = _("系列预约")
        verbose_name_plural = _("系列预约")
        constraints = [
            models.UniqueConstraint(fields=["district", "key"], name="the_same_press_repeats_once"),
            models.CheckConstraint(condition=Q(first__lte=F("last")), name="series_begins_before_it_ends"),
        ]

    def __str__(self) -> str:
        return f"{self.bookable_id} {self.first} {self.last}"


class Rejection(DistrictRow):
    """A date of a series that got no claim, and why: a first-class answer, not a silence."""

    class Why(models.TextChoices):
        """What stood in the way."""

        TAKEN = "taken", _("已被约走")
        CLOSED = "closed", _("那时不开门")
        HOLIDAY = "holiday", _("节假日")
        UNKNOWN = "unknown", _("放假安排还没公布")
        PAST = "past", _("时间已过")
        LAPSED = "lapsed", _("那时资质已到期")

    series = models.ForeignKey(
        Series, on_delete=models.CASCADE, related_name="rejections", verbose_name=_("系列预约")
    )
    date = models.DateField(_("日期"))
    why = models.CharField(_("原因"), max_length=8, choices=Why.choices)
    words = models.CharField(_("说明"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("没约上的日子")
        verbose_name_plural = _("没约上的日子")
        ordering = ["date"]
        constraints = [
            models.UniqueConstraint(fields=["series", "date"], name="a_date_is_rejected_once"),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.why}"


class Claim(DistrictRow):
    """A booking 预约: somebody's claim to places in pools, or their wait for them."""

    class State(models.TextChoices):
        """Where its life has got to."""

        HELD = "held", _("先留着")
        PENDING = "pending", _("等审批")
        CONFIRMED = "confirmed", _("已约好")
        CHECKED_IN = "checked_in", _("已到")
        COMPLETED = "completed", _("已完成")
        NO_SHOW = "no_show", _("没来")
        CANCELLED = "cancelled", _("已取消")
        EXPIRED = "expired", _("已过期")
        WAITLISTED = "waitlisted", _("候补中")
        OFFERED = "offered", _("有名额，等您确认")

    TAKING = (State.HELD, State.PENDING, State.CONFIRMED, State.CHECKED_IN, State.OFFERED)
    TIMED = (State.HELD, State.OFFERED)
    STANDING = (State.HELD, State.PENDING, State.CONFIRMED, State.OFFERED, State.WAITLISTED)
    OVER = (State.COMPLETED, State.NO_SHOW, State.CANCELLED, State.EXPIRED)

    class By(models.TextChoices):
        """By which way word reaches them."""

        PAGE = "page", _("自己来看")
        SMS = "sms", _("短信")
        CALL = "call", _("打电话")
        PAPER = "paper", _("纸条")

    RUNG = (By.CALL, By.PAPER)

    class EndedBy(models.TextChoices):
        """Who ended it; cancelling is never held against anybody."""

        NOBODY = "", _("没有结束")
        PARTY = "party", _("本人")
        STATION = "station", _("驿站")
        CLOCK = "clock", _("到时间")

    bookable = models.ForeignKey(
        Bookable,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="claims",
        verbose_name=_("预约项目"),
    )
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name=_("所在社区"))
    station = models.ForeignKey(
        Station,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="claims",
        verbose_name=_("驿站"),
    )
    series = models.ForeignKey(
        Series,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="claims",
        verbose_name=_("系列预约"),
    )
    number = models.CharField(_("预约号"), max_length=12)
    key = models.CharField(_("防重键"), max_length=80)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices)
    starts_at = models.DateTimeField(_("开始时间"), null=True, blank=True)
    ends_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    quantity = models.PositiveSmallIntegerField(_("人数"), default=1)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="claims",
        verbose_name=_("账号"),
    )
    called = personal(
        EncryptedTextField(_("怎么称呼"), default=""), Kind.GENERAL, "到站时怎么称呼", Basis.SERVICE, KEPT
    )
    phone = personal(
        EncryptedTextField(_("手机号"), null=True, blank=True),
        Kind.GENERAL,
        "有变动时告诉本人",
        Basis.SERVICE,
        KEPT,
    )
    phone_index = personal(
        BlindIndexField(_("手机号索引"), source="phone", null=True, blank=True),
        Kind.GENERAL,
        "打电话来的人找得到自己的预约",
        Basis.SERVICE,
        KEPT,
    )
    code = personal(
        EncryptedTextField(_("查询码")), Kind.SECRET, "不用登录也能看、能取消自己的预约", Basis.SERVICE, KEPT
    )
    wishes = personal(
        EncryptedTextField(_("需要的照顾"), default=""), Kind.GENERAL, "到站时照顾到", Basis.SERVICE, KEPT
    )
    by = models.CharField(_("回音方式"), max_length=6, choices=By.choices, default=By.PAGE)
    # Booked for them by family at home or by somebody at the counter.
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("代约人"),
    )
    proxy = models.CharField(_("代约关系"), max_length=20, blank=True)
    # Family at home hears what becomes of it; who books at the counter all day would drown in it.
    is_proxy_told = models.BooleanField(_("有变动也告诉代约人"), default=False)
    has_read_notice = models.BooleanField(_("已看须知"), default=False)
    expires_at = models.DateTimeField(_("保留至"), null=True, blank=True)
    waits_since = models.DateTimeField(_("候补起"), null=True, blank=True)
    passed = models.PositiveSmallIntegerField(_("被越过几次"), default=0)
    # Why this place was offered, or why others went first: said in words, kept for whoever asks.
    explanation = models.CharField(_("候补说明"), max_length=200, blank=True)
    ended_by = models.CharField(
        _("谁结束的"), max_length=8, choices=EndedBy.choices, blank=True, default=EndedBy.NOBODY
    )
    why = models.CharField(_("原因"), max_length=120, blank=True)
    made_at = models.DateTimeField(_("预约时间"), default=clock.now)
    # Since when it is agreed: what waited, was offered or had to be approved is counted from here.
    ready_at = models.DateTimeField(_("约定时间"), null=True, blank=True)
    moved_at = models.DateTimeField(_("上次改时间"), null=True, blank=True)
    arrived_at = models.DateTimeField(_("到站时间"), null=True, blank=True)
    ended_at = models.DateTimeField(_("结束于"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("预约")
        verbose_name_plural = _("预约")
        ordering = ["starts_at", "id"]
        indexes = [
            models.Index(fields=["phone_index"], name="claims_by_phone"),
            models.Index(fields=["station", "starts_at"], name="claims_of_a_station_by_time"),
            models.Index(fields=["bookable", "state", "starts_at"], name="claims_of_a_bookable"),
            models.Index(
                fields=["expires_at"], name="claims_that_run_out", condition=Q(state__in=("held", "offered"))
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["district", "key"], name="the_same_press_claims_once"),
            models.UniqueConstraint(
                fields=["district", "number"], name="claim_number_is_unique_in_its_district"
            ),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="a_claim_is_for_somebody"),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True, ends_at__isnull=True) | Q(starts_at__lt=F("ends_at")),
                name="claim_begins_before_it_ends",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("held", "offered")) | Q(expires_at__isnull=False),
                name="what_is_kept_for_somebody_is_kept_until_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state="waitlisted") | Q(waits_since__isnull=False),
                name="who_waits_began_at_some_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.state}"

    @property
    def stem(self) -> str:
        """Return the stem of its area, for rules."""
        return self.area.stem

    @property
    def is_standing(self) -> bool:
        """Say whether somebody may still come, or still waits."""
        return self.state in self.STANDING

    @property
    def is_written_to(self) -> bool:
        """Say whether a message reaches them, or family who booked for them, by itself."""
        by_text = self.by == self.By.SMS and bool(self.phone)
        return by_text or self.account_id is not None or self.proxy_told_id is not None

    @property
    def is_called(self) -> bool:
        """Say whether somebody of the station has to ring them: they left a number, and not for texts."""
        return bool(self.phone) and self.by in self.RUNG

    @property
    def is_reachable(self) -> bool:
        """Say whether word can go to them, or they must come and look."""
        return self.is_written_to or self.is_called

    @property
    def proxy_told_id(self) -> int | None:
        """Return the account of family who booked for them and hears of it; None for the counter's."""
        return self.told_by_id if self.is_proxy_told else None

    @property
    def has_lapsed(self) -> bool:
        """Say whether it was agreed and its time went by without anybody knowing whether they came."""
        return self.state == self.State.EXPIRED and self.ready_at is not None

    @property
    def changed_at(self) -> dt.datetime:
        """Return when it last changed in a way that its calendar shows."""
        return max(filter(None, (self.made_at, self.ready_at, self.moved_at, self.arrived_at, self.ended_at)))


class Part(DistrictRow):
    """What a claim takes of one pool: so many places in cells from one up to, not including, another."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="parts", verbose_name=_("预约"))
    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="parts", verbose_name=_("可约资源"))
    first = models.BigIntegerField(_("从第几格"))
    end = models.BigIntegerField(_("到第几格前"))
    quantity = models.PositiveSmallIntegerField(_("占用数量"), default=1)

    class Meta:
        verbose_name = _("占用")
        verbose_name_plural = _("占用")
        indexes = [models.Index(fields=["pool", "end", "first"], name="parts_of_a_pool_in_time")]
        constraints = [
            models.UniqueConstraint(fields=["claim", "pool"], name="a_claim_takes_from_a_pool_once"),
            models.CheckConstraint(condition=Q(first__lt=F("end")), name="part_begins_before_it_ends"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="a_part_takes_something"),
        ]

    def __str__(self) -> str:
        return f"{self.pool_id} {self.first}-{self.end} {self.quantity}"

    @property
    def taking(self) -> Taking:
        """Return it as what is counted."""
        return Taking(self.pool_id, self.first, self.end, self.quantity)


class Passing(DistrictRow):
    """One time a smaller party was offered a place before a larger one that did not fit: kept, with why."""

    passed = models.ForeignKey(
        Claim, on_delete=models.CASCADE, related_name="passings", verbose_name=_("被越过的")
    )
    by = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="+", verbose_name=_("先得到的"))
    free = models.PositiveSmallIntegerField(_("当时空出几个"))
    at = models.DateTimeField(_("时间"), default=clock.now)

    class Meta:
        verbose_name = _("候补越过")
        verbose_name_plural = _("候补越过")
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["passed", "by"], name="a_party_passes_another_once"),
        ]

    def __str__(self) -> str:
        return f"{self.by_id} → {self.passed_id}"
