"""Who takes part: enrolled organisations and members, what they can do, when they cannot, their pairings.

Enrolment 报到单位 ──can──▶ Capability 法律服务        Blackout 8月1日至15日 来不了
      │ └──pairs──▶ Pairing 幸福小区                   Review 社区评单位, 单位看得到
      └──has──▶ Member 报到党员 (closed cells, never listed in public)
"""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lingju.cobuilding.models.cycles import DaySeries, LedQuerySet
from lingju.kernel import clock
from lingju.kernel.fields import EncryptedTextField
from lingju.people.models import Organisation
from lingju.people.personal import Basis, Kind, personal
from lingju.places.models import Area, Building, Compound, DistrictRow

KEPT_LIAISON = "单位退出或换人后半年删除"
KEPT_MEMBER = "注销报到后半年删除，只留数目"


class Capability(DistrictRow):
    """Something a unit or a person can do for residents, as the district words it: 法律咨询与援助."""

    code = models.SlugField(_("代码"), max_length=40)
    name = models.CharField(_("名称"), max_length=40)
    # A certificate or a licence is asked for before anybody does it: medicine, law.
    needs_proof = models.BooleanField(_("要有资质"), default=False)
    order = models.PositiveSmallIntegerField(_("顺序"), default=0)
    is_retired = models.BooleanField(_("已停用"), default=False)

    class Meta:
        verbose_name = _("能做的事")
        verbose_name_plural = _("能做的事")
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "code"], name="capability_code_is_unique_in_its_district"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Double(DistrictRow):
    """One of the four doubles 四双, in the district's own words; what it means is the code's."""

    class Code(models.TextChoices):
        """Which of the four."""

        ENROL = "enrol", _("报到")
        SERVE = "serve", _("服务")
        PAIR = "pair", _("包联")
        REVIEW = "review", _("评价")

    code = models.CharField(_("代码"), max_length=8, choices=Code.choices)
    name = models.CharField(_("名称"), max_length=20)
    meaning = models.CharField(_("说明"), max_length=120, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1)

    class Meta:
        verbose_name = _("四双")
        verbose_name_plural = _("四双")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["district", "code"], name="each_of_the_four_doubles_stands_once"),
        ]

    def __str__(self) -> str:
        return self.name


class EnrolmentQuerySet(LedQuerySet):
    """Questions about enrolled organisations."""

    def taking_turns(self) -> Self:
        """Keep those that a rota may ask."""
        return self.filter(state=Enrolment.State.ACTIVE, organisation__ended_on__isnull=True)

    def covering_units(self, series: DaySeries) -> Self:
        """Keep those that take turns in a series: enrolled where it is led, or below."""
        return self.taking_turns().filter(
            district_id=series.district_id, area__stem__startswith=series.area.stem
        )


class Enrolment(DistrictRow):
    """A unit that has reported in at an area: what it can do, how often it can come, and whom to call."""

    class State(models.TextChoices):
        """Where its life has got to."""

        REGISTERED = "registered", _("登记")
        ACTIVE = "active", _("在册")
        PAUSED = "paused", _("暂停")
        ENDED = "ended", _("注销")

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name=_("报到的地方"))
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="enrolments", verbose_name=_("组织")
    )
    number = models.CharField(_("编号"), max_length=12)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.REGISTERED)
    state_reason = models.CharField(_("状态原因"), max_length=120, blank=True)
    capabilities = models.ManyToManyField(
        Capability, blank=True, related_name="enrolments", verbose_name=_("能做的事")
    )
    people = models.PositiveSmallIntegerField(_("一次来几个人"), default=3)
    # What share of the turns is fair for it, beside 1 for an ordinary unit; size or agreement decide.
    weight = models.FloatField(_("轮值份量"), default=1.0)
    weight_reason = models.CharField(_("份量原因"), max_length=120, blank=True)
    # Turns it had before this system counted them.
    history = models.PositiveSmallIntegerField(_("以前轮过几次"), default=0)
    preferred_months = models.JSONField(_("方便的月份"), default=list, blank=True)
    # Where it comes from, for the way; None is measured from the middle of its area.
    lon = models.FloatField(_("经度"), null=True, blank=True)
    lat = models.FloatField(_("纬度"), null=True, blank=True)
    liaison = personal(
        EncryptedTextField(_("联络员"), default="", blank=True),
        Kind.GENERAL,
        "轮到时找得到人",
        Basis.CONSENT,
        KEPT_LIAISON,
    )
    phone = personal(
        EncryptedTextField(_("联络电话"), default="", blank=True),
        Kind.GENERAL,
        "轮到时找得到人",
        Basis.CONSENT,
        KEPT_LIAISON,
    )
    enrolled_on = models.DateField(_("报到日期"), default=clock.today)
    ended_on = models.DateField(_("退出日期"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("报到单位")
        verbose_name_plural = _("报到单位")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "number"], name="enrolment_number_is_unique_in_its_district"
            ),
            models.UniqueConstraint(
                fields=["organisation", "area"],
                condition=~Q(state="ended"),
                name="a_unit_is_enrolled_at_an_area_once",
            ),
            models.CheckConstraint(condition=Q(weight__gt=0), name="a_fair_share_is_more_than_nothing"),
            models.CheckConstraint(condition=Q(people__gte=1), name="a_unit_comes_with_one_at_least"),
        ]

    def __str__(self) -> str:
        return self.organisation.name

    @property
    def stem(self) -> str:
        """Return the stem of the area where it reported in."""
        return self.area.stem


