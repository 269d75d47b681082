"""Who helps: a number, how they are called, what they can do, when they are free; for a minor, a guardian.

No identity number is kept, nowhere: the national system knows people by its own number, and so do we.
"""

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lingju.kernel import clock
from lingju.kernel.fields import BlindIndexField, EncryptedTextField
from lingju.kernel.rules import Actor
from lingju.people.models import ConsentText
from lingju.people.personal import Basis, Kind, personal
from lingju.places.hours import WEEKDAYS
from lingju.places.models import Area, Compound, DistrictRow
from lingju.places.rules import CLERKS, lying_under

KEPT = "退出志愿服务后一年抹去，服务记录只留编号"
ADULT = 18


class Skill(DistrictRow):
    """Something a volunteer can help with; professional work needs a paper that somebody has seen."""

    code = models.SlugField(_("代码"), max_length=40)
    name = models.CharField(_("名称"), max_length=40)
    needs = models.CharField(_("资质要求"), max_length=120, blank=True)
    is_retired = models.BooleanField(_("已停用"), default=False)

    class Meta:
        verbose_name = _("志愿技能")
        verbose_name_plural = _("志愿技能")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["district", "code"], name="skill_code_is_unique_in_its_district"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_professional(self) -> bool:
        """Say whether nobody may do it without a paper."""
        return bool(self.needs)


class VolunteerQuerySet(models.QuerySet["Volunteer"]):
    """Questions about volunteers."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep those who enrolled in the areas the actor works for."""
        return self.filter(lying_under(actor.stems(CLERKS)), district_id=actor.district_id)

    def active(self) -> Self:
        """Keep those who have not left."""
        return self.filter(left_at__isnull=True)


class Volunteer(DistrictRow):
    """Somebody who has enrolled to help, with the least that is needed to ask and to certify them."""

    number = personal(
        models.CharField(_("志愿者编号"), max_length=24),
        Kind.GENERAL,
        "认得出是谁的服务记录",
        Basis.CONSENT,
        KEPT,
    )
    key = models.CharField(_("防重键"), max_length=80)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="volunteer",
        verbose_name=_("账号"),
    )
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name=_("所在社区"))
    compound = personal(
        models.ForeignKey(
            Compound,
            on_delete=models.SET_NULL,
            null=True,
            blank=True,
            related_name="+",
            verbose_name=_("小区"),
        ),
        Kind.GENERAL,
        "先问走得到的人",
        Basis.CONSENT,
        KEPT,
    )
    called = personal(
        EncryptedTextField(_("怎么称呼"), default="", blank=True),
        Kind.GENERAL,
        "邀请和签到时怎么称呼",
        Basis.CONSENT,
        KEPT,
    )
    phone = personal(
        EncryptedTextField(_("手机号"), null=True, blank=True),
        Kind.GENERAL,
        "邀请和有变动时找得到",
        Basis.CONSENT,
        KEPT,
    )
    phone_index = personal(
        BlindIndexField(_("手机号索引"), source="phone", null=True, blank=True),
        Kind.GENERAL,
        "同一个人不登记两次",
        Basis.CONSENT,
        KEPT,
    )
    born_on = personal(
        EncryptedTextField(_("出生日期"), default="", blank=True),
        Kind.SENSITIVE,
        "有的活有年龄要求；未成年人要监护人同意",
        Basis.CONSENT,
        KEPT,
    )
    code = personal(
        EncryptedTextField(_("查询码")), Kind.SECRET, "不用登录也能看自己的记录", Basis.CONSENT, KEPT
    )
    national_number = personal(
        EncryptedTextField(_("全国志愿者统一编号"), default="", blank=True),
        Kind.GENERAL,
        "向全国志愿服务信息系统归集记录",
        Basis.CONSENT,
        KEPT,
    )
    skills = models.ManyToManyField(Skill, blank=True, related_name="volunteers", verbose_name=_("会做什么"))
    text = models.ForeignKey(
        ConsentText, on_delete=models.PROTECT, related_name="+", verbose_name=_("同意书")
    )
    consented_at = models.DateTimeField(_("同意时间"), default=clock.now)
    enrolled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("代录人"),
    )
    left_at = models.DateTimeField(_("退出时间"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1)

    objects = VolunteerQuerySet.as_manager()

    class Meta:
        verbose_name = _("志愿者")
        verbose_name_plural = _("志愿者")
        ordering = ["id"]
        indexes = [models.Index(fields=["phone_index"], name="volunteers_by_phone")]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "number"], name="volunteer_number_is_unique_in_its_district"
            ),
            models.UniqueConstraint(fields=["district", "key"], name="the_same_press_enrols_once"),
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(left_at__isnull=True),
                name="an_account_is_one_volunteer_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def stem(self) -> str:
        """Return the stem of the area they enrolled in."""
        return self.area.stem

    @property
    def birthday(self) -> dt.date | None:
        """Return the day they were born; None once it was forgotten."""
        return dt.date.fromisoformat(self.born_on) if self.born_on else None

    def age_on(self, day: dt.date) -> int | None:
        """Return how old they are on a day: whole years, counted from birthday to birthday."""
        born = self.birthday
        if born is None:
            return None
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))

    def is_minor_on(self, day: dt.date) -> bool:
        """Say whether a guardian must answer for them on a day; whose age nobody knows is taken for one."""
        age = self.age_on(day)
        return age is None or age < ADULT


