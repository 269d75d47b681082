"""What the desk types: a session, a week's rule, a new date, why; a programme, a speaker."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lingju.activities.models import Programme, Session, Speaker
from lingju.activities.queries.desk import Choices
from lingju.activities.services.library import ProgrammeDraft, SpeakerDraft
from lingju.activities.services.planning import Plan
from lingju.activities.services.repeating import Weekly
from lingju.kernel import clock
from lingju.kernel.asking import REQUIRED, Asking, text

PICK = {"required": _("请选一个。"), "invalid_choice": _("请选一个。")}
DATE = {"required": _("请填写日期。"), "invalid": _("请写成 2026-03-31 这样的日期。")}
TIME = {"required": _("请填写几点。"), "invalid": _("请写成 14:30 这样的时间。")}
WHOLE = {**REQUIRED, "invalid": _("请填整数。"), "min_value": _("请填大于零的整数。")}
WEEKDAYS = list(enumerate((_("一"), _("二"), _("三"), _("四"), _("五"), _("六"), _("日"))))


def _date(label: Any, **options: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, error_messages=DATE, **options)


def _time(label: Any, **options: Any) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, widget=widget, error_messages=TIME, **options)


def _whole(label: Any, **options: Any) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    values = {"required": False, "min_value": 1, "max_value": 100_000, **options}
    return forms.IntegerField(label=label, widget=widget, error_messages=WHOLE, **values)


def _one(label: Any, **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, error_messages=PICK, **options)


def _several(label: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, required=False, widget=forms.CheckboxSelectMultiple, error_messages=PICK
    )


class Chosen(Asking):
    """A form whose choices are rows: it shows their names, and gives the rows back."""

    rows: dict[str, dict[str, Any]]

    def offer(self, name: str, rows: Iterable[Any], *, none: Any = None, called: Any = str) -> None:
        """Offer rows under a field; `none` says what no choice means, where there may be none."""
        known = {str(row.pk): row for row in rows}
        self.rows = {**getattr(self, "rows", {}), name: known}
        empty = [("", none)] if none is not None else []
        self.fields[name].choices = [*empty, *((pk, called(row)) for pk, row in known.items())]  # type: ignore[attr-defined]

    def row(self, name: str) -> Any:
        """Return the row that was chosen, or None."""
        return self.rows[name].get(self.cleaned_data.get(name) or "")

    def many(self, name: str) -> tuple[Any, ...]:
        """Return the rows that were chosen."""
        return tuple(self.rows[name][pk] for pk in self.cleaned_data.get(name) or ())


class SessionForm(Chosen):
    """Ask for a session: what, when, where, how one comes, for whom, with whom."""

    title = text(_("叫什么"), 60)
    summary = text(_("一句话介绍"), 300, rows=2, required=False)
    area = _one(_("哪个社区办"))
    date = _date(_("哪天"))
    starts = _time(_("几点开始"))
    ends = _time(_("几点结束"))
    last_date = _date(_("哪天结束"), required=False, help_text=_("只办一天的不用填。"))
    station = _one(_("在哪个驿站"), required=False)
    space = _one(_("哪间屋子"), required=False)
    place_words = text(
        _("别处的地点"), 80, required=False, help_text=_("不在驿站的写这里，比如小区南门广场。")
    )
    signup = _one(_("怎么参加"), choices=Session.Mode.choices, widget=forms.RadioSelect)
    capacity = _whole(_("坐得下几个人"))
    min_age = _whole(_("最小几岁"), min_value=0)
    max_age = _whole(_("最大几岁"))
    needs_guardian = forms.BooleanField(label=_("孩子来，要监护人同意"), required=False)
    children_per_adult = _whole(_("一位大人最多带几个孩子"))
    materials = text(_("要带什么、准备什么"), 200, required=False)
    photos = _one(_("拍照"), choices=Session.Photos.choices, widget=forms.RadioSelect)
    programme = _one(_("属于哪个系列"), required=False)
    parent = _one(_("属于哪个大活动"), required=False)
    topics = _several(_("主题"))
    audiences = _several(_("适合谁"))
    speakers = _several(_("请谁来讲"))
    organisations = _several(_("和谁一起办"))
    key = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, choices: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.offer("area", choices.areas, called=lambda area: area.short_name)
        self.offer("station", choices.stations, none=_("不在驿站"))
        self.offer("space", choices.spaces, none=_("不定"))
        self.offer("programme", choices.programmes, none=_("不属于"))
        self.offer("parent", choices.parents, none=_("不属于"))
        self.offer("topics", choices.topics)
        self.offer("audiences", choices.audiences)
        self.offer("speakers", choices.speakers, called=_speaker)
        self.offer("organisations", choices.organisations)

    def plan(self) -> Plan:
        """Return what was typed as a plan."""
        said = self.cleaned_data
        same = ("title", "summary", "place_words", "signup", "capacity", "min_age", "max_age")
        rest = ("needs_guardian", "children_per_adult", "materials", "photos")
        return Plan(
            area=self.row("area"),
            starts_at=_moment(said["date"], said["starts"]),
            ends_at=_moment(said["last_date"] or said["date"], said["ends"]),
            station=self.row("station"),
            space=self.row("space"),
            programme=self.row("programme"),
            parent=self.row("parent"),
            topics=self.many("topics"),
            audiences=self.many("audiences"),
            speakers=self.many("speakers"),
            organisations=self.many("organisations"),
            **{name: said[name] for name in (*same, *rest)},
        )

    def show(self, refusal: Any) -> None:
        """Put what is wrong with a moment at the field where it was typed."""
        named = {"starts_at": "date", "ends_at": "ends"}
        refusal.fields = {named.get(name, name): words for name, words in refusal.fields.items()}
        super().show(refusal)


def typed_of(plan: Plan) -> dict[str, Any]:
    """Return a plan as the form shows it."""
    begins, ends = (moment.astimezone(clock.ZONE) for moment in (plan.starts_at, plan.ends_at))
    one = ("area", "station", "space", "programme", "parent")
    many = ("topics", "audiences", "speakers", "organisations")
    plain = {name: value for name, value in plan.columns.items() if name not in one}
    chosen = {name: str(row.pk) if (row := getattr(plan, name)) is not None else "" for name in one}
    picked = {name: [str(row.pk) for row in getattr(plan, name)] for name in many}
    times = {
        "date": begins.date(),
        "starts": begins.time(),
        "ends": ends.time(),
        "last_date": ends.date() if ends.date() != begins.date() else None,
    }
    return {**plain, **chosen, **picked, **times}


class WeeklyForm(Asking):
    """Ask on which days of the week, from when until when."""

    weekdays = forms.TypedMultipleChoiceField(
        label=_("每周的星期几"),
        coerce=int,
        choices=WEEKDAYS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("请选星期几，至少一天。"),
            "invalid_choice": _("请选星期几，至少一天。"),
        },
    )
    since = _date(_("从哪天起"))
    until = _date(_("到哪天止"))
    skips_holidays = forms.BooleanField(label=_("放假的日子不办"), required=False, initial=True)
    key = forms.CharField(required=False, max_length=70, widget=forms.HiddenInput)

    def weekly(self) -> Weekly:
        """Return the rule."""
        said = self.cleaned_data
        return Weekly(tuple(said["weekdays"]), said["since"], said["until"], said["skips_holidays"])


class StepForm(Asking):
    """Ask what a step needs: a reason, a new day and hour, words of review; each step takes its own."""

    step = forms.CharField(widget=forms.HiddenInput, max_length=20)
    why = text(_("原因"), 120, required=False)
    date = _date(_("改到哪天"), required=False)
    starts = _time(_("几点开始"), required=False)
    review = text(_("回顾"), 500, rows=3, required=False)

    def moment(self) -> dt.datetime | None:
        """Return the new day and hour, where both were typed."""
        date, starts = self.cleaned_data.get("date"), self.cleaned_data.get("starts")
        return _moment(date, starts) if date is not None and starts is not None else None


class ProgrammeForm(Chosen):
    """Ask for a programme."""

    name = text(_("系列叫什么"), 60)
    area = _one(_("哪个社区或街道的"))
    summary = text(_("一句话介绍"), 200, required=False)
    topics = _several(_("主题"))
    audiences = _several(_("适合谁"))
    organisations = _several(_("和谁一起办"))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, choices: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.offer("area", choices.areas, called=lambda area: area.short_name)
        for name in ("topics", "audiences", "organisations"):
            self.offer(name, getattr(choices, name))

    def draft(self) -> ProgrammeDraft:
        """Return what was typed."""
        said = self.cleaned_data
        joined = {name: self.many(name) for name in ("topics", "audiences", "organisations")}
        return ProgrammeDraft(said["name"], self.row("area"), said["summary"], **joined)


class SpeakerForm(Chosen):
    """Ask for a speaker; whether they may be named is asked of them, not assumed."""

    called = text(_("怎么称呼"), 40)
    area = _one(_("哪个社区或街道请的"))
    organisation = _one(_("哪个单位的"), required=False)
    topics = _several(_("能讲什么"))
    instructor_no = text(_("师资证号"), 40, required=False, help_text=_("救护等课程才有，由发证的单位核对。"))
    may_be_named = forms.BooleanField(
        label=_("本人同意把称呼写在预告上"), required=False, help_text=_("没同意就只写单位。")
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, choices: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.offer("area", choices.areas, called=lambda area: area.short_name)
        self.offer("organisation", choices.organisations, none=_("没有单位"))
        self.offer("topics", choices.topics)

    def draft(self) -> SpeakerDraft:
        """Return what was typed."""
        said = self.cleaned_data
        return SpeakerDraft(
            called=said["called"],
            area=self.row("area"),
            organisation=self.row("organisation"),
            topics=self.many("topics"),
            instructor_no=said["instructor_no"],
            may_be_named=said["may_be_named"],
        )


def programme_typed(programme: Programme) -> dict[str, Any]:
    """Return a programme as the form shows it."""
    many = ("topics", "audiences", "organisations")
    plain = {"name": programme.name, "summary": programme.summary, "version": programme.version}
    return {
        **plain,
        "area": str(programme.area_id),
        **{name: _ids(getattr(programme, name)) for name in many},
    }


def speaker_typed(speaker: Speaker) -> dict[str, Any]:
    """Return a speaker as the form shows them."""
    plain = {name: getattr(speaker, name) for name in ("called", "instructor_no", "may_be_named", "version")}
    organisation = str(speaker.organisation_id or "")
    return {
        **plain,
        "area": str(speaker.area_id),
        "organisation": organisation,
        "topics": _ids(speaker.topics),
    }


def _ids(rows: Any) -> Sequence[str]:
    return [str(pk) for pk in rows.values_list("pk", flat=True)]


def _speaker(speaker: Speaker) -> str:
    """Return how a speaker is listed at the desk."""
    return f"{speaker.called}（{speaker.organisation.name}）" if speaker.organisation else speaker.called


def _moment(date: dt.date, time: dt.time) -> dt.datetime:
    return dt.datetime.combine(date, time, tzinfo=clock.ZONE)
