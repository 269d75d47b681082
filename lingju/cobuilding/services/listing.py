"""The list of a cycle's needs: what is needed and what it would take.

    gather                           the open needs of the cycle's communities; nobody types them
    say what it takes ─▶ matching    add, take off: with a reason

A line is read by units, teams and on doors: it is called by the words that a clerk put out for everybody,
else by the kind of need. What was said stays with the need, which the desk opens from the line.

Once the lists are closed only the street still changes them, and says why.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from lingju.cobuilding.models import Capability, Cycle, NeedLine
from lingju.cobuilding.rules import carries_it_out, leads_it
from lingju.cobuilding.services.delivering import UNANSWERED, carry_over, needs_of, waits_for_its_day
from lingju.cobuilding.services.enrolling import why
from lingju.cobuilding.windows import ORDER
from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotNow
from lingju.kernel.rules import Actor, SystemActor
from lingju.needs.models import Asker, Need
from lingju.needs.queries import lists as public
from lingju.places.services import marks
from lingju.places.services.marks import same_district, tidy
from lingju.trail.services import leave_footprint

L = NeedLine.State
ANY: Final = "any"
MOST_PEOPLE: Final = 100
MOST_THINGS: Final = 100_000


@dataclass(frozen=True, slots=True)
class Takes:
    """What a line would take: people by what they can do ("any" is a hand), things, and when."""

    demands: Mapping[str, int]
    things: Mapping[str, int]
    windows: tuple[str, ...] = ()
    is_vulnerable: bool = False


Group = tuple[str, int]


@transaction.atomic
def gather(cycle: Cycle, *, actor: Actor) -> list[NeedLine]:
    """Draw a cycle's list up from the open needs of its communities; return the new lines.

    A cluster is one line. What the last cycle left open is carried over first, and said so. Again finds what
    is new, and counts anew who stands behind each line. Raises NotNow once the lists are closed.
    """
    leads_it.check(actor, cycle)
    if cycle.lists_closed_at is not None:
        raise NotNow(_("这一期的清单已经截止了。要再加，请一件一件地加，写上原因。"))
    if cycle.state not in Cycle.COMING:
        raise NotNow(_("这一期已经办过或者取消了，清单不再变。"))
    Cycle.objects.select_for_update().get(pk=cycle.pk)  # two hands at once would list everything twice
    made = _carried(cycle, actor)
    groups = _groups(cycle)
    for key in _still_to_be_held(cycle):
        groups.pop(key, None)
    titles = _titles(groups)
    known = _known(cycle, groups, titles)
    new = [_line(cycle, key, needs, titles[key]) for key, needs in groups.items() if key not in known]
    made += NeedLine.objects.bulk_create(new)
    if made:
        leave_footprint(actor=actor, action="gather", subject=cycle, after={"lines": len(made)})
    return made


def _carried(cycle: Cycle, actor: Actor) -> list[NeedLine]:
    """Carry over from the last cycle whose day is past, also where nobody has said that it was held."""
    is_past = ~Q(state__in=Cycle.COMING) | Q(date__lt=clock.today())
    last = (
        Cycle.objects.filter(is_past, series_id=cycle.series_id, month__lt=cycle.month)
        .exclude(state=Cycle.State.CANCELLED)
        .order_by("-month")
        .first()
    )
    return carry_over(last, cycle, actor=actor) if last is not None else []


def _still_to_be_held(cycle: Cycle) -> list[Group]:
    """Return what a project of an earlier cycle is still to be held for; it would be listed twice."""
    earlier = Cycle.objects.filter(series_id=cycle.series_id, month__lt=cycle.month)
    lines = NeedLine.objects.filter(waits_for_its_day(), cycle__in=earlier)
    return [
        ("need", need_id) if need_id is not None else ("cluster", cluster_id)
        for need_id, cluster_id in lines.values_list("need_id", "cluster_id")
    ]


def _groups(cycle: Cycle) -> dict[Group, list[Need]]:
    """Return the open needs in the cycle's communities, those of a cluster together, each with its askers."""
    found = Need.objects.filter(
        district_id=cycle.district_id,
        is_over=False,
        is_excluded=False,
        parent__isnull=True,
        stage__in=UNANSWERED,
        place_stem__startswith=cycle.area.stem,
    ).annotate(behind=Count("askers", filter=Q(askers__left_out=Asker.LeftOut.NO)))
    groups: dict[Group, list[Need]] = defaultdict(list)
    for need in found.select_related("cluster", "category", "compound", "area").order_by("id"):
        groups[_group(need)].append(need)
    return groups


