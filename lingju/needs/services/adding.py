"""Adding words to one's own matter: the desk reads them, other askers do not."""

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.kernel.errors import NotNow
from lingju.kernel.facts import announce
from lingju.kernel.rules import Actor
from lingju.needs.events import NeedMoved
from lingju.needs.models import Asker, Entry, Need
from lingju.needs.rules import its_asker
from lingju.needs.services import axes, handling, heeding
from lingju.needs.services.axes import Words
from lingju.trail.services import leave_footprint

STEP = "asker_words"
LONGEST = 500
MOST = 20  # a round; more than that is said by telephone


@transaction.atomic
def add_words(asker: Asker, text: str, *, actor: Actor) -> Entry:
    """Note what an asker wants to add; where the clock stood still waiting for them, it runs again.

    Raises BadInput (nothing, or too much), NotNow (the matter is over, or there was no end of it).
    """
    its_asker.check(actor, asker)
    need = asker.need
    if need.is_over:
        raise NotNow(_("这件事已经办完了。还没好，就点“没办好，再办一次”。"))
    words = handling.tidy_words(text, least=1, most=LONGEST)
    mine = Entry.objects.filter(need=need, step=STEP, round=need.round, data__asker=str(asker.pk))
    if mine.count() >= MOST:
        raise NotNow(_("您补充得已经很清楚了。还有要说的，请打电话，或到驿站当面说。"))
    said = Words(noted=words, data={"asker": str(asker.pk)})
    entry = axes.append(need, Entry.Axis.NOTE, STEP, actor=actor, words=said)
    heeding.heed(need, words, actor=actor)
    leave_footprint(actor=actor, action="add_words", subject=need)
    if need.clock_state == Need.Clock.PAUSED and need.paused_for == "waiting_for_resident":
        handling.resume(need, actor=actor)
    announce(NeedMoved(need.district_id, need.pk, STEP))
    return entry
