"""What could not be finished at a stall goes on as a need, with number and code for whoever it is about."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.activities.services.attendance import check_begun
from lingju.kernel.errors import BadInput, NotNow
from lingju.kernel.facts import announce
from lingju.kernel.rules import Actor
from lingju.market.events import RequestLeftOver
from lingju.market.models import Leftover, Stall
from lingju.market.rules import counts_at_it
from lingju.market.services.tallying import COUNTING
from lingju.needs.models import Asker, Category, Need
from lingju.needs.services import saying
from lingju.needs.services.placing import Place
from lingju.needs.services.saying import Contact, Receipt, Saying
from lingju.people.services import limits
from lingju.people.services.limits import Limit
from lingju.places.services.marks import press_key, same_district, tidy

# A card in wrong hands must not fill a desk.
AN_HOUR: Final = Limit("market_leftover", 60, dt.timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class Leaving:
    """What somebody could not get done at a stall, in their words, and how an answer reaches them."""

    category: Category
    text: str
    called: str = ""
    phone: str = ""
    by: str = Asker.By.PAPER.value
    knows_whom_to_call: bool = False


def leave_over(stall: Stall, leaving: Leaving, *, key: str, actor: Actor) -> Receipt:
    """Write down what could not be finished, as a need; the same `key` again hands out the same receipt.

    Raises CallFirst (red-flag words, until they know whom to call), BadInput, NotNow, TooOften.
    """
    counts_at_it.check(actor, stall)
    key = press_key(key, most=50)
    if not stall.is_in or stall.market.state not in COUNTING:
        raise NotNow(_("现在不能在这个摊位上记事，请到驿站说，或者在网上“说一声”。"))
    check_begun(stall.market.session)
    same_district(stall.district_id, leaving.category)
    if len(tidy(leaving.text)) < 2:
        sentence = _("请写清楚什么事没办完。")
        raise BadInput(sentence, {"text": sentence})
    limits.spend(f"stall:{stall.pk}", AN_HOUR, district_id=stall.district_id)
    with transaction.atomic():
        receipt = saying.submit(
            stall.district, _said(stall, leaving), key=f"stall-{stall.pk}-{key}", actor=actor
        )
        leftover, is_new = Leftover.objects.get_or_create(
            need=receipt.need, defaults={"district_id": stall.district_id, "stall": stall}
        )
        if is_new:
            announce(RequestLeftOver(stall.district_id, leftover.pk, receipt.need.pk))
    return receipt


def _said(stall: Stall, leaving: Leaving) -> Saying:
    market = stall.market
    station = market.session.station
    note = _("文明集市“%(stall)s”摊位上留的") % {"stall": stall.name}
    return Saying(
        category=leaving.category,
        place=Place(station=station, note=note)
        if station is not None
        else Place(area=market.area, note=note),
        text=leaving.text,
        contact=Contact(leaving.called, leaving.phone, leaving.by),
        channel=Need.Channel.STATION.value,
        knows_whom_to_call=leaving.knows_whom_to_call,
    )
