"""One need as the desk opens it: what was said, by whom, what happened, and what may be done now.

What may be done is asked of the flows and the rules, never of a state: `Doing` names one form or button.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from lingju.kernel.errors import NotThere
from lingju.kernel.rules import Actor
from lingju.needs import clock as need_clock
from lingju.needs import phrases
from lingju.needs.clock import Due, Timing
from lingju.needs.flow import CLOCKS, LEAVINGS, OFFERS, STAGES
from lingju.needs.models import Asker, Evidence, Exclusion, Handover, Need, ReplyTemplate
from lingju.needs.queries import similar, trace
from lingju.needs.queries.similar import Alike
from lingju.needs.queries.trace import Line
from lingju.needs.rules import its_desk, sees_it
from lingju.needs.services import coming_day, promises
from lingju.needs.services.coming_day import Standing
from lingju.people import phones

BESIDE = (
    *("category__parent", "area", "compound", "station", "owner_area", "owner_org", "handler"),
    *("parent", "follows", "cluster", "district"),
)


class Doing(StrEnum):
    """Something that can be done with a need at the desk."""

    TAKE = "take"
    HAND_OVER = "hand_over"
    TAKE_BACK = "take_back"
    ACCEPT = "accept"
    REFUSE = "refuse"
    REPLY = "reply"
    ANSWER = "answer"
    NOTE = "note"
    MEND = "mend"
    PAUSE = "pause"
    RESUME = "resume"
    CLUSTER = "cluster"
    UNCLUSTER = "uncluster"
    SPLIT = "split"
    TO_THE_DAY = "to_the_day"
    PROPOSE = "propose"
    DECIDE = "decide"
    SEE_SAID = "see_said"
    SEE_PHONE = "see_phone"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who stands behind a need: how to reach them, and how often they spoke before."""

    asker: Asker
    called: str
    masked_phone: str
    earlier: int


@dataclass(frozen=True, slots=True)
class Timeleft:
    """What the clocks say, in words: the time to a first reply while nobody replied, and to an answer."""

    reply: str
    answer: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class Document:
    """Everything a page about one need shows."""

    need: Need
    may: frozenset[Doing]
    lines: Sequence[Line]
    people: Sequence[Person]
    evidence: Sequence[Evidence]
    handovers: Sequence[Handover]
    offer: Handover | None
    proposal: Exclusion | None
    parts: Sequence[Need]
    members: Sequence[Need]
    alike: Sequence[Alike]
    time: Timeleft
    day: Standing | None

    @property
    def seen(self) -> int:
        """Return the last thing that had happened when this was read."""
        return self.lines[-1].id if self.lines else 0

    @property
    def author(self) -> Person | None:
        """Return who said it first."""
        return self.people[0] if self.people else None

    @property
    def voice(self) -> Evidence | None:
        """Return the recording of what was said, if there is one."""
        return next((one for one in self.evidence if one.kind == Evidence.Kind.VOICE), None)

    @property
    def photos(self) -> list[Evidence]:
        """Return the photos."""
        return [one for one in self.evidence if one.kind == Evidence.Kind.PHOTO]


def need_for(actor: Actor, need_id: int) -> Need:
    """Return a need the actor may open, or decide on because it is offered to them; else it is not there."""
    offered = Handover.objects.offered_to(actor).values("need")
    within = Need.objects.visible_to(actor) | Need.objects.filter(
        pk__in=offered, district_id=actor.district_id
    )
    found: Need | None = within.filter(pk=need_id).select_related(*BESIDE).first()
    if found is None:
        raise NotThere(_("没找到这一件，或者不归您这里办。"))
    return found


def document(need: Need, actor: Actor, now: dt.datetime) -> Document:
    """Return a need with all that belongs to it, in a fixed number of queries."""
    handovers = list(need.handovers.select_related("to_area", "to_org", "from_area", "need__owner_area"))
    offer = next((one for one in handovers if one.state == Handover.State.OFFERED), None)
    proposal = need.exclusions.filter(state=Exclusion.State.PROPOSED).first()
    if proposal is not None:
        proposal.need = need
    day = coming_day.standing(need, actor)
    return Document(
        need=need,
        may=may(need, actor, offer, proposal, day),
        lines=trace.lines(need.entries.all()),
        people=_people(need),
        evidence=list(need.evidence.all()),
        handovers=handovers,
        offer=offer,
        proposal=proposal,
        parts=list(need.parts.only("number", "title", "stage", "is_over", "parent_id").order_by("id")),
        members=_members(need),
        alike=similar.alike(need, actor),
        time=time_left(need, now),
        day=day,
    )


