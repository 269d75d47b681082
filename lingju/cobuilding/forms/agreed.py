"""What the desk types about agreements, joint meetings and tasks."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lingju.cobuilding.forms.choosing import Chosen, day, hidden, hour, one, several, version
from lingju.cobuilding.queries.units import Choices
from lingju.cobuilding.services.agreements import AgreementDraft
from lingju.cobuilding.services.meetings import MeetingDraft
from lingju.cobuilding.services.tasks import TaskDraft
from lingju.kernel import clock
from lingju.kernel.asking import Asking, text


def _area(area: Any) -> str:
    return str(area.short_name)


class WordsForm(Asking):
    """Ask for the words of an agreement and its time."""

    title = text(_("标题"), 80)
    text = text(_("条款"), 6000, rows=12)
    starts_on = day(_("从哪天起"))
    ends_on = day(_("到哪天止"))
    version = version()

    def draft(self) -> AgreementDraft:
        """Return what was typed."""
        said = self.cleaned_data
        return AgreementDraft(said["title"], said["text"], said["starts_on"], said["ends_on"])


class AgreementForm(Chosen, WordsForm):
    """Ask for a new agreement: between whom, what, how long."""

    enrolment = one(_("报到单位"))
    area = one(_("社区"))
    key = hidden()
    field_order = ("enrolment", "area")

    def __init__(self, *args: Any, choices: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.offer("enrolment", choices.units)
        self.offer("area", choices.areas, called=_area)


class MeetingForm(Chosen):
    """Ask for a joint meeting; the agenda may be drawn from open needs."""

    title = text(_("标题"), 80)
    area = one(_("召集"))
    date = day(_("哪天"))
    starts = hour(_("几点开始"))
    place_words = text(_("地点"), 80, required=False)
    needs = several(_("从没办完的需求里选议题"))
    agenda = text(
        _("议题"), 6000, rows=5, required=False, help_text=_("不写，就按选的需求列；不写居民的姓名。")
    )
    organisations = several(_("请哪些单位"))
    key = hidden()
    version = version()

    def __init__(self, *args: Any, choices: Choices, needs: Any, organisations: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.offer("area", choices.areas, called=_area)
        self.offer("needs", needs, called=lambda need: f"{need.number} {need.title or need.category.name}")
        self.offer("organisations", organisations)

    def draft(self) -> MeetingDraft:
        """Return what was typed."""
        said = self.cleaned_data
        return MeetingDraft(
            title=said["title"],
            at=dt.datetime.combine(said["date"], said["starts"], clock.ZONE),
            place_words=said["place_words"],
            agenda=said["agenda"],
            organisations=self.many("organisations"),
            needs=self.many("needs"),
        )


class MinutesForm(Chosen):
    """Ask who came and what was decided."""

    came = several(_("到会的组织"))
    decisions = text(_("纪要"), 6000, rows=8, required=False, help_text=_("写议定了什么；不写居民的姓名。"))

    def __init__(self, *args: Any, organisations: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.offer("came", organisations)


class TaskForm(Chosen):
    """Ask for a task: what, who, until when, after which."""

    title = text(_("要办的事"), 120)
    owner = one(_("承办组织"), required=False)
    owner_area = one(_("承办社区"), required=False)
    due_on = day(_("期限"))
    after = several(_("先要办完"))
    key = hidden()

    def __init__(self, *args: Any, choices: Choices, organisations: Any, tasks: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.offer("owner", organisations, none=_("不是单位"))
        self.offer("owner_area", choices.areas, none=_("不是社区"), called=_area)
        self.offer("after", tasks)

    def draft(self) -> TaskDraft:
        """Return what was typed."""
        said = self.cleaned_data
        return TaskDraft(
            title=said["title"],
            due_on=said["due_on"],
            owner=self.row("owner"),
            owner_area=self.row("owner_area"),
            after=self.many("after"),
        )


class AfterForm(Chosen):
    """Ask which tasks come first."""

    after = several(_("先要办完"))

    def __init__(self, *args: Any, tasks: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.offer("after", tasks)


class StepForm(Asking):
    """Ask what a step needs: why, what came of it."""

    do = forms.CharField(widget=forms.HiddenInput, max_length=20)
    reason = text(_("原因"), 120, required=False)
    result = text(_("结果"), 300, required=False)
    version = version()
