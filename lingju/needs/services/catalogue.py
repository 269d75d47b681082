"""Verbs about kinds of need and the district's policy: fill from the seeds, add, edit, retire."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.kernel.errors import BadInput
from lingju.kernel.rules import Actor
from lingju.needs.catalogue import category_seeds, template_seeds
from lingju.needs.models import Category, Policy, ReplyTemplate
from lingju.needs.rules import edits_the_loop
from lingju.places.models import District, WorkCalendar
from lingju.places.services import marks

EDITABLE = frozenset(
    {
        *("name", "hint", "icon", "keywords", "order", "is_active", "is_private", "needs_evidence"),
        *("respond_hours", "due_amount", "due_unit"),
    }
)
POLICY = frozenset({"calendar", "ask_days", "reopen_days", "smallest_cell", "gas_phone"})
LEAST = {"ask_days": 1, "reopen_days": 1, "smallest_cell": 3}


@transaction.atomic
def fill(district: District, *, actor: Actor) -> int:
    """Fill a district with the house's kinds, replies and policy; what it has stays. Return how many came."""
    edits_the_loop.check(actor, None)
    known = {category.code: category for category in Category.objects.filter(district=district)}
    made = 0
    for order, seed in enumerate(category_seeds()):
        if seed.code in known:
            continue
        values = {name: getattr(seed, name) for name in seed.__slots__ if name != "parent"}
        parent = known.get(seed.parent)
        values["icon"] = seed.icon or (parent.icon if parent is not None else "circle-dot")
        category = Category(district=district, parent=parent, order=order, **values)
        known[seed.code] = marks.insert(category, actor=actor)
        made += 1
    for order, reply in enumerate(template_seeds()):
        if not ReplyTemplate.objects.filter(district=district, name=reply.name).exists():
            template = ReplyTemplate(
                district=district,
                name=reply.name,
                outcome=reply.outcome,
                text=reply.text,
                category=known.get(reply.category),
                order=order,
            )
            marks.insert(template, actor=actor)
    Policy.objects.get_or_create(district=district)
    return made


@transaction.atomic
def add(
    district: District, code: str, values: Mapping[str, Any], *, parent: Category | None, actor: Actor
) -> Category:
    """Add a kind of need below another, or as one of the few at the top."""
    edits_the_loop.check(actor, None)
    marks.same_district(district.pk, parent)
    if parent is not None and parent.parent_id is not None:
        raise BadInput(_("类别只分两层。"), {"parent": _("类别只分两层。")})
    code = marks.tidy_code(code)
    if Category.objects.filter(district=district, code=code).exists():
        sentence = _("编码 %(code)s 已经有了。") % {"code": code}
        raise BadInput(sentence, {"code": sentence})
    category = Category(district=district, code=code, parent=parent, **_only_editable(values))
    return marks.insert(category, actor=actor)


@transaction.atomic
def edit(category: Category, values: Mapping[str, Any], *, actor: Actor, version: int | None = None) -> bool:
    """Edit a kind of need; what was promised before stays promised. Say whether anything changed."""
    edits_the_loop.check(actor, None)
    return marks.amend(category, _only_editable(values), actor=actor, version=version)


@transaction.atomic
def set_policy(district: District, values: Mapping[str, Any], *, actor: Actor) -> bool:
    """Set how a district runs its loop."""
    edits_the_loop.check(actor, None)
    policy, _made = Policy.objects.get_or_create(district=district)
    return marks.amend(policy, _checked_policy(district, values), actor=actor)


def _checked_policy(district: District, values: Mapping[str, Any]) -> dict[str, Any]:
    strange = set(values) - POLICY
    if strange:
        raise BadInput(_("这一项不能改：%(names)s。") % {"names": "、".join(sorted(strange))})
    checked = dict(values)
    for name, least in LEAST.items():
        _check_least(checked, name, least)
    if "gas_phone" in checked:
        checked["gas_phone"] = marks.tidy_phone(checked["gas_phone"])
    code = checked.get("calendar")
    if code and not WorkCalendar.objects.filter(district=district, code=code).exists():
        sentence = _("没有这个工作日历，请重新选。")
        raise BadInput(sentence, {"calendar": sentence})
    return checked


def _check_least(values: Mapping[str, Any], name: str, least: int) -> None:
    if name in values and values[name] < least:
        sentence = _("最少是 %(n)d。") % {"n": least}
        raise BadInput(sentence, {name: sentence})


def _only_editable(values: Mapping[str, Any]) -> dict[str, Any]:
    strange = set(values) - EDITABLE
    if strange:
        raise BadInput(_("这一项不能改：%(names)s。") % {"names": "、".join(sorted(strange))})
    checked = dict(values)
    for name in ("respond_hours", "due_amount"):
        _check_least(checked, name, 1)
    for name in ("name", "hint", "keywords"):
        checked |= {name: marks.tidy(checked[name])} if name in checked else {}
    if checked.get("name") == "":
        raise BadInput(_("请填写名称。"), {"name": _("请填写名称。")})
    return checked
