"""Who may take which step: the cast against every step of the three flows; and nobody assigns anybody."""

import ast
import inspect
from pathlib import Path
from typing import Any

import pytest

from lingju.kernel.rules import Actor, SystemActor
from lingju.people.tests import cast
from lingju.trail.flow import Flow
from lingju.volunteering import flow, services
from lingju.volunteering.models import ServiceCertificate
from lingju.volunteering.rules import its_answerer
from lingju.volunteering.services import inviting
from lingju.volunteering.tests.builders import Town, a_call, a_town, a_volunteer, oneself

pytestmark = pytest.mark.django_db

# resident, her clerk, a clerk elsewhere, street officer, district officer, stranger, the person, keeper
RIGHTS = {
    "call": {
        "submit": ".y.yy...",
        "send_back": ".y.yy...",
        "approve": ".y.yy...",
        "close": ".y.yy...",
        "start": ".y.yy..y",
        "finish": ".y.yy..y",
        "publish": ".y.yy...",
        "archive": ".y.yy...",
        "cancel": ".y.yy...",
    },
    "invitation": {
        "accept": "......y.",
        "decline": "......y.",
        "withdraw": "......y.",
        "note_yes": ".y.yy..y",
        "note_no": ".y.yy..y",
        "lapse": ".y.yy..y",
    },
    "certificate": {"issue": ".y.yy...", "refuse": ".y.yy...", "revoke": ".y.yy..."},
}
FLOWS: dict[str, Flow[Any]] = {
    "call": flow.CALLS,
    "invitation": flow.INVITATIONS,
    "certificate": flow.CERTIFICATES,
}


def the_cast(town: Town) -> list[Actor]:
    elsewhere = cast.a_clerk(at=town.neighbour, name="钱社工")
    return [
        cast.an_actor_of(cast.a_resident(town.district)),
        town.writes,
        cast.an_actor_of(elsewhere),
        town.looks,
        cast.an_actor_of(cast.a_district_officer(district=town.district)),
        cast.a_stranger(town.district),
    ]


def test_every_step_is_open_to_just_these() -> None:
    town = a_town()
    call, person = a_call(town), a_volunteer(town)
    invitation = inviting.invite(call, person, actor=town.writes)
    certificate = ServiceCertificate(district=town.district, volunteer=person)
    rows = {"call": call, "invitation": invitation, "certificate": certificate}
    hands = [*the_cast(town), oneself(person), town.keeps]
    found = {
        name: {
            step: "".join("y" if line.rule.allows(hand, rows[name]) else "." for hand in hands)
            for step, line in table.steps.items()
        }
        for name, table in FLOWS.items()
    }
    assert found == RIGHTS


def test_no_rule_of_saying_yes_opens_for_the_house_itself() -> None:
    """Not even the clockwork, a story or an import may make somebody come (article 25)."""
    town = a_town()
    invitation = inviting.invite(a_call(town), a_volunteer(town), actor=town.writes)
    for step in ("accept", "note_yes"):
        rule = flow.INVITATIONS.steps[step].rule
        if step == "accept":
            assert rule is its_answerer
        assert not rule.allows(SystemActor(town.district.pk + 1), invitation)
    assert not its_answerer.allows(SystemActor(town.district.pk), invitation)


def test_an_invitation_becomes_accepted_by_those_two_steps_and_nowhere_else() -> None:
    """Read every verb: the state is moved by the flow alone, and the flow knows two ways to a yes."""
    to_yes = {name for name, step in flow.INVITATIONS.steps.items() if step.target == "accepted"}
    assert to_yes == {"accept", "note_yes"}
    folder = Path(inspect.getfile(services)).parent
    writes = []
    for page in folder.glob("*.py"):
        for node in ast.walk(ast.parse(page.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                text = ast.unparse(node)
                if node.func.attr in ("update", "create", "bulk_create") and "Invitation" in text:
                    writes.append((page.name, "state" in text))
    assert writes == [("inviting.py", False)]


def test_no_verb_of_the_module_is_called_assign() -> None:
    words = ("assign", "dispatch", "appoint", "force", "派")
    folder = Path(inspect.getfile(services)).parent
    names = [
        node.name
        for page in folder.glob("*.py")
        for node in ast.walk(ast.parse(page.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    ]
    assert len(names) > 60
    assert [name for name in names if any(word in name for word in words)] == []
