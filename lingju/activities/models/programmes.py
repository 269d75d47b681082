"""What activities are about and who gives them: topics, speakers, programmes, series, festivals."""

from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lingju.kernel import clock
from lingju.kernel.rules import Actor
from lingju.people.models import Organisation
from lingju.people.personal import Basis, Kind, personal
from lingju.places.models import Area, AudienceTag, DistrictRow, Space, Station
from lingju.places.rules import CLERKS, lying_under

KEPT_SPEAKER = "不再请来讲课后一年删除"


class Topic(DistrictRow):
    """A subject of the district's library, such as 防溺水; when it is due, the house's catalogue says."""

    class Group(models.TextChoices):
        """Where in the library it stands."""

        SAFETY = "safety", _("安全和救护")
        POLICY = "policy", _("政策和法律")
        CULTURE = "culture", _("文化和手艺")
        HEALTH = "health", _("健康和生活")
        TOGETHER = "together", _("邻里和志愿")

    code = models.SlugField(_("代码"), max_length=40)
    name = models.CharField(_("名称"), max_length=40)
    group = models.CharField(_("功能"), max_length=10, choices=Group.choices, default=Group.TOGETHER)
    # Sessions about it stand in the register of trainings 培训台账.
    is_training = models.BooleanField(_("算培训"), default=False)
    order = models.PositiveSmallIntegerField(_("顺序"), default=0)
    is_retired = models.BooleanField(_("已停用"), default=False)

    class Meta:
        verbose_name = _("主题")
        verbose_name_plural = _("主题")
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["district", "code"], name="topic_code_is_unique_in_its_district"),
        ]

    def __str__(self) -> str:
        return self.name


class OfAreaQuerySet(models.QuerySet[Any]):
    """Questions about what an area owns."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep what belongs to the areas the actor works for; only there it is edited."""
        return self.filter(lying_under(actor.stems(CLERKS)), district_id=actor.district_id)

    def usable_at(self, area: Area) -> Self:
        """Keep what an area may draw on: its own, what lies below it, and what stands above it."""
        above = [area.stem[:length] for length in range(1, len(area.stem) + 1)]
        return self.filter(
            Q(area__stem__in=above) | Q(area__stem__startswith=area.stem),
            district_id=area.district_id,
            is_retired=False,
        )


class Speaker(DistrictRow):
    """Somebody who teaches or tells: named in public only where they agreed to it."""

    called = personal(
        models.CharField(_("怎么称呼"), max_length=40),
        Kind.GENERAL,
        "告诉居民谁来讲",
        Basis.CONSENT,
        KEPT_SPEAKER,
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("组织"),
    )
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name=_("所在区域"))
    topics = models.ManyToManyField(Topic, blank=True, related_name="speakers", verbose_name=_("主题"))
    # Given by the body that trained them, such as the Red Cross; never issued here.
    instructor_no = personal(
        models.CharField(_("师资证号"), max_length=40, blank=True),
        Kind.GENERAL,
        "核对救护等课程的师资",
        Basis.SERVICE,
        KEPT_SPEAKER,
    )
    may_be_named = models.BooleanField(_("同意公开称呼"), default=False)
    is_retired = models.BooleanField(_("已停用"), default=False)
    version = models.PositiveIntegerField(_("版本"), default=1)

    objects = OfAreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("讲师")
        verbose_name_plural = _("讲师")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.called

    @property
    def stem(self) -> str:
        """Return the stem of its area."""
        return self.area.stem

    @property
    def in_public(self) -> str:
        """Return who it is as everybody may read it: the name where agreed, else where they come from."""
        where = self.organisation.name if self.organisation is not None else ""
        if self.may_be_named:
            named = {"who": self.called, "where": where}
            return gettext("%(who)s（%(where)s）") % named if where else self.called
        return gettext("%(where)s讲师") % {"where": where}


