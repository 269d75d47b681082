"""Where a need should go: the district's rules are asked in their order, and the past is told beside it.

    rule by rule ──holds──▶ its door, because of `why`; 今年同类 14 件都由他们办，一般 1 天半
        │   └──fails──▶ an alarm rings, the next rule is asked, and the suggestion says that one failed
        └──none──▶ who answered most needs of this kind here, if they are enough; else nothing

A suggestion is a suggestion: a person hands over. It costs a fixed number of queries.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lingju.kernel.errors import BadInput
from lingju.needs import conditions
from lingju.needs.conditions import Condition, Described
from lingju.needs.models import Category, Need, RoutingRule
from lingju.needs.services import alarms, doors, precedents
from lingju.needs.services.doors import Desks, Door, DoorIsGone
from lingju.people.models import Organisation


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A door that a need should be offered to, and why; `is_here` where the need lies there already."""

    to: Door
    why: str
    rule: RoutingRule | None
    precedents: int
    solved: int
    median_days: float | None
    words: str
    is_here: bool = False
    failed: tuple[str, ...] = ()

    @property
    def to_name(self) -> str:
        """Return the door's name as people say it."""
        return doors.name_of(self.to)


@dataclass(frozen=True, slots=True)
class Ground:
    """What rules are held against: the need, the desks above its place, the names that are known."""

    need: Described
    desks: Desks
    kinds: frozenset[str]
    areas: frozenset[str]


@dataclass(slots=True)
class Asked:
    """What came of asking the rules: which one spoke, where it leads, which ones failed."""

    rule: RoutingRule | None = None
    door: Door | None = None
    failed: list[str] = field(default_factory=list)


def suggest(need: Need) -> Suggestion | None:
    """Return where a need should go and why, or None where neither a rule nor the past knows.

    A rule that cannot be asked, or whose door is gone, rings an alarm; the next one is asked.
    """
    asked = ask_rules(need)
    cases = precedents.cases_like(need)
    door = asked.door or precedents.usual_door(cases, need.district_id)
    if door is None:
        return None
    past = precedents.of_door(cases, door)
    why = (
        asked.rule.why
        if asked.rule is not None
        else _("这里同类的事多由%(who)s办。") % {"who": doors.name_of(door)}
    )
    return Suggestion(
        to=door,
        why=why,
        rule=asked.rule,
        precedents=len(past.by_door),
        solved=past.solved,
        median_days=past.median_days,
        words=_sentence(why) + past.words + _failures(asked.failed),
        is_here=_is_here(need, door),
        failed=tuple(asked.failed),
    )


def ask_rules(need: Need) -> Asked:
    """Ask the active rules in their order; the first that holds speaks, whatever fails rings an alarm."""
    active = RoutingRule.objects.filter(district_id=need.district_id).active()
    rules = list(active.select_related("to_org__area"))
    asked = Asked()
    if not rules:
        return asked
    ground = ground_of(need, rules)
    for rule in rules:
        try:
            door = _asked(rule, ground)
        except Exception as trouble:  # whatever it is: one rule must not keep a need from its door
            _ring(rule, trouble)
            asked.failed.append(rule.name)
            continue
        if door is not None:
            asked.rule, asked.door = rule, door
            break
    return asked


def ground_of(need: Need, rules: Sequence[RoutingRule]) -> Ground:
    """Return what the rules are held against: two queries, however many rules there are."""
    named = {stem for rule in rules for stem in named_areas(rule.condition)}
    above = doors.stems_above(need.place_stem)
    found = doors.desks_of(need.district_id, {*above, *named})
    kinds = Category.objects.filter(district_id=need.district_id).values_list("code", flat=True)
    return Ground(doors.described_need(need), found, frozenset(kinds), frozenset(found))


def named_areas(condition: object) -> list[str]:
    """Return the stems that a condition names, whether or not the rest of it can be read."""
    given = condition.get("areas") if isinstance(condition, dict) else None
    return [stem for stem in given if isinstance(stem, str)] if isinstance(given, list) else []


def checked(condition: object, kinds: frozenset[str], areas: frozenset[str]) -> Condition:
    """Return a condition that can be read and names nothing that is gone; raise BadInput."""
    read = conditions.parse(condition)
    if missing := sorted(set(read.categories) - kinds):
        raise BadInput(_("条件里的类别已经没有了：%(codes)s。") % {"codes": "、".join(missing)})
    if missing := sorted(set(read.areas) - areas):
        raise BadInput(_("条件里的区域已经没有了：%(codes)s。") % {"codes": "、".join(missing)})
    return read


def _asked(rule: RoutingRule, ground: Ground) -> Door | None:
    condition = checked(rule.condition, ground.kinds, ground.areas)
    door = doors.door_of(rule, ground.need.stem, ground.desks)
    return door if conditions.holds(condition, ground.need) else None


def _ring(rule: RoutingRule, trouble: Exception) -> None:
    is_known = isinstance(trouble, BadInput | DoorIsGone)
    why = str(trouble) if is_known else _("运行出错（%(kind)s）。") % {"kind": type(trouble).__name__}
    words = _("派单规则“%(name)s”用不了：%(why)s先跳到下一条，请尽快改好。") % {"name": rule.name, "why": why}
    alarms.raise_alarm(rule.district_id, alarms.RULE_FAILS, rule.pk, words)


def _failures(failed: Sequence[str]) -> str:
    if not failed:
        return ""
    said = ngettext("有 %(n)d 条规则出错，已告警。", "有 %(n)d 条规则出错，已告警。", len(failed))
    return said % {"n": len(failed)}


def _sentence(text: str) -> str:
    return text if text.endswith(("。", "！", "？", ".", "!", "?")) else f"{text}。"


def _is_here(need: Need, door: Door) -> bool:
    if isinstance(door, Organisation):
        return bool(need.owner_org_id == door.pk)
    return need.owner_org_id is None and need.owner_area_id == door.pk
