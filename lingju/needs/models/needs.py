"""A need, with the current reading of its five axes; what led there is in its entries, which are appended.

    stage         received → triaged → accepted → working → answered → closed; "not solved" leads back
    outcome       what the answer says: solved, partly, planned, explained, …
    confirmation  of each asker (`askers.Asker`): asked, satisfied, mostly, dissatisfied, silent, …
    clock         running, paused for a stated reason, stopped; the total time never pauses
    link          alone, member of a cluster, part of another need

The columns that say where an axis stands are written by `services.axes` alone.
"""

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lingju.kernel import clock
from lingju.kernel.fields import EncryptedTextField
from lingju.kernel.rules import Actor
from lingju.needs.models.categories import Category
from lingju.needs.models.clusters import Cluster
from lingju.needs.models.scopes import lies_under
from lingju.people.models import Organisation
from lingju.people.personal import Basis, Kind, personal
from lingju.places.models import Area, Compound, DistrictRow, Station
from lingju.places.rules import CLERKS, KEEPERS

KEPT = "办结后三年删除，只留数目"


class NeedQuerySet(models.QuerySet["Need"]):
    """Questions about needs."""

    def on_desk_of(self, actor: Actor) -> Self:
        """Keep what the actor's own desks are accountable for."""
        return self.filter(lies_under(actor.stems(CLERKS), "owner_"), district_id=actor.district_id)

    def visible_to(self, actor: Actor) -> Self:
        """Keep what the actor may open at the desk: theirs to answer, or lying in their area or station."""
        within = lies_under(actor.stems(CLERKS), "owner_") | lies_under(actor.stems(CLERKS), "place_")
        within |= lies_under(actor.stems(KEEPERS), "place_") | Q(station_id__in=actor.things(KEEPERS))
        return self.filter(within, district_id=actor.district_id)

    def of(self, account_id: int | None) -> Self:
        """Keep the needs that an account asked for or stands behind."""
        return self.filter(askers__account_id=account_id, askers__account_id__isnull=False).distinct()

    def is_open(self) -> Self:
        """Keep what is not closed."""
        return self.filter(is_over=False)

    def listed(self) -> Self:
        """Keep what the public list shows."""
        return self.filter(is_listed=True, is_excluded=False, parent__isnull=True)

    def late(self, moment: dt.datetime) -> Self:
        """Keep what is owed an answer and past its due date; `Need.is_late` says the same of one."""
        return self.filter(tray__in=Need.OWED, due_at__lt=moment, clock_state=Need.Clock.RUNNING)


def _piles(name: str, *narrowed_by: str, condition: Q | None = None) -> list[models.Index]:
    """Return the indexes from which a desk reads its piles: a community's, a street's, the district's.

    The district stands first in each: a planner then sees that one desk is less than the district.
    """
    reaches = {"community": ["owner_community"], "street": ["owner_street"], "district": []}
    return [
        models.Index(
            fields=["district", *columns, *narrowed_by, "tray", "sort_at", "id"],
            name=f"{name}_of_a_{reach}",
            condition=condition,
        )
        for reach, columns in reaches.items()
    ]


