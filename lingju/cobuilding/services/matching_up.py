"""Proposing projects: the lists are matched outside of a transaction, and written if nothing moved.

    lists ─▶ day_of ─▶ match ─▶ MatchRun with its proof ─▶ projects that wait for two yeses
                                        └─▶ what each line left over is short of

A new run replaces what an earlier one proposed and nobody has claimed; what anybody has claimed stays.
"""

import secrets
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.cobuilding import matching, windows
from lingju.cobuilding.asked_day import AskedDay, day_of, hours, owner_of
from lingju.cobuilding.matching_model import HAND, Matching, Met, Need, Shortage
from lingju.cobuilding.models import Cycle, Enrolment, MatchRun, NeedLine, Project, Use
from lingju.cobuilding.rules import leads_it
from lingju.kernel.errors import NotNow, SomeoneWasFaster
from lingju.kernel.rules import Actor
from lingju.places.services import marks
from lingju.places.services.marks import press_key
from lingju.trail.services import leave_footprint

SECONDS: Final = 15.0
SEED: Final = 1
ONE_PLACE_M: Final = 150.0
MOST_REASONS: Final = 12


@dataclass(slots=True)
class Bundle:
    """What is done in one go: the lines, and the team and things of all of them."""

    window: int
    keys: list[str]
    met: list[Met]
    also: list[str]


def propose(cycle: Cycle, *, key: str, actor: Actor, seconds: float = SECONDS, seed: int = SEED) -> MatchRun:
    """Match a cycle's lists and propose projects; the same press again returns the same run.

    Raises NotNow (no day, nothing to match), SomeoneWasFaster (the lists moved while it was matched).
    """
    leads_it.check(actor, cycle)
    key = press_key(key)
    known: MatchRun | None = cycle.runs.filter(key=key).first()
    if known is not None:
        return known
    if cycle.date is None or cycle.state not in Cycle.COMING:
        raise NotNow(_("这一期还没有定日子，或者已经办过了，配不了项目。"))
    question = day_of(cycle)
    if not question.lines:
        raise NotNow(_("需求清单上没有等着配的事。先收集需求，再来配。"))
    answer = matching.match(question.day, seconds=seconds, seed=seed)
    with transaction.atomic():
        Cycle.objects.select_for_update().get(pk=cycle.pk)
        now = day_of(cycle)
        if matching.digest_of(now.day) != answer.digest:
            raise SomeoneWasFaster(_("配的时候，清单有了变动，请再配一次。"))
        run = marks.insert(_run(cycle, answer, key, actor), actor=actor)
        _replace(run, question, answer, actor)
    return run


def _run(cycle: Cycle, answer: Matching, key: str, actor: Actor) -> MatchRun:
    levels = [
        {"goal": str(level.goal), "value": level.value, "bound": level.bound, "gap": round(level.gap, 4)}
        for level in answer.levels
    ]
    return MatchRun(
        district_id=cycle.district_id,
        cycle=cycle,
        input_hash=answer.digest,
        solver=answer.solver[:80],
        seed=answer.seed,
        seconds=round(answer.seconds, 3),
        levels=levels,
        shortages=[{"line": int(unmet.need[1:]), "short": told(unmet)} for unmet in answer.unmet],
        key=key,
        made_by_id=actor.account_id,
    )


def told(unmet: Any) -> list[dict[str, Any]]:
    """Return what a line is short of as plain values; a line that could not be asked says which fault."""
    if unmet.fault is not None:
        return [{"lack": "unusable", "fault": str(unmet.fault)}]
    return [_told(shortage) for shortage in unmet.shortages]


def _told(shortage: Shortage) -> dict[str, Any]:
    return {
        "lack": str(shortage.lack),
        "window": windows.ORDER[shortage.window],
        "names": list(shortage.names),
        "wanted": shortage.wanted,
        "able": shortage.able,
        "free": shortage.free,
        "rivals": [int(key[1:]) for key in shortage.rivals],
        "rivals_want": shortage.rivals_want,
        "rivals_able": shortage.rivals_able,
    }


