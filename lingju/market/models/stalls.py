"""A stall, how often it was visited, and what could not be finished there.

Visits are only ever added to: a press that was wrong is taken back by another entry that says why. Who came
is not kept; one who came to three stalls is three visits, and no count of persons.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lingju.kernel import clock
from lingju.market.models.markets import Market, Spot, Zone
from lingju.needs.models import Need
from lingju.people.models import Organisation
from lingju.places.models import DistrictRow


class Stall(DistrictRow):
    """What an organisation offers at a market, for nothing: a service, its people, what it needs."""

    class Care(models.TextChoices):
        """What a service touches that needs a qualification."""

        NONE = "none", _("不需要资质")
        MEDICAL = "medical", _("医疗健康")
        FOOD = "food", _("食品餐饮")
        HAIR = "hair", _("理发")

    market = models.ForeignKey(
        Market, on_delete=models.PROTECT, related_name="stalls", verbose_name=_("文明集市")
    )
    key = models.CharField(_("防重键"), max_length=80)
    zone = models.ForeignKey(Zone, on_delete=models.PROTECT, related_name="stalls", verbose_name=_("片区"))
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("组织")
    )
    name = models.CharField(_("名称"), max_length=20)
    service = models.CharField(_("服务内容"), max_length=200)
    care = models.CharField(_("资质要求"), max_length=8, choices=Care.choices, default=Care.NONE)
    qualification = models.CharField(_("资质"), max_length=120, blank=True)
    qualified_until = models.DateField(_("资质有效期至"), null=True, blank=True)
    supplies = models.CharField(_("要准备的东西"), max_length=200, blank=True)
    needs_power = models.BooleanField(_("要用电"), default=False)
    helpers = models.PositiveSmallIntegerField(_("帮手人数"), default=1)
    spot = models.OneToOneField(
        Spot,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="stall",
        verbose_name=_("摊位位置"),
    )
    # Whether its spot has power, as it was when the stall was put there; the layout keeps the two alike.
    is_on_power = models.BooleanField(_("位置有电"), default=False)
    withdrawn_at = models.DateTimeField(_("退出时间"), null=True, blank=True)
    withdrawn_why = models.CharField(_("退出原因"), max_length=120, blank=True)
    # A card that was lost is worth nothing once a new edition is printed.
    card_edition = models.PositiveSmallIntegerField(_("摊位卡第几版"), default=1)
    version = models.PositiveIntegerField(_("版本"), default=1)

    class Meta:
        verbose_name = _("摊位")
        verbose_name_plural = _("摊位")
        ordering = ["zone_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["market", "key"], name="the_same_press_invites_a_stall_once"),
            models.UniqueConstraint(fields=["spot"], name="two_stalls_never_stand_on_one_spot"),
            models.CheckConstraint(
                condition=Q(spot__isnull=True) | Q(needs_power=False) | Q(is_on_power=True),
                name="a_stall_that_needs_power_stands_where_there_is_some",
            ),
            models.CheckConstraint(
                condition=Q(spot__isnull=True) | Q(care="none") | ~Q(qualification=""),
                name="a_stall_is_placed_with_its_qualification",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | (Q(spot__isnull=True) & ~Q(withdrawn_why="")),
                name="a_stall_withdrawn_gives_its_spot_back_and_says_why",
            ),
            models.CheckConstraint(condition=Q(helpers__gte=1), name="a_stall_has_one_helper_at_least"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_in(self) -> bool:
        """Say whether it takes part."""
        return self.withdrawn_at is None

    @property
    def needs_qualification(self) -> bool:
        """Say whether it may only stand with a paper."""
        return self.care != self.Care.NONE

    @property
    def is_qualified(self) -> bool:
        """Say whether its paper is there and good on the day."""
        if not self.needs_qualification:
            return True
        day = self.market.session.starts_at.astimezone(clock.ZONE).date()
        until = self.qualified_until
        return bool(self.qualification) and until is not None and until >= day


class Tally(DistrictRow):
    """So many more visits at a stall. Never changed: a correction is another, which says why."""

    stall = models.ForeignKey(Stall, on_delete=models.PROTECT, related_name="tallies", verbose_name=_("摊位"))
    nonce = models.CharField(_("防重键"), max_length=80)
    change = models.SmallIntegerField(_("加减几人次"))
    reason = models.CharField(_("更正原因"), max_length=120, blank=True)
    device = models.CharField(_("设备"), max_length=40, blank=True)
    was_offline = models.BooleanField(_("离线时记的"), default=False)
    counted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("清点人"),
    )
    device_at = models.DateTimeField(_("设备时间"), null=True, blank=True)
    at = models.DateTimeField(_("时间"), default=clock.now)

    class Meta:
        verbose_name = _("计数")
        verbose_name_plural = _("计数")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["stall", "nonce"], name="the_same_tally_is_kept_once"),
            models.CheckConstraint(condition=~Q(change=0), name="a_tally_changes_something"),
            models.CheckConstraint(
                condition=Q(change__gt=0) | ~Q(reason=""), name="a_tally_taken_away_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stall_id} {self.change:+d}"


class Leftover(DistrictRow):
    """What could not be finished at a stall: it goes on as a need, and only the need holds the words."""

    stall = models.ForeignKey(
        Stall, on_delete=models.PROTECT, related_name="leftovers", verbose_name=_("摊位")
    )
    need = models.OneToOneField(Need, on_delete=models.PROTECT, related_name="+", verbose_name=_("诉求"))
    left_at = models.DateTimeField(_("留下时间"), default=clock.now)

    class Meta:
        verbose_name = _("没办完的事")
        verbose_name_plural = _("没办完的事")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.need.number