class Need(DistrictRow):
    """What somebody is missing: said once, never lost, closed by whoever asked."""

    class Stage(models.TextChoices):
        """How far the work has got."""

        RECEIVED = "received", _("收到了")
        TRIAGED = "triaged", _("看过了")
        ACCEPTED = "accepted", _("有人接了")
        WORKING = "working", _("正在办")
        ANSWERED = "answered", _("有回音了")
        CLOSED = "closed", _("办完了")

    class Outcome(models.TextChoices):
        """What the answer says."""

        NONE = "", _("还没有")
        SOLVED = "solved", _("办成了")
        PARTLY = "partly", _("办成一部分")
        PLANNED = "planned", _("定了日子")
        EXPLAINED = "explained", _("说明了原因")
        OUT_OF_SCOPE = "out_of_scope", _("不归这里管")
        REFERRED = "referred", _("转给别处")
        WITHDRAWN = "withdrawn", _("本人撤回")

    class Clock(models.TextChoices):
        """Whether the time to an answer runs."""

        RUNNING = "running", _("在计时")
        PAUSED = "paused", _("暂停计时")
        STOPPED = "stopped", _("停止计时")

    class Link(models.TextChoices):
        """How it hangs together with others."""

        ALONE = "alone", _("单独")
        MEMBER = "member", _("并案")
        PART = "part", _("分项")

    class Tray(models.TextChoices):
        """On which pile of the desk it lies; follows from the stage and from whether somebody replied."""

        WAITING = "waiting", _("待看")
        REPLY = "reply", _("等您回话")
        WORKING = "working", _("在办")
        ASKING = "asking", _("居民确认中")
        DONE = "done", _("办完了")

    class Channel(models.TextChoices):
        """How it reached us."""

        PAGE = "page", _("网页")
        VOICE = "voice", _("说话")
        QR = "qr", _("扫码")
        STATION = "station", _("驿站代说")
        PHONE = "phone", _("电话")
        PAPER = "paper", _("纸条")
        API = "api", _("接口")
        OPEN311 = "open311", _("Open311")
        EXCHANGE = "exchange", _("12345 转来")
        GAP = "gap", _("算我一个")
        SIGNAL = "signal", _("未诉先办")

    class Level(models.TextChoices):
        """To which level it has been chased."""

        STATION = "station", _("驿站")
        COMMUNITY = "community", _("社区")
        STREET = "street", _("街道")
        DISTRICT = "district", _("区")

    OPEN_STAGES = (Stage.RECEIVED, Stage.TRIAGED, Stage.ACCEPTED, Stage.WORKING, Stage.ANSWERED)
    OWED = (Tray.WAITING, Tray.REPLY, Tray.WORKING)
    UNDONE = (Outcome.EXPLAINED, Outcome.OUT_OF_SCOPE, Outcome.REFERRED)

    number = models.CharField(_("编号"), max_length=12)
    key = models.CharField(_("防重键"), max_length=80)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+", verbose_name=_("类别"))
    title = models.CharField(_("标题"), max_length=60)
    # What was said is kept closed; what is searched, compared and shown is the text without persons.
    said = personal(
        EncryptedTextField(_("原话"), default=""),
        Kind.SENSITIVE,
        "照原话去办，免得转述走样",
        Basis.SERVICE,
        KEPT,
    )
    text = models.TextField(_("隐去个人信息的文字"), blank=True)
    hides_something = models.BooleanField(_("原话有个人信息"), default=False)
    public_text = models.CharField(_("公开的文字"), max_length=200, blank=True)
    is_listed = models.BooleanField(_("是否公开"), default=False)
    channel = models.CharField(_("来路"), max_length=10, choices=Channel.choices)
    is_urgent = models.BooleanField(_("先办"), default=False)
    flags = models.CharField(_("警示"), max_length=120, blank=True)

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name=_("所在社区"))
    compound = models.ForeignKey(
        Compound,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("所在小区"),
    )
    station = models.ForeignKey(
        Station,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("所在驿站"),
    )
    place_note = personal(
        EncryptedTextField(_("具体位置"), default=""), Kind.GENERAL, "找得到地方", Basis.SERVICE, KEPT
    )
    lon = models.FloatField(_("经度"), null=True, blank=True)
    lat = models.FloatField(_("纬度"), null=True, blank=True)
    given_crs = models.CharField(_("原坐标系"), max_length=8, blank=True)
    place_stem = models.CharField(_("所在代码主干"), max_length=20)
    place_street = models.CharField(_("所在街道主干"), max_length=9)
    place_community = models.CharField(_("所在社区主干"), max_length=12)

    # The first receiver stays accountable until the next one accepts.
    owner_area = models.ForeignKey(
        Area, on_delete=models.PROTECT, related_name="+", verbose_name=_("负责单位")
    )
    owner_org = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("承办组织"),
    )
    owner_stem = models.CharField(_("负责代码主干"), max_length=20)
    owner_street = models.CharField(_("负责街道主干"), max_length=9)
    owner_community = models.CharField(_("负责社区主干"), max_length=12)
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,  # needs_of_a_handler begins with it
        verbose_name=_("经办人"),
    )

    stage = models.CharField(_("阶段"), max_length=10, choices=Stage.choices, default=Stage.RECEIVED)
    outcome = models.CharField(
        _("结果"), max_length=14, choices=Outcome.choices, blank=True, default=Outcome.NONE
    )
    clock_state = models.CharField(_("计时"), max_length=8, choices=Clock.choices, default=Clock.RUNNING)
    link = models.CharField(_("关联"), max_length=8, choices=Link.choices, default=Link.ALONE)
    tray = models.CharField(_("分栏"), max_length=8, choices=Tray.choices, default=Tray.WAITING)
    level = models.CharField(_("督促到"), max_length=10, choices=Level.choices, default=Level.COMMUNITY)
    round = models.PositiveSmallIntegerField(_("第几轮"), default=1)
    is_over = models.BooleanField(_("已办完"), default=False)
    is_excluded = models.BooleanField(_("不计入"), default=False)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("所属需求"),
    )
    follows = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="followers",
        verbose_name=_("接着哪一件"),
    )
    cluster = models.ForeignKey(
        Cluster,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="needs",
        verbose_name=_("并案"),
    )

    submitted_at = models.DateTimeField(_("提出时间"), default=clock.now)
    # When this round of work began: with the first word, or with the last "not solved".
    began_at = models.DateTimeField(_("本轮开始时间"), default=clock.now)
    respond_due_at = models.DateTimeField(_("回话期限"), null=True, blank=True)
    responded_at = models.DateTimeField(_("首次回话时间"), null=True, blank=True)
    # None where the year's holidays are not announced: the year says which. Unknown is not a guess.
    due_at = models.DateTimeField(_("办结期限"), null=True, blank=True)
    due_unknown_year = models.PositiveSmallIntegerField(_("未公布的年份"), null=True, blank=True)
    # What the desk sorts by: the due date, or the far end where it is unknown.
    sort_at = models.DateTimeField(_("排序时间"))
    # An earlier round was answered late: the date of a new round does not make it punctual.
    was_late = models.BooleanField(_("以前有一轮过期"), default=False)
    # When the ladder is to be climbed next; None when there is no rung left.
    chase_at = models.DateTimeField(_("下次督促时间"), null=True, blank=True)
    paused_at = models.DateTimeField(_("暂停时间"), null=True, blank=True)
    paused_for = models.CharField(_("暂停原因"), max_length=24, blank=True)
    paused_until = models.DateField(_("暂停到"), null=True, blank=True)
    planned_on = models.DateField(_("约定日期"), null=True, blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    ask_until = models.DateTimeField(_("评价截止"), null=True, blank=True)
    closed_at = models.DateTimeField(_("办完时间"), null=True, blank=True)
    updated_at = models.DateTimeField(_("更新时间"), default=clock.now)
    version = models.PositiveIntegerField(_("版本"), default=1)

    objects = NeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("需求")
        verbose_name_plural = _("需求")
        ordering = ["-id"]
        indexes = [
            *_piles("needs"),
            # How a need came is asked for where few did: a pile is then not looked through.
            *_piles("channel_needs", "channel"),
            # What is to be looked at first stands on top of every pile: few of many, on every page.
            *_piles("first_needs", condition=Q(is_urgent=True, is_over=False)),
            models.Index(fields=["handler", "tray", "sort_at", "id"], name="needs_of_a_handler"),
            models.Index(fields=["place_community", "id"], name="needs_in_a_community"),
            models.Index(fields=["place_street", "id"], name="needs_in_a_street"),
            models.Index(fields=["district", "updated_at"], name="needs_by_change"),
            models.Index(
                fields=["district", "submitted_at"],
                name="needs_on_the_list",
                condition=Q(is_listed=True, is_excluded=False, parent__isnull=True),
            ),
            models.Index(
                fields=["ask_until"], name="needs_that_wait_for_verdicts", condition=Q(stage="answered")
            ),
            models.Index(
                fields=["chase_at"],
                name="needs_to_be_chased",
                condition=Q(is_over=False, clock_state="running", chase_at__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["district", "number"], name="a_number_names_one_need"),
            models.UniqueConstraint(fields=["district", "key"], name="the_same_press_makes_one_need"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=models.F("submitted_at")),
                name="need_closes_after_it_is_submitted",
            ),
            models.CheckConstraint(
                condition=Q(stage="closed", is_over=True, closed_at__isnull=False)
                | (~Q(stage="closed") & Q(is_over=False, closed_at__isnull=True)),
                name="what_is_closed_is_over_and_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=("answered", "closed")) | ~Q(outcome=""),
                name="an_answer_says_what_came_of_it",
            ),
            models.CheckConstraint(
                condition=(Q(clock_state="paused") & ~Q(paused_for="") & Q(paused_at__isnull=False))
                | (~Q(clock_state="paused") & Q(paused_for="", paused_at__isnull=True)),
                name="a_pause_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(stage="closed") | Q(clock_state="stopped"), name="a_closed_need_has_no_clock"
            ),
            models.CheckConstraint(
                condition=(Q(lon__isnull=True, lat__isnull=True) | Q(lon__isnull=False, lat__isnull=False))
                & (Q(lon__isnull=True) | ~Q(given_crs="")),
                name="a_point_has_both_degrees_and_a_datum",
            ),
            models.CheckConstraint(
                condition=Q(link="part", parent__isnull=False) | (~Q(link="part") & Q(parent__isnull=True)),
                name="a_part_belongs_to_a_whole",
            ),
            models.CheckConstraint(
                condition=Q(link="member", cluster__isnull=False)
                | (~Q(link="member") & Q(cluster__isnull=True)),
                name="a_member_has_a_cluster",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def stem(self) -> str:
        """Return the stem of the desk that is accountable: rules ask for it."""
        return self.owner_stem

    def is_late(self, moment: dt.datetime) -> bool:
        """Say whether an answer is owed and past its due date."""
        is_running = self.clock_state == self.Clock.RUNNING
        return self.tray in self.OWED and is_running and self.due_at is not None and self.due_at < moment

    @property
    def open_parts(self) -> list[str]:
        """Return the numbers of the parts that are not done: a whole does not end before them."""
        return list(self.parts.filter(is_over=False).order_by("id").values_list("number", flat=True))

    @property
    def is_answered_late(self) -> bool:
        """Say whether the answer of this round came after its due date."""
        return self.answered_at is not None and self.due_at is not None and self.answered_at > self.due_at

    def total_time(self, moment: dt.datetime) -> dt.timedelta:
        """Return how long the matter has taken since it was first said; it never pauses."""
        return (self.closed_at or moment) - self.submitted_at

    @property
    def may_be_joined(self) -> bool:
        """Say whether more people may stand behind it: what belongs to one household is counted, no more."""
        return self.is_listed and not self.is_over and not self.category.is_private

    @property
    def place_name(self) -> str:
        """Return where it is, as people call it."""
        place = self.compound or self.station
        return place.name if place is not None else self.area.short_name

    @property
    def owner_name(self) -> str:
        """Return who has it now, as a resident would say it."""
        return self.owner_org.name if self.owner_org is not None else self.owner_area.short_name
