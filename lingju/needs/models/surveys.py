"""The three-feelings survey 三感: a few questions, nobody's name, shown with its n and its interval."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lingju.kernel import clock
from lingju.kernel.rules import Actor
from lingju.places.models import Area, DistrictRow


class WaveQuerySet(models.QuerySet["Wave"]):
    """Questions about waves."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the waves of the actor's district; results are public once a wave is over."""
        return self.filter(district_id=actor.district_id)

    def open_on(self, day: object) -> Self:
        """Keep those one may answer on a day."""
        return self.filter(since__lte=day, until__gte=day)


class Wave(DistrictRow):
    """One round of asking, open for some weeks."""

    title = models.CharField(_("标题"), max_length=60)
    since = models.DateField(_("起"))
    until = models.DateField(_("止"))
    # At most five: [{"code": "gain", "feeling": "gain", "text": "…"}]
    questions = models.JSONField(_("题目"), default=list)
    version = models.PositiveIntegerField(_("版本"), default=1)

    objects = WaveQuerySet.as_manager()

    class Meta:
        verbose_name = _("三感调查")
        verbose_name_plural = _("三感调查")
        ordering = ["-since", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="a_wave_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return self.title


class SurveyAnswer(DistrictRow):
    """One anonymous sheet: a community, an age band if said, a mark for each question."""

    wave = models.ForeignKey(
        Wave, on_delete=models.CASCADE, related_name="answers", verbose_name=_("三感调查")
    )
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("所在社区")
    )
    age = models.CharField(_("年龄段"), max_length=8, blank=True)
    # {"gain": 4, …} from 1 to 5; what was left out is not there.
    marks = models.JSONField(_("作答"), default=dict)
    # A nonce of the browser, digested with the wave: the same sheet twice is one, and names nobody.
    key = models.CharField(_("防重键"), max_length=64)
    on = models.DateField(_("日期"), default=clock.today)

    class Meta:
        verbose_name = _("调查答卷")
        verbose_name_plural = _("调查答卷")
        constraints = [
            models.UniqueConstraint(fields=["wave", "key"], name="a_sheet_is_taken_in_once"),
        ]

    def __str__(self) -> str:
        return f"{self.wave_id} {self.on}"
