"""Trying a rule out: what it would have done with the district's newest needs, and who did them in truth."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from lingju.kernel.errors import BadInput
from lingju.needs import conditions
from lingju.needs.conditions import Condition
from lingju.needs.models import Category, Need, RoutingRule
from lingju.needs.services import doors, routing
from lingju.needs.services.doors import DoorIsGone
from lingju.needs.services.precedents import DONE
from lingju.places.models import Area

MOST = 500
MOST_SHOWN = 8
# What a trial reads of a need; the asker's own words stay closed.
READ = (
    *("number", "title", "text", "place_stem", "channel", "is_urgent", "stage"),
    *("owner_area", "owner_org", "category", "district"),
    *("owner_area__name", "owner_org__name", "category__code", "category__parent__code"),
)


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of a trial: counts, who did what matched, and numbers to look at."""

    looked: int
    matched: int
    answered: int  # of what matched: answered by somebody already
    agree: int  # of what was answered: by the very door the rule names
    earlier: int  # of what matched: a rule before this one speaks first
    done_by: tuple[tuple[str, int], ...]
    examples: tuple[str, ...]
    differing: tuple[str, ...]

    def as_data(self) -> dict[str, Any]:
        """Return the trial as it is kept with the rule."""
        return {
            name: [list(one) if isinstance(one, tuple) else one for one in value]
            if isinstance(value, tuple)
            else value
            for name, value in asdict(self).items()
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Trial | None":
        """Return the trial that is kept with a rule, or None where there was none."""
        if not data:
            return None
        counts = {name: int(data[name]) for name in ("looked", "matched", "answered", "agree", "earlier")}
        return cls(
            **counts,
            done_by=tuple((str(name), int(count)) for name, count in data["done_by"]),
            examples=tuple(data["examples"]),
            differing=tuple(data["differing"]),
        )


def run(rule: RoutingRule) -> Trial:
    """Run a rule on the newest needs of its district, 500 at most: four queries. Raises BadInput."""
    kinds = frozenset(Category.objects.filter(district_id=rule.district_id).values_list("code", flat=True))
    desks = {area.stem: area for area in Area.objects.filter(district_id=rule.district_id)}
    condition = routing.checked(rule.condition, kinds, frozenset(desks))
    before = _conditions_before(rule)
    rows = Need.objects.filter(district_id=rule.district_id).select_related(
        "owner_area", "owner_org", "category__parent"
    )
    needs = list(rows.only(*READ).order_by("-pk")[:MOST])
    matched = [need for need in needs if conditions.holds(condition, doors.described_need(need))]
    done = [need for need in matched if need.stage in DONE]
    same = [need for need in done if _is_its_door(rule, need, desks)]
    same_ids = {need.pk for need in same}
    by = Counter(need.owner_name for need in done)
    return Trial(
        looked=len(needs),
        matched=len(matched),
        answered=len(done),
        agree=len(same),
        earlier=sum(_spoken_for(need, before) for need in matched),
        done_by=tuple(by.most_common(MOST_SHOWN)),
        examples=tuple(need.number for need in matched[:MOST_SHOWN]),
        differing=tuple(need.number for need in done if need.pk not in same_ids)[:MOST_SHOWN],
    )


def _conditions_before(rule: RoutingRule) -> list[Condition]:
    """Return the conditions of the rules in use that are asked before this one; a broken one asks nothing."""
    rows = RoutingRule.objects.filter(district_id=rule.district_id).active().exclude(pk=rule.pk)
    found = []
    for other in rows:
        if (other.order, other.pk) >= (rule.order, rule.pk):
            break
        try:
            found.append(conditions.parse(other.condition))
        except BadInput:
            continue
    return found


def _spoken_for(need: Need, before: list[Condition]) -> bool:
    if not before:
        return False
    told = doors.described_need(need)
    return any(conditions.holds(condition, told) for condition in before)


def _is_its_door(rule: RoutingRule, need: Need, desks: doors.Desks) -> bool:
    """Say whether a need was answered by the door that the rule names for its place."""
    try:
        door = doors.door_of(rule, need.place_stem, desks)
    except DoorIsGone:
        return False
    if isinstance(door, Area):
        return need.owner_org_id is None and need.owner_area_id == door.pk
    return bool(need.owner_org_id == door.pk)
