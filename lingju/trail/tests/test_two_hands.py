"""Of two hands at once, in two connections, one wins; asked of a database that lets both begin."""

import datetime as dt
import threading
from collections.abc import Callable, Iterator

import pytest
from django.db import IntegrityError, connection, connections

from lingju.kernel import clock, schedule
from lingju.kernel.errors import SomeoneWasFaster
from lingju.kernel.tests.actors import WARDEN
from lingju.trail import jobs, services
from lingju.trail.models import Footprint, ScheduledJob, Seal
from lingju.trail.services import leave_footprint
from lingju.trail.tests.gates import FLOW, Gate, S, a_gate, lay_the_table

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # SQLite lets one writer in at a time and keeps the tests' database in memory, for one connection.
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs two writers at once"),
]
HANDS = 6


@pytest.fixture(autouse=True)
def table(transactional_db: None) -> Iterator[None]:
    lay_the_table()
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE trail_test_gate")


def at_once(work: Callable[[], object], *, refusals: type[Exception]) -> int:
    """Let six hands do the same at once; return how many were not refused."""
    barrier, won = threading.Barrier(HANDS), []

    def hand() -> None:
        barrier.wait()
        try:
            won.append(work())
        except refusals:
            pass
        finally:
            connections.close_all()

    threads = [threading.Thread(target=hand) for _ in range(HANDS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(won)


def test_one_of_six_who_press_at_once_wins() -> None:
    gate = a_gate()
    records = [Gate.objects.get(pk=gate.pk) for _ in range(HANDS)]
    assert at_once(lambda: FLOW.take("shut", records.pop(), actor=WARDEN), refusals=SomeoneWasFaster) == 1
    assert Gate.objects.get(pk=gate.pk).state == S.SHUT
    assert Footprint.objects.count() == 1


def test_six_processes_that_seal_at_once_make_one_chain() -> None:
    for _ in range(20):
        leave_footprint(actor=WARDEN, action="walk")
    at_once(lambda: services.seal_up(WARDEN.district_id), refusals=SomeoneWasFaster)
    jobs.seal_footprints()
    assert [seal.number for seal in Seal.objects.order_by("number")] == list(
        range(1, Seal.objects.count() + 1)
    )
    assert sum(Seal.objects.values_list("count", flat=True)) == 20
    assert services.verify(WARDEN.district_id).is_sound


def test_one_of_six_processes_claims_a_job() -> None:
    job = schedule.Job("test.once", schedule.Every(dt.timedelta(days=1)), lambda: None)
    ScheduledJob.objects.create(name=job.name, due_at=clock.now())
    claims: list[bool] = []
    at_once(lambda: claims.append(jobs._claim(job, threading.current_thread().name)), refusals=IntegrityError)
    assert sorted(claims) == [False] * (HANDS - 1) + [True]
