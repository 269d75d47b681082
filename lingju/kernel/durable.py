"""Durable reactions: a queue in the database, written by the transaction that made the fact true.

    announce(fact) ──▶ post ──▶ row in the queue ──worker──▶ deliver ──▶ reaction(fact)
                        same transaction                       │ fails
                                       again later, ever rarer ◀┴▶ parked after the last try, and kept

The reaction and the note that it ran share one transaction, so that a worker that dies in between has
either done both or neither: what a reaction writes to the database happens once. Built on the
`django.tasks` API, which has no retry of its own.
"""

import datetime as dt
import logging
from contextvars import ContextVar
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django_tasks import TaskContext, task
from django_tasks.base import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult
from django_tasks_db.utils import exclusive_transaction

from lingju.kernel import clock, facts, parcels
from lingju.kernel.ids import new_id

log = logging.getLogger(__name__)

TRIES = 9
FIRST_WAIT = dt.timedelta(seconds=10)
LONGEST_WAIT = dt.timedelta(hours=6)
# A worker that has not ended a task by then is dead: a reaction only writes rows, no network inside.
WORKER_IS_DEAD_AFTER = dt.timedelta(minutes=15)
DONE, AGAIN, ALREADY = "done", "again", "already done"

_key: ContextVar[str] = ContextVar("delivery_key", default="")


def current_key() -> str:
    """Return the key of the delivery that is running, the same at every try; empty outside of one."""
    return _key.get()


def post(reaction: str, fact: str, payload: dict[str, Any]) -> None:
    """Write a delivery into the queue, inside the caller's transaction; give this to `facts.carry_with`."""
    deliver.enqueue(reaction, fact, payload, 1, f"{new_id():x}")


def wait_before(attempt: int) -> dt.timedelta:
    """Return how long to wait before a try: 10 s before the second, three times as long before each next."""
    times: int = 3 ** max(attempt - 2, 0)
    return min(FIRST_WAIT * times, LONGEST_WAIT)


@task(takes_context=True)
def deliver(
    context: TaskContext, reaction: str, fact: str, payload: dict[str, Any], attempt: int, key: str
) -> str:
    """Let one reaction hear one fact; on failure come again later, and after the last try stay parked."""
    try:
        return _react(context.task_result.id, reaction, fact, payload, key)
    except Exception as error:
        if attempt >= TRIES:
            log.exception("parked after %d tries: %s of %s, key %s", attempt, reaction, fact, key)
            raise
        log.warning("try %d failed: %s of %s, key %s: %r", attempt, reaction, fact, key, error)
        again = deliver.using(run_after=clock.now() + wait_before(attempt + 1))
        with transaction.atomic():
            if _note(context.task_result.id, AGAIN):
                again.enqueue(reaction, fact, payload, attempt + 1, key)
        return AGAIN


def _react(task_id: str, reaction: str, fact: str, payload: dict[str, Any], key: str) -> str:
    react, fact_type = facts.find(reaction, fact)
    token = _key.set(key)
    try:
        with transaction.atomic():
            if not _note(task_id, DONE):
                return ALREADY
            react(parcels.unpack(fact_type, payload))
    finally:
        _key.reset(token)
    return DONE


def _note(task_id: str, what: str) -> bool:
    """Note in the task's own row what came of it; say whether it was the first to be noted."""
    first = DBTaskResult.objects.filter(pk=task_id, return_value__isnull=True)
    return first.update(return_value=what) == 1


def work_off(*, most: int | None = None, worker_id: str = "lingju") -> int:
    """Run what is ready in the queue, `most` tasks at most; return how many ran.

    The library's own loop would also sleep, and close a connection that a caller still uses.
    """
    worker = Worker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=most,
        worker_id=worker_id,
        excluded_queue_names=[],
    )
    ran = 0
    while (most is None or ran < most) and (row := _claim(worker_id)):
        worker.run_task(row)
        ran += 1
    return ran


def _claim(worker_id: str) -> Any:
    """Claim the next task that is ready; None where there is none. No other worker gets the same."""
    ready = DBTaskResult.objects.ready().filter(backend_name="default")
    with exclusive_transaction(ready.db):
        row = ready.get_locked()
        if row is not None:
            row.claim(worker_id)
    return row


def take_up_orphans() -> int:
    """Put back what a dead worker left running, unless it had been done; return how many were put back."""
    dead = DBTaskResult.objects.running().filter(started_at__lt=clock.now() - WORKER_IS_DEAD_AFTER)
    noted = dead.filter(return_value__isnull=False)
    noted.update(status=TaskResultStatus.SUCCESSFUL, finished_at=clock.now())
    return dead.filter(return_value__isnull=True).update(status=TaskResultStatus.READY)


def parked() -> QuerySet[Any]:
    """Return the deliveries that failed for good, newest first."""
    return DBTaskResult.objects.failed().filter(task_path=deliver.module_path).order_by("-finished_at")


def try_parked_again() -> int:
    """Put every parked delivery back into the queue, from its first try; return how many."""
    count = 0
    for row in parked():
        with transaction.atomic():
            row.delete()
            reaction, fact, payload, _attempt, key = row.args_kwargs["args"]
            deliver.enqueue(reaction, fact, payload, 1, key)
        count += 1
    return count


def forget_done(*, older_than: dt.timedelta) -> int:
    """Remove rows of tasks that ended well some time ago; what failed is kept. Return how many."""
    old = DBTaskResult.objects.successful().filter(finished_at__lt=clock.now() - older_than)
    return old.delete()[0]
