"""The month's summary: drafted from rows with every denominator, kept as an officer wrote it, then judged."""

import datetime as dt

import pytest
from django.test import Client

from lingju.cobuilding.models import Cycle
from lingju.cobuilding.queries import summary
from lingju.cobuilding.services import cycles, delivering, recording
from lingju.cobuilding.tests import standing
from lingju.cobuilding.tests.standing import Scene, a_scene
from lingju.kernel.errors import BadInput, NotAllowed, NotNow, SomeoneWasFaster
from lingju.people.tests import cast

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-06T18:00:00+08:00", tick=False)]
State = Cycle.State
WORDS = "本月查了线路，修了门锁，居民都说好。"


def a_held_scene() -> Scene:
    """Found a street whose day was confirmed and has come, with one project delivered and judged."""
    scene = a_scene()
    standing.a_confirmed_plan(scene)
    scene.cycle.refresh_from_db()
    assert scene.cycle.state == State.CONFIRMED
    standing.delivered(scene)
    return scene


def the_page(scene: Scene) -> str:
    return f"/desk/days/{scene.cycle.number}/summary/"


def test_the_draft_says_each_figure_with_its_whole_and_the_same_rows_give_the_same_words() -> None:
    scene = a_held_scene()
    standing.another(scene)
    draft = summary.draft(scene.cycle, scene.street.leads)
    assert draft == summary.draft(scene.cycle, scene.street.leads)
    for words in (
        "2026年11月6日",
        "项目 1/2（50%）",
        "需求有回音 1/2（50%）",
        "问了 1 人次，答了 0/1（0%）",
        "没办完的 1 件",
        "两个数不相加",
    ):
        assert words in draft, words
    standing.judged(scene)
    assert "满意 1/1（100%）" in summary.draft(scene.cycle, scene.street.leads)


def test_a_month_without_rows_drafts_no_rate() -> None:
    scene = a_scene()
    empty = scene.street.series.cycles.earliest("month")
    draft = summary.draft(empty, scene.street.leads)
    assert "还没有问到居民" in draft
    assert "%" not in draft


def test_keeping_the_summary_holds_and_records_the_cycle_and_again_changes_its_words_only() -> None:
    scene = a_held_scene()
    recording.record(scene.cycle, WORDS, actor=scene.street.leads, version=scene.cycle.version)
    assert (scene.cycle.state, scene.cycle.minutes) == (State.RECORDED, WORDS)
    version = scene.cycle.version
    recording.record(scene.cycle, WORDS, actor=scene.street.leads, version=version)
    assert scene.cycle.version == version
    recording.record(scene.cycle, f"{WORDS}\n\n下月接着查。  ", actor=scene.street.leads, version=version)
    assert scene.cycle.minutes == f"{WORDS}\n\n下月接着查。"


def test_of_two_officers_who_write_at_once_one_is_told() -> None:
    scene = a_held_scene()
    mine, theirs = (Cycle.objects.get(pk=scene.cycle.pk) for _hand in range(2))
    seen = mine.version
    recording.record(mine, WORDS, actor=scene.street.leads, version=seen)
    with pytest.raises(SomeoneWasFaster):
        recording.record(
            Cycle.objects.get(pk=theirs.pk),
            "另一位写的小结，也很好。",
            actor=scene.street.leads,
            version=seen,
        )
    with pytest.raises(NotNow):
        recording.record(theirs, "另一位写的小结，也很好。", actor=scene.street.leads, version=seen)


@pytest.mark.parametrize("text", ["", "  \n ", "太短了", "字" * 4001])
def test_a_summary_has_words(text: str) -> None:
    scene = a_held_scene()
    with pytest.raises(BadInput) as refused:
        recording.record(scene.cycle, text, actor=scene.street.leads)
    assert list(refused.value.fields) == ["minutes"]


def test_nothing_is_recorded_before_the_day_or_by_a_community() -> None:
    scene = a_held_scene()
    with pytest.raises(NotAllowed):
        recording.record(scene.cycle, WORDS, actor=scene.street.carries)
    with pytest.raises(NotAllowed):
        recording.review(scene.cycle, actor=scene.street.carries)
    Cycle.objects.filter(pk=scene.cycle.pk).update(date=dt.date(2026, 11, 7))
    scene.cycle.refresh_from_db()
    with pytest.raises(NotNow, match="还没有办"):
        recording.record(scene.cycle, WORDS, actor=scene.street.leads)


def test_a_month_that_was_called_off_has_no_summary() -> None:
    scene = a_scene()
    cycles.cancel_cycle(scene.cycle, "下大雪", actor=scene.street.leads)
    with pytest.raises(NotNow):
        recording.record(scene.cycle, WORDS, actor=scene.street.leads)


def test_the_month_is_judged_once_every_delivery_was_accepted() -> None:
    scene = a_held_scene()
    with pytest.raises(NotNow, match="小结"):
        recording.review(scene.cycle, actor=scene.street.leads)
    recording.record(scene.cycle, WORDS, actor=scene.street.leads)
    with pytest.raises(NotNow, match="1 个项目办了没有验收"):
        recording.review(scene.cycle, actor=scene.street.leads)
    scene.project.refresh_from_db()
    delivering.accept(scene.project, actor=scene.street.carries)
    for _press in range(2):
        recording.review(scene.cycle, actor=scene.street.leads)
    assert scene.cycle.state == State.REVIEWED
    recording.record(scene.cycle, f"{WORDS}补一句。", actor=scene.street.leads)
    assert scene.cycle.state == State.REVIEWED


def test_an_officer_edits_the_draft_on_the_page_and_loses_nothing_when_refused() -> None:
    scene = a_held_scene()
    officer = cast.signed_in_client(scene.street.officer)
    page = officer.get(the_page(scene)).content.decode()
    assert "问了 1 人次，答了 0/1（0%）" in page
    short = officer.post(the_page(scene), {"do": "record", "minutes": "太短"})
    assert (short.status_code, ">\n太短</textarea>" in short.content.decode()) == (422, True)
    stale = officer.post(the_page(scene), {"do": "record", "minutes": WORDS, "version": 99})
    assert (stale.status_code, WORDS in stale.content.decode()) == (422, True)
    assert officer.post(the_page(scene), {"do": "record", "minutes": WORDS}).status_code == 302
    kept = officer.get(the_page(scene)).content.decode()
    assert kept.count(WORDS) == 2
    anew = officer.get(the_page(scene), {"draft": "1"}).content.decode()
    assert "问了 1 人次" in anew
    waits = officer.post(the_page(scene), {"do": "review"})
    assert (waits.status_code, "没有验收" in waits.content.decode()) == (422, True)
    assert officer.post(the_page(scene), {"do": "fly"}).status_code == 404


def test_a_clerk_reads_the_summary_and_writes_none() -> None:
    scene = a_held_scene()
    clerk: Client = cast.signed_in_client(scene.street.clerk)
    assert "草稿，街道还没有定" in clerk.get(the_page(scene)).content.decode()
    assert clerk.post(the_page(scene), {"do": "record", "minutes": WORDS}).status_code == 403
    recording.record(scene.cycle, WORDS, actor=scene.street.leads)
    page = clerk.get(the_page(scene)).content.decode()
    assert WORDS in page
    assert "<textarea" not in page
