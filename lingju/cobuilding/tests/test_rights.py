"""Who may press what: every verb of the day against the cast; a verb that is not in the table fails here."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator

import pytest
from django.db import transaction

from lingju.cobuilding import services
from lingju.cobuilding.rules import TeamBearer, UnitBearer
from lingju.cobuilding.tests.pressed import PRESSES, Stage
from lingju.kernel.errors import NotAllowed, NotSignedIn, NotThere, Refusal
from lingju.kernel.rules import Actor
from lingju.people.tests import cast

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db,
    pytest.mark.time_machine("2026-11-02T10:00:00+08:00", tick=False),
]

# a resident, her clerk, a clerk elsewhere, street, district, the unit, another unit, the team, a stranger
RIGHTS = {
    ".y.yy....": (
        *("agreements.draw_up", "agreements.edit", "agreements.end"),
        *("enrolling.enrol", "enrolling.edit", "enrolling.set_capabilities", "enrolling.receive"),
        *("enrolling.pause", "enrolling.resume", "enrolling.end", "enrolling.see_contact"),
        *("members.register", "members.receive", "members.end", "members.read"),
        *("pairing.pair_unit", "pairing.pair_member", "pairing.end"),
        *("reviewing.review_unit", "reviewing.tell"),
        *("unit_links.make", "unit_links.revoke"),
        *("meetings.call", "meetings.edit", "meetings.hold", "meetings.minute", "meetings.cancel"),
        *("tasks.give", "tasks.put_after", "tasks.reopen", "tasks.close"),
        *("turns.finish", "turns.miss"),
        *("offering.receive_resource", "listing.add_line", "listing.remove_line"),
        *("listing.say_what_it_takes", "weighing.weigh", "projects.put_together", "projects.end"),
        "handing_over.hand_over",
        *("changing.edit", "changing.add_milestone", "changing.finish_milestone"),
        *("plans.draft_plan", "plans.submit_plan", "plans.record_plan", "plans.miss_plan"),
        *("delivering.start", "delivering.deliver", "delivering.accept", "delivering.redo"),
        *("delivering.close_out", "recruiting.call_for"),
        *("work_orders.make_order", "work_orders.make_orders", "work_orders.revoke"),
        *("work_orders.photo", "occasions.open_session"),
    ),
    ".y.yyy...": (
        *("agreements.sign", "blackouts.add", "blackouts.remove", "blackouts.set_months"),
        *("offering.offer_resource", "offering.change_resource", "offering.end_resource"),
        *("projects.decline", "tasks.start", "tasks.finish"),
    ),
    ".y.yy..y.": ("work_orders.arrive", "work_orders.go", "work_orders.tell"),
    "...yy....": (
        *("enrolling.set_weight", "catalogue.fill_roles"),
        *("roles.add", "roles.edit", "roles.retire", "roles.take_up"),
        *("cycles.open_cycles", "cycles.refresh", "cycles.move_cycle", "cycles.rule_it"),
        *("cycles.announce_cycle", "cycles.call_units", "cycles.publish_cycle", "cycles.cancel_cycle"),
        *("cycles.close_lists", "steps.plan", "steps.confirm", "steps.publish", "steps.hold"),
        *("steps.archive", "steps.back_to_rule", "recording.record", "recording.review"),
        *("plans.send_back", "plans.confirm_plan", "plans.tell_everybody"),
        *("drawing_up.make_duties", "drawing_up.draw_up", "drawing_up.consult", "drawing_up.publish"),
        *("drawing_up.drop", "swapping.make", "turns.set_by_hand", "turns.unlock", "mending.mend"),
        *("listing.gather", "matching_up.propose", "delivering.carry_over"),
    ),
    # The street may say a unit's own word for it, where the unit told it so.
    "...yyy...": (
        *("swapping.ask_swap", "swapping.agree", "swapping.refuse"),
        *("turns.accept", "turns.drop_out", "projects.claim"),
    ),
    "..yyy.y..": ("swapping.withdraw",),
    ".....y...": ("reviewing.review_area", "reviewing.reply"),
    "....y....": (
        *("catalogue.fill", "catalogue.word_double", "catalogue.add_capability"),
        *("catalogue.retire_capability", "cycles.set_series", "steps.set_rule", "steps.end_rule"),
    ),
}
# Parts of verbs: whoever calls them has asked for the right already.
INNER = {
    *("turns.write", "following.follow", "following.call_off", "occasions.follow", "occasions.call_off"),
    *("along.moved", "along.ended", "askers.tell_claimed", "askers.tell_moved", "askers.tell_ended"),
    "askers.tell_handed_over",
}


def the_verbs() -> Iterator[str]:
    """Return every public function of the services that somebody presses."""
    for page in pkgutil.iter_modules(services.__path__):
        module = importlib.import_module(f"{services.__name__}.{page.name}")
        for name, verb in inspect.getmembers(module, inspect.isfunction):
            is_own = verb.__module__ == module.__name__ and not name.startswith("_")
            if is_own and "actor" in inspect.signature(verb).parameters:
                yield f"{page.name}.{name}"


def the_cast(stage: Stage) -> list[Actor]:
    street, district = stage.street, stage.street.district
    return [
        cast.an_actor_of(cast.a_resident(district)),
        street.carries,
        cast.an_actor_of(cast.a_clerk(at=street.neighbour, name="钱社工")),
        street.leads,
        street.district_leads,
        UnitBearer(stage.unit.pk, district.pk),
        UnitBearer(stage.other.pk, district.pk),
        TeamBearer(stage.order.pk, district.pk),
        cast.a_stranger(district),
    ]


def is_open_to(verb: str, stage: Stage, hand: Actor) -> str:
    """Press a verb and take everything back; say whether the hand was the right one."""
    with transaction.atomic():
        try:
            PRESSES[verb](stage, hand)
        except (NotAllowed, NotSignedIn, NotThere):
            return "."
        except Refusal:
            return "y"
        finally:
            transaction.set_rollback(True)
    return "y"


def test_no_verb_is_missing_from_the_table_and_none_is_in_it_that_is_gone() -> None:
    named = [verb for verbs in RIGHTS.values() for verb in verbs]
    assert len(named) == len(set(named))
    assert set(the_verbs()) - INNER == set(named)
    assert set(PRESSES) == set(named)
    assert set(the_verbs()) >= INNER


def test_every_verb_is_open_to_just_these() -> None:
    stage = Stage()
    hands = the_cast(stage)
    found: dict[str, set[str]] = {}
    for verb in PRESSES:
        found.setdefault("".join(is_open_to(verb, stage, hand) for hand in hands), set()).add(verb)
    assert found == {who: set(verbs) for who, verbs in RIGHTS.items()}


def test_nobody_of_another_district_may_press_anything() -> None:
    """Not even with an office there, a link, or a work order of their own."""
    stage = Stage()
    elsewhere = stage.street.district.pk + 1
    hands: list[Actor] = [UnitBearer(stage.unit.pk, elsewhere), TeamBearer(stage.order.pk, elsewhere)]
    assert [verb for verb in PRESSES for hand in hands if is_open_to(verb, stage, hand) == "y"] == []
