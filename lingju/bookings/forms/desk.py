"""Forms of the keeper's desk: what is set up, booked by telephone, looked for, repeated, lent."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from lingju.bookings.catalogue import BookableSeed
from lingju.bookings.models import Bookable, Claim, Pool
from lingju.bookings.parties import Party
from lingju.bookings.services.series import Weekly
from lingju.bookings.services.setting_up import BookableDraft, PoolDraft
from lingju.kernel.asking import REQUIRED, Asking, text
from lingju.kernel.errors import BadInput
from lingju.places.hours import WEEKDAYS
from lingju.places.models import ServiceAtStation

DATE = {"required": _("请填写日期。"), "invalid": _("请写成 2026-03-31 这样的日期。")}
PICK = {"required": _("请选一个。"), "invalid_choice": _("请选一个。")}
KINDS = {str(label): value for value, label in Pool.Kind.choices}
PER_PERSON = "按人"


def _number(label: Any, least: int = 0, most: int = 5000, **options: Any) -> forms.IntegerField:
    """Make a field of a whole number, with sentences for what is none."""
    words = {
        **REQUIRED,
        "invalid": _("请填一个数。"),
        "min_value": _("至少 %(limit_value)s。"),
        "max_value": _("最多 %(limit_value)s。"),
    }
    widget = forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, widget=widget, error_messages=words, **options
    )


def _date(label: Any, **options: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, error_messages=DATE, **options)


def _time(label: Any) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time", "step": 300}, format="%H:%M")
    words = {**REQUIRED, "invalid": _("请写成 14:30 这样的时间。")}
    return forms.TimeField(label=label, widget=widget, error_messages=words)


class BookableForm(Asking):
    """Something to book: what it is, how long it takes, what it needs, who provides it."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = text(_("名称"))
    offer = forms.ChoiceField(label=_("是哪项服务"), required=False, error_messages=PICK)
    mode = forms.ChoiceField(label=_("预约方式"), choices=Bookable.Mode.choices, error_messages=PICK)
    minutes = _number(_("每次几分钟"), 5, 1440)
    most_minutes = _number(_("最长几分钟"), 5, 1440)
    step = _number(_("每隔几分钟可约"), 5, 1440)
    before = _number(_("之前留几分钟"), 0, 240)
    after = _number(_("之后留几分钟"), 0, 240)
    most_party = _number(_("一次最多几人"), 1, 5000)
    least_notice = _number(_("至少提前几分钟"), 0, 20000)
    most_days_ahead = _number(_("最多提前几天"), 0, 366)
    loan_days = _number(_("可借几天"), 0, 366, help_text=_("借还的东西才填，别的填 0。"))
    grace = _number(_("过号保留几分钟"), 0, 120)
    needs_approval = forms.BooleanField(label=_("要驿站同意才算约上"), required=False)
    takes_bookings = forms.BooleanField(label=_("可以预约"), required=False)
    takes_walk_ins = forms.BooleanField(label=_("可以现场取号"), required=False)
    is_confidential = forms.BooleanField(label=_("内容保密，名单和短信里不写是什么"), required=False)
    notice = text(
        _("须知"),
        600,
        rows=5,
        required=False,
        help_text=_("约之前要看过、打勾：哪些人先别做，做之前要说什么。"),
    )
    provider = text(_("由谁提供"), 60, required=False)
    qualification = text(_("资质"), 120, required=False)
    qualified_until = _date(_("资质有效期至"), required=False)
    pools = text(
        _("要用什么，一行一个"),
        600,
        rows=4,
        help_text=_(
            "写成“理发师 人员 2”：名称、类别（空间、人员、座位、物品）、数量；座位按人数占的，末尾加“按人”。"
            "和别的项目写同一个名字，就是共用。"
        ),
    )

    def __init__(self, *args: Any, offers: Sequence[ServiceAtStation], **options: Any) -> None:
        super().__init__(*args, **options)
        self.offers = {str(offer.pk): offer for offer in offers}
        choices = [("", _t("不属于哪项服务")), *((pk, one.service.name) for pk, one in self.offers.items())]
        self.fields["offer"].choices = choices  # type: ignore[attr-defined]

    def draft(self) -> BookableDraft:
        """Return what was typed; raise BadInput for a line of pools that cannot be read."""
        said = {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in ("version", "pools", "offer")
        }
        lines = [line for line in self.cleaned_data["pools"].splitlines() if line.strip()]
        return BookableDraft(
            **said,
            offer=self.offers.get(self.cleaned_data["offer"]),
            pools=tuple(_pool(line, self.cleaned_data["mode"]) for line in lines),
        )

    @staticmethod
    def initial_of(bookable: Bookable) -> dict[str, Any]:
        """Return what the form shows of something that is set up."""
        plain = {
            name: getattr(bookable, name)
            for name in BookableDraft.__slots__
            if name not in ("pools", "offer")
        }
        uses = bookable.uses.select_related("pool").order_by("pool_id")
        lines = [_line(use.pool.name, use.pool.kind, use.pool.capacity, use.is_per_person) for use in uses]
        return {
            **plain,
            "offer": bookable.offer_id or "",
            "version": bookable.version,
            "pools": "\n".join(lines),
        }

    @staticmethod
    def initial_from(seed: BookableSeed, offers: Sequence[ServiceAtStation]) -> dict[str, Any]:
        """Return what the form shows of an entry of the catalogue."""
        plain = {
            name: getattr(seed, name) for name in BookableSeed.__slots__ if name in BookableForm.base_fields
        }
        offer = next((one.pk for one in offers if one.service.code == seed.service), "")
        lines = [_line(pool.name, pool.kind, pool.capacity, pool.is_per_person) for pool in seed.pools]
        return {**plain, "offer": offer, "pools": "\n".join(lines), "qualification": ""}


