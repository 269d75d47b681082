"""An old man books a haircut by telephone, through the keeper of his station.

    he_calls          he has no smart phone; the keeper asks day and time, and reads the number out to him
    he_comes_early    he is on the sheet of the day; a neighbour draws a number and flows around him
    he_is_done        the chair is free again, his appointment is done, nobody typed it twice

The demo tells it as of today; `tests/stories/test_haircut.py` walks through it.
"""

import datetime as dt
from dataclasses import dataclass

from lingju.bookings.catalogue import BOOKABLES
from lingju.bookings.models import Bookable, Claim, Ticket
from lingju.bookings.parties import Party, Slot
from lingju.bookings.services import claiming, queueing, setting_up
from lingju.bookings.services.claiming import Receipt
from lingju.bookings.services.setting_up import BookableDraft, PoolDraft
from lingju.kernel import clock
from lingju.kernel.rules import Actor, SystemActor
from lingju.people.actors import Stranger
from lingju.places.models import ServiceAtStation, Station

CALLED, PHONE = "老街坊", "13700000000"  # of nobody: the demo's gateway writes to the log
QUALIFIED = "演示培训证明"


@dataclass(frozen=True)
class Stage:
    """Where it happens and who plays."""

    station: Station
    keeper: Actor


def set_up(station: Station, code: str) -> Bookable:
    """Set something up as the catalogue has it; what asks for a qualification has one that is in force."""
    known: Bookable | None = Bookable.objects.filter(station=station, name=BOOKABLES[code].name).first()
    if known is not None:
        return known
    seed = BOOKABLES[code]
    told = {name: getattr(seed, name) for name in BookableDraft.__slots__ if hasattr(seed, name)}
    offer = ServiceAtStation.objects.filter(station=station, service__code=seed.service).first()
    pools = tuple(
        PoolDraft(p.name, p.kind, p.capacity, p.grain, is_per_person=p.is_per_person) for p in seed.pools
    )
    qualified = (
        {"qualification": QUALIFIED, "qualified_until": clock.today() + dt.timedelta(days=300)}
        if seed.asks_qualification
        else {}
    )
    draft = BookableDraft(**{**told, **qualified, "offer": offer, "pools": pools})
    return setting_up.set_up(station, draft, actor=SystemActor(station.district_id))


def he_calls(stage: Stage, starts_at: dt.datetime) -> Receipt:
    """Book for somebody who is on the line: he said yes to being written down, and hears his number."""
    haircut = set_up(stage.station, "haircut")
    party = Party(
        called=CALLED, phone=PHONE, by=Claim.By.CALL, told_by_id=stage.keeper.account_id, proxy="站长代约"
    )
    key = f"haircut-by-phone-{starts_at:%Y%m%d%H%M}"
    return claiming.claim(haircut, Slot(starts_at=starts_at), party, key=key, actor=stage.keeper)


def a_neighbour_draws(stage: Stage) -> Ticket:
    """Draw a number for somebody who just came in; no name is asked."""
    haircut = set_up(stage.station, "haircut")
    key = f"neighbour-draws-{clock.now():%Y%m%d%H%M}"
    return queueing.draw(haircut, key=key, actor=Stranger(stage.station.district_id))


def he_is_done(stage: Stage, claim: Claim) -> Claim:
    """Note that he came and that he is done."""
    claiming.check_in(claim, actor=stage.keeper)
    return claiming.complete(claim, actor=stage.keeper)
