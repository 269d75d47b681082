"""Verbs of routing rules: write, order, try out on past needs, put to use, switch off.

A rule that is in use stands still: to change it, it is switched off, changed, tried out and put to use again.
What was tried out is one version; another version has to be tried out anew.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.kernel import clock
from lingju.kernel.errors import BadInput, NotNow, NotThere, SomeoneWasFaster
from lingju.kernel.rules import Actor
from lingju.needs.catalogue import RuleSeed, rule_seeds
from lingju.needs.flow import RULES
from lingju.needs.models import Category, RoutingRule
from lingju.needs.rules import edits_what_is_the_districts as edits
from lingju.needs.services import routing, trials
from lingju.needs.services.trials import Trial
from lingju.people.models import Organisation
from lingju.places.models import Area, District
from lingju.places.services import marks
from lingju.trail.services import leave_footprint

MOST_RULES = 100
MOST_SEEDED = 8  # organisations of one kind that get a rule of their own
STEP = 10  # between the orders of two neighbours


@dataclass(frozen=True, slots=True)
class Written:
    """What is written about a rule: if a need is like this, then that door, because."""

    name: str
    condition: Mapping[str, Any]
    to: Organisation | str  # an organisation, or a level above the need's place
    why: str
    sets_category: Category | None = None


@transaction.atomic
def fill(district: District, *, actor: Actor) -> int:
    """Fill a district with the house's rules, tried out and put to use where their door is there.

    What a district has of the same name stays. Return how many came; those without a door stay drafts.
    """
    edits.check(actor, None)
    known = set(RoutingRule.objects.filter(district=district).values_list("name", flat=True))
    seeded = [one for seed in rule_seeds() for one in _seeded(district, seed)]
    wanted = [(written, is_ready) for written, is_ready in seeded if written.name not in known]
    for written, is_ready in wanted:
        rule = add(district, written, actor=actor)
        if is_ready:
            try_out(rule, actor=actor)
            activate(rule, actor=actor)
    return len(wanted)


def _seeded(district: District, seed: RuleSeed) -> Iterator[tuple[Written, bool]]:
    """Yield a seed as the rules of this district, each with whether its door is there."""
    if not seed.to_kind:
        yield Written(seed.name, seed.condition, seed.to_level, seed.why), True
        return
    rows = Organisation.objects.in_use().filter(district=district, kind=seed.to_kind)
    found = list(rows.select_related("area").order_by("pk")[:MOST_SEEDED])
    for organisation in found:
        condition = {**seed.condition, "areas": [organisation.area.stem]}
        name = f"{seed.name}·{organisation.name}"[:60]
        yield Written(name, condition, organisation, seed.why), True
    if not found:
        yield Written(seed.name, seed.condition, seed.to_level, seed.why), False


@transaction.atomic
def add(district: District, written: Written, *, actor: Actor) -> RoutingRule:
    """Add a rule as a draft, below the others."""
    edits.check(actor, None)
    marks.same_district(district.pk, actor)
    others = RoutingRule.objects.filter(district=district)
    if others.count() >= MOST_RULES:
        raise NotNow(_("规则最多 %(n)d 条，请先把能合的合起来。") % {"n": MOST_RULES})
    last = others.order_by("-order").values_list("order", flat=True).first() or 0
    rule = RoutingRule(district=district, order=last + STEP, **_values(district.pk, written))
    return marks.insert(rule, actor=actor)


@transaction.atomic
def edit(rule: RoutingRule, written: Written, *, actor: Actor, version: int | None = None) -> bool:
    """Write a rule anew; say whether anything changed. Raises NotNow while it is in use."""
    edits.check(actor, rule)
    _locked(rule)
    if rule.state == RoutingRule.State.ACTIVE:
        raise NotNow(_("这条规则正在用。请先停用，改好、试过，再启用。"))
    return marks.amend(rule, _values(rule.district_id, written), actor=actor, version=version)


@transaction.atomic
def remove(rule: RoutingRule, *, actor: Actor) -> None:
    """Remove a rule that is not in use; handovers that went by it keep their reason."""
    edits.check(actor, rule)
    _locked(rule)
    if rule.state == RoutingRule.State.ACTIVE:
        raise NotNow(_("这条规则正在用，请先停用。"))
    marks.remove(rule, actor=actor)


@transaction.atomic
def move(rule: RoutingRule, by: int, *, actor: Actor) -> bool:
    """Move a rule up (-1) or down (1) among the others; say whether it moved."""
    edits.check(actor, rule)
    rows = list(RoutingRule.objects.select_for_update().filter(district_id=rule.district_id))
    at = next((place for place, row in enumerate(rows) if row.pk == rule.pk), None)
    if at is None:
        raise NotThere(_("这条规则已经不在了。"))
    to = at + by
    if by not in (-1, 1) or not 0 <= to < len(rows):
        return False
    rows[at], rows[to] = rows[to], rows[at]
    for place, row in enumerate(rows, start=1):
        RoutingRule.objects.filter(pk=row.pk).exclude(order=place * STEP).update(order=place * STEP)
    rule.refresh_from_db(fields=["order"])
    leave_footprint(actor=actor, action="move_rule", subject=rule, after={"order": rule.order})
    return True


@transaction.atomic
def try_out(rule: RoutingRule, *, actor: Actor) -> Trial:
    """Run a rule on the district's newest past needs; keep what came of it with this version.

    Raises BadInput with a sentence where the condition cannot be read or names what is gone.
    """
    edits.check(actor, rule)
    trial = trials.run(rule)
    kept = {
        "tested_version": rule.version,
        "tested_at": clock.now(),
        "test_report": trial.as_data(),
    }
    # Only what was seen is tried: the version stays, because nothing that a rule says has changed.
    if not RoutingRule.objects.filter(pk=rule.pk, version=rule.version).update(**kept):
        raise SomeoneWasFaster(_("您试的时候，别人改了这条规则。请看过现在的内容再试一次。"))
    rule.refresh_from_db(fields=list(kept))
    shown = {"looked": trial.looked, "matched": trial.matched, "agree": trial.agree}
    leave_footprint(actor=actor, action="try_out_rule", subject=rule, after=shown)
    return trial


@transaction.atomic
def activate(rule: RoutingRule, *, actor: Actor, version: int | None = None) -> RoutingRule:
    """Put a rule to use; raises NotNow unless this very version was tried out on past needs."""
    edits.check(actor, rule)
    _locked(rule)
    if version is not None and version != rule.version:
        raise SomeoneWasFaster(_("您看的时候，别人改了这条规则。请看过现在的内容再启用。"))
    if rule.tested_version != rule.version:
        raise NotNow(_("这一版还没有在过去的事上试过。先点“试一试”，看看会派给谁，再启用。"))
    if rule.to_org is not None and rule.to_org.ended_on is not None:
        raise NotNow(_("“%(name)s”已经退出了，请换一家再启用。") % {"name": rule.to_org.name})
    return RULES.take("activate", rule, actor=actor)


@transaction.atomic
def switch_off(rule: RoutingRule, *, actor: Actor) -> RoutingRule:
    """Take a rule out of use."""
    return RULES.take("switch_off", rule, actor=actor)


def _locked(rule: RoutingRule) -> None:
    """Look at a rule again with its row held, so that nobody changes it in between."""
    if not RoutingRule.objects.select_for_update().filter(pk=rule.pk).exists():
        raise NotThere(_("这条规则已经不在了。"))
    rule.refresh_from_db(fields=["state", "version", "tested_version"])


def _values(district_id: int, written: Written) -> dict[str, Any]:
    """Return the columns of a rule, or refuse what is not written well."""
    name, why = marks.tidy(written.name), marks.tidy(written.why)
    if len(name) < 2:
        raise _wrong("name", _("给规则起个名字，说清管哪种事。"))
    if len(why) < 4:
        raise _wrong("why", _("写一句为什么派给他们，派件的人和居民都会看到。"))
    org = written.to if isinstance(written.to, Organisation) else None
    marks.same_district(district_id, org, written.sets_category)
    if org is not None and org.ended_on is not None:
        raise _wrong("to", _("这个组织已经退出了，请换一家。"))
    level = "" if org is not None else str(written.to)
    if org is None and level not in (RoutingRule.ToLevel.COMMUNITY, "street", "district"):
        raise _wrong("to", _("请选派给谁。"))
    condition = routing.checked(
        dict(written.condition),
        frozenset(Category.objects.filter(district_id=district_id).values_list("code", flat=True)),
        frozenset(
            Area.objects.filter(
                district_id=district_id, stem__in=routing.named_areas(dict(written.condition))
            ).values_list("stem", flat=True)
        ),
    )
    return {
        "name": name,
        "why": why,
        "condition": condition.as_data(),
        "to_org": org,
        "to_level": level,
        "sets_category": written.sets_category,
    }


def _wrong(field: str, sentence: str) -> BadInput:
    return BadInput(sentence, {field: sentence})
