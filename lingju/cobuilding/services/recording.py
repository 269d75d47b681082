"""The month's summary 月度小结: an officer keeps it once the day was held, and says when it is judged.

    confirmed, published ─▶ held ─▶ recorded (with the summary) ─▶ reviewed

The draft is put together from rows (`queries.summary`), anew as often as wanted; what is kept is what the
officer made of it. No figure of a page is read from the summary.
"""

from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.cobuilding.flow import CYCLES
from lingju.cobuilding.models import Cycle, Project
from lingju.cobuilding.rules import leads_it
from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotNow, SomeoneWasFaster
from lingju.kernel.rules import Actor
from lingju.places.services import marks

C = Cycle.State
LEAST_WORDS: Final = 10
MOST_WORDS: Final = 4000
KEPT: Final = (C.RECORDED, C.REVIEWED)


@transaction.atomic
def record(cycle: Cycle, text: str, *, actor: Actor, version: int | None = None) -> Cycle:
    """Keep the summary of a cycle that was held; again changes its words, the same words change nothing.

    Raises BadInput, NotNow (before the day, no plan was confirmed, put away), SomeoneWasFaster.
    """
    leads_it.check(actor, cycle)
    words = _check(text)
    if cycle.date is None or cycle.date > clock.today():
        raise NotNow(_("这一期还没有办，写不了小结。"))
    if cycle.state in KEPT:
        marks.amend(cycle, {"minutes": words}, actor=actor, action="record", version=version)
        return cycle
    if version is not None and version != cycle.version:
        raise SomeoneWasFaster(_("这一期刚刚被别人改过，请刷新后再写。"))
    if cycle.state in (C.CONFIRMED, C.PUBLISHED):
        CYCLES.take("hold", cycle, actor=actor)
    return CYCLES.take("record", cycle, actor=actor, changes={"minutes": words})


def _check(text: str) -> str:
    words = "\n".join(line.rstrip() for line in text.replace("\x00", "").strip().splitlines())
    if not LEAST_WORDS <= len(words) <= MOST_WORDS:
        sentence = _("小结请写 %(least)d 到 %(most)d 个字。") % {"least": LEAST_WORDS, "most": MOST_WORDS}
        raise BadInput(sentence, {"minutes": sentence})
    return words


@transaction.atomic
def review(cycle: Cycle, *, actor: Actor) -> Cycle:
    """Say that the month is judged; a second press changes nothing.

    Raises NotNow without a summary, and while a project that was delivered waits to be accepted.
    """
    leads_it.check(actor, cycle)
    if cycle.state == C.REVIEWED:
        return cycle
    if cycle.state != C.RECORDED or not cycle.minutes:
        raise NotNow(_("先写好月度小结，再定评价完了。"))
    waiting = cycle.projects.filter(state=Project.State.DELIVERED).count()
    if waiting:
        raise NotNow(_("还有 %(n)d 个项目办了没有验收，先验收。") % {"n": waiting})
    return CYCLES.take("review", cycle, actor=actor)