class Blackout(DistrictRow):
    """Days on which an enrolled unit cannot come, said by itself or at the desk."""

    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.CASCADE, related_name="blackouts", verbose_name=_("报到单位")
    )
    starts_on = models.DateField(_("从哪天起"))
    ends_on = models.DateField(_("到哪天止"))
    reason = models.CharField(_("原因"), max_length=80, blank=True)
    said_by_itself = models.BooleanField(_("单位自己填的"), default=False)
    made_at = models.DateTimeField(_("建立时间"), default=clock.now)

    class Meta:
        verbose_name = _("来不了的日子")
        verbose_name_plural = _("来不了的日子")
        ordering = ["starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "starts_on", "ends_on"], name="days_away_are_said_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="days_away_end_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on} {self.ends_on}"


class UnitLink(DistrictRow):
    """An address under which a unit sees its turns without an account; only its digest is kept."""

    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.CASCADE, related_name="links", verbose_name=_("报到单位")
    )
    digest = models.CharField(_("摘要"), max_length=64)
    made_at = models.DateTimeField(_("建立时间"), default=clock.now)
    ends_at = models.DateTimeField(_("有效期至"))
    revoked_at = models.DateTimeField(_("作废时间"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("上次使用时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("单位专用链接")
        verbose_name_plural = _("单位专用链接")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["digest"], name="an_address_of_a_unit_is_made_once"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class Member(DistrictRow):
    """A person who reported in to help where they live. Who that is stays closed and is never listed."""

    class State(models.TextChoices):
        """Where its life has got to."""

        REGISTERED = "registered", _("登记")
        ACTIVE = "active", _("在册")
        ENDED = "ended", _("注销")

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name=_("社区"))
    enrolment = models.ForeignKey(
        Enrolment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="members",
        verbose_name=_("报到单位"),
    )
    called = personal(
        EncryptedTextField(_("姓名"), default=""),
        Kind.SENSITIVE,
        "社区派不出人名就请不到人",
        Basis.CONSENT,
        KEPT_MEMBER,
    )
    phone = personal(
        EncryptedTextField(_("联络电话"), default="", blank=True),
        Kind.SENSITIVE,
        "有事时联系本人",
        Basis.CONSENT,
        KEPT_MEMBER,
    )
    capabilities = models.ManyToManyField(
        Capability, blank=True, related_name="members", verbose_name=_("能做的事")
    )
    times = models.CharField(_("方便的时间"), max_length=80, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.REGISTERED)
    enrolled_on = models.DateField(_("报到日期"), default=clock.today)
    ended_on = models.DateField(_("退出日期"), null=True, blank=True)
    key = models.CharField(_("防重键"), max_length=80)
    version = models.PositiveIntegerField(_("版本"), default=1)

    objects = LedQuerySet.as_manager()

    class Meta:
        verbose_name = _("报到党员")
        verbose_name_plural = _("报到党员")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["district", "key"], name="a_member_reports_in_once_a_press"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def stem(self) -> str:
        """Return the stem of the community."""
        return self.area.stem


class Pairing(DistrictRow):
    """A unit that looks after a compound, or a member who looks after a building 包联."""

    enrolment = models.ForeignKey(
        Enrolment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="pairings",
        verbose_name=_("报到单位"),
    )
    member = models.ForeignKey(
        Member,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="pairings",
        verbose_name=_("报到党员"),
    )
    compound = models.ForeignKey(
        Compound, on_delete=models.PROTECT, related_name="+", verbose_name=_("所在小区")
    )
    building = models.ForeignKey(
        Building, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("楼栋")
    )
    since = models.DateField(_("起"), default=clock.today)
    ended_on = models.DateField(_("退出日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("包联")
        verbose_name_plural = _("包联")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(enrolment__isnull=False, member__isnull=True)
                | Q(enrolment__isnull=True, member__isnull=False),
                name="a_pairing_is_of_a_unit_or_a_member",
            ),
            models.UniqueConstraint(
                fields=["enrolment", "compound"],
                condition=Q(ended_on__isnull=True, enrolment__isnull=False),
                name="a_unit_pairs_with_a_compound_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.compound}"


class Review(DistrictRow):
    """What a community says of a unit's service, or a unit of a community 双评价: words, never an order."""

    class Verdict(models.TextChoices):
        """How it went."""

        GOOD = "good", _("满意")
        FAIR = "fair", _("基本满意")
        POOR = "poor", _("不满意")

    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="reviews", verbose_name=_("报到单位")
    )
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name=_("社区"))
    by_unit = models.BooleanField(_("单位评社区"), default=False)
    period = models.CharField(_("期间"), max_length=10)
    verdict = models.CharField(_("评价"), max_length=6, choices=Verdict.choices)
    text = models.CharField(_("说明"), max_length=300, blank=True)
    reply = models.CharField(_("回应"), max_length=300, blank=True)
    made_at = models.DateTimeField(_("建立时间"), default=clock.now)
    told_at = models.DateTimeField(_("反馈时间"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1)

    objects = LedQuerySet.as_manager()

    class Meta:
        verbose_name = _("双评价")
        verbose_name_plural = _("双评价")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "area", "by_unit", "period"], name="a_service_is_reviewed_once_a_period"
            ),
        ]

    def __str__(self) -> str:
        return self.get_verdict_display()

    @property
    def stem(self) -> str:
        """Return the stem of the community."""
        return self.area.stem
