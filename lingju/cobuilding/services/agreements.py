"""Agreements 共建协议: drawn up at the desk, signed by both, in force on a day, ended on one.

    draft ─unit signs, community signs─▶ signed ─start day─▶ in force ─end day or reason─▶ ended

What stands under a signature is not rewritten: once one side has signed, the words stay as they are.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.cobuilding.flow import AGREEMENTS
from lingju.cobuilding.models import Agreement, Enrolment
from lingju.cobuilding.rules import carries_it_out, its_unit
from lingju.cobuilding.services.enrolling import why
from lingju.cobuilding.services.numbers import AGREEMENT, next_number
from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotNow, SomeoneWasFaster
from lingju.kernel.rules import Actor, SystemActor
from lingju.places.models import Area
from lingju.places.services import marks
from lingju.places.services.marks import same_district, tidy

A = Agreement.State
LONGEST: Final = 6000
MOST_DAYS: Final = 5 * 366


@dataclass(frozen=True, slots=True)
class AgreementDraft:
    """What two sides promise each other, and from when until when."""

    title: str
    text: str
    starts_on: dt.date
    ends_on: dt.date


@transaction.atomic
def draw_up(enrolment: Enrolment, area: Area, draft: AgreementDraft, *, key: str, actor: Actor) -> Agreement:
    """Draw an agreement up between a unit and an area; the same press again returns the same.

    Raises BadInput with what is to be put right, by field.
    """
    carries_it_out.check(actor, area)
    key = marks.press_key(key)
    known: Agreement | None = Agreement.objects.filter(
        district_id=area.district_id, key=key, area=area
    ).first()
    if known is not None:
        return known
    same_district(area.district_id, enrolment)
    if enrolment.state == Enrolment.State.ENDED:
        raise NotNow(_("这家单位已经注销报到了，不能再签协议。"))
    row = Agreement(
        district_id=area.district_id,
        area=area,
        enrolment=enrolment,
        number=next_number(area.district_id, AGREEMENT),
        key=key,
        **_columns(draft),
    )
    return marks.insert(row, actor=actor)


@transaction.atomic
def edit(agreement: Agreement, draft: AgreementDraft, *, actor: Actor, version: int | None = None) -> bool:
    """Put an agreement otherwise while nobody has signed it; say whether anything changed."""
    carries_it_out.check(actor, agreement)
    values = _columns(draft)
    if agreement.state != A.DRAFT:
        raise NotNow(_("协议已经签好了，条款不能再改。要改，请终止它，再起草一份新的。"))
    if agreement.unit_signed_at is not None or agreement.area_signed_at is not None:
        raise NotNow(_("已经有一方签了字，条款不能再改。要改，请终止这一份，再起草一份新的。"))
    # Guarded by what was just looked at: a signature that comes in between wins.
    seen = agreement.version if version is None else version
    return marks.amend(agreement, values, actor=actor, version=seen)


@transaction.atomic
def sign(agreement: Agreement, *, actor: Actor, version: int | None = None) -> Agreement:
    """Sign for the side the actor stands for; once both have, it stands. A second press changes nothing.

    `version` is that of the words the signer read. Raises SomeoneWasFaster where they are others now,
    NotNow where the agreement was ended or its time is over.
    """
    side, other = _sides(agreement, actor)
    if getattr(agreement, side) is not None:
        return agreement
    if agreement.state == A.DRAFT and agreement.ends_on < clock.today():
        raise NotNow(_("协议写的期限已经过了，请重新起草一份。"))
    if version is not None and version != agreement.version:
        raise SomeoneWasFaster(_("这份协议刚刚有人改过或签过，请看过现在的条款再签。"))
    if getattr(agreement, other) is not None or agreement.state != A.DRAFT:
        AGREEMENTS.take("sign", agreement, actor=actor, changes={side: clock.now()})
        return _enter_if_due(agreement)
    marks.amend(agreement, {side: clock.now()}, actor=actor, action="sign", version=agreement.version)
    return agreement


def _sides(agreement: Agreement, actor: Actor) -> tuple[str, str]:
    """Return the side an actor signs for, and the other one."""
    if its_unit.allows(actor, agreement):
        return "unit_signed_at", "area_signed_at"
    carries_it_out.check(actor, agreement)
    return "area_signed_at", "unit_signed_at"


def _enter_if_due(agreement: Agreement) -> Agreement:
    if agreement.starts_on <= clock.today():
        AGREEMENTS.take("enter", agreement, actor=SystemActor(agreement.district_id))
    return agreement


@transaction.atomic
def end(agreement: Agreement, reason: str, *, actor: Actor) -> Agreement:
    """End an agreement before its day, or drop a draft; the reason is kept. Once is enough."""
    if agreement.state == A.ENDED:
        return agreement
    reason = why(reason)
    return AGREEMENTS.take("end", agreement, actor=actor, note=reason, changes={"state_reason": reason})


def enter_due() -> int:
    """Put signed agreements in force whose day has come; return how many."""
    today = clock.today()
    due = Agreement.objects.filter(state=A.SIGNED, starts_on__lte=today, ends_on__gte=today)
    return sum(_stepped(one, "enter", {}) for one in due.select_related("area"))


def end_due() -> int:
    """End agreements whose last day is over, and drafts that nobody signed in their time; return how many."""
    over = Agreement.objects.exclude(state=A.ENDED).filter(ends_on__lt=clock.today())
    return sum(
        _stepped(
            one,
            "end",
            {"state_reason": _("过了期限没有签") if one.state == A.DRAFT else _("期限到了")},
        )
        for one in over.select_related("area")
    )


def _stepped(agreement: Agreement, step: str, changes: dict[str, Any]) -> int:
    """Take one step of the clockwork; where a hand was faster, there is nothing left to do."""
    try:
        AGREEMENTS.take(step, agreement, actor=SystemActor(agreement.district_id), changes=changes)
    except NotNow:
        return 0
    return 1


def _columns(draft: AgreementDraft) -> dict[str, Any]:
    title = tidy(draft.title)
    text = "\n".join(tidy(line) for line in draft.text.splitlines()).strip()
    faults = {}
    if not 2 <= len(title) <= 80:
        faults["title"] = _("标题请写 2 到 80 个字。")
    if not 10 <= len(text) <= LONGEST:
        faults["text"] = _("条款请写 10 到 6000 个字。")
    if draft.ends_on < draft.starts_on:
        faults["ends_on"] = _("到哪天止，不能早于从哪天起。")
    elif (draft.ends_on - draft.starts_on).days > MOST_DAYS:
        faults["ends_on"] = _("一份协议最长五年，到期可以再签。")
    if faults:
        raise BadInput("".join(faults.values()), faults)
    return {"title": title, "text": text, "starts_on": draft.starts_on, "ends_on": draft.ends_on}
