"""Verbs of questions: log what was asked, answer it on a ground, publish it, or let it become a need.

Who asked is not kept. A question that nobody can answer is left open on purpose: that is told upward, and
becomes a need of the neighbourhood (the wiring decides).
"""

from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.activities.events import QuestionLeftOpen
from lingju.activities.flow_questions import QUESTIONS
from lingju.activities.models import Question, Session, Topic
from lingju.activities.rules import works_at_it
from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotNow
from lingju.kernel.facts import announce
from lingju.kernel.rules import Actor
from lingju.places.models import Area
from lingju.places.rules import its_clerk
from lingju.places.services import marks
from lingju.places.services.marks import same_district, tidy

SHORTEST: Final = 4
LONGEST_ANSWER: Final = 2000


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered, on which ground, and what is still to be done."""

    text: str
    basis: str = ""
    follow_up: str = ""


@transaction.atomic
def log(
    asked: str,
    *,
    area: Area,
    key: str,
    actor: Actor,
    session: Session | None = None,
    topic: Topic | None = None,
    answer: Answer | None = None,
) -> Question:
    """Write down what was asked, with its answer where there was one; the same `key` again is the same."""
    if session is not None:
        works_at_it.check(actor, session)
    else:
        its_clerk.check(actor, area)
    same_district(area.district_id, session, topic)
    key = marks.press_key(key, _("这次提交没有带上防重的编号，请刷新页面再试。"))
    asked = tidy(asked)
    known = Question.objects.filter(district_id=area.district_id, key=key).first()
    if known is not None:
        return known
    if not SHORTEST <= len(asked) <= 300:
        sentence = _("请写清楚问的什么，4 到 300 个字，不写是谁问的。")
        raise BadInput(sentence, {"asked": sentence})
    told = _answered(answer) if answer is not None and tidy(answer.text) else {}
    draft = Question(
        district_id=area.district_id,
        session=session,
        area=area,
        topic=topic,
        key=key,
        asked=asked,
        logged_by_id=actor.account_id,
        **({**told, "state": Question.State.ANSWERED} if told else {}),
    )
    return marks.insert(draft, actor=actor)


@transaction.atomic
def answer(question: Question, told: Answer, *, actor: Actor, version: int | None = None) -> Question:
    """Answer a question, or answer it better; what is published shows the new answer at once."""
    values = _answered(told)
    if question.state == Question.State.ANSWERED:
        QUESTIONS.steps["answer"].rule.check(actor, question)
        marks.amend(question, values, actor=actor, version=version)
        return question
    return QUESTIONS.take("answer", question, actor=actor, changes=values)


def publish(question: Question, *, actor: Actor) -> Question:
    """Let everybody read a question and its answer; published already, nothing changes."""
    return _published(question, True, actor)


def withhold(question: Question, *, actor: Actor) -> Question:
    """Take a question from the public page; it stays in the log."""
    return _published(question, False, actor)


@transaction.atomic
def leave_open(question: Question, follow_up: str = "", *, actor: Actor) -> Question:
    """Say that nobody here can answer it: it goes on as a need. Left open already, nothing changes."""
    if question.state == Question.State.LEFT_OPEN:
        return question
    changes = {"follow_up": tidy(follow_up)[:200] or question.follow_up}
    QUESTIONS.take("leave_open", question, actor=actor, changes=changes)
    announce(QuestionLeftOpen(question.district_id, question.pk))
    return question


@transaction.atomic
def _published(question: Question, is_published: bool, actor: Actor) -> Question:
    QUESTIONS.steps["answer"].rule.check(actor, question)
    if question.state != Question.State.ANSWERED and is_published:
        raise NotNow(_("还没有答复，不能公开。"))
    action = "publish" if is_published else "withhold"
    marks.amend(question, {"is_published": is_published}, actor=actor, action=action)
    return question


def _answered(told: Answer) -> dict[str, Any]:
    text, basis, follow_up = tidy(told.text), tidy(told.basis), tidy(told.follow_up)
    wrong = {}
    if not SHORTEST <= len(text) <= LONGEST_ANSWER:
        wrong["answer"] = _("答复请写 4 到 %(most)d 个字。") % {"most": LONGEST_ANSWER}
    if len(basis) > 200:
        wrong["basis"] = _("政策依据最多 200 个字。")
    if len(follow_up) > 200:
        wrong["follow_up"] = _("后续要做的最多 200 个字。")
    if wrong:
        raise BadInput(next(iter(wrong.values())), wrong)
    return {"answer": text, "basis": basis, "follow_up": follow_up, "answered_on": clock.today()}
