"""Verbs of learning: write a quiz, take in a sheet of nobody's, take in a word of feedback.

No sheet carries an account, a name or an hour. A nonce of the form, digested with its quiz, makes the same
sheet sent twice one sheet; a number on a slip of paper, digested too, joins before and after if given.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lingju.activities.models import Feedback, Quiz, QuizSheet, Session
from lingju.activities.rules import plans_it
from lingju.kernel import clock, crypto
from lingju.kernel.errors import BadInput, NotNow
from lingju.kernel.rules import Actor
from lingju.people.services import limits
from lingju.people.services.limits import Limit
from lingju.places.services import marks
from lingju.places.services.marks import tidy

MOST_QUESTIONS: Final = 5
LEAST_OPTIONS, MOST_OPTIONS = 2, 4
SHORTEST, LONGEST, LONGEST_OPTION = 4, 80, 40
LONGEST_WORDS: Final = 300
EARLY: Final = dt.timedelta(hours=12)
LATE: Final = dt.timedelta(days=7)
SHEETS_AN_HOUR: Final = Limit("quiz_sheet", 120, dt.timedelta(hours=1))
WORDS_AN_HOUR: Final = Limit("activity_feedback", 60, dt.timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: its words, two to four options, and which of them is right (from 0)."""

    text: str
    options: tuple[str, ...]
    right: int


@transaction.atomic
def write_quiz(session: Session, asked: Sequence[Asked], *, actor: Actor, version: int | None = None) -> Quiz:
    """Give a session its questions, or other ones as long as nobody has answered.

    Raises BadInput, NotNow once there are answers, SomeoneWasFaster.
    """
    plans_it.check(actor, session)
    questions = _checked(asked)
    known = Quiz.objects.filter(session=session).first()
    if known is None:
        quiz = Quiz(district_id=session.district_id, session=session, questions=questions)
        return marks.insert(quiz, actor=actor)
    if known.questions == questions:
        return known
    if known.sheets.exists():
        raise NotNow(_("已经有人答了，题目不能再改，不然前后比不了。"))
    marks.amend(known, {"questions": questions}, actor=actor, version=version)
    return known


def take_in(
    quiz: Quiz, phase: str, answers: Sequence[int | None], *, nonce: str, paper: str = "", actor: Actor
) -> bool:
    """Take a sheet in; say whether it is new. The same nonce, or the same paper number, counts once.

    Raises NotNow (too early or too late), BadInput, TooOften (too many from one address).
    """
    _check_time(quiz.session, actor)
    values = _answered(quiz, phase, answers)
    key = _digest(quiz.pk, nonce, "activities.quizsheet.key")
    slip = tidy(paper)[:20]
    joined = crypto.ring().blind(f"{quiz.pk}:{slip}", "activities.quizsheet.paper") if slip else ""
    if quiz.sheets.filter(key=key).exists():
        return False
    if joined and quiz.sheets.filter(phase=phase, paper=joined).exists():
        sentence = _("这个纸条号已经交过这一张了。请看一眼纸条，或者空着。")
        raise BadInput(sentence, {"paper": sentence})
    limits.spend_from_here(SHEETS_AN_HOUR, district_id=quiz.district_id)
    try:
        with transaction.atomic():
            QuizSheet.objects.create(district_id=quiz.district_id, quiz=quiz, key=key, paper=joined, **values)
    except IntegrityError:
        return False
    return True


def say(session: Session, useful: str, words: str, *, nonce: str, actor: Actor) -> bool:
    """Take in whether a session was of use; say whether it is new. The words are for the staff alone."""
    _check_time(session, actor)
    if session.starts_at > clock.now():
        raise NotNow(_("还没开始，听完再说。"))
    if useful not in Feedback.Useful.values:
        sentence = _("请选一个：有用、有一点用、没什么用。")
        raise BadInput(sentence, {"useful": sentence})
    words = tidy(words)
    if len(words) > LONGEST_WORDS:
        sentence = _("最多 %(most)d 个字。") % {"most": LONGEST_WORDS}
        raise BadInput(sentence, {"words": sentence})
    key = _digest(session.pk, nonce, "activities.feedback.key")
    if Feedback.objects.filter(session=session, key=key).exists():
        return False
    limits.spend_from_here(WORDS_AN_HOUR, district_id=session.district_id)
    try:
        with transaction.atomic():
            Feedback.objects.create(
                district_id=session.district_id, session=session, useful=useful, words=words, key=key
            )
    except IntegrityError:
        return False
    return True