class Programme(DistrictRow):
    """A string of sessions with one aim, such as 暖新讲堂 or a summer of safety."""

    name = models.CharField(_("名称"), max_length=60)
    summary = models.CharField(_("一句话介绍"), max_length=200, blank=True)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name=_("所在区域"))
    topics = models.ManyToManyField(Topic, blank=True, related_name="programmes", verbose_name=_("主题"))
    audiences = models.ManyToManyField(AudienceTag, blank=True, related_name="+", verbose_name=_("适合人群"))
    organisations = models.ManyToManyField(Organisation, blank=True, related_name="+", verbose_name=_("组织"))
    is_retired = models.BooleanField(_("已停用"), default=False)
    version = models.PositiveIntegerField(_("版本"), default=1)

    objects = OfAreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("系列")
        verbose_name_plural = _("系列")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["area", "name"], name="programme_name_is_unique_in_its_area"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def stem(self) -> str:
        """Return the stem of its area."""
        return self.area.stem


class Series(DistrictRow):
    """A weekly rule from which sessions were made, each with a life of its own afterwards."""

    key = models.CharField(_("防重键"), max_length=80)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name=_("所在区域"))
    station = models.ForeignKey(
        Station, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("驿站")
    )
    space = models.ForeignKey(
        Space, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("空间")
    )
    weekdays = models.CharField(_("星期"), max_length=20)
    since = models.DateField(_("起始日"))
    until = models.DateField(_("截止日"))
    start_minute = models.PositiveSmallIntegerField(_("开始分钟"))
    minutes = models.PositiveSmallIntegerField(_("时长"))
    made_at = models.DateTimeField(_("建立时间"), default=clock.now)

    class Meta:
        verbose_name = _("循环")
        verbose_name_plural = _("循环")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["district", "key"], name="the_same_press_makes_one_series"),
            models.CheckConstraint(
                condition=Q(until__gte=F("since")), name="series_ends_no_earlier_than_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.since}–{self.until}"

    @property
    def stem(self) -> str:
        """Return the stem of its area."""
        return self.area.stem


class SkippedDate(DistrictRow):
    """A date of a series on which no session was made, and why."""

    class Why(models.TextChoices):
        """What stood in the way."""

        HOLIDAY = "holiday", _("放假")
        UNKNOWN = "unknown", _("放假安排还没公布")
        ROOM_TAKEN = "room_taken", _("场地有人用")
        STATION_SHUT = "station_shut", _("驿站不开门")
        PAST = "past", _("已经过了")

    series = models.ForeignKey(
        Series, on_delete=models.CASCADE, related_name="skipped", verbose_name=_("循环")
    )
    date = models.DateField(_("日期"))
    why = models.CharField(_("原因"), max_length=12, choices=Why.choices)
    words = models.CharField(_("说明"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("没排的日子")
        verbose_name_plural = _("没排的日子")
        ordering = ["date"]
        constraints = [
            models.UniqueConstraint(fields=["series", "date"], name="a_date_is_skipped_once_in_a_series"),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.why}"


class FestivalTemplate(DistrictRow):
    """A programme to begin a plan with: the day it belongs to, its topics, its parts."""

    code = models.SlugField(_("代码"), max_length=40)
    name = models.CharField(_("名称"), max_length=40)
    # A code of `lingju.activities.catalogue.FESTIVALS`; `festivals.py` finds its date in any year.
    festival = models.SlugField(_("哪个节日"), max_length=40)
    days_before = models.PositiveSmallIntegerField(_("提前几天"), default=0)
    ideas = models.CharField(_("可以做什么"), max_length=300, blank=True)
    topics = models.ManyToManyField(Topic, blank=True, related_name="+", verbose_name=_("主题"))
    audiences = models.ManyToManyField(AudienceTag, blank=True, related_name="+", verbose_name=_("适合人群"))
    start_minute = models.PositiveSmallIntegerField(_("开始分钟"), default=570)
    minutes = models.PositiveSmallIntegerField(_("时长"), default=120)
    order = models.PositiveSmallIntegerField(_("顺序"), default=0)
    is_retired = models.BooleanField(_("已停用"), default=False)

    class Meta:
        verbose_name = _("节日模板")
        verbose_name_plural = _("节日模板")
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "code"], name="festival_code_is_unique_in_its_district"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def idea_list(self) -> list[str]:
        """Return the ideas one by one."""
        return [idea for idea in self.ideas.split("、") if idea]