class Qualification(DistrictRow):
    """A paper that somebody at the desk has seen: for which skill, which number, until when."""

    volunteer = models.ForeignKey(
        Volunteer, on_delete=models.CASCADE, related_name="qualifications", verbose_name=_("志愿者")
    )
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="+", verbose_name=_("志愿技能"))
    paper = models.CharField(_("什么证"), max_length=60)
    paper_number = personal(
        EncryptedTextField(_("证书编号"), default="", blank=True),
        Kind.GENERAL,
        "专业服务要核对资质",
        Basis.DUTY,
        KEPT,
    )
    valid_until = models.DateField(_("有效期至"), null=True, blank=True)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("查验人"),
    )
    seen_at = models.DateTimeField(_("查验时间"), default=clock.now)

    class Meta:
        verbose_name = _("志愿资质")
        verbose_name_plural = _("志愿资质")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["volunteer", "skill"], name="a_skill_is_qualified_for_once"),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer_id} {self.skill_id}"

    def is_valid_on(self, day: dt.date) -> bool:
        """Say whether the paper still holds on a day."""
        return self.valid_until is None or self.valid_until >= day


class Availability(DistrictRow):
    """A part of a day of the week when somebody is usually free."""

    class Part(models.TextChoices):
        """The parts of a day, as people say them."""

        MORNING = "morning", _("上午")
        AFTERNOON = "afternoon", _("下午")
        EVENING = "evening", _("晚上")

    volunteer = models.ForeignKey(
        Volunteer, on_delete=models.CASCADE, related_name="availabilities", verbose_name=_("志愿者")
    )
    weekday = models.PositiveSmallIntegerField(_("星期几"))
    part = models.CharField(_("时段"), max_length=9, choices=Part.choices)

    class Meta:
        verbose_name = _("空闲时段")
        verbose_name_plural = _("空闲时段")
        ordering = ["weekday", "id"]
        constraints = [
            models.UniqueConstraint(fields=["volunteer", "weekday", "part"], name="a_free_part_is_said_once"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="a_week_has_seven_days"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.part}"

    @property
    def weekday_name(self) -> str:
        """Return the day of the week in words."""
        return str(WEEKDAYS[self.weekday])


class VolunteerGuardian(DistrictRow):
    """The word of a guardian that a minor may volunteer: who, what they are to the child, to which text."""

    class Relation(models.TextChoices):
        """What the guardian is to the child."""

        PARENT = "parent", _("父母")
        GRANDPARENT = "grandparent", _("祖父母、外祖父母")
        OTHER = "other", _("其他监护人")

    volunteer = models.OneToOneField(
        Volunteer, on_delete=models.CASCADE, related_name="guardian", verbose_name=_("志愿者")
    )
    called = personal(
        EncryptedTextField(_("监护人称呼"), default="", blank=True),
        Kind.SENSITIVE,
        "证明监护人同意未成年人做志愿服务",
        Basis.CONSENT,
        KEPT,
    )
    phone = personal(
        EncryptedTextField(_("监护人手机"), default="", blank=True),
        Kind.SENSITIVE,
        "有事时找得到监护人",
        Basis.CONSENT,
        KEPT,
    )
    relation = models.CharField(_("与孩子的关系"), max_length=12, choices=Relation.choices)
    text = models.ForeignKey(
        ConsentText, on_delete=models.PROTECT, related_name="+", verbose_name=_("同意书")
    )
    consented_at = models.DateTimeField(_("同意时间"), default=clock.now)
    withdrawn_at = models.DateTimeField(_("收回时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("志愿监护人同意")
        verbose_name_plural = _("志愿监护人同意")

    def __str__(self) -> str:
        return f"{self.volunteer_id} {self.text_id}"
