"""One gathering at one time and place: the noun everything else of this module hangs on."""

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lingju.activities.models.programmes import FestivalTemplate, Programme, Series, Speaker, Topic
from lingju.bookings.models import Pool
from lingju.kernel import clock
from lingju.kernel.rules import Actor
from lingju.people.models import Organisation
from lingju.places.models import Area, AudienceTag, DistrictRow, Space, Station
from lingju.places.rules import CLERKS, KEEPERS, lying_under


class SessionQuerySet(models.QuerySet["Session"]):
    """Questions about sessions."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the sessions of the areas the actor works for, and of the stations they keep."""
        within = lying_under(actor.stems(CLERKS)) | Q(station_id__in=actor.things(KEEPERS))
        within |= lying_under(actor.stems(KEEPERS), "station__area__stem")
        return self.filter(within, district_id=actor.district_id)

    def public(self) -> Self:
        """Keep what has been told to everybody, also what was called off afterwards."""
        return self.filter(announced_at__isnull=False)

    def standing(self) -> Self:
        """Keep what is not called off."""
        return self.exclude(state__in=(Session.State.CANCELLED, Session.State.POSTPONED))

    def coming(self, now: dt.datetime) -> Self:
        """Keep what is not over at a moment."""
        return self.filter(ends_at__gt=now)


