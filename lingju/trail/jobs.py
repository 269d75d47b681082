"""Clockwork: run each job when it is due, in one process of many; seal and dispose of footprints."""

import datetime as dt
import logging
import os
import socket
import threading
import traceback
from dataclasses import dataclass

from django.conf import settings
from django.db import close_old_connections, transaction
from django.db.models import Q

from lingju.kernel import clock, durable, schedule
from lingju.trail import anchors, services
from lingju.trail.models import Footprint, ScheduledJob, Unsealed

log = logging.getLogger(__name__)

FIRST_RETRY = dt.timedelta(minutes=1)
LONGEST_RETRY = dt.timedelta(hours=1)
ME = f"{socket.gethostname()}:{os.getpid()}"[-80:]


@dataclass(frozen=True, slots=True)
class Ran:
    """A job that was run by this tick, and the error it ended with, if any."""

    name: str
    error: str = ""


def tick(*, me: str = ME) -> list[Ran]:
    """Run every job that is due and that no other process has claimed; return what ran."""
    return [_run(job, me) for job in schedule.jobs() if _claim(job, me)]


def _claim(job: schedule.Job, me: str) -> bool:
    """Claim a job that is due by one guarded UPDATE; say whether this process is the one."""
    now = clock.now()
    ScheduledJob.objects.get_or_create(name=job.name, defaults={"due_at": job.rhythm.first_after(now)})
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=now)
    due = ScheduledJob.objects.filter(free, name=job.name, due_at__lte=now)
    return due.update(claimed_until=now + job.lease, claimed_by=me, last_started_at=now) == 1


def _run(job: schedule.Job, me: str) -> Ran:
    """Run a claimed job and write down how it went; a failure is tried again sooner than the rhythm says."""
    error = ""
    try:
        job.run()
    except Exception:
        error = traceback.format_exc()
        log.exception("the job %s failed", job.name)
    now, mine = clock.now(), ScheduledJob.objects.filter(name=job.name, claimed_by=me)
    failures = mine.values_list("failures", flat=True).first() or 0
    due = job.rhythm.first_after(now)
    if error:
        due = min(due, now + min(FIRST_RETRY * 2**failures, LONGEST_RETRY))
    mine.update(
        due_at=due,
        claimed_until=None,
        claimed_by="",
        last_ended_at=now,
        last_error=error,
        failures=failures + 1 if error else 0,
    )
    return Ran(job.name, error)


def work(stop: threading.Event, *, pause_seconds: float = 1.0) -> None:
    """Run due jobs and the queue, over and over, until `stop` is set; survives a database that is away."""
    while not stop.is_set():
        try:
            close_old_connections()
            tick()
            durable.work_off()
        except Exception:
            log.exception("the clockwork stumbled")
        stop.wait(pause_seconds)


def seal_footprints() -> int:
    """Seal everything that waits, district by district; return how many footprints were sealed."""
    count = 0
    for district_id in Unsealed.objects.order_by().values_list("district_id", flat=True).distinct():
        count += _seal_district(district_id)
    return count


def _seal_district(district_id: int) -> int:
    count = 0
    while seal := services.seal_up(district_id):
        chain, number = seal.chain, seal.number
        transaction.on_commit(lambda n=number, c=chain: anchors.note(district_id, n, c))  # type: ignore[misc]
        count += seal.count
    return count


def dispose_of_old() -> int:
    """Remove footprints that were kept longer than the settings demand; return how many."""
    older_than = clock.now() - dt.timedelta(days=settings.LINGJU.log_days)
    districts = Footprint.objects.order_by().values_list("district_id", flat=True).distinct()
    return sum(services.dispose(district_id, older_than=older_than) for district_id in districts)


def mend_the_queue() -> None:
    """Put back what dead workers left, and forget what was done a month ago."""
    durable.take_up_orphans()
    durable.forget_done(older_than=dt.timedelta(days=30))


def plan() -> None:
    """Plan this module's own jobs; called by the wiring."""
    schedule.plan("trail.seal", schedule.Every(dt.timedelta(minutes=5)), seal_footprints)
    schedule.plan("trail.dispose", schedule.At(dt.time(3, 30)), dispose_of_old)
    schedule.plan("trail.mend", schedule.Every(dt.timedelta(minutes=15)), mend_the_queue)
