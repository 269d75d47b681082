"""What goes back to the hotline and the grid: for each order what came of it, and what the asker said."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Prefetch

from lingju.kernel import clock, sheets_out
from lingju.kernel.rules import Actor
from lingju.kernel.sheets_out import OutColumn
from lingju.needs.imports.orders import SYSTEM_WORDS
from lingju.needs.models import Asker, Asking, Entry, ForeignNumber, Need
from lingju.places.models import District

OUT = (
    OutColumn("工单编号", width=22),
    OutColumn("来源系统"),
    OutColumn("本地编号"),
    OutColumn("办理状态"),
    OutColumn("承办单位", width=18),
    OutColumn("办理结果"),
    OutColumn("回单", width=48),
    OutColumn("是否解决"),
    OutColumn("是否满意"),
    OutColumn("受理时间", "moment"),
    OutColumn("首次联系时间", "moment"),
    OutColumn("时限", "moment"),
    OutColumn("答复时间", "moment"),
    OutColumn("办结时间", "moment"),
    OutColumn("第几次办理", "whole"),
)
SOLVED: Mapping[str, str] = {
    Asking.Solved.YES.value: "解决",
    Asking.Solved.PARTLY.value: "部分解决",
    Asking.Solved.NO.value: "未解决",
}
SATISFIED: Mapping[str, str] = {
    Asker.Confirmation.SATISFIED.value: "满意",
    Asker.Confirmation.MOSTLY.value: "基本满意",
    Asker.Confirmation.DISSATISFIED.value: "不满意",
    Asker.Confirmation.UNREACHABLE.value: "未联系上",
}
NOT_SAID = "未评价"


def workbook(district: District, *, actor: Actor) -> bytes:
    """Return the results of every order the actor may open; silence stays 未评价, never satisfied."""
    title = f"{district.name}工单回单"
    return sheets_out.xlsx(title, OUT, lines(district, actor), as_of=clock.now())


def lines(district: District, actor: Actor) -> list[tuple[Any, ...]]:
    """Return one line for each order, the newest first."""
    visible = Need.objects.visible_to(actor).values("pk")
    rows = ForeignNumber.objects.filter(district=district, system__in=SYSTEM_WORDS, need__in=visible)
    answers = Entry.objects.filter(axis=Entry.Axis.STAGE, step__in=("answer", "leave_out"))
    askings = Asking.objects.filter(asker__role=Asker.Role.AUTHOR)
    rows = rows.select_related("need__owner_area", "need__owner_org").prefetch_related(
        Prefetch("need__entries", answers.order_by("id"), to_attr="answers"),
        Prefetch("need__askings", askings.order_by("round", "id"), to_attr="verdicts"),
    )
    return [_line(row) for row in rows.order_by("-pk")]


def _line(row: ForeignNumber) -> tuple[Any, ...]:
    need = row.need
    solved, satisfied = _verdict(need)
    return (
        row.number,
        SYSTEM_WORDS[row.system],
        need.number,
        str(need.get_stage_display()),
        need.owner_name,
        str(need.get_outcome_display()) if need.outcome else "",
        _told(need),
        solved,
        satisfied,
        *_moments(need),
        need.round,
    )


def _moments(need: Need) -> tuple[dt.datetime | None, ...]:
    return need.submitted_at, need.responded_at, need.due_at, need.answered_at, need.closed_at


def _told(need: Need) -> str:
    """Return the words of the last answer, as the asker was told."""
    answers: Sequence[Entry] = need.answers  # type: ignore[attr-defined]  # fetched by `lines`
    return str(answers[-1].told) if answers else ""


def _verdict(need: Need) -> tuple[str, str]:
    """Return what the one who asked says about this round."""
    verdicts: Sequence[Asking] = need.verdicts  # type: ignore[attr-defined]  # fetched by `lines`
    last = next((one for one in reversed(verdicts) if one.round == need.round), None)
    if last is None:
        return "", ""
    return SOLVED.get(last.solved, NOT_SAID), SATISFIED.get(last.result, NOT_SAID)