def _line(name: str, kind: str, capacity: int, is_per_person: bool) -> str:
    label = Pool.Kind(kind).label
    return f"{name} {label} {capacity}{' ' + PER_PERSON if is_per_person else ''}"


def _pool(line: str, mode: str) -> PoolDraft:
    """Read “理发师 人员 2 按人”; the name may have blanks in it."""
    words = line.split()
    is_per_person = words[-1] == PER_PERSON
    words = words[:-1] if is_per_person else words
    if len(words) < 3 or words[-2] not in KINDS or not words[-1].isdecimal():
        sentence = _t("“%(line)s”看不懂，请写成“理发师 人员 2”。") % {"line": line.strip()[:40]}
        raise BadInput(sentence, {"pools": sentence})
    grain = Pool.Grain.NONE if mode == Bookable.Mode.LOAN else Pool.Grain.FIVE
    return PoolDraft(" ".join(words[:-2]), KINDS[words[-2]], min(int(words[-1]), 10**6), grain, is_per_person)


class CapacityForm(Asking):
    """How many places a pool has."""

    capacity = _number(_("数量"), 1, 5000)


class PartyForm(Asking):
    """Who it is for, asked at the counter or on the telephone, with the sentence they agreed to."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=80)
    called = text(_("怎么称呼"), 20, help_text=_("比如李大爷，不用全名。"))
    phone = text(_("手机号"), 20, mode="tel", required=False, help_text=_("有变动时告诉他；没有就给纸条。"))
    by = forms.ChoiceField(
        label=_("有变动怎么告诉"),
        widget=forms.RadioSelect,
        choices=[
            (Claim.By.CALL.value, _("打电话")),
            (Claim.By.SMS.value, _("发短信")),
            (Claim.By.PAPER.value, _("给纸条，他自己来问")),
        ],
        error_messages=PICK,
    )
    wishes = text(_("要照顾到什么"), 200, required=False, help_text=_("比如坐轮椅、耳背。不写病情。"))
    consent = forms.BooleanField(
        label=_("念给他听了：只登记怎么称呼和电话，有变动时用，一年后删掉。他同意。"),
        error_messages={"required": _("请先念给他听，他同意了再打勾。")},
    )

    def party(self, account_id: int | None) -> Party:
        """Return whoever it is for, with who wrote it down."""
        said = self.cleaned_data
        by = said["by"] if said["phone"] or said["by"] == Claim.By.PAPER else Claim.By.PAPER.value
        return Party(
            called=said["called"],
            phone=said["phone"],
            by=by,
            told_by_id=account_id,
            proxy=_t("电话代约"),
            wishes=said.get("wishes", ""),
        )


class CallForm(PartyForm):
    """Booking for somebody on the telephone: a time, and who it is."""

    at = forms.ChoiceField(label=_("几点"), widget=forms.RadioSelect, error_messages={**PICK})
    quantity = _number(_("几个人"), 1, 5000)
    has_read_notice = forms.BooleanField(
        label=_("须知念给他听了，上面说的情况他都没有"),
        error_messages={"required": _("请先把须知念给他听。")},
    )
    may_wait = forms.BooleanField(label=_("约满了就替他排候补"), required=False)
    field_order = (
        "key",
        "at",
        "quantity",
        "called",
        "phone",
        "by",
        "wishes",
        "has_read_notice",
        "may_wait",
        "consent",
    )

    def __init__(
        self, *args: Any, bookable: Bookable, times: Sequence[tuple[str, str]], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["at"].choices = list(times)  # type: ignore[attr-defined]
        if bookable.most_party == 1:
            del self.fields["quantity"]
        if not bookable.notice:
            del self.fields["has_read_notice"]
        if bookable.is_confidential:
            del self.fields["wishes"]

    def moment(self) -> dt.datetime:
        """Return the time that was chosen."""
        return dt.datetime.fromisoformat(self.cleaned_data["at"])


class FindForm(Asking):
    """Whose booking it is: a whole number, or a name's first letters."""

    said = text(
        _("手机号、预约号，或怎么称呼"),
        30,
        help_text=_("称呼可以打首字母，比如 lay 找李阿姨。查一次记一次。"),
    )


