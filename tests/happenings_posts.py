"""What every address of activities is sent in the table of rights: what would be done if it were allowed."""

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.happenings import in_days
from tests.typed import HEADS
from tests.world import World

Post = Callable[[World], dict[str, Any]]


def session_typed(world: World) -> dict[str, Any]:
    """Return a session of the home quarter as the desk types it."""
    return {
        "title": "府后救护培训",
        "area": world.home.area.pk,
        "date": in_days(3).date(),
        "starts": "15:00",
        "ends": "17:00",
        "station": world.home.station.pk,
        "signup": "required",
        "capacity": 30,
        "photos": "none",
    }


HAPPENINGS: dict[str, Post] = {
    "activity(session_id)": lambda w: {"called": "示例居民", "people": 2, "key": "press-of-the-matrix"},
    "activity_find": lambda w: {
        "number": w.home.happenings.signup.claim.number,
        "code": w.home.happenings.signup.claim.code,
    },
    "desk_activity_new": lambda w: session_typed(w) | {"key": "press-of-the-matrix"},
    "desk_activity_edit(session_id)": lambda w: (
        session_typed(w) | {"version": w.home.happenings.session.version, "summary": "带上水杯"}
    ),
    "desk_activity(session_id)": lambda w: {"step": "postpone", "why": "停电检修"},
    "desk_activity_people(session_id)": lambda w: {
        "do": "phone",
        "signup": w.home.happenings.signup.pk,
    },
    "desk_activity_join(session_id)": lambda w: {
        "called": "示例居民",
        "people": 1,
        "by": "paper",
        "key": "press-of-the-matrix",
    },
    "desk_activity_repeat(session_id)": lambda w: {
        "weekdays": [0, 1, 2, 3, 4, 5, 6],
        "since": in_days(20).date(),
        "until": in_days(21).date(),
        "key": "press-of-the-matrix",
    },
    "desk_checkin(session_id)": lambda w: {
        "what": "count",
        "group": "elder",
        "people": 1,
        "nonce": "press-of-the-matrix",
    },
    "desk_scans(session_id)": lambda w: {},
    "desk_quiz(session_id)": lambda w: {
        "text_1": "有人噎住了怎么办？",
        "options_1": "海姆立克急救法\n喂水",
        "right_1": "1",
    },
    "desk_certificates(session_id)": lambda w: {
        "what": "outside",
        "issuer": "示例红十字会",
        "number": "RC-001",
        "called": "示例居民",
        "issued_on": "2026-01-05",
    },
    "desk_certificate(certificate_id)": lambda w: {"why": "姓名印错了"},
    "desk_questions": lambda w: {"nonce": "matrix-press", "area": w.home.area.pk, "asked": "低保怎么申请？"},
    "desk_question(question_id)": lambda w: {"what": "publish"},
    "desk_activity_sheets": lambda w: {
        "sheet": "headcounts",
        "file": SimpleUploadedFile("人数.csv", HEADS.encode()),
    },
    "activity_feedback(session_id)": lambda w: {"nonce": "press-of-the-matrix", "useful": "yes"},
    "desk_programmes": lambda w: {"name": "新的系列", "area": w.home.area.pk},
    "desk_programme(programme_id)": lambda w: {
        "name": "改名的系列",
        "area": w.home.area.pk,
        "version": w.home.happenings.programme.version,
    },
    "desk_speakers": lambda w: {"called": "新的讲师", "area": w.home.area.pk},
    "desk_speaker(speaker_id)": lambda w: {
        "called": "改名的讲师",
        "area": w.home.area.pk,
        "version": w.home.happenings.speaker.version,
    },
}
