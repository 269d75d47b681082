"""A job that is due runs once, in one process of many, and again sooner when it failed."""

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine

from lingju.kernel import clock, schedule
from lingju.trail import jobs
from lingju.trail.models import ScheduledJob

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 23, 12, 0, 30, tzinfo=clock.ZONE)


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dt.datetime]]:
    seen: list[dt.datetime] = []
    monkeypatch.setattr(schedule, "_jobs", {})
    schedule.plan("test.job", schedule.Every(dt.timedelta(minutes=10)), lambda: seen.append(clock.now()))
    with time_machine.travel(NOON, tick=False):
        yield seen


def at(minutes: float) -> time_machine.travel:
    return time_machine.travel(NOON + dt.timedelta(minutes=minutes), tick=False)


def test_a_job_runs_when_it_is_due_and_not_before(runs: list[dt.datetime]) -> None:
    assert jobs.tick() == []
    with at(9):
        assert jobs.tick() == []
    with at(10):
        assert jobs.tick() == [jobs.Ran("test.job")]
        assert jobs.tick() == []
    assert len(runs) == 1
    assert ScheduledJob.objects.get().due_at == NOON.replace(minute=20, second=0)


def test_what_another_process_has_claimed_is_left_to_it(runs: list[dt.datetime]) -> None:
    jobs.tick()
    with at(10):
        assert jobs._claim(schedule.jobs()[0], "other:1")
        assert jobs.tick(me="me:2") == []
    assert runs == []


def test_a_claim_of_a_process_that_died_runs_out(runs: list[dt.datetime]) -> None:
    jobs.tick()
    with at(10):
        jobs._claim(schedule.jobs()[0], "dead:1")
    with at(26):
        assert jobs.tick(me="me:2") == [jobs.Ran("test.job")]


def test_a_job_that_was_missed_runs_once_and_not_for_each_time(runs: list[dt.datetime]) -> None:
    jobs.tick()
    with at(600):
        jobs.tick()
        jobs.tick()
    assert len(runs) == 1


def test_a_job_that_fails_is_written_down_and_tried_again_soon(
    runs: list[dt.datetime], caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise OSError("没电了")

    schedule.plan("test.job", schedule.At(dt.time(12, 5)), fail)
    jobs.tick()
    with at(5):
        assert "没电了" in jobs.tick()[0].error
    diary = ScheduledJob.objects.get()
    assert diary.failures == 1
    assert diary.due_at == NOON + dt.timedelta(minutes=6)
    assert "没电了" in diary.last_error
    schedule.plan("test.job", schedule.At(dt.time(12, 5)), lambda: None)
    with at(7):
        jobs.tick()
    diary.refresh_from_db()
    assert (diary.failures, diary.last_error) == (0, "")
    assert diary.due_at == NOON.replace(day=24, minute=5, second=0)


def test_the_trail_plans_its_own_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "_jobs", {})
    jobs.plan()
    assert [job.name for job in schedule.jobs()] == ["trail.dispose", "trail.mend", "trail.seal"]
