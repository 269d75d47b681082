"""Builders: a need, its asker, an answer, made through the real services."""

import itertools
from dataclasses import dataclass
from typing import Any

from lingju.kernel.rules import Actor
from lingju.needs.models import Asker, Category, Need
from lingju.needs.rules import Bearer
from lingju.needs.services import answering, catalogue, handling, judging, saying
from lingju.needs.services.answering import Answer
from lingju.needs.services.judging import Verdict
from lingju.needs.services.placing import Place
from lingju.needs.services.saying import Contact, Receipt, Saying
from lingju.people.models import Account
from lingju.people.tests import cast
from lingju.places.models import Area, Compound, District, Station
from lingju.places.tests import builders
from lingju.places.tests.builders import the_system

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Quarter:
    """One community with a compound, a station, and those who work for it."""

    district: District
    street: Area
    area: Area
    neighbour: Area
    compound: Compound
    station: Station
    clerk: Account
    colleague: Account
    officer: Account

    @property
    def clerk_actor(self) -> Actor:
        """Return the clerk as who acts."""
        return cast.an_actor_of(self.clerk)

    @property
    def colleague_actor(self) -> Actor:
        """Return another clerk of the same desk."""
        return cast.an_actor_of(self.colleague)

    @property
    def officer_actor(self) -> Actor:
        """Return the officer of the street."""
        return cast.an_actor_of(self.officer)


def a_quarter(**district: Any) -> Quarter:
    """Found a district with one furnished community and a bare neighbour."""
    founded = builders.a_district(**district)
    _root, street, area, neighbour = builders.a_tree(founded)
    a_loop(founded)
    return Quarter(
        founded,
        street,
        area,
        neighbour,
        builders.a_compound(area),
        builders.a_station(area),
        cast.a_clerk(at=area),
        cast.a_clerk(at=area, name="孙社工"),
        cast.a_street_officer(at=street),
    )


def a_loop(district: District) -> None:
    """Fill a district's calendar and kinds of need."""
    builders.a_calendar(district)
    catalogue.fill(district, actor=the_system(district))


def a_kind(district: District, code: str = "broken_light") -> Category:
    """Return a kind of need of the district."""
    return Category.objects.get(district=district, code=code)


def a_key() -> str:
    """Return a nonce as a browser makes one."""
    return f"press-{next(_numbers):06d}"


def a_saying(quarter: Quarter, text: str = "三号楼门口的路灯不亮，三天了", **changes: Any) -> Saying:
    """Describe a lamp that is out in the quarter's compound."""
    kind = changes.pop("kind", "broken_light")
    values: dict[str, Any] = {
        "category": a_kind(quarter.district, kind),
        "place": Place(compound=quarter.compound, note="三号楼门口"),
        "text": text,
        "contact": Contact(called="王秀英", phone="13800001234", by=Asker.By.SMS),
        **changes,
    }
    return Saying(**values)


def a_receipt(quarter: Quarter, text: str = "三号楼门口的路灯不亮，三天了", **changes: Any) -> Receipt:
    """Say a need as a stranger, and return the receipt."""
    key = changes.pop("key", None) or a_key()
    actor = changes.pop("actor", None) or cast.a_stranger(quarter.district)
    return saying.submit(quarter.district, a_saying(quarter, text, **changes), key=key, actor=actor)


def a_need(quarter: Quarter, text: str = "三号楼门口的路灯不亮，三天了", **changes: Any) -> Need:
    """Say a need as a stranger."""
    return a_receipt(quarter, text, **changes).need


def a_bearer(receipt: Receipt) -> Bearer:
    """Return the asker as who acts by number and code."""
    return Bearer(receipt.asker.pk, receipt.need.district_id)


def fresh(need: Need) -> Need:
    """Return a need as it stands in the database now."""
    return Need.objects.select_related("owner_area", "owner_org", "category", "district", "cluster").get(
        pk=need.pk
    )


def an_answered(quarter: Quarter, text: str = "三号楼门口的路灯不亮，三天了", **changes: Any) -> Receipt:
    """Say a need, let the clerk take and answer it; return the receipt with the need as it stands then."""
    outcome = changes.pop("outcome", Need.Outcome.EXPLAINED)
    receipt = a_receipt(quarter, text, **changes)
    answered(receipt.need, quarter, outcome)
    receipt.asker.refresh_from_db()
    return receipt


def answered(need: Need, quarter: Quarter, outcome: str = Need.Outcome.EXPLAINED) -> Need:
    """Let the clerk take and answer a need."""
    handling.take(need, actor=quarter.clerk_actor)
    given = Answer(outcome, "电工今天上午换了灯泡，请您看一眼。")
    return answering.answer(need, given, actor=quarter.clerk_actor)


def judged(receipt: Receipt, satisfied: str = "satisfied", solved: str = "yes", why: str = "") -> Need:
    """Let the asker judge by number and code."""
    return judging.judge(
        receipt.asker, Verdict(satisfied, solved, why), by=Asker.By.PAGE, actor=a_bearer(receipt)
    )


def listed(quarter: Quarter, need: Need, text: str = "") -> Need:
    """Let the clerk look at a need and put it on the public list."""
    mending = handling.Mending(is_listed=True, public_text=text or need.title)
    if need.stage == Need.Stage.RECEIVED:
        return handling.triage(need, actor=quarter.clerk_actor, mending=mending)
    handling.mend(need, mending, actor=quarter.clerk_actor)
    return need


def an_asker(receipt: Receipt) -> Asker:
    """Return the asker with the need as both stand in the database now."""
    rows = Asker.objects.select_related("need__owner_area", "need__category", "need__district")
    return rows.get(pk=receipt.asker.pk)
