"""Days on which a unit cannot come, and months in which it likes to: said by itself or at the desk."""

import datetime as dt
from collections.abc import Iterable
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.cobuilding.models import Blackout, Enrolment
from lingju.cobuilding.rules import UnitBearer, carries_it_out, its_unit
from lingju.cobuilding.services.enrolling import months_of
from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotNow
from lingju.kernel.rules import Actor
from lingju.places.services import marks
from lingju.places.services.marks import tidy

LONGEST: Final = dt.timedelta(days=400)
FARTHEST: Final = dt.timedelta(days=800)
MOST: Final = 60


@transaction.atomic
def add(
    enrolment: Enrolment, starts_on: dt.date, ends_on: dt.date, reason: str = "", *, actor: Actor
) -> Blackout:
    """Say on which days a unit cannot come; the same days again return the row there is.

    Raises BadInput where the days are past, the wrong way round or too many.
    """
    (carries_it_out | its_unit).check(actor, enrolment)
    _check(starts_on, ends_on)
    known: Blackout | None = enrolment.blackouts.filter(starts_on=starts_on, ends_on=ends_on).first()
    if known is not None:
        return known
    if enrolment.state == Enrolment.State.ENDED:
        raise NotNow(_("已经注销报到了，不用再填来不了的日子。"))
    if enrolment.blackouts.filter(ends_on__gte=clock.today()).count() >= MOST:
        raise NotNow(_("来不了的日子已经填了 %(n)d 段，请把连着的合成一段。") % {"n": MOST})
    row = Blackout(
        district_id=enrolment.district_id,
        enrolment=enrolment,
        starts_on=starts_on,
        ends_on=ends_on,
        reason=tidy(reason)[:80],
        said_by_itself=isinstance(actor, UnitBearer),
    )
    return marks.insert(row, actor=actor)


@transaction.atomic
def remove(blackout: Blackout, *, actor: Actor) -> None:
    """Take days back: the unit can come after all."""
    (carries_it_out | its_unit).check(actor, blackout.enrolment)
    marks.remove(blackout, actor=actor)


@transaction.atomic
def set_months(enrolment: Enrolment, months: Iterable[int], *, actor: Actor) -> bool:
    """Say in which months a unit likes to come, none for any; say whether anything changed."""
    (carries_it_out | its_unit).check(actor, enrolment)
    return marks.amend(enrolment, {"preferred_months": months_of(months)}, actor=actor)


def _check(starts_on: dt.date, ends_on: dt.date) -> None:
    faults: dict[str, str] = {}
    today = clock.today()
    if ends_on < starts_on:
        faults["ends_on"] = _("到哪天止，不能早于从哪天起。")
    elif ends_on < today:
        faults["ends_on"] = _("这几天已经过去了，不用填。")
    elif ends_on - starts_on > LONGEST or ends_on > today + FARTHEST:
        faults["ends_on"] = _("一段最长填一年。长期不能来，请找街道暂停轮值。")
    if faults:
        raise BadInput("".join(faults.values()), faults)
