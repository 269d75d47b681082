"""What whoever looks after a stall presses and types: a count, a correction, something left over."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lingju.activities.services.attendance import MOST_AT_ONCE
from lingju.kernel import asking, clock
from lingju.kernel.asking import REQUIRED, Asking
from lingju.kernel.errors import BadInput, TooLarge
from lingju.market.services.leaving import Leaving
from lingju.market.services.tallying import Press
from lingju.needs.models import Asker, Category

MOST_BYTES: Final = 256 * 1024
MOST_CHANGE: Final = 32_767
WHOLE = {**REQUIRED, "invalid": _("请填整数。")}


class PressForm(Asking):
    """One press: so many visits more or fewer."""

    nonce = forms.CharField(widget=forms.HiddenInput, max_length=80)
    change = forms.IntegerField(widget=forms.HiddenInput, min_value=-MOST_CHANGE, max_value=MOST_CHANGE)

    def press(self) -> Press:
        """Return what was pressed; a press that takes away was a wrong one."""
        change = self.cleaned_data["change"]
        return Press(self.cleaned_data["nonce"], change, gettext("按错了") if change < 0 else "")


class CorrectForm(Asking):
    """What the count of a stall should be, and why it was wrong."""

    nonce = forms.CharField(widget=forms.HiddenInput, max_length=80)
    visits = forms.IntegerField(label=_("应该是多少人次"), error_messages=WHOLE)
    why = asking.text(_("为什么更正"), 120)


class LeaveForm(Asking):
    """Something that could not be finished here: what, and how an answer reaches whoever it is about."""

    category = forms.ChoiceField(
        label=_("哪一类事"), error_messages={"required": _("请选一类。"), "invalid_choice": _("请选一类。")}
    )
    text = forms.CharField(
        label=_("什么事没办完"),
        max_length=2000,
        error_messages={"required": _("请写清楚什么事没办完。")},
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
    )
    called = asking.text(_("怎么称呼"), 20, required=False)
    phone = asking.text(
        _("手机号"), 40, required=False, mode="tel", help_text=_("想要回音再留；不留就凭纸条来问。")
    )
    by = forms.ChoiceField(
        label=_("怎么告诉他"),
        widget=forms.RadioSelect,
        choices=[
            (Asker.By.PAPER.value, _("拿纸条来问")),
            (Asker.By.CALL.value, _("打电话")),
            (Asker.By.SMS.value, _("发短信")),
        ],
        error_messages={"required": _("请问一声怎么告诉他。")},
    )
    present = forms.BooleanField(
        label=_("本人在场，这些话是他自己要说的"),
        error_messages={"required": _("要本人在场，请先问过他再勾。")},
    )
    key = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
    knows = forms.BooleanField(required=False)

    def __init__(self, *args: Any, kinds: Sequence[Category], **options: Any) -> None:
        super().__init__(*args, **options)
        self.kinds = {kind.code: kind for kind in kinds}
        named = [(code, kind.name) for code, kind in self.kinds.items()]
        self.fields["category"].choices = [("", _("请选一类")), *named]  # type: ignore[attr-defined]

    def leaving(self) -> Leaving:
        """Return what was left over."""
        told = self.cleaned_data
        return Leaving(
            category=self.kinds[told["category"]],
            text=told["text"],
            called=told["called"],
            phone=told["phone"],
            by=told["by"],
            knows_whom_to_call=told["knows"],
        )


def batch(body: bytes) -> tuple[list[Press], str]:
    """Read what a device sends: {"device": "…", "presses": [{"nonce": …, "change": 1}, …]}.

    Raises BadInput where it is no such thing, TooLarge where it is too much. A press of the wrong shape is
    refused by name of its nonce when it is taken in, so that the others are kept.
    """
    if len(body) > MOST_BYTES:
        raise TooLarge(gettext("一次送的太多了，请分几次送。"))
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise BadInput(gettext("送来的内容看不懂，没有收。")) from None
    presses = told.get("presses") if isinstance(told, dict) else None
    if not isinstance(presses, list) or not all(isinstance(one, dict) for one in presses):
        raise BadInput(gettext("送来的内容看不懂，没有收。"))
    if len(presses) > MOST_AT_ONCE:
        raise TooLarge(gettext("一次送的太多了，请分几次送。"))
    return [_press(one) for one in presses], _words(told, "device")


def _press(told: Mapping[str, Any]) -> Press:
    change = told.get("change")
    is_number = isinstance(change, int) and not isinstance(change, bool) and abs(change) <= MOST_CHANGE
    return Press(
        nonce=_words(told, "nonce"),
        change=int(change) if is_number and change is not None else 0,
        reason=_words(told, "reason") or (gettext("按错了") if is_number and (change or 0) < 0 else ""),
        device_at=_moment(told.get("device_at")),
        was_offline=told.get("was_offline") is True,
    )


def _words(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    return value[:80].replace("\0", "") if isinstance(value, str) else ""


def _moment(value: Any) -> dt.datetime | None:
    if not isinstance(value, str):
        return None
    try:
        moment = dt.datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=clock.ZONE)).astimezone(clock.ZONE)
    except (ValueError, OverflowError):
        return None
