"""Questions as the desk keeps them and as everybody searches them."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from lingju.activities.models import Question, Session, Topic
from lingju.kernel.errors import NotThere
from lingju.kernel.rules import Actor
from lingju.places.models import Area, District
from lingju.places.rules import KEEPERS

MOST_WORDS = 5


def question_for(actor: Actor, question_id: int) -> Question:
    """Return a question the actor keeps; another's is not there."""
    rows = Question.objects.visible_to(actor).select_related("area", "session__station", "topic", "district")
    found = rows.filter(pk=question_id).first()
    if found is None:
        raise NotThere(_("没有这个问题，或者不归您管。"))
    return found


def on_desk(actor: Actor, state: str = "", words: str = "") -> QuerySet[Question]:
    """Return the questions the actor keeps, open ones first."""
    found = _holding(Question.objects.visible_to(actor), words).select_related("area", "topic", "session")
    if state in Question.State.values:
        found = found.filter(state=state)
    return found.order_by("-asked_on", "-id")


def published(district: District, words: str = "", topic_id: int | None = None) -> QuerySet[Question]:
    """Return what everybody may read, newest first; every word asked for stands in question or answer."""
    found = _holding(Question.objects.filter(district=district).public(), words).select_related("topic")
    if topic_id is not None:
        found = found.filter(topic_id=topic_id)
    return found.order_by("-answered_on", "-id")


def published_topics(district: District) -> QuerySet[Topic]:
    """Return the topics of which something is published."""
    asked = Question.objects.filter(district=district).public().values("topic_id")
    return Topic.objects.filter(district=district, pk__in=asked).order_by("order", "id")


def areas(actor: Actor) -> list[Area]:
    """Return the communities one may log a question for."""
    within = Q(pk__in=())
    for stem in actor.stems(KEEPERS):
        within |= Q(stem__startswith=stem)
    within |= Q(stations__in=actor.things(KEEPERS))
    rows = Area.objects.filter(within, district_id=actor.district_id, level=Area.Level.COMMUNITY)
    return list(rows.distinct().order_by("stem"))


def session_of(actor: Actor, session_id: int | None) -> Session | None:
    """Return the session a question is logged at, or None where none was named."""
    if session_id is None:
        return None
    return Session.objects.visible_to(actor).select_related("area").filter(pk=session_id).first()


def _holding(rows: QuerySet[Question], words: str) -> QuerySet[Question]:
    for word in words[:60].split()[:MOST_WORDS]:
        rows = rows.filter(Q(asked__icontains=word) | Q(answer__icontains=word) | Q(basis__icontains=word))
    return rows