def _replace(run: MatchRun, question: AskedDay, answer: Matching, actor: Actor) -> None:
    """Write the new proposals in place of those that nobody has claimed."""
    cycle = run.cycle
    old = Project.objects.filter(
        cycle=cycle,
        state=Project.State.PROPOSED,
        run__isnull=False,
        unit_claimed_at__isnull=True,
        area_claimed_at__isnull=True,
    )
    old.delete()
    bundles = bundled(question, answer)
    taken_along = {key for bundle in bundles for key in bundle.also}
    for bundle in bundles:
        _propose(cycle, run, question, bundle)
    short = {
        unmet.need: [*told(unmet), *_said_no(question, unmet.need)]
        for unmet in answer.unmet
        if unmet.need not in taken_along
    }
    for key, line in question.lines.items():
        said = short.get(key, [])
        if line.shortage != said:
            NeedLine.objects.filter(pk=line.pk).update(shortage=said)
    after = {"projects": len(bundles), "left": len(short)}
    leave_footprint(actor=actor, action="propose", subject=cycle, after=after)


def _said_no(question: AskedDay, key: str) -> list[dict[str, Any]]:
    """Return who has said no to a line in this cycle, as plain values like what it is short of."""
    names = list(question.declined[key].values())
    return [{"lack": "declined", "names": names}] if names else []


def bundled(question: AskedDay, answer: Matching) -> list[Bundle]:
    """Put together what is done at one place in one window, and what the same team can do there besides."""
    bundles: list[Bundle] = []
    without = {need.key: need.without for need in question.day.needs}
    for met in sorted(answer.met, key=lambda one: one.need):
        there = (b for b in bundles if _is_there(question, b, met.need, met.window))
        same = next((b for b in there if _is_willing(without, b, met)), None)
        if same is None:
            bundles.append(Bundle(met.window, [met.need], [met], []))
        else:
            same.keys.append(met.need)
            same.met.append(met)
    needs = {need.key: need for need in question.day.needs}
    skills = {helper.key: helper.skills for helper in question.day.helpers}
    for unmet in answer.unmet:
        need = needs[unmet.need]
        along = next((b for b in bundles if _along(question, b, need, skills)), None)
        if unmet.fault is None and along is not None:
            along.keys.append(need.key)
            along.also.append(need.key)
    return bundles


def _is_there(question: AskedDay, bundle: Bundle, key: str, window: int) -> bool:
    one, other = question.place_of[bundle.keys[0]], question.place_of[key]
    if bundle.window != window or one is None or other is None:
        return False
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2 <= ONE_PLACE_M**2


def _is_willing(without: Mapping[str, frozenset[str]], bundle: Bundle, met: Met) -> bool:
    """Say whether nobody in a bundle has said no to what would join it, nor the other way round."""
    refused = frozenset[str]().union(*(without[key] for key in bundle.keys))
    return not (without[met.need] & _keys_in(bundle.met) or refused & _keys_in([met]))


def _keys_in(met: Iterable[Met]) -> set[str]:
    """Return the keys of everybody and everything in some teams."""
    return {one.helper for part in met for one in part.team} | {
        use.resource for part in met for use in part.uses
    }


def _along(question: AskedDay, bundle: Bundle, need: Need, skills: dict[str, frozenset[str]]) -> bool:
    """Say whether the team of a bundle can do one more thing at the same place, without anybody more."""
    if bundle.window not in need.windows or any(need.resources.values()):
        return False
    if need.is_vulnerable or not _is_there(question, bundle, need.key, bundle.window):
        return False
    team = [placed.helper for met in bundle.met for placed in met.team]
    if need.without & _keys_in(bundle.met):
        return False
    can = Counter(skill for helper in team for skill in skills[helper])
    return len(team) >= max(1, need.smallest) and all(can[s] >= n for s, n in need.skills.items())


