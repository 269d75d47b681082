"""What a project delivers answers its needs; whether it is solved, only the residents who asked can say.

    claimed ─▶ underway ─▶ delivered ──────▶ accepted ─▶ closed 销号
                   ▲           │ every need of its lines is answered
                   └── redo ◀──┘ a resident said "not solved"

A line is confirmed or reopened by what residents said, never by a hand here; nothing is closed out while
somebody who was asked has not answered and the window is open. What stays open goes to the next cycle.
"""

import contextlib
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from lingju.cobuilding.events import ProjectDelivered
from lingju.cobuilding.flow import PROJECTS
from lingju.cobuilding.models import Cycle, NeedLine, OrderPhoto, Project
from lingju.cobuilding.rules import carries_it_out, leads_it
from lingju.kernel import clock, vault
from lingju.kernel.clock import ZONE
from lingju.kernel.errors import BadInput, NotNow, SomeoneWasFaster
from lingju.kernel.facts import announce
from lingju.kernel.media import Photo
from lingju.kernel.rules import Actor, SystemActor
from lingju.needs.events import NeedClosed, NeedJudged, NeedReopened
from lingju.needs.models import Asking, Need
from lingju.needs.rules import its_desk
from lingju.needs.services import answering, handling
from lingju.needs.services.answering import Answer
from lingju.places.services.marks import said_why, tidy
from lingju.trail.services import leave_footprint

