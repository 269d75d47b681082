"""A step asks the rule, moves the row once, and leaves a footprint."""

import pytest
from django.db import connection

from lingju.kernel.errors import NotAllowed, NotNow, NotSignedIn, NotThere, SomeoneWasFaster
from lingju.kernel.tests.actors import PASSER_BY, STRANGER, WARDEN
from lingju.trail.flow import Flow, Step
from lingju.trail.models import Footprint
from lingju.trail.tests.gates import FLOW, Gate, S, a_gate, its_warden, lay_the_table

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def table(db: None) -> None:
    lay_the_table()


def test_a_step_moves_the_row_and_refreshes_the_record() -> None:
    gate = a_gate()
    FLOW.take("shut", gate, actor=WARDEN, changes={"reason": "修门"})
    assert (gate.state, gate.reason, gate.version) == (S.SHUT, "修门", 2)
    assert Gate.objects.get().state == S.SHUT


def test_a_step_leaves_a_footprint_of_who_did_what_from_where_to_where() -> None:
    gate = a_gate()
    FLOW.take("shut", gate, actor=WARDEN, note="夜里关门", changes={"reason": "夜"})
    step = Footprint.objects.get()
    assert (step.actor_id, step.office, step.action, step.note) == (7, "社区工作者", "shut", "夜里关门")
    assert (step.subject_type, step.subject_id) == ("trail.gate", gate.pk)
    assert step.before == {"state": "open", "reason": ""}
    assert step.after == {"state": "shut", "reason": "夜"}


def test_a_personal_value_changes_without_a_word_of_it_in_the_footprint() -> None:
    gate = a_gate(phone="13803550000")
    FLOW.take("shut", gate, actor=WARDEN, changes={"phone": "19935500000"})
    assert Gate.objects.get().phone == "19935500000"
    step = Footprint.objects.get()
    assert step.before["phone"] == step.after["phone"] == "…"


@pytest.mark.parametrize(("actor", "refusal"), [(PASSER_BY, NotAllowed), (STRANGER, NotSignedIn)])
def test_whom_the_rule_does_not_allow_moves_nothing(actor: object, refusal: type[Exception]) -> None:
    gate = a_gate()
    with pytest.raises(refusal):
        FLOW.take("shut", gate, actor=actor)  # type: ignore[arg-type]
    assert Gate.objects.get().state == S.OPEN
    assert not Footprint.objects.exists()


def test_a_step_that_does_not_start_here_is_refused_in_words() -> None:
    gate = a_gate(state=S.GONE)
    with pytest.raises(NotNow, match="现在是“拆了”，不能“关门”"):
        FLOW.take("shut", gate, actor=WARDEN)


def test_of_two_who_press_at_once_one_wins_and_one_is_told() -> None:
    a_gate()
    mine, yours = Gate.objects.get(), Gate.objects.get()
    FLOW.take("shut", mine, actor=WARDEN)
    with pytest.raises(SomeoneWasFaster, match="现在是“关着”"):
        FLOW.take("remove", yours, actor=WARDEN)
    assert Footprint.objects.count() == 1


def test_an_edit_in_between_counts_as_another_hand() -> None:
    a_gate()
    mine = Gate.objects.get()
    Gate.objects.update(version=5)
    with pytest.raises(SomeoneWasFaster):
        FLOW.take("shut", mine, actor=WARDEN)


def test_a_record_that_is_gone_is_not_there() -> None:
    gate = a_gate()
    Gate.objects.all().delete()
    with pytest.raises(NotThere):
        FLOW.take("shut", gate, actor=WARDEN)


def test_if_the_footprint_fails_the_step_was_not_taken() -> None:
    gate = a_gate()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE trail_unsealed RENAME TO trail_unsealed_away")
    with pytest.raises(Exception, match="trail_unsealed"):
        FLOW.take("shut", gate, actor=WARDEN)
    assert Gate.objects.get().state == S.OPEN


def test_buttons_are_what_the_flow_allows_now() -> None:
    gate = a_gate()
    moves = FLOW.allowed(gate, WARDEN)
    assert [(move.name, str(move.label), move.target) for move in moves] == [
        ("shut", "关门", "shut"),
        ("remove", "拆了", "gone"),
    ]
    assert FLOW.allowed(gate, PASSER_BY) == ()
    assert FLOW.can("shut", gate, WARDEN)
    assert not FLOW.can("open", gate, WARDEN)


def test_the_table_draws_itself() -> None:
    drawing = FLOW.draw()
    assert drawing.startswith("stateDiagram-v2\n")
    assert "    [*] --> open\n" in drawing
    assert "    open --> gone: remove (its_warden & signed_in)\n    shut --> gone: remove" in drawing


def test_a_table_that_names_an_unknown_state_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="ajar"):
        Flow(Gate, leave=Step({"ajar"}, S.SHUT, its_warden))
