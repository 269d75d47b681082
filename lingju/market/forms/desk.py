"""What the desk types for a market: its plan, its layout, a stall, a step with its words."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lingju.activities.services.planning import Plan
from lingju.kernel import clock
from lingju.kernel.asking import REQUIRED, Asking, text
from lingju.market.models import Market, Stall, Zone
from lingju.market.queries.markets import Choices
from lingju.market.services.markets import MarketPlan
from lingju.market.services.stalls import StallDraft
from lingju.people.models import Organisation

PICK = {"required": _("请选一个。"), "invalid_choice": _("请选一个。")}
DATE = {"required": _("请填写日期。"), "invalid": _("请写成 2026-03-31 这样的日期。")}
TIME = {"required": _("请填写几点。"), "invalid": _("请写成 14:30 这样的时间。")}
WHOLE = {**REQUIRED, "invalid": _("请填整数。")}


def _date(label: Any, **options: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, error_messages=DATE, **options)


def _time(label: Any) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, widget=widget, error_messages=TIME)


def _whole(label: Any, **options: Any) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    return forms.IntegerField(
        label=label, widget=widget, error_messages=WHOLE, min_value=-9999, max_value=99_999, **options
    )


class MarketForm(Asking):
    """Ask for a market: what, when, where; what permits it, how it is safe, what if it rains."""

    title = text(_("叫什么"), 60)
    summary = text(_("一句话介绍"), 300, rows=2, required=False)
    area = forms.ChoiceField(label=_("哪个社区办"), error_messages=PICK)
    date = _date(_("哪天"))
    starts = _time(_("几点开始"))
    ends = _time(_("几点结束"))
    station = forms.ChoiceField(label=_("在哪个驿站"), required=False, error_messages=PICK)
    place_words = text(
        _("别处的地点"), 80, required=False, help_text=_("不在驿站的写这里，比如小区南门广场。")
    )
    permit = text(_("场地许可"), 300, required=False, help_text=_("谁同意的、哪天、文号。公告以前要写好。"))
    safety_plan = text(
        _("安全预案"), 2000, rows=5, required=False, help_text=_("谁负责、通道留多宽、用电、急救、怎么疏散。")
    )
    weather_fallback = text(
        _("遇雨安排"), 300, rows=2, required=False, help_text=_("下雨、大风怎么办：挪到哪里，或改到哪天。")
    )
    zones = forms.MultipleChoiceField(
        label=_("片区"),
        required=False,
        choices=Zone.Kind.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages=PICK,
    )
    key = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, choices: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.areas = {str(area.pk): area for area in choices.areas}
        self.stations = {str(station.pk): station for station in choices.stations}
        self.fields["area"].choices = [(pk, area.short_name) for pk, area in self.areas.items()]  # type: ignore[attr-defined]
        named = [(pk, station.name) for pk, station in self.stations.items()]
        self.fields["station"].choices = [("", _("不在驿站")), *named]  # type: ignore[attr-defined]

    def plan(self, market: Market | None = None) -> MarketPlan:
        """Return what was typed; what a market has that is not asked here stays as it is."""
        told = self.cleaned_data
        station = self.stations.get(told["station"])
        session = market.session if market is not None else None
        keeps_room = session is not None and station is not None and session.station_id == station.pk
        rows, columns = (market.rows, market.columns) if market is not None else (3, 6)
        return MarketPlan(
            session=Plan(
                title=told["title"],
                summary=told["summary"],
                area=self.areas[told["area"]],
                starts_at=_moment(told["date"], told["starts"]),
                ends_at=_moment(told["date"], told["ends"]),
                station=station,
                space=session.space if keeps_room and session is not None else None,
                place_words=told["place_words"],
            ),
            permit=told["permit"],
            safety_plan=told["safety_plan"],
            weather_fallback=told["weather_fallback"],
            rows=rows,
            columns=columns,
            zones=tuple(told["zones"]),
        )

    def show(self, refusal: Any) -> None:
        """Put what activities says of a session's columns beside the fields that are asked here."""
        fields = {"starts_at": "date", "ends_at": "ends", "space": "station"}
        refusal.fields = {fields.get(name, name): words for name, words in refusal.fields.items()}
        super().show(refusal)