L = NeedLine.State
LEAST_WORDS: Final = 4
MOST_WORDS: Final = 200
MOST_PEOPLE: Final = 100_000
# What an answer can still be given to; what is answered waits for its askers.
UNANSWERED: Final = (Need.Stage.RECEIVED, Need.Stage.TRIAGED, Need.Stage.ACCEPTED, Need.Stage.WORKING)
TO_BE_HELD: Final = (Project.State.CLAIMED, Project.State.UNDERWAY)
OPEN_LINES: Final = (L.UNMATCHED, L.MATCHED, L.PLANNED, L.REOPENED)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a team did: in words, how many people it served, whether all of it is done."""

    result: str
    people_served: int | None = None
    is_whole: bool = True
    photos: tuple[Photo, ...] = ()
    # Whether what the team sent goes out with the answer, where nobody sends other photos.
    with_the_teams: bool = True


@transaction.atomic
def start(project: Project, *, actor: Actor) -> Project:
    """Begin the work of a project that both sides have claimed."""
    return PROJECTS.take("start", project, actor=actor)


@transaction.atomic
def deliver(project: Project, delivery: Delivery, *, actor: Actor, version: int | None = None) -> Project:
    """Write down what was done and answer the needs behind it; their askers are asked whether it is so.

    A need that another desk answers for gets a note there with the answer that is proposed.
    Raises BadInput (no words, a number that cannot be), NotNow (not claimed, before its day, done already),
    SomeoneWasFaster.
    """
    words = _check(delivery)
    if version is not None and project.version != version:
        raise SomeoneWasFaster(_("这个项目刚刚被别人改过，请刷新后再填。"))
    carries_it_out.check(actor, project)
    _check_day(project)
    lines = _own_lines(project)
    PROJECTS.take(
        "deliver",
        project,
        actor=actor,
        changes={"result": words[:500], "people_served": delivery.people_served},
    )
    outcome = Need.Outcome.SOLVED if delivery.is_whole else Need.Outcome.PARTLY
    photos = delivery.photos or (taken_by_team(project) if delivery.with_the_teams else ())
    for line in lines:
        _answer(project, line, Answer(outcome.value, words, photos=photos), actor)
        NeedLine.objects.filter(pk=line.pk).update(state=L.DELIVERED, version=line.version + 1)
    OrderPhoto.objects.filter(order__project=project).delete()
    announce(ProjectDelivered(project.district_id, project.pk))
    return project


def waits_for(project: Project) -> dt.date | None:
    """Return the day before which a project cannot have been done, while it is still ahead; else None."""
    days = [project.cycle.opens_on] if project.cycle.opens_on is not None else []
    if project.starts_at is not None:
        days.append(project.starts_at.astimezone(ZONE).date())
    return max((day for day in days if day > clock.today()), default=None)


def _check_day(project: Project) -> None:
    begins = waits_for(project)
    if begins is not None:
        told = {"month": begins.month, "day": begins.day}
        raise NotNow(_("还没到日子，%(month)d月%(day)d日办了再记结果。") % told)


def _own_lines(project: Project) -> list[NeedLine]:
    """Return the lines of a project that were not carried over; refuse where all were.

    What was carried over is done and answered in the next cycle, and nowhere twice.
    """
    lines = list(project.lines.select_related("need", "cluster"))
    own = [line for line in lines if line.state != L.CARRIED]
    if lines and not own:
        raise NotNow(_("这一项的需求已经转到下一期了，到下一期里办。"))
    return own


def _check(delivery: Delivery) -> str:
    faults: dict[str, str] = {}
    words = delivery.result.strip()
    if len(words) < LEAST_WORDS:
        faults["result"] = _("请写一句办了什么，居民看得到这句话。")
    if delivery.people_served is not None and not 0 <= delivery.people_served <= MOST_PEOPLE:
        faults["people_served"] = _("服务人数要是 0 到 %(n)d 的整数。") % {"n": MOST_PEOPLE}
    if faults:
        raise BadInput("".join(faults.values()), faults)
    return words


def _answer(project: Project, line: NeedLine, given: Answer, actor: Actor) -> None:
    """Answer the needs of a line in their own records; one that was answered meanwhile keeps its answer."""
    for need in needs_of(line):
        if need.stage not in UNANSWERED:
            continue
        if its_desk.allows(actor, need):
            answering.answer(need, given, actor=actor)
        else:
            handling.note(need, _proposed(project, given), actor=SystemActor(need.district_id))


def _proposed(project: Project, given: Answer) -> str:
    told = {
        "where": project.area.short_name,
        "title": project.title,
        "outcome": Need.Outcome(given.outcome).label,
        "words": given.text,
    }
    return _("%(where)s的共建日项目“%(title)s”办了，请您这边答复居民。建议：%(outcome)s，%(words)s") % told


def left_to_others(project: Project) -> list[Need]:
    """Return the needs of a project that was delivered which another desk is still to answer."""
    lines = project.lines.filter(state=L.DELIVERED).select_related("need", "cluster")
    return [need for line in lines for need in needs_of(line) if need.stage in UNANSWERED]


def taken_by_team(project: Project) -> tuple[Photo, ...]:
    """Return the photos that a team sent with its work order, as they wait to go out with the answer."""
    found = []
    for row in OrderPhoto.objects.filter(order__project=project):
        with contextlib.suppress(FileNotFoundError):
            content = vault.get(row.district_id, row.name)
            found.append(Photo(content, row.mime, width=0, height=0, sha256=row.name))
    return tuple(found)


def needs_of(line: NeedLine) -> list[Need]:
    """Return the needs behind a line: one, or the members of a cluster that still count."""
    which = Q(pk=line.need_id) if line.need_id is not None else Q(cluster_id=line.cluster_id)
    related = ("owner_area", "owner_org", "category", "district")
    return list(Need.objects.filter(which, is_excluded=False).select_related(*related).order_by("id"))


@transaction.atomic
def accept(project: Project, words: str = "", *, actor: Actor) -> Project:
    """Say as the community that it was done as it was agreed, in its own words if it has any."""
    words = tidy(words)
    if len(words) > MOST_WORDS:
        sentence = _("验收意见请写在 %(n)d 个字以内。") % {"n": MOST_WORDS}
        raise BadInput(sentence, {"words": sentence})
    accepted = {"accepted_at": clock.now(), "accepted_by_id": actor.account_id, "accepted_words": words}
    return PROJECTS.take("accept", project, actor=actor, note=words[:120], changes=accepted)


@transaction.atomic
def redo(project: Project, reason: str, *, actor: Actor) -> Project:
    """Take a project up again, because it is not done."""
    reason = said_why(reason, _("请写一句哪里没办成。"))
    carries_it_out.check(actor, project)
    _own_lines(project)
    changes = {
        "state_reason": reason[:120],
        "accepted_at": None,
        "accepted_by_id": None,
        "accepted_words": "",
    }
    return PROJECTS.take("redo", project, actor=actor, note=reason, changes=changes)


@transaction.atomic
def close_out(project: Project, *, actor: Actor) -> Project:
    """Strike a project off 销号, once everybody who was asked has answered or the time to answer is over.

    Raises NotNow while an answer is awaited, or a resident says that it is not solved.
    """
    carries_it_out.check(actor, project)
    lines = _own_lines(project)
    if any(line.state == L.REOPENED for line in lines):
        raise NotNow(_("还有居民说没办成，先再办，或者转到下一期。"))
    waiting = [need for line in lines for need in needs_of(line) if not need.is_over]
    if waiting:
        numbers = _("、").join(need.number for need in waiting[:5])
        raise NotNow(
            _("还在等居民评价：%(numbers)s。都评完、或者过了评价期，才能销号。") % {"numbers": numbers}
        )
    return PROJECTS.take("close", project, actor=actor, changes={"closed_at": clock.now()})


# --- what residents say --------------------------------------------------------------------------------


def hear_need(fact: NeedJudged | NeedReopened | NeedClosed) -> None:
    """Take over what was said of a need."""
    hear(fact.district_id, fact.need_id)


def hear(district_id: int, need_id: int) -> int:
    """Take over into the lists what residents said of a need; return how many lines changed.

    Called when a need is judged, reopened or closed. What nobody said anything about stays delivered.
    """
    need = Need.objects.filter(pk=need_id, district_id=district_id).first()
    if need is None:
        return 0
    which = Q(need_id=need.pk)
    if need.cluster_id is not None:
        which |= Q(cluster_id=need.cluster_id)
    lines = NeedLine.objects.filter(which, state__in=(L.DELIVERED, L.CONFIRMED, L.REOPENED))
    return sum(_heard(line) for line in lines)


def _heard(line: NeedLine) -> bool:
    state = _state_of(line)
    if state == line.state:
        return False
    with transaction.atomic():
        moved = NeedLine.objects.filter(pk=line.pk, state=line.state).update(
            state=state, version=line.version + 1
        )
        if moved:
            clockwork = SystemActor(line.district_id)
            after = {"state": str(state)}
            leave_footprint(actor=clockwork, action="hear", subject=line, after=after)
    return bool(moved)


def _state_of(line: NeedLine) -> str:
    """Return what the people behind a line say: one "not solved" reopens it, "solved" by one confirms it."""
    needs = needs_of(line)
    if any(_is_reopened(line, need) for need in needs):
        return L.REOPENED.value
    said = set(
        Asking.objects.filter(need__in=needs, answered_at__isnull=False).values_list("solved", flat=True)
    )
    if all(need.is_over for need in needs) and Asking.Solved.YES in said:
        return L.CONFIRMED.value
    return L.DELIVERED.value


def _is_reopened(line: NeedLine, need: Need) -> bool:
    """Say whether a resident sent a need back since its project stood; of another desk it may still wait."""
    if need.stage not in UNANSWERED or need.round == 1:
        return False
    return line.projects.filter(
        area_claimed_at__lte=need.began_at, unit_claimed_at__lte=need.began_at
    ).exists()


# --- the next cycle -------------------------------------------------------------------------------------


@transaction.atomic
def carry_over(cycle: Cycle, following: Cycle, *, actor: Actor) -> list[NeedLine]:
    """Put what stayed open on the next cycle's list, shown as carried over; return the new lines.

    What a project is still to be held for stays while the cycle's days last. A second press finds nothing
    left to carry.
    """
    leads_it.check(actor, cycle)
    if following.series_id != cycle.series_id or following.month <= cycle.month:
        raise NotNow(_("只能转到同一个共建日后面的一期。"))
    open_lines = cycle.need_lines.filter(state__in=OPEN_LINES).exclude(waits_for_its_day())
    left = list(open_lines.select_related("need", "cluster"))
    known = set(following.need_lines.values_list("need_id", "cluster_id"))
    new = [_carried(line, following) for line in left if (line.need_id, line.cluster_id) not in known]
    made = NeedLine.objects.bulk_create(new)
    _mark_carried(left)
    if made:
        after = {"lines": len(made), "to": following.number}
        leave_footprint(actor=actor, action="carry_over", subject=cycle, after=after)
    return made


def waits_for_its_day() -> Q:
    """Keep the lines of projects that are still to be held, in cycles whose days are not over."""
    to_be_held = Project.objects.filter(state__in=TO_BE_HELD, cycle__closes_on__gte=clock.today())
    return Q(pk__in=to_be_held.values("lines"))


def _carried(line: NeedLine, following: Cycle) -> NeedLine:
    same = {
        name: getattr(line, name)
        for name in (
            *("district_id", "area_id", "need_id", "cluster_id", "title", "people", "is_urgent"),
            *("is_vulnerable", "demands", "things", "windows"),
        )
    }
    return NeedLine(cycle=following, carried_from=line, **same)


def _mark_carried(lines: Iterable[NeedLine]) -> None:
    for line in lines:
        NeedLine.objects.filter(pk=line.pk, state=line.state).update(
            state=L.CARRIED, version=line.version + 1
        )


def undelivered_and_confirmed(district_id: int) -> Sequence[NeedLine]:
    """Return lines that are confirmed though no project of theirs delivered: there must be none."""
    delivered = Project.objects.filter(
        state__in=(
            Project.State.DELIVERED,
            Project.State.ACCEPTED,
            Project.State.CLOSED,
            Project.State.UNDERWAY,
        ),
    ).exclude(result="")
    return list(
        NeedLine.objects.filter(district_id=district_id, state=L.CONFIRMED).exclude(projects__in=delivered)
    )