def _propose(cycle: Cycle, run: MatchRun, question: AskedDay, bundle: Bundle) -> Project:
    assert cycle.date is not None
    lines = [question.lines[key] for key in bundle.keys]
    window = windows.ORDER[bundle.window]
    starts_at, ends_at = hours(window, cycle.date)
    people, things = _asked_of(bundle)
    first = question.needs[bundle.keys[0]]
    compound = first.compound if first is not None else None
    project = Project.objects.create(
        district_id=cycle.district_id,
        cycle=cycle,
        area=lines[0].area,
        number=f"T-{secrets.token_hex(6)}",
        title=title_of(lines),
        lead=lead_of(question, people, things),
        window=window,
        starts_at=starts_at,
        ends_at=ends_at,
        station=first.station if first is not None else None,
        place_words=str(compound)[:80] if compound is not None else "",
        team=[
            {"unit": int(owner[1:]), "capability": role, "people": count}
            for (owner, role), count in sorted(people.items())
            if owner.startswith("u")
        ],
        run=run,
        reasons=reasons_of(question, bundle),
        key=f"{run.pk}-{bundle.keys[0]}",
    )
    project.lines.add(*lines)
    Use.objects.bulk_create(
        Use(district_id=cycle.district_id, project=project, resource_id=pk, quantity=n, window=window)
        for pk, n in sorted(_offered(people, things).items())
    )
    return project


def _offered(people: Counter[tuple[str, str]], things: Counter[str]) -> Counter[int]:
    """Return how much of each resource is used: people whom a resource lends, and things."""
    offered: Counter[int] = Counter()
    for (owner, _role), count in people.items():
        if owner.startswith("r"):
            offered[int(owner[1:])] += count
    for owner, count in things.items():
        offered[int(owner[1:])] += count
    return offered


def _asked_of(bundle: Bundle) -> tuple[Counter[tuple[str, str]], Counter[str]]:
    """Count the people by owner and role, and the things by owner."""
    people: Counter[tuple[str, str]] = Counter()
    things: Counter[str] = Counter()
    for met in bundle.met:
        for placed in met.team:
            people[owner_of(placed.helper), placed.role] += 1
        for use in met.uses:
            things[owner_of(use.resource)] += use.quantity
    return people, things


def lead_of(question: AskedDay, people: Counter[tuple[str, str]], things: Counter[str]) -> Enrolment | None:
    """Return the unit that leads: the one that comes with most people, then that brings most; or none."""
    share: dict[int, int] = defaultdict(int)
    units: dict[int, Enrolment] = {}
    parts: Iterable[tuple[str, int]] = [
        *((owner, 1000 * count) for (owner, _role), count in people.items()),
        *((owner, count) for owner, count in things.items()),
    ]
    for owner, weight in parts:
        unit = question.units.get(owner) if owner.startswith("u") else question.resources[owner].enrolment
        if unit is not None:
            share[unit.pk] += weight
            units[unit.pk] = unit
    return units[max(share, key=lambda pk: (share[pk], -pk))] if share else None


def title_of(lines: Sequence[NeedLine]) -> str:
    """Name a project after what it is for."""
    return "、".join(line.title for line in lines)[:60]


def reasons_of(question: AskedDay, bundle: Bundle) -> list[dict[str, Any]]:
    """Return why it was put together so, as plain values: what is done in one go first, then who and why."""
    found: list[dict[str, Any]] = []
    if len(bundle.keys) > 1:
        found.append({"why": "one_go", "lines": len(bundle.keys)})
    # Each thing that speaks for somebody is said once, however many of theirs it speaks for.
    said: dict[tuple[str, str], Any] = {}
    for reason in (reason for met in bundle.met for reason in met.reasons):
        for code in reason.why or ("able",):
            said.setdefault((owner_of(reason.placement.helper), str(code)), reason)
    found += [
        _reason(question, owner, code, reason.placement.role, reason)
        for (owner, code), reason in said.items()
    ]
    return found[:MOST_REASONS]


def _reason(question: AskedDay, owner: str, code: str, role: str, reason: Any) -> dict[str, Any]:
    unit = question.units.get(owner)
    return {
        "why": code,
        "who": unit.organisation.name if unit is not None else question.resources[owner].whose,
        "role": "" if role == HAND else role,
        "metres": reason.placement.metres,
        "others": reason.others_free,
    }