def _titles(groups: Mapping[Group, list[Need]]) -> dict[Group, str]:
    """Return what each line is called: public words, or the kind of need where there are none.

    The name of a cluster may be what one of its askers said: it is used where the words of all are public.
    """
    words = public.words(need for needs in groups.values() for need in needs)
    return {key: _title(needs, [words[need.pk] for need in needs])[:60] for key, needs in groups.items()}


def _title(needs: list[Need], words: list[str]) -> str:
    first = needs[0]
    if first.cluster is not None and all(words):
        return first.cluster.title
    return next(filter(None, words), first.category.name)


def _group(need: Need) -> Group:
    return ("cluster", need.cluster_id) if need.cluster_id is not None else ("need", need.pk)


def _known(cycle: Cycle, groups: Mapping[Group, list[Need]], titles: Mapping[Group, str]) -> set[Group]:
    """Return what is listed already, named and counted anew; what became a cluster is one line now."""
    known: set[Group] = set()
    clustered = {need.pk: key for key, needs in groups.items() if key[0] == "cluster" for need in needs}
    system = SystemActor(cycle.district_id)
    for line in cycle.need_lines.order_by("need_id", "id"):  # lines of a cluster come last: no need
        key: Group = ("need", line.need_id) if line.need_id is not None else ("cluster", line.cluster_id)
        became = clustered.get(line.need_id or 0)
        if became is not None and line.state == L.UNMATCHED:
            _became(line, became, taken=became in known or _is_listed(cycle, became), system=system)
            key = became
        if key in groups:
            marks.amend(line, _now(line, groups[key], titles[key]), actor=system)
        known.add(key)
    return known


def _now(line: NeedLine, needs: list[Need], title: str) -> dict[str, Any]:
    """Return what a line says now; who stands behind it is counted anew while it waits for a project."""
    people, is_urgent = _behind(needs)
    counted = {"people": people, "is_urgent": is_urgent} if line.state == L.UNMATCHED else {}
    return {"title": title} | counted


def _is_listed(cycle: Cycle, key: Group) -> bool:
    return cycle.need_lines.filter(cluster_id=key[1]).exists()


def _became(line: NeedLine, key: Group, *, taken: bool, system: Actor) -> None:
    if taken:
        values: dict[str, Any] = {"state": L.REMOVED.value, "state_reason": _("并到一件里了")}
    else:
        values = {"need_id": None, "cluster_id": key[1]}
    marks.amend(line, values, actor=system)


def _behind(needs: Iterable[Need]) -> tuple[int, bool]:
    needs = list(needs)
    return max(1, sum(need.behind for need in needs)), any(need.is_urgent for need in needs)  # type: ignore[attr-defined]


def _line(cycle: Cycle, key: Group, needs: list[Need], title: str) -> NeedLine:
    first = needs[0]
    people, is_urgent = _behind(needs)
    return NeedLine(
        district_id=cycle.district_id,
        cycle=cycle,
        area_id=first.area_id,
        need=first if key[0] == "need" else None,
        cluster=first.cluster,
        title=title,
        people=people,
        is_urgent=is_urgent,
    )


