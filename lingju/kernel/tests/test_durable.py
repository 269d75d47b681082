"""What a durable reaction writes happens once, whatever dies in between, and a failure is never lost."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django_tasks import TaskContext
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from lingju.kernel import clock, durable, facts
from lingju.kernel.tests.cells import Card, lay_the_table

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class CardAsked:
    note: str


keys: list[str] = []
failures: list[Exception] = []


def make_card(fact: CardAsked) -> None:
    Card.objects.create(note=fact.note)
    keys.append(durable.current_key())
    if failures:
        raise failures.pop()


@pytest.fixture(autouse=True)
def own_wiring(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    lay_the_table()
    keys.clear()
    failures.clear()
    monkeypatch.setattr(facts, "_hearings", {})
    monkeypatch.setattr(facts, "_post", [])
    facts.when(CardAsked, durably=make_card)
    facts.carry_with(durable.post)


def announce() -> None:
    with transaction.atomic():
        facts.announce(CardAsked("甲"))


def statuses() -> list[str]:
    return list(DBTaskResult.objects.order_by("enqueued_at").values_list("status", flat=True))


def test_the_reaction_runs_later_and_once() -> None:
    announce()
    assert not Card.objects.exists()
    assert durable.work_off() == 1
    assert durable.work_off() == 0
    assert Card.objects.get().note == "甲"
    assert statuses() == [TaskResultStatus.SUCCESSFUL]


def test_what_is_rolled_back_was_never_posted() -> None:
    with transaction.atomic():
        facts.announce(CardAsked("甲"))
        transaction.set_rollback(True)
    assert statuses() == []


def test_a_failure_undoes_the_reaction_and_it_comes_again_with_the_same_key() -> None:
    failures.append(OSError("the printer is on fire"))
    announce()
    durable.work_off()
    assert not Card.objects.exists()
    durable.work_off()
    assert not Card.objects.exists()
    with time_machine.travel(clock.now() + dt.timedelta(seconds=11)):
        durable.work_off()
    assert Card.objects.count() == 1
    assert len(keys) == 2
    assert len(set(keys)) == 1


def test_after_the_last_try_it_is_parked_kept_and_loud(caplog: pytest.LogCaptureFixture) -> None:
    failures.extend(OSError("on fire") for _ in range(durable.TRIES))
    announce()
    for day in range(durable.TRIES + 1):
        with time_machine.travel(clock.now() + dt.timedelta(days=day)):
            durable.work_off()
    assert not Card.objects.exists()
    parked = durable.parked().get()
    assert "on fire" in parked.traceback
    assert "parked after 9 tries" in caplog.text
    assert durable.try_parked_again() == 1
    durable.work_off()
    assert Card.objects.count() == 1
    assert len(set(keys)) == 1


def test_waits_grow_threefold_up_to_six_hours() -> None:
    waits = [durable.wait_before(attempt).total_seconds() for attempt in range(2, durable.TRIES + 1)]
    assert waits == [10, 30, 90, 270, 810, 2430, 7290, 21600]


def test_a_reaction_that_is_no_longer_wired_is_kept_for_when_it_is_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    announce()
    facts._hearings.clear()
    durable.work_off()
    facts.when(CardAsked, durably=make_card)
    with time_machine.travel(clock.now() + dt.timedelta(seconds=11)):
        durable.work_off()
    assert Card.objects.count() == 1


def test_a_worker_that_died_before_the_commit_leaves_the_task_to_another() -> None:
    announce()
    DBTaskResult.objects.update(status=TaskResultStatus.RUNNING, started_at=clock.now())
    assert durable.take_up_orphans() == 0
    with time_machine.travel(clock.now() + dt.timedelta(minutes=16)):
        assert durable.take_up_orphans() == 1
        durable.work_off()
    assert Card.objects.count() == 1


def test_a_worker_that_died_after_the_commit_does_not_let_it_happen_twice() -> None:
    announce()
    row = DBTaskResult.objects.get()
    assert _deliver(_context(row), *row.args_kwargs["args"]) == durable.DONE
    DBTaskResult.objects.update(status=TaskResultStatus.RUNNING, started_at=clock.now())
    assert _deliver(_context(row), *row.args_kwargs["args"]) == durable.ALREADY
    with time_machine.travel(clock.now() + dt.timedelta(minutes=16)):
        assert durable.take_up_orphans() == 0
        durable.work_off()
    assert Card.objects.count() == 1
    assert statuses() == [TaskResultStatus.SUCCESSFUL]


_deliver: Any = durable.deliver.func


def _context(row: Any) -> TaskContext:
    return TaskContext(task_result=row.task_result)


def test_what_was_done_long_ago_is_forgotten_and_what_failed_is_kept() -> None:
    announce()
    durable.work_off()
    assert durable.forget_done(older_than=dt.timedelta(days=30)) == 0
    with time_machine.travel(clock.now() + dt.timedelta(days=31)):
        assert durable.forget_done(older_than=dt.timedelta(days=30)) == 1
