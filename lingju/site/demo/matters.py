"""What residents of the demo said in the last weeks, told through the verbs, each on its own day.

The words and steps are data (`needs.toml`); a step that would lie in the future has not happened yet.
"""

import datetime as dt
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lingju.kernel import clock
from lingju.kernel.clock import ZONE
from lingju.kernel.rules import Actor, SystemActor
from lingju.needs import jobs
from lingju.needs.models import Category, Exclusion, Need
from lingju.needs.rules import Bearer
from lingju.needs.services import (
    answering,
    asking,
    catalogue,
    handling,
    judging,
    leaving,
    routing_rules,
    saying,
)
from lingju.needs.services.answering import Answer
from lingju.needs.services.handling import Mending
from lingju.needs.services.judging import Verdict
from lingju.needs.services.placing import Place
from lingju.needs.services.saying import Contact, Receipt, Saying
from lingju.people.actors import Stranger, actor_of
from lingju.places.models import Compound, District, Station
from lingju.site.demo import extras, lamp
from lingju.site.demo.cast import PARTS, account_of
from lingju.site.demo.lamp import Stage

TOLD = Path(__file__).with_name("needs.toml")
CLERK = "社区工作者"
PHONE = "13700000000"  # of nobody: the demo's gateway writes to the log

Step = Mapping[str, Any]


@dataclass(frozen=True)
class Desk:
    """Who handles the demo's needs, and who looks a second time."""

    clerk: Actor
    officer: Actor


def tell(district: District) -> int:
    """Fill the loop and tell every need; return how many were told."""
    catalogue.fill(district, actor=SystemActor(district.pk))
    desk = Desk(_played("demo-clerk", district), _played("demo-street", district))
    told = tomllib.loads(TOLD.read_text(encoding="utf-8"))["need"]
    for number, one in enumerate(told):
        _tell(district, desk, number, one)
    _tell_the_lamp(district, desk)
    routing_rules.fill(district, actor=SystemActor(district.pk))
    extras.tell(district, desk.clerk, desk.officer)
    jobs.chase_due()
    return len(told)


def _tell_the_lamp(district: District, desk: Desk) -> None:
    """Tell the story of the lamp in the quarter of the clerk that one may play."""
    station, _clerk, keeper = the_quarter(district)
    compounds = Compound.objects.filter(area=station.area).select_related("area", "district")
    compound = compounds.order_by("code")[0]
    stage = Stage(station, compound, keeper, desk.clerk, lamp.a_company(compound))
    began = dt.datetime.combine(clock.today() - dt.timedelta(days=9), dt.time(9, 12), tzinfo=ZONE)
    lamp.tell(stage, began)


def the_quarter(district: District) -> tuple[Station, Actor, Actor]:
    """Return the station of the keeper that one may play, with its clerk and its keeper."""
    code = next(part.station for part in PARTS if part.name == "demo-keeper")
    station = Station.objects.select_related("area", "district").get(district=district, code=code)
    return station, _played("demo-clerk", district), _played("demo-keeper", district)


def _played(name: str, district: District) -> Actor:
    account = account_of(district, name)
    assert account is not None
    return actor_of(account, second_factor=True)


def _tell(district: District, desk: Desk, number: int, one: Mapping[str, Any]) -> None:
    day = clock.today() - dt.timedelta(days=one["days"])
    first = min(dt.datetime.combine(day, dt.time.fromisoformat(one["at"]), tzinfo=ZONE), clock.now())
    with clock.told_at(first):
        receipt = saying.submit(
            district, _saying(district, one), key=f"demo-need-{number:04d}", actor=Stranger(district.pk)
        )
    # The other communities have no clerk to play; there the house itself does what theirs would.
    community = one["in"][0]
    clerk = desk.clerk if desk.clerk.holds({"clerk"}, community) else SystemActor(district.pk, CLERK)
    if one.get("listed"):
        with clock.told_at(min(first + dt.timedelta(minutes=40), clock.now())):
            mending = Mending(is_listed=True, public_text=receipt.need.title)
            handling.triage(receipt.need, actor=clerk, mending=mending)
    for step in one["steps"]:
        at = first + dt.timedelta(hours=step["h"])
        if at <= clock.now():
            _take(receipt, step, clerk, desk, at)
    _let_the_window_pass(receipt.need)


def _saying(district: District, one: Mapping[str, Any]) -> Saying:
    community, index = one["in"]
    compounds = Compound.objects.filter(district=district, area__stem=community).order_by("code")
    by = one.get("by", "page")
    return Saying(
        category=Category.objects.get(district=district, code=one["kind"]),
        place=Place(compound=compounds[index]),
        text=one["text"],
        contact=Contact(phone=PHONE if by in ("call", "sms") else "", by=by),
        channel=one["channel"],
    )


def _take(receipt: Receipt, step: Step, clerk: Actor, desk: Desk, at: dt.datetime) -> None:
    need = Need.objects.select_related("owner_area", "owner_org", "category", "district").get(
        pk=receipt.need.pk
    )
    receipt.asker.need = need
    steps: dict[str, Callable[[], object]] = {
        "take": lambda: handling.take(need, actor=clerk),
        "reply": lambda: handling.reply(need, step["text"], by=step["by"], actor=clerk),
        "answer": lambda: _answer(need, step, clerk),
        "judge": lambda: _judge(receipt, step),
        "leave_out": lambda: _leave_out(need, step, desk),
    }
    with clock.told_at(at):
        steps[step["do"]]()


def _answer(need: Need, step: Step, clerk: Actor) -> None:
    days = step.get("in_days")
    planned_on = clock.today() + dt.timedelta(days=days) if days else None
    answering.answer(
        need, Answer(step["outcome"], step["text"], planned_on, step.get("door", "")), actor=clerk
    )


def _judge(receipt: Receipt, step: Step) -> None:
    need = receipt.asker.need
    asking.ask_all(need, handled_by=need.handler_id)  # what was planned is asked on its day
    bearer = Bearer(receipt.asker.pk, need.district_id)
    verdict = Verdict(step["satisfied"], step["solved"], step.get("why", ""))
    judging.judge(receipt.asker, verdict, by=step.get("by", "page"), actor=bearer)


def _leave_out(need: Need, step: Step, desk: Desk) -> None:
    leaving.propose(need, step["reason"], step["words"], next_door=step["door"], actor=desk.clerk)
    proposal = Exclusion.objects.select_related("need__owner_area", "need__district").get(need=need)
    leaving.decide(proposal, agree=True, words=step["told"], actor=desk.officer)


def _let_the_window_pass(need: Need) -> None:
    """Close what was answered and never judged, on the day its window passed."""
    told = Need.objects.select_related("owner_area", "category", "district").get(pk=need.pk)
    if told.ask_until is not None and told.ask_until < clock.now():
        with clock.told_at(told.ask_until + dt.timedelta(minutes=5)):
            judging.settle(told)
