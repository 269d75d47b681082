"""How a question goes on: answered here, or left open so that it becomes a need.

open ──answer──▶ answered
  └──leave_open──▶ left_open ──answer──▶ answered     (the need brought the answer back)
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from lingju.activities.models import Question
from lingju.activities.rules import works_at_it
from lingju.kernel.rules import Actor, Rule, the_system
from lingju.places.rules import CLERKS
from lingju.trail.flow import Flow, Step

S = Question.State


def _keeps(actor: Actor, question: Any) -> bool:
    """Say whether the actor works for the question's area, or at the session where it was asked."""
    if question is None or question.district_id != actor.district_id or not actor.is_signed_in:
        return False
    if actor.holds(CLERKS, question.stem):
        return True
    return question.session is not None and works_at_it.allows(actor, question.session)


keeps_the_log = Rule("keeps_the_log", _keeps) | the_system

QUESTIONS: Flow[Question] = Flow(
    Question,
    version_field="version",
    answer=Step({S.OPEN, S.LEFT_OPEN}, S.ANSWERED, keeps_the_log, _("写答复")),
    leave_open=Step({S.OPEN}, S.LEFT_OPEN, keeps_the_log, _("转成需求")),
)
