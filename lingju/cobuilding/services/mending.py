"""Who comes instead: an empty duty, or one whose unit fits it no more, is filled with the fewest changes.

    proposed    what would change on that day; nothing is written
    mend        does just that, if nothing moved since it was shown

A unit that cannot do its role any more, because another capability is asked for by now or it has taken its
own back, holds its cell only until somebody who can do it is found; so does one that cannot come. What a
person set by hand stays.
"""

from dataclasses import dataclass, replace

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.cobuilding import rota
from lingju.cobuilding.asked import Asked, asked, is_misfit, role_of
from lingju.cobuilding.events import DutyGiven
from lingju.cobuilding.models import Duty, DutyEntry
from lingju.cobuilding.rules import leads_it
from lingju.cobuilding.services import settling, turns
from lingju.cobuilding.services.drawing_up import LocksRefused, clash_words
from lingju.kernel.errors import NotNow, SomeoneWasFaster
from lingju.kernel.facts import announce
from lingju.kernel.rules import Actor


@dataclass(frozen=True, slots=True)
class Mended:
    """What mending a duty would change, or has changed: cells with whom before and after, proved fewest."""

    digest: str
    changes: tuple[rota.Change, ...]
    fewest: int
    stays_empty: bool


def proposed(duty: Duty) -> Mended:
    """Return what would fill a duty with the fewest changes on its day. Raises NotNow, LocksRefused."""
    turns.check_coming(duty)
    question, repair = _repair(duty)
    changes = _changes(question, repair)
    fewest = repair.fewest - (len(repair.changes) - len(changes))
    empty = repair.plan.assignment.get(duty.pk) is None
    return Mended(question.problem.digest(), changes, fewest, empty)


def _repair(duty: Duty) -> tuple[Asked, rota.Repair]:
    question = asked(duty.cycle.series, *turns.horizon(duty.cycle), mended=duty.cycle)
    if duty.cycle_id not in question.day_of:
        raise NotNow(_("这一期还没有定日子，补不了。"))
    day = question.day_of[duty.cycle_id]
    # Who dropped out is away that day already; nobody at all stands for the day alone.
    dropped = frozenset({(0, day)})
    try:
        return question, rota.repair(_put(question, duty.pk), _standing(question, day), dropped)
    except rota.LocksClash as clash:
        raise LocksRefused(clash_words(question, clash)) from clash


def _put(question: Asked, wanted: int) -> rota.Problem:
    """Return the question as it is put for one cell, which comes before all others that want for somebody.

    What is held still counts by its own weight, so that no cell is robbed for one that matters less. Whoever
    fits another cell no more may keep it, as long as nobody needs them elsewhere.
    """
    problem, scale = question.problem, len(question.problem.duties) + 1
    kept = {key: row for key, row in question.duties.items() if key != wanted and is_misfit(row)}

    def cell(duty: rota.Duty) -> rota.Duty:
        is_held = question.duties[duty.key].enrolment_id in question.units
        weight = duty.weight * scale if is_held or duty.key == wanted else 1
        return replace(duty, weight=weight, role=_kept_role(duty.key) if duty.key in kept else duty.role)

    def team(one: rota.Team) -> rota.Team:
        more = {
            _kept_role(key)
            for key, row in kept.items()
            if row.enrolment_id == one.key or role_of(row) in one.roles
        }
        return replace(one, roles=one.roles | more)

    duties, teams = tuple(map(cell, problem.duties)), tuple(map(team, problem.teams))
    return replace(problem, duties=duties, teams=teams)


def _kept_role(duty: int) -> str:
    return f"as in {duty}"


def _standing(question: Asked, day: int) -> rota.Plan:
    """Return the turns as they stand; on other days, which stay as they are, without who could not stay."""
    plan, teams = question.standing(), {team.key: team for team in question.problem.teams}
    gone = {
        cell.key
        for cell in question.problem.duties
        if cell.day != day
        and (team := teams.get(plan.assignment[cell.key] or 0)) is not None
        and (cell.role not in team.roles or cell.day in team.blocked)
    }
    kept = {key: None if key in gone else holder for key, holder in plan.assignment.items()}
    return replace(plan, assignment=kept)


def _changes(question: Asked, repair: rota.Repair) -> tuple[rota.Change, ...]:
    """Return what changes in the rows: a unit for which nobody better is found keeps the cell it has."""
    moved = {change.after for change in repair.changes}
    return tuple(
        rota.Change(change.duty, question.duties[change.duty].enrolment_id, change.after)
        for change in repair.changes
        if change.after is not None or change.before in moved
    )


def mend(duty: Duty, digest: str, *, actor: Actor) -> Mended:
    """Fill a duty with the fewest changes, as `proposed` showed them under this digest.

    Raises SomeoneWasFaster where something moved since it was shown, NotNow where nobody can take it.
    """
    leads_it.check(actor, duty)
    shown = proposed(duty)
    if shown.digest != digest:
        raise SomeoneWasFaster(_("您看的时候，轮值有了变动，请看看新的补法。"))
    if shown.stays_empty:
        raise NotNow(_("那天没有一家能来的单位了：能做的都排上了，或者来不了。可以请人补，也可以空着。"))
    with transaction.atomic():
        _mend(shown, actor)
    duty.refresh_from_db()
    return shown


def _emptied(duty: Duty) -> None:
    """Empty a duty that still stands as it was read, so that its unit can be put elsewhere the same day."""
    here = Duty.objects.filter(pk=duty.pk, version=duty.version)
    if here.update(enrolment_id=None, state=Duty.State.OPEN, version=duty.version + 1) != 1:
        raise SomeoneWasFaster(_("您看的时候，轮值有了变动，请看看新的补法。"))
    duty.refresh_from_db()


def _mend(shown: Mended, actor: Actor) -> None:
    rows = {
        row.pk: row
        for row in Duty.objects.filter(pk__in=[c.duty for c in shown.changes]).select_related("cycle")
    }
    for change in shown.changes:
        duty = rows[change.duty]
        if duty.enrolment_id != change.before:
            raise SomeoneWasFaster(_("您看的时候，轮值有了变动，请看看新的补法。"))
        if change.before is not None:
            _emptied(duty)
    for change in shown.changes:
        duty = rows[change.duty]
        state = Duty.State.PUBLISHED if change.after is not None else Duty.State.OPEN
        turns.write(
            duty,
            {"enrolment_id": change.after, "state": state, "answered_at": None, "state_reason": ""},
            DutyEntry.Kind.REPAIRED,
            actor=actor,
            before=change.before,
        )
        settling.close(duty)
        if change.after is not None:
            announce(DutyGiven(duty.district_id, duty.pk))
