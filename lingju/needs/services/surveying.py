"""Verbs of the three-feelings survey 三感: open a wave, change one that has not begun, take in a sheet.

A sheet is anonymous: no account, no name, a community and an age band only if somebody likes to say them.
A nonce of the form, digested with its wave, makes the same sheet sent twice one sheet.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lingju.kernel import clock, crypto
from lingju.kernel.errors import BadInput, NotNow
from lingju.kernel.rules import Actor
from lingju.needs.models import SurveyAnswer, Wave
from lingju.needs.rules import edits_what_is_the_districts
from lingju.people.services import limits
from lingju.people.services.limits import Limit
from lingju.places.models import Area, District
from lingju.places.services import marks
from lingju.places.services.marks import press_key, same_district, tidy

FEELINGS: Final[Mapping[str, str | Promise]] = {
    "gain": gettext_lazy("获得感"),
    "happiness": gettext_lazy("幸福感"),
    "safety": gettext_lazy("安全感"),
}
# The same bands as the register of homes has, so that a wave can be held against it.
AGES: Final[Mapping[str, str | Promise]] = {
    "15-59": gettext_lazy("15 到 59 岁"),
    "60-79": gettext_lazy("60 到 79 岁"),
    "80+": gettext_lazy("80 岁以上"),
}
MOST_QUESTIONS: Final = 5
SHORTEST, LONGEST = 4, 60
LOWEST, HIGHEST = 1, 5
LONGEST_WAVE: Final = dt.timedelta(days=92)
SHEETS_AN_HOUR: Final = Limit("survey_sheet", 60, dt.timedelta(hours=1))
COLUMN: Final = "needs.surveyanswer.key"


@dataclass(frozen=True, slots=True)
class Question:
    """One question, and which of the three feelings it is about."""

    feeling: str
    text: str


@dataclass(frozen=True, slots=True)
class WaveDraft:
    """A wave as an officer writes it."""

    title: str
    since: dt.date
    until: dt.date
    questions: Sequence[Question]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What somebody answers: a mark from 1 to 5 for each question they like to answer."""

    marks: Mapping[str, int]
    area: Area | None = None
    age: str = ""


@transaction.atomic
def open_wave(district: District, draft: WaveDraft, *, actor: Actor) -> Wave:
    """Make a wave of at most five questions."""
    edits_what_is_the_districts.check(actor, None)
    values = _checked(draft)
    if draft.until < clock.today():
        raise BadInput(_("止的日子已经过了。"), {"until": _("止的日子已经过了。")})
    wave: Wave = marks.insert(Wave(district=district, **values), actor=actor)
    return wave


@transaction.atomic
def edit_wave(wave: Wave, draft: WaveDraft, *, actor: Actor, version: int | None = None) -> bool:
    """Change a wave that has not begun; one that runs keeps its questions, so that answers mean the same."""
    edits_what_is_the_districts.check(actor, wave)
    if wave.since <= clock.today() or wave.answers.exists():
        raise NotNow(_("这一轮已经开始收了，题目不能再改。要改就等这一轮结束，另开一轮。"))
    return marks.amend(wave, _checked(draft), actor=actor, version=version)


@transaction.atomic
def end_wave(wave: Wave, *, actor: Actor) -> Wave:
    """End a wave yesterday, so that nobody answers any more and the results are public."""
    edits_what_is_the_districts.check(actor, wave)
    yesterday = clock.today() - dt.timedelta(days=1)
    if not wave.since <= yesterday < wave.until:
        raise NotNow(_("这一轮还没有收满一天，或者已经结束了。"))
    marks.amend(wave, {"until": yesterday}, actor=actor, action="end")
    return wave


def _checked(draft: WaveDraft) -> dict[str, Any]:
    """Return the columns of a wave; refuse what would make it long, empty or endless."""
    title = tidy(draft.title)[:60]
    wrong: dict[str, str] = {}
    if len(title) < SHORTEST:
        wrong["title"] = _("请写一个标题，比如“2026 年春三感调查”。")
    if not draft.since <= draft.until <= draft.since + LONGEST_WAVE:
        wrong["until"] = _("止的日子要在起的日子之后，最多三个月。")
    questions = [Question(one.feeling, tidy(one.text)) for one in draft.questions if tidy(one.text)]
    if problem := _problem(questions):
        wrong["questions"] = problem
    if wrong:
        raise BadInput(next(iter(wrong.values())), wrong)
    numbered = [
        {"code": f"q{number}", "feeling": one.feeling, "text": one.text}
        for number, one in enumerate(questions, 1)
    ]
    return {"title": title, "since": draft.since, "until": draft.until, "questions": numbered}


def _problem(questions: Sequence[Question]) -> str:
    """Say what is wrong with the questions, or nothing."""
    if not questions:
        return _("至少要有一道题。")
    if len(questions) > MOST_QUESTIONS:
        return _("最多 %(most)d 道题：题一多，老人就答不完了。") % {"most": MOST_QUESTIONS}
    if any(one.feeling not in FEELINGS for one in questions):
        return _("每道题都要说明问的是获得感、幸福感还是安全感。")
    if any(not SHORTEST <= len(one.text) <= LONGEST for one in questions):
        return _("每道题 %(least)d 到 %(most)d 个字。") % {"least": SHORTEST, "most": LONGEST}
    if len({one.text for one in questions}) < len(questions):
        return _("有两道题是一样的。")
    return ""


def take_in(wave: Wave, sheet: Sheet, *, nonce: str, actor: Actor) -> bool:
    """Take a sheet in; say whether it is new. The same nonce again is the same sheet and counts once.

    Raises NotNow (the wave has not begun or is over), BadInput, TooOften (too many from one address).
    """
    if wave.district_id != actor.district_id or not wave.since <= clock.today() <= wave.until:
        raise NotNow(_("这一轮调查现在不收了，谢谢您。"))
    values = _answered(wave, sheet)
    nonce = press_key(nonce, _("这张答卷少了防重的编号，请刷新页面再答一次。"))
    key = crypto.ring().blind(f"{wave.pk}:{nonce}", COLUMN)
    if wave.answers.filter(key=key).exists():
        return False
    limits.spend_from_here(SHEETS_AN_HOUR, district_id=wave.district_id)
    try:
        with transaction.atomic():
            SurveyAnswer.objects.create(district_id=wave.district_id, wave=wave, key=key, **values)
    except IntegrityError:
        return False
    return True


def _answered(wave: Wave, sheet: Sheet) -> dict[str, Any]:
    """Return the columns of a sheet; what makes no sense is refused, what was left out is not there."""
    codes = [question["code"] for question in wave.questions]
    given = {code: sheet.marks[code] for code in codes if code in sheet.marks}
    if not given:
        raise BadInput(_("一题都没有选。选一题也行。"), {codes[0]: _("请选一个。")})
    if any(not LOWEST <= mark <= HIGHEST for mark in given.values()):
        raise BadInput(_("请从五个选项里选。"))
    if sheet.area is not None:
        same_district(wave.district_id, sheet.area)
        if sheet.area.level != Area.Level.COMMUNITY:
            raise BadInput(_("请选一个社区，或者不选。"), {"area": _("请选一个社区，或者不选。")})
    return {"marks": given, "area": sheet.area, "age": sheet.age if sheet.age in AGES else ""}