def _moment(day: dt.date, hour: dt.time) -> dt.datetime:
    return dt.datetime.combine(day, hour, tzinfo=clock.ZONE)


def typed_of(market: Market) -> dict[str, Any]:
    """Return a market as it would be typed."""
    session = market.session
    starts, ends = (moment.astimezone(clock.ZONE) for moment in (session.starts_at, session.ends_at))
    return {
        "title": session.title,
        "summary": session.summary,
        "area": str(market.area_id),
        "date": starts.date(),
        "starts": starts.time(),
        "ends": ends.time(),
        "station": str(session.station_id or ""),
        "place_words": session.place_words,
        "permit": market.permit,
        "safety_plan": market.safety_plan,
        "weather_fallback": market.weather_fallback,
        "zones": list(market.zones.values_list("kind", flat=True)),
        "version": market.version,
    }


class StepForm(Asking):
    """A step, with the words that some steps ask for."""

    step = forms.CharField(max_length=20, widget=forms.HiddenInput)
    why = text(_("原因"), 120, required=False)
    review = text(_("这场集市怎么样"), 500, rows=3, required=False)


class LayoutForm(Asking):
    """How many rows and columns, and where there is power."""

    rows = _whole(_("几排"))
    columns = _whole(_("每排几位"))
    powered = forms.MultipleChoiceField(
        label=_("哪些位置有电"), required=False, widget=forms.CheckboxSelectMultiple, error_messages=PICK
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, labels: Sequence[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["powered"].choices = [(label, label) for label in labels]  # type: ignore[attr-defined]


class StallForm(Asking):
    """Ask for a stall: who, what for nothing, which paper, what it needs."""

    zone = forms.ChoiceField(label=_("在哪个片区"), error_messages=PICK)
    organisation = forms.ChoiceField(label=_("哪个单位摆"), error_messages=PICK)
    name = text(_("摊位叫什么"), 20, help_text=_("比如“量血压”“磨剪刀”。"))
    service = text(_("免费做什么"), 200, rows=2, help_text=_("集市只服务、不买卖，不写钱数。"))
    care = forms.ChoiceField(label=_("要不要资质"), choices=Stall.Care.choices, error_messages=PICK)
    qualification = text(
        _("资质"),
        120,
        required=False,
        help_text=_("什么证、谁发的、证号。医疗、餐饮、理发没有资质不能排位。"),
    )
    qualified_until = _date(_("资质有效期至"), required=False)
    supplies = text(
        _("要准备的东西"), 200, required=False, help_text=_("桌子几张、椅子几把、遮阳伞、插线板。")
    )
    needs_power = forms.BooleanField(label=_("要用电"), required=False)
    helpers = _whole(_("来几个帮手"))
    key = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, zones: Sequence[Zone], organisations: Sequence[Organisation], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.zones = {str(zone.pk): zone for zone in zones}
        self.organisations = {str(one.pk): one for one in organisations}
        self.fields["zone"].choices = [(pk, str(zone)) for pk, zone in self.zones.items()]  # type: ignore[attr-defined]
        named = [(pk, one.name) for pk, one in self.organisations.items()]
        self.fields["organisation"].choices = [("", _("请选一个")), *named]  # type: ignore[attr-defined]

    def draft(self) -> StallDraft:
        """Return what was typed."""
        told = self.cleaned_data
        same = (
            "name",
            "service",
            "care",
            "qualification",
            "qualified_until",
            "supplies",
            "needs_power",
            "helpers",
        )
        return StallDraft(
            zone=self.zones[told["zone"]],
            organisation=self.organisations[told["organisation"]],
            **{name: told[name] for name in same},
        )


def stall_typed(stall: Stall) -> dict[str, Any]:
    """Return a stall as it would be typed."""
    same = (
        "name",
        "service",
        "care",
        "qualification",
        "qualified_until",
        "supplies",
        "needs_power",
        "helpers",
    )
    told = {name: getattr(stall, name) for name in (*same, "version")}
    return told | {"zone": str(stall.zone_id), "organisation": str(stall.organisation_id)}