@transaction.atomic
def add_line(cycle: Cycle, need: Need, reason: str, *, actor: Actor) -> NeedLine:
    """Put one open need on a list by hand, with the reason; one that was taken off stands again.

    Raises NotNow where the need is answered already, or is not in the cycle's communities.
    """
    _may_change(cycle, need, actor)
    reason = why(reason)
    same_district(cycle.district_id, need)
    key = _group(need)
    needs = _groups(cycle).get(key)
    if needs is None:
        raise NotNow(_("这件需求已经有回音了，或者不在这一期的社区里，列不进清单。"))
    which = {f"{key[0]}_id": key[1]}
    known: NeedLine | None = cycle.need_lines.filter(**which).first()
    if known is not None and known.state != L.REMOVED:
        return known
    if known is not None:
        values = {"state": L.UNMATCHED.value, "state_reason": reason}
        marks.amend(known, values, actor=actor, action="add_line")
        return known
    row = _line(cycle, key, needs, _titles({key: needs})[key])
    row.state_reason = reason
    return marks.insert(row, actor=actor, note=reason)


@transaction.atomic
def remove_line(line: NeedLine, reason: str, *, actor: Actor, version: int | None = None) -> NeedLine:
    """Take a line off the list, with the reason; gathering does not bring it back. The need itself stays."""
    _may_change(line.cycle, line, actor)
    if line.state == L.REMOVED:
        return line
    if line.state not in (L.UNMATCHED, L.REOPENED):
        raise NotNow(_("这一件已经配上了，先把项目终止，再撤下。"))
    values = {"state": L.REMOVED.value, "state_reason": why(reason)}
    seen = line.version if version is None else version
    marks.amend(line, values, actor=actor, action="remove_line", version=seen)
    return line


@transaction.atomic
def say_what_it_takes(line: NeedLine, takes: Takes, *, actor: Actor, version: int | None = None) -> bool:
    """Write down what a line would take; say whether anything changed.

    Raises BadInput by field, NotNow once the line has been matched or the lists are closed.
    """
    _may_change(line.cycle, line, actor)
    if line.state not in (L.UNMATCHED, L.REOPENED):
        raise NotNow(_("这一件已经配上了，要什么人、什么东西不再改。"))
    _check_takes(line.district_id, takes)
    values = {
        "demands": dict(sorted(takes.demands.items())),
        "things": {tidy(name): number for name, number in sorted(takes.things.items())},
        "windows": [name for name in ORDER if name in takes.windows],
        "is_vulnerable": takes.is_vulnerable,
    }
    return marks.amend(line, values, actor=actor, action="say_what_it_takes", version=version)


def _may_change(cycle: Cycle, subject: Any, actor: Actor) -> None:
    """Ask for the street once the lists are closed, for the community before."""
    if cycle.lists_closed_at is not None:
        leads_it.check(actor, cycle)
    else:
        carries_it_out.check(actor, subject if isinstance(subject, NeedLine) else subject.area)


def _check_takes(district_id: int, takes: Takes) -> None:
    faults: dict[str, str] = {}
    codes = set(Capability.objects.filter(district_id=district_id).values_list("code", flat=True))
    strange = set(takes.demands) - codes - {ANY}
    if strange:
        faults["demands"] = _("没有这样的本事：%(codes)s。请从能做的事里选。") % {
            "codes": "、".join(sorted(strange))[:60]
        }
    elif not all(1 <= number <= MOST_PEOPLE for number in takes.demands.values()):
        faults["demands"] = _("要几个人，请填 1 到 %(n)d。") % {"n": MOST_PEOPLE}
    if not all(tidy(name) and len(name) <= 60 and 1 <= n <= MOST_THINGS for name, n in takes.things.items()):
        faults["things"] = _("要什么东西，请写名称和数量。")
    if faults:
        raise BadInput("".join(faults.values()), faults)


def behind(line: NeedLine) -> Need | None:
    """Return the need by which the place of a line is known: its own, or the first of its cluster."""
    if line.need is not None:
        return line.need
    return next(iter(needs_of(line)), None)