def forget(feedback: Iterable[Feedback]) -> int:
    """Forget the words of feedback; that somebody found it of use, or not, stays. Return how many went."""
    forgotten = 0
    for row in feedback:
        if row.words:
            row.words = ""
            row.save(update_fields=["words"])
            forgotten += 1
    return forgotten


def is_open(session: Session) -> bool:
    """Say whether sheets and words are taken now: from half a day before to a week after."""
    now = clock.now()
    return (
        session.is_public
        and not session.is_off
        and session.starts_at - EARLY <= now <= session.ends_at + LATE
    )


def _check_time(session: Session, actor: Actor) -> None:
    if session.district_id != actor.district_id or not is_open(session):
        raise NotNow(_("现在不收了，谢谢您。"))


def _checked(asked: Sequence[Asked]) -> list[dict[str, Any]]:
    """Return the questions as they are kept; refuse what cannot be asked or has no right answer."""
    told = [
        Asked(tidy(one.text), tuple(filter(None, map(tidy, one.options))), one.right)
        for one in asked
        if tidy(one.text)
    ]
    if problem := _problem(told):
        raise BadInput(problem, {"questions": problem})
    return [{"text": one.text, "options": list(one.options), "right": one.right} for one in told]


def _problem(asked: Sequence[Asked]) -> str:
    """Say what is wrong with the questions, or nothing."""
    if not 1 <= len(asked) <= MOST_QUESTIONS:
        return _("一到 %(most)d 道题：题一多，就没人答了。") % {"most": MOST_QUESTIONS}
    for number, one in enumerate(asked, 1):
        words = {"n": number, "least": LEAST_OPTIONS, "most": MOST_OPTIONS}
        if not SHORTEST <= len(one.text) <= LONGEST:
            return _("第 %(n)d 题请写 4 到 80 个字。") % words
        if not LEAST_OPTIONS <= len(one.options) <= MOST_OPTIONS or len(set(one.options)) < len(one.options):
            return _("第 %(n)d 题要有 %(least)d 到 %(most)d 个不一样的选项。") % words
        if any(len(option) > LONGEST_OPTION for option in one.options):
            return _("第 %(n)d 题的选项太长，每个最多 40 个字。") % words
        if not 0 <= one.right < len(one.options):
            return _("第 %(n)d 题请标出哪个选项是对的。") % words
    if len({one.text for one in asked}) < len(asked):
        return _("有两道题是一样的。")
    return ""


def _answered(quiz: Quiz, phase: str, answers: Sequence[int | None]) -> dict[str, Any]:
    if phase not in QuizSheet.Phase.values:
        raise BadInput(_("请说明是听之前还是听之后。"), {"phase": _("请选一个。")})
    if len(answers) != len(quiz.questions):
        raise BadInput(_("这张答卷和题目对不上，请刷新页面再答一次。"))
    if all(answer is None for answer in answers):
        sentence = _("一题都没有选。选一题也行。")
        raise BadInput(sentence, {"q1": sentence})
    for answer, question in zip(answers, quiz.questions, strict=True):
        if answer is not None and not 0 <= answer < len(question["options"]):
            raise BadInput(_("请从列出的选项里选。"))
    return {"phase": phase, "answers": list(answers)}


def _digest(of: int, nonce: str, column: str) -> str:
    nonce = marks.press_key(nonce, _("这张答卷少了防重的编号，请刷新页面再答一次。"))
    return crypto.ring().blind(f"{of}:{nonce}", column)
