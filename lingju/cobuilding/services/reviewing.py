"""Reviews both ways 双评价: a community of a unit, a unit of a community. Words, told, and answered once.

    written ─tell─▶ told to the other side ─reply─▶ answered

No marks are added up and nobody stands above anybody: what was said is said to the one concerned.
"""

import re
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.cobuilding.models import Enrolment, Review
from lingju.cobuilding.rules import carries_it_out, its_unit
from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotNow
from lingju.kernel.rules import Actor
from lingju.places.models import Area
from lingju.places.services import marks
from lingju.places.services.marks import same_district, tidy

PERIOD: Final = re.compile(r"20\d{2}(-(0[1-9]|1[0-2])|Q[1-4])?")
LONGEST: Final = 300


@dataclass(frozen=True, slots=True)
class ReviewDraft:
    """How it went in a period: a month 2026-11, a quarter 2026Q4, or a year 2026."""

    period: str
    verdict: str
    text: str = ""


@transaction.atomic
def review_unit(enrolment: Enrolment, area: Area, draft: ReviewDraft, *, actor: Actor) -> Review:
    """Say as a community how a unit's service went; until it is told it may be put otherwise."""
    carries_it_out.check(actor, area)
    same_district(area.district_id, enrolment)
    return _write(enrolment, area, draft, by_unit=False, actor=actor)


@transaction.atomic
def review_area(enrolment: Enrolment, area: Area, draft: ReviewDraft, *, actor: Actor) -> Review:
    """Say as a unit how a community received it; the community is told at once."""
    its_unit.check(actor, enrolment)
    same_district(enrolment.district_id, area)
    row = _write(enrolment, area, draft, by_unit=True, actor=actor)
    if row.told_at is None:
        marks.amend(row, {"told_at": clock.now()}, actor=actor, action="tell")
    return row


def _write(enrolment: Enrolment, area: Area, draft: ReviewDraft, *, by_unit: bool, actor: Actor) -> Review:
    values = _columns(draft)
    period = draft.period.strip()
    known: Review | None = Review.objects.filter(
        enrolment=enrolment, area=area, by_unit=by_unit, period=period
    ).first()
    if known is None:
        row = Review(
            district_id=enrolment.district_id,
            enrolment=enrolment,
            area=area,
            by_unit=by_unit,
            period=period,
            **values,
        )
        return marks.insert(row, actor=actor)
    if all(getattr(known, name) == value for name, value in values.items()):
        return known
    if known.told_at is not None:
        raise NotNow(_("这一期的评价已经反馈给对方了，不能再改。有新情况，写在下一期。"))
    marks.amend(known, values, actor=actor)
    return known


@transaction.atomic
def tell(review: Review, *, actor: Actor) -> bool:
    """Tell the unit what the community said: it reads it under its link. Say whether it was not told yet."""
    carries_it_out.check(actor, review)
    if review.told_at is not None:
        return False
    return marks.amend(review, {"told_at": clock.now()}, actor=actor, action="tell", version=review.version)


@transaction.atomic
def reply(review: Review, text: str, *, actor: Actor) -> Review:
    """Answer as the one who was reviewed; once, and the answer stands beside what was said."""
    (carries_it_out if review.by_unit else its_unit).check(actor, review)
    text = tidy(text)
    if not 2 <= len(text) <= LONGEST:
        sentence = _("回应请写 2 到 300 个字。")
        raise BadInput(sentence, {"reply": sentence})
    if review.reply == text:
        return review
    if review.told_at is None or review.reply:
        raise NotNow(_("已经回应过了。") if review.reply else _("评价还没有反馈，反馈以后再回应。"))
    marks.amend(review, {"reply": text}, actor=actor, action="reply", version=review.version)
    return review


def _columns(draft: ReviewDraft) -> dict[str, str]:
    faults = {}
    if not PERIOD.fullmatch(draft.period.strip()):
        faults["period"] = _("期间请写成 2026-11、2026Q4 或 2026。")
    if draft.verdict not in Review.Verdict.values:
        faults["verdict"] = _("请选一个。")
    text = tidy(draft.text)
    if len(text) > LONGEST:
        faults["text"] = _("说明请写在 300 个字以内。")
    if draft.verdict == Review.Verdict.POOR and len(text) < 2:
        faults["text"] = _("不满意请写一句是什么事，对方好改。")
    if faults:
        raise BadInput("".join(faults.values()), faults)
    return {"verdict": draft.verdict, "text": text}