class Session(DistrictRow):
    """A gathering: when, where, for whom, with whom, and how one gets a seat.

    `sequence` counts every change that a subscribed calendar must take over; `uid` never changes.
    """

    class State(models.TextChoices):
        """Where its life has got to."""

        PLANNED = "planned", _("计划")
        ANNOUNCED = "announced", _("预告")
        SIGNUP = "signup", _("报名")
        HELD = "held", _("举行")
        REVIEWED = "reviewed", _("回顾")
        ARCHIVED = "archived", _("归档")
        POSTPONED = "postponed", _("延期")
        CANCELLED = "cancelled", _("取消")

    class Mode(models.TextChoices):
        """How people come: nobody signs up, one may, or one must."""

        NONE = "none", _("直接来")
        OPEN = "open", _("可以报名，也可以直接来")
        REQUIRED = "required", _("要报名")

    class Photos(models.TextChoices):
        """What is photographed, told beforehand."""

        NONE = "none", _("不拍照")
        PLACE = "place", _("只拍场地和背影")
        ASK = "ask", _("拍人之前先问本人")

    PUBLIC = (State.ANNOUNCED, State.SIGNUP, State.HELD, State.REVIEWED, State.ARCHIVED)

    key = models.CharField(_("防重键"), max_length=80)
    uid = models.CharField(_("固定编号"), max_length=60)
    sequence = models.PositiveIntegerField(_("更改次数"), default=0)
    programme = models.ForeignKey(
        Programme,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sessions",
        verbose_name=_("系列"),
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("所属活动"),
    )
    series = models.ForeignKey(
        Series,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sessions",
        verbose_name=_("循环"),
    )
    # The day the rule made it for; it keeps that name when it is moved to another day.
    series_date = models.DateField(_("循环里的日期"), null=True, blank=True)
    template = models.ForeignKey(
        FestivalTemplate,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="sessions",
        verbose_name=_("节日模板"),
    )
    title = models.CharField(_("标题"), max_length=60)
    summary = models.CharField(_("一句话介绍"), max_length=300, blank=True)
    topics = models.ManyToManyField(Topic, blank=True, related_name="sessions", verbose_name=_("主题"))
    audiences = models.ManyToManyField(AudienceTag, blank=True, related_name="+", verbose_name=_("适合人群"))
    speakers = models.ManyToManyField(Speaker, blank=True, related_name="sessions", verbose_name=_("讲师"))
    organisations = models.ManyToManyField(Organisation, blank=True, related_name="+", verbose_name=_("组织"))
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name=_("负责单位"))
    station = models.ForeignKey(
        Station,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sessions",
        verbose_name=_("驿站"),
    )
    space = models.ForeignKey(
        Space, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("空间")
    )
    place_words = models.CharField(_("别处的地点"), max_length=80, blank=True)
    starts_at = models.DateTimeField(_("开始时间"))
    ends_at = models.DateTimeField(_("结束时间"))
    moved_from = models.DateTimeField(_("原定时间"), null=True, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.PLANNED)
    state_reason = models.CharField(_("状态原因"), max_length=120, blank=True)
    signup = models.CharField(_("怎么参加"), max_length=10, choices=Mode.choices, default=Mode.NONE)
    capacity = models.PositiveIntegerField(_("可容人数"), null=True, blank=True)
    pool = models.ForeignKey(
        Pool, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("座位")
    )
    min_age = models.PositiveSmallIntegerField(_("最小年龄"), null=True, blank=True)
    max_age = models.PositiveSmallIntegerField(_("最大年龄"), null=True, blank=True)
    needs_guardian = models.BooleanField(_("孩子要监护人同意"), default=True)
    children_per_adult = models.PositiveSmallIntegerField(_("一位大人带几个孩子"), null=True, blank=True)
    materials = models.CharField(_("要准备的东西"), max_length=200, blank=True)
    photos = models.CharField(_("拍照"), max_length=6, choices=Photos.choices, default=Photos.NONE)
    review = models.CharField(_("回顾"), max_length=500, blank=True)
    announced_at = models.DateTimeField(_("发布时间"), null=True, blank=True)
    changed_at = models.DateTimeField(_("更新时间"), default=clock.now)
    version = models.PositiveIntegerField(_("版本"), default=1)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("场次")
        verbose_name_plural = _("场次")
        ordering = ["starts_at", "id"]
        indexes = [
            models.Index(fields=["district", "starts_at"], name="sessions_by_time"),
            models.Index(fields=["station", "starts_at"], name="sessions_of_a_station"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["district", "key"], name="the_same_press_plans_once"),
            models.UniqueConstraint(fields=["uid"], name="a_session_has_its_own_uid"),
            models.UniqueConstraint(
                fields=["series", "series_date"], name="a_series_makes_one_session_a_date"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(capacity__isnull=True) | Q(capacity__gte=1), name="session_seats_one_at_least"
            ),
            models.CheckConstraint(
                condition=Q(min_age__isnull=True) | Q(max_age__isnull=True) | Q(max_age__gte=F("min_age")),
                name="session_ages_go_upward",
            ),
            models.CheckConstraint(
                condition=Q(signup="none") | Q(capacity__isnull=False),
                name="session_with_signup_has_a_capacity",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def stem(self) -> str:
        """Return the stem of the area that owns it."""
        return self.area.stem

    @property
    def is_public(self) -> bool:
        """Say whether everybody may read it."""
        return self.announced_at is not None

    @property
    def is_off(self) -> bool:
        """Say whether it does not take place at the time that was told."""
        return self.state in (self.State.CANCELLED, self.State.POSTPONED)

    @property
    def is_over(self) -> bool:
        """Say whether its time has passed."""
        return self.ends_at <= clock.now()

    @property
    def is_running(self) -> bool:
        """Say whether it is on just now."""
        return not self.is_off and self.starts_at <= clock.now() < self.ends_at

    @property
    def takes_signups(self) -> bool:
        """Say whether one can sign up now: it is open to it, and has not begun."""
        return self.state == self.State.SIGNUP and clock.now() < self.starts_at

    @property
    def where(self) -> str:
        """Return the place in words: the station and its room, or what was written."""
        if self.station is None:
            return self.place_words
        return f"{self.station.name}{self.space.name}" if self.space is not None else self.station.name

    @property
    def shown_audiences(self) -> list[AudienceTag]:
        """Return for whom it is, as everybody may read it: sensitive groups are not put on a wall."""
        return [tag for tag in self.audiences.all() if not tag.is_sensitive]
