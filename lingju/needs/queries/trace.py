"""What happened to a need, line by line, as the desk reads it: what residents hear and what they do not."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lingju.needs.models import Asker, Category, Entry, Need
from lingju.needs.queries import steps

A = Entry.Axis
# Where one step moves several axes, one of its entries tells it; the others only keep the record.
LINES: Mapping[tuple[str, str], Any] = {
    (A.STAGE, "submit"): gettext_lazy("说了这件事"),
    (A.STAGE, "triage"): gettext_lazy("看过了"),
    (A.STAGE, "accept"): gettext_lazy("接下来办"),
    (A.STAGE, "begin"): gettext_lazy("开始办"),
    (A.STAGE, "answer"): gettext_lazy("给了回音"),
    (A.STAGE, "reopen"): gettext_lazy("居民说没办好，重新办"),
    (A.STAGE, "close"): gettext_lazy("办完了"),
    (A.STAGE, "withdraw"): gettext_lazy("本人撤回"),
    (A.STAGE, "leave_out"): gettext_lazy("两个人看过，不计入"),
    (A.CLOCK, "pause"): gettext_lazy("暂停计时"),
    (A.CLOCK, "resume"): gettext_lazy("继续计时"),
    (A.CLOCK, "date_known"): gettext_lazy("放假安排公布了，定下期限"),
    (A.LINK, "join"): gettext_lazy("和相似的并在一起办"),
    (A.LINK, "leave"): gettext_lazy("移出并案"),
    (A.OWNER, "offer"): gettext_lazy("移交给%(to)s，等对方接"),
    (A.OWNER, "accept"): gettext_lazy("%(to)s接下了"),
    (A.OWNER, "refuse"): gettext_lazy("%(to)s没接"),
    (A.OWNER, "take_back"): gettext_lazy("收回移交"),
    (A.REPLY, "reply"): gettext_lazy("回了话（%(by)s）"),
    (A.REPLY, "not_reached"): gettext_lazy("打电话没接通"),
    (A.NOTE, "note"): gettext_lazy("记了一笔"),
    (A.NOTE, "read_phone"): gettext_lazy("看过手机号"),
    (A.NOTE, "asker_words"): gettext_lazy("居民补充了几句"),
    (A.NOTE, "heard"): gettext_lazy("别的系统转来几句"),
    (A.NOTE, "heed"): gettext_lazy("话里可能有危险，要先看这一件"),
    (A.NOTE, "told_by_call"): gettext_lazy("打电话告诉居民了"),
    (A.NOTE, "call_in_vain"): gettext_lazy("打电话告诉居民，没打通"),
    (A.NOTE, "whole_taken_back"): gettext_lazy("整件的提出人撤回了：这一项办完，或者说明为什么不办"),
    (A.NOTE, "propose_leaving"): gettext_lazy("提出不计入，等第二个人看"),
    (A.NOTE, "decline_leaving"): gettext_lazy("第二个人不同意，照常办"),
    (A.EDIT, "mend"): gettext_lazy("改了%(what)s"),
    (A.EDIT, "support"): gettext_lazy("又有一位也要这个"),
    (A.EDIT, "to_the_day"): gettext_lazy("放进了 %(day)s的清单"),
    (A.EDIT, "split"): gettext_lazy("分成几项办：%(parts)s"),
    (A.CONFIRMATION, "ask"): gettext_lazy("问居民办得行不行"),
    (A.CONFIRMATION, "judge"): gettext_lazy("居民说：%(after)s"),
    (A.CONFIRMATION, "withdraw_waits"): gettext_lazy("提出人撤回了，分项办完就结束：%(parts)s"),
    (A.CONFIRMATION, "unreachable"): gettext_lazy("几次都没联系上居民"),
    (A.CONFIRMATION, "silent"): gettext_lazy("到期没有评价"),
    (A.LEVEL, "half"): gettext_lazy("时间过半，提醒经办"),
    (A.LEVEL, "most"): gettext_lazy("快到期了，提醒经办"),
    (A.LEVEL, "due"): gettext_lazy("到期没办完，告诉社区"),
    (A.LEVEL, "due_2"): gettext_lazy("过期两个工作日，告诉街道"),
    (A.LEVEL, "due_5"): gettext_lazy("过期五个工作日，告诉区里"),
}
INTERNAL = (A.NOTE, A.LEVEL)
EDITED: Mapping[str, Any] = {
    "category": gettext_lazy("类别"),
    "title": gettext_lazy("标题"),
    "public_text": gettext_lazy("公开的文字"),
    "is_listed": gettext_lazy("公开不公开"),
    "is_urgent": gettext_lazy("急不急"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened, in words; `is_internal` where residents do not see it."""

    id: int
    at: dt.datetime
    words: str
    desk: str
    told: str
    noted: str
    more: str
    is_internal: bool


def lines(entries: Iterable[Entry]) -> list[Line]:
    """Return what happened, oldest first; entries that only keep an axis' record are left out."""
    return [_line(entry) for entry in entries if (entry.axis, entry.step) in LINES]


def _line(entry: Entry) -> Line:
    words = str(LINES[Entry.Axis(entry.axis), entry.step]) % _values(entry)
    is_internal = entry.axis in INTERNAL or (entry.step == "mend" and "due_at" not in entry.data)
    noted = str(entry.noted or "")
    return Line(
        entry.pk, entry.at, words, entry.desk, str(entry.told or ""), noted, _more(entry), is_internal
    )


def _values(entry: Entry) -> dict[str, str]:
    data = entry.data
    return {
        "to": str(data.get("to", "")),
        "by": str(dict(Asker.By.choices).get(entry.after, "")),
        "after": str(dict(Asker.Confirmation.choices).get(entry.after, entry.after)),
        "what": "、".join(str(label) for name, label in EDITED.items() if name in data) or _("位置"),
        "parts": "、".join(map(str, data.get("parts", ()))),
        "day": str(data.get("day", "")),
    }


def _more(entry: Entry) -> str:
    """Return what else a step said: the next door, the day."""
    said = []
    if door := entry.data.get("next_door"):
        said.append(_("该找：%(door)s") % {"door": door})
    if day := entry.data.get("planned_on") or entry.data.get("until"):
        said.append(_("日子：%(day)s") % {"day": day})
    if entry.step == "mend" and "due_at" in entry.data:
        said.append(steps.promised_in(entry))
    return "；".join(said)


def outcome_words(need: Need) -> str:
    """Return what the answer says came of it."""
    return str(need.get_outcome_display()) if need.outcome else ""


def kind_words(category: Category) -> str:
    """Return a kind with the one above it: 东西坏了，照明."""
    return f"{category.parent.name}，{category.name}" if category.parent is not None else category.name
