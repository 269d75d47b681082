"""What is typed at the door and after it: a press, a count, a correction; what a device sends at once."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

import orjson
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lingju.activities.models import HeadCount, Scan
from lingju.activities.models.groups import Group
from lingju.activities.services.attendance import MOST_AT_ONCE, Entry
from lingju.activities.services.walking_in import Named
from lingju.kernel import clock
from lingju.kernel.asking import REQUIRED, Asking, text
from lingju.kernel.errors import BadInput, TooLarge

MOST_BYTES: Final = 256 * 1024
WHOLE = {**REQUIRED, "invalid": _("请填整数。")}


class PressForm(Asking):
    """One press at the door: a code that was read, or a name that was pointed at."""

    nonce = forms.CharField(widget=forms.HiddenInput, max_length=80)
    kind = forms.CharField(widget=forms.HiddenInput, max_length=8, initial=Scan.Kind.IN.value)
    method = forms.CharField(widget=forms.HiddenInput, max_length=8, initial=Scan.Method.CODE.value)
    signup_id = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**63 - 1)
    people = forms.IntegerField(label=_("几个人"), required=False, error_messages=WHOLE)
    code = text(_("预约号或后六位"), 80, required=False)

    def entry(self) -> Entry:
        """Return what was pressed."""
        told = self.cleaned_data
        return Entry(
            nonce=told["nonce"],
            kind=told["kind"],
            method=told["method"],
            code=told["code"],
            signup_id=told["signup_id"],
            people=told["people"],
        )


class CountForm(Asking):
    """So many people of a group who came without signing up."""

    nonce = forms.CharField(widget=forms.HiddenInput, max_length=80)
    group = forms.ChoiceField(
        label=_("人群"), choices=HeadCount.Group.choices, initial="unsaid", widget=forms.RadioSelect
    )
    people = forms.IntegerField(label=_("几个人"), error_messages=WHOLE)


class CorrectForm(CountForm):
    """What the count of a group should be, and why it was wrong."""

    people = forms.IntegerField(label=_("应该是几个人"), error_messages=WHOLE)
    why = text(_("为什么更正"), 120)


class NameForm(Asking):
    """Somebody who came without signing up and leaves their name."""

    nonce = forms.CharField(widget=forms.HiddenInput, max_length=80)
    called = text(_("姓名"), 20)
    phone = text(
        _("手机号"), 20, required=False, help_text=_("可不填。系列培训要填，下一场才认得出是同一位。")
    )
    group = forms.ChoiceField(
        label=_("人群"),
        choices=[(one.value, one.label) for one in Group if one != Group.CHILD],
        initial=Group.UNSAID.value,
        widget=forms.RadioSelect,
    )
    was_counted = forms.BooleanField(label=_("刚才已经按人数加过这一位"), required=False)

    def named(self) -> Named:
        """Return who came."""
        told = self.cleaned_data
        return Named(told["called"], told["phone"], told["group"], told["was_counted"])


def batch(body: bytes) -> tuple[list[Entry], str]:
    """Read what a device sends: {"device": "…", "entries": [{"nonce": …}, …]}.

    Raises BadInput where it is no such thing, TooLarge where it is too much. An entry of the wrong shape
    is refused by name of its nonce when it is taken in, so that the others of the batch are kept.
    """
    if len(body) > MOST_BYTES:
        raise TooLarge(gettext("一次送的太多了，请分几次送。"))
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise BadInput(gettext("送来的内容看不懂，没有收。")) from None
    entries = told.get("entries") if isinstance(told, dict) else None
    if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
        raise BadInput(gettext("送来的内容看不懂，没有收。"))
    if len(entries) > MOST_AT_ONCE:
        raise TooLarge(gettext("一次送的太多了，请分几次送。"))
    return [_entry(one) for one in entries], _words(told, "device")


def _entry(told: Mapping[str, Any]) -> Entry:
    return Entry(
        nonce=_words(told, "nonce"),
        kind=_words(told, "kind") or Scan.Kind.IN.value,
        method=_words(told, "method") or Scan.Method.QR.value,
        code=_words(told, "code"),
        signup_id=_number(told, "signup_id"),
        people=_number(told, "people"),
        group=_words(told, "group") or HeadCount.Group.UNSAID.value,
        device_at=_moment(told, "device_at"),
        was_offline=told.get("was_offline") is True,
    )


def _words(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    return value[:80].replace("\0", "") if isinstance(value, str) else ""


def _number(told: Mapping[str, Any], name: str) -> int | None:
    """Return a whole number; ids come as text, because a browser's numbers end at 2**53."""
    value = told.get(name)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 19:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if abs(value) < 2**63 else None


def _moment(told: Mapping[str, Any], name: str) -> dt.datetime | None:
    value = told.get(name)
    if not isinstance(value, str):
        return None
    try:
        moment = dt.datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=clock.ZONE)).astimezone(clock.ZONE)
    except (ValueError, OverflowError):
        return None
