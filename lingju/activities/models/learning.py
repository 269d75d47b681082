"""What was learnt and how it was: anonymous quizzes, a word of feedback, questions and their answers."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lingju.activities.models.programmes import Topic
from lingju.activities.models.sessions import Session
from lingju.kernel import clock
from lingju.kernel.fields import EncryptedTextField
from lingju.kernel.rules import Actor
from lingju.people.personal import Basis, Kind, personal
from lingju.places.models import Area, DistrictRow
from lingju.places.rules import KEEPERS


class Quiz(DistrictRow):
    """At most five questions that a session asks before and after; fixed once somebody has answered."""

    session = models.OneToOneField(
        Session, on_delete=models.CASCADE, related_name="quiz", verbose_name=_("场次")
    )
    # [{"text": "…", "options": ["…", "…"], "right": 0}]
    questions = models.JSONField(_("题目"), default=list)
    version = models.PositiveIntegerField(_("版本"), default=1)

    class Meta:
        verbose_name = _("小测")
        verbose_name_plural = _("小测")

    def __str__(self) -> str:
        return f"{self.session_id}"


class QuizSheet(DistrictRow):
    """One sheet of nobody's: what was ticked before or after. A paper number joins two sheets, if given."""

    class Phase(models.TextChoices):
        """When it was filled in."""

        BEFORE = "before", _("听之前")
        AFTER = "after", _("听之后")

    quiz = models.ForeignKey(Quiz, on_delete=models.CASCADE, related_name="sheets", verbose_name=_("小测"))
    phase = models.CharField(_("听之前还是之后"), max_length=6, choices=Phase.choices)
    # One choice for each question, null where it was left out.
    answers = models.JSONField(_("作答"), default=list)
    # A digest of the random number on a slip of paper: it joins two sheets and leads to nobody.
    paper = models.CharField(_("纸条号"), max_length=64, blank=True)
    key = models.CharField(_("防重键"), max_length=64)
    on = models.DateField(_("日期"), default=clock.today)

    class Meta:
        verbose_name = _("小测答卷")
        verbose_name_plural = _("小测答卷")
        constraints = [
            models.UniqueConstraint(fields=["quiz", "key"], name="a_quiz_sheet_is_taken_in_once"),
            models.UniqueConstraint(
                fields=["quiz", "phase", "paper"],
                condition=~Q(paper=""),
                name="a_paper_number_is_used_once_before_and_after",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quiz_id} {self.phase}"


class Feedback(DistrictRow):
    """Whether it was of use, from nobody in particular; the words are for the staff alone."""

    class Useful(models.TextChoices):
        """Was it of use."""

        YES = "yes", _("有用")
        PARTLY = "partly", _("有一点用")
        NO = "no", _("没什么用")

    session = models.ForeignKey(
        Session, on_delete=models.CASCADE, related_name="feedback", verbose_name=_("场次")
    )
    useful = models.CharField(_("有没有用"), max_length=6, choices=Useful.choices)
    words = personal(
        EncryptedTextField(_("想说的话"), default="", blank=True),
        Kind.GENERAL,
        "改进活动，只给组织活动的人看",
        Basis.CONSENT,
        "活动结束后半年删除，只留数目",
    )
    key = models.CharField(_("防重键"), max_length=64)
    on = models.DateField(_("日期"), default=clock.today)

    class Meta:
        verbose_name = _("活动反馈")
        verbose_name_plural = _("活动反馈")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["session", "key"], name="the_same_feedback_is_taken_in_once"),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.useful}"


class QuestionQuerySet(models.QuerySet["Question"]):
    """Questions about questions."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep those of the areas and stations the actor works for."""
        within = Q(session__station_id__in=actor.things(KEEPERS))
        for stem in actor.stems(KEEPERS):
            within |= Q(area__stem__startswith=stem)
        return self.filter(within, district_id=actor.district_id)

    def public(self) -> Self:
        """Keep what everybody may read: answered, and published."""
        return self.filter(state=Question.State.ANSWERED, is_published=True)


class Question(DistrictRow):
    """A question asked at an advice session, without who asked it; what was answered, and on what ground."""

    class State(models.TextChoices):
        """Where it has got to."""

        OPEN = "open", _("还没答")
        ANSWERED = "answered", _("已答复")
        LEFT_OPEN = "left_open", _("转成需求")

    session = models.ForeignKey(
        Session,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="questions",
        verbose_name=_("场次"),
    )
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name=_("所在区域"))
    topic = models.ForeignKey(
        Topic, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("主题")
    )
    key = models.CharField(_("防重键"), max_length=80)
    asked = models.CharField(_("问的什么"), max_length=300)
    answer = models.TextField(_("怎么答的"), blank=True)
    basis = models.CharField(_("政策依据"), max_length=200, blank=True)
    follow_up = models.CharField(_("后续要做的"), max_length=200, blank=True)
    state = models.CharField(_("状态"), max_length=9, choices=State.choices, default=State.OPEN)
    is_published = models.BooleanField(_("公开"), default=False)
    asked_on = models.DateField(_("提问日期"), default=clock.today)
    answered_on = models.DateField(_("答复日期"), null=True, blank=True)
    logged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("记录人"),
    )
    version = models.PositiveIntegerField(_("版本"), default=1)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("问题")
        verbose_name_plural = _("问题")
        ordering = ["-asked_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["district", "key"], name="the_same_question_is_logged_once"),
            models.CheckConstraint(
                condition=~Q(state="answered") | ~Q(answer=""), name="an_answered_question_has_an_answer"
            ),
            models.CheckConstraint(
                condition=Q(is_published=False) | Q(state="answered"),
                name="only_an_answered_question_is_published",
            ),
        ]

    def __str__(self) -> str:
        return self.asked[:40]

    @property
    def stem(self) -> str:
        """Return the stem of its area."""
        return self.area.stem