class SeriesForm(PartyForm):
    """A room or a place every week: which days, from when until when, at what time."""

    item = forms.ChoiceField(label=_("约什么"), error_messages=PICK)
    weekdays = forms.TypedMultipleChoiceField(
        label=_("星期几"),
        coerce=int,
        choices=tuple(enumerate(WEEKDAYS)),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请选星期几。")},
    )
    every_weeks = _number(_("每几周一次"), 1, 8)
    first = _date(_("起始日"))
    last = _date(_("截止日"))
    opens = _time(_("几点开始"))
    closes = _time(_("几点结束"))
    quantity = _number(_("几个人"), 1, 5000)
    skips_holidays = forms.BooleanField(label=_("节假日不安排"), required=False)
    field_order = (
        *("key", "item", "weekdays", "every_weeks", "first", "last", "opens", "closes", "skips_holidays"),
        *("quantity", "called", "phone", "by", "wishes", "consent"),
    )

    def __init__(self, *args: Any, bookables: Sequence[Bookable], **options: Any) -> None:
        super().__init__(*args, **options)
        self.bookables = {str(one.pk): one for one in bookables}
        self.fields["item"].choices = [(pk, one.name) for pk, one in self.bookables.items()]  # type: ignore[attr-defined]

    def bookable(self) -> Bookable:
        """Return what shall be repeated."""
        return self.bookables[self.cleaned_data["item"]]

    def weekly(self) -> Weekly:
        """Return the rule as it was typed; raise BadInput where it ends before it begins."""
        said = self.cleaned_data
        opens, closes = (said[name].hour * 60 + said[name].minute for name in ("opens", "closes"))
        if closes <= opens:
            sentence = _t("结束时间要晚于开始时间。")
            raise BadInput(sentence, {"closes": sentence})
        return Weekly(
            tuple(said["weekdays"]),
            said["first"],
            said["last"],
            opens,
            closes - opens,
            said["every_weeks"],
            said["skips_holidays"],
        )


class FollowingForm(Asking):
    """Another time of the day for a date of a series and those after it."""

    opens = _time(_("几点开始"))
    closes = _time(_("几点结束"))

    def times(self) -> tuple[int, int]:
        """Return the minute of the day and how many minutes; raise BadInput where it runs backwards."""
        opens, closes = (
            self.cleaned_data[name].hour * 60 + self.cleaned_data[name].minute for name in ("opens", "closes")
        )
        if closes <= opens:
            sentence = _t("结束时间要晚于开始时间。")
            raise BadInput(sentence, {"closes": sentence})
        return opens, closes - opens


class LendForm(PartyForm):
    """Who takes what home."""

    item = forms.ChoiceField(label=_("借什么"), error_messages=PICK)
    field_order = ("key", "item", "called", "phone", "by", "consent")

    def __init__(self, *args: Any, bookables: Sequence[tuple[Bookable, int]], **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["wishes"]
        self.bookables = {str(one.pk): one for one, _free in bookables}
        self.fields["item"].choices = [  # type: ignore[attr-defined]
            (str(one.pk), _t("%(name)s（在架 %(n)d）") % {"name": one.name, "n": free})
            for one, free in bookables
        ]

    def bookable(self) -> Bookable:
        """Return what is lent."""
        return self.bookables[self.cleaned_data["item"]]


class WhyForm(Asking):
    """Why, where whoever booked will read it."""

    why = text(_("原因"), 120, required=False)