def may(
    need: Need, actor: Actor, offer: Handover | None, proposal: Exclusion | None, day: Standing | None
) -> frozenset[Doing]:
    """Return what the actor may do with a need as it stands."""
    allowed = {step.name for step in STAGES.allowed(need, actor)}
    is_ours = its_desk.allows(actor, need)
    is_open = is_ours and not need.is_over
    is_unanswered = bool(allowed & {"triage", "answer"})
    is_whole = need.link != Need.Link.PART
    waits = offer is not None
    found = {
        Doing.TAKE: bool(allowed & {"triage", "begin"}) and not waits,
        Doing.HAND_OVER: is_unanswered and not waits,
        Doing.TAKE_BACK: is_ours and waits,
        Doing.ACCEPT: offer is not None and OFFERS.can("accept", offer, actor),
        Doing.REFUSE: offer is not None and OFFERS.can("refuse", offer, actor),
        Doing.REPLY: is_open,
        Doing.ANSWER: is_unanswered and not waits,
        Doing.NOTE: sees_it.allows(actor, need),
        Doing.MEND: is_ours,
        Doing.PAUSE: "answer" in allowed and CLOCKS.can("pause", need, actor),
        Doing.RESUME: CLOCKS.can("resume", need, actor),
        Doing.CLUSTER: is_open and is_whole,
        Doing.UNCLUSTER: is_ours and need.cluster_id is not None,
        Doing.SPLIT: is_unanswered and is_whole,
        Doing.TO_THE_DAY: is_unanswered and is_whole and day is not None and not day.is_listed,
        Doing.PROPOSE: is_open and proposal is None,
        Doing.DECIDE: proposal is not None
        and LEAVINGS.can("agree", proposal, actor)
        and proposal.proposed_by_id != actor.account_id,
        Doing.SEE_SAID: sees_it.allows(actor, need),
        Doing.SEE_PHONE: sees_it.allows(actor, need),
    }
    return frozenset(doing for doing, holds in found.items() if holds)


def asker_for(need: Need, asker_id: int) -> Asker:
    """Return one asker of a need."""
    found = need.askers.filter(pk=asker_id).first()
    if found is None:
        raise NotThere(_("没有这个人。"))
    found.need = need
    return found


def templates_for(need: Need) -> QuerySet[ReplyTemplate]:
    """Return the plain replies to begin from: those for every kind, and those for this one."""
    kinds = [need.category_id, need.category.parent_id, None]
    found = ReplyTemplate.objects.filter(district_id=need.district_id).order_by("order", "id")
    return found.filter(category_id__in=[kind for kind in kinds if kind]) | found.filter(category=None)


def time_left(need: Need, now: dt.datetime) -> Timeleft:
    """Return what the clocks say."""
    days = promises.calendar_of(need.district)
    due = Timing(
        need.began_at,
        Due(need.due_at, need.due_unknown_year),
        paused_at=need.paused_at,
        stopped_at=need.answered_at,
    )
    answer = "" if need.tray not in Need.OWED else phrases.remaining_in_words(need_clock.read(days, due, now))
    reply = ""
    if need.responded_at is None and need.tray in Need.OWED and need.respond_due_at is not None:
        first = Timing(need.began_at, Due(need.respond_due_at), paused_at=need.paused_at)
        reply = phrases.remaining_in_words(need_clock.read(days, first, now))
    return Timeleft(reply, answer, need.is_late(now))


def _people(need: Need) -> list[Person]:
    """Return who stands behind a need, who said it first on top."""
    askers = list(need.askers.order_by("id"))
    digests = [asker.phone_index for asker in askers if asker.phone_index]
    earlier: dict[str, int] = {}
    if digests:
        rows = Asker.objects.filter(phone_index__in=digests, district_id=need.district_id).exclude(need=need)
        counted = rows.values_list("phone_index").annotate(n=Count("need", distinct=True)).order_by()
        earlier = {str(digest): n for digest, n in counted}
    return [
        Person(
            asker,
            str(asker.called or ""),
            phones.masked(str(asker.phone or "")),
            earlier.get(str(asker.phone_index), 0) if asker.phone_index else 0,
        )
        for asker in askers
    ]


def _members(need: Need) -> list[Need]:
    """Return the others of a need's cluster."""
    if need.cluster_id is None:
        return []
    others = Need.objects.filter(cluster_id=need.cluster_id).exclude(pk=need.pk).order_by("id")
    return list(others.only("number", "title", "stage", "cluster_id")[:50])
