"""Forms of daily work: hours, steps of a life, facilities, services, spaces, names, uploads."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lingju.kernel.asking import REQUIRED, Asking, text
from lingju.kernel.errors import BadInput
from lingju.places.catalogue import FACILITY_KINDS
from lingju.places.models import AudienceTag, Facility, Service
from lingju.places.services.facilities import FacilityDraft
from lingju.places.services.stations import SpaceDraft

SPACE_KINDS = {str(label): value for value, label in Service.Group.choices}


class HoursForm(Asking):
    """The weekly hours as a line of words."""

    hours = text(
        gettext_lazy("每周开放时间"),
        400,
        required=False,
        help_text=gettext_lazy(
            "写成“周一至周五 8:00-12:00 14:00-18:00；周六 9:00-12:00”，一天到晚都开就写“全天”。"
        ),
    )


class StepForm(Asking):
    """A step in a station's life and its reason."""

    step = forms.CharField(widget=forms.HiddenInput)
    reason = text(gettext_lazy("原因"), 120, required=False)


class FacilityForm(Asking):
    """A facility of a station."""

    kind = forms.ChoiceField(
        label=gettext_lazy("类别"), choices=[(code, kind.name) for code, kind in FACILITY_KINDS.items()]
    )
    name = text(gettext_lazy("名称"), 40, required=False, help_text=gettext_lazy("空着就用类别的名字。"))
    total = forms.IntegerField(label=gettext_lazy("总数"), required=False, min_value=0, max_value=10_000)
    expires_on = forms.DateField(
        label=gettext_lazy("有效期至"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    note = text(gettext_lazy("说明"), 80, required=False)

    def draft(self) -> FacilityDraft:
        """Return what was typed as a draft."""
        return FacilityDraft(**self.cleaned_data)


class StateForm(Asking):
    """What somebody saw of a facility."""

    state = forms.ChoiceField(choices=Facility.State.choices, required=False)
    free = forms.IntegerField(required=False, min_value=0, max_value=10_000)
    reading = forms.CharField(required=False, max_length=20)


class OfferForm(Asking):
    """A service as a station offers it."""

    service = forms.ChoiceField(label=gettext_lazy("服务"), error_messages=REQUIRED)
    price = text(gettext_lazy("收费"), 40, initial="免费")
    by_appointment = forms.BooleanField(label=gettext_lazy("需要预约"), required=False)
    note = text(gettext_lazy("说明"), 120, required=False)
    audiences = forms.MultipleChoiceField(
        label=gettext_lazy("适合人群"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("一个也不选，就是谁都可以来。"),
    )

    def __init__(
        self, *args: Any, services: Sequence[Service] = (), tags: Sequence[AudienceTag] = (), **options: Any
    ) -> None:
        super().__init__(*args, **options)
        chosen, audiences = self.fields["service"], self.fields["audiences"]
        assert isinstance(chosen, forms.ChoiceField)
        assert isinstance(audiences, forms.MultipleChoiceField)
        chosen.choices = [("", _("请选择")), *((one.code, one.name) for one in services)]
        audiences.choices = [(tag.code, tag.name) for tag in tags]


class SpacesForm(Asking):
    """The rooms and corners of a station, one a line."""

    spaces = text(
        gettext_lazy("空间，一行一个"),
        2000,
        rows=6,
        required=False,
        help_text=gettext_lazy(
            "写成“议事室 议事 12人”；用途是 议事、调解、阅读、便民、活动 之一，人数可以不写。"
        ),
    )

    def drafts(self) -> tuple[SpaceDraft, ...]:
        """Return what was typed as drafts; raise BadInput for a line that cannot be read."""
        lines = filter(None, (line.strip() for line in self.cleaned_data["spaces"].splitlines()))
        return tuple(_space(line) for line in lines)


class RenameForm(Asking):
    """Another name for an area."""

    name = text(gettext_lazy("名称"))


class UploadForm(Asking):
    """A spreadsheet to look at."""

    sheet = forms.ChoiceField(
        label=gettext_lazy("这是什么表"),
        widget=forms.RadioSelect,
        choices=[
            ("stations", gettext_lazy("驿站")),
            ("compounds", gettext_lazy("小区和门")),
            ("buildings", gettext_lazy("楼栋和人数")),
            ("areas", gettext_lazy("区域")),
            ("calendar", gettext_lazy("放假安排")),
        ],
        error_messages=REQUIRED,
    )
    file = forms.FileField(
        label=gettext_lazy("表格文件"),
        help_text=gettext_lazy(".xlsx 或 .csv，先看一遍会怎样，确认了才写进去。"),
        error_messages={
            "required": gettext_lazy("请选一个文件。"),
            "empty": gettext_lazy("这个文件是空的。"),
        },
    )


class NoticeForm(UploadForm):
    """A year's notice to look at."""

    sheet = None  # type: ignore[assignment]  # there is no choice: it is the sheet of days


def space_line(name: str, kind: str, capacity: int | None) -> str:
    """Return a space as a line of the box of spaces."""
    words = {value: label for label, value in SPACE_KINDS.items()}.get(kind, kind)
    return " ".join(filter(None, (name, words, f"{capacity}人" if capacity else "")))


def _space(line: str) -> SpaceDraft:
    name, *rest = line.split()
    kind, capacity = "", None
    for word in rest:
        number = re.fullmatch(r"(\d{1,5})人?", word)
        if number:
            capacity = int(number[1])
        elif word in SPACE_KINDS:
            kind = SPACE_KINDS[word]
        else:
            sentence = _("看不懂“%(line)s”，请写成“议事室 议事 12人”。") % {"line": line[:40]}
            raise BadInput(sentence, {"spaces": sentence})
    return SpaceDraft(name, kind, capacity)
