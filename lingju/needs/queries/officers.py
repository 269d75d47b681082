"""What an officer's pages read: rules in words with what a trial found, alarms, kinds, replies."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lingju.kernel.errors import BadInput, NotThere
from lingju.kernel.rules import Actor
from lingju.needs import conditions
from lingju.needs.models import Alarm, Category, Need, ReplyTemplate, RoutingRule
from lingju.needs.services import templates
from lingju.needs.services.templates import Piece
from lingju.needs.services.trials import Trial
from lingju.people.models import Organisation
from lingju.places.models import Area, District

MOST_ALARMS = 50
MOST_ORGANISATIONS = 500


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule as people read it: when, whither, whether this version was tried out, what is wrong."""

    rule: RoutingRule
    when: str
    to: str
    trial: Trial | None
    is_tried: bool
    trouble: str


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """One template with its gaps told apart."""

    template: ReplyTemplate
    pieces: list[Piece]


def rule_rows(actor: Actor, district: District) -> list[RuleRow]:
    """Return the rules in the order in which they are asked: three queries."""
    rules = list(RoutingRule.objects.visible_to(actor).select_related("to_org"))
    names = names_of(district)
    return [rule_row(rule, names) for rule in rules]


def rule_row(rule: RoutingRule, names: Mapping[str, str]) -> RuleRow:
    """Return one rule as people read it."""
    when, trouble = "", ""
    try:
        when = conditions.in_words(conditions.parse(rule.condition), names)
    except BadInput as mistake:
        trouble = str(mistake)
    if rule.to_org is not None and rule.to_org.ended_on is not None:
        trouble = _("“%(name)s”已经退出了。") % {"name": rule.to_org.name}
    return RuleRow(
        rule=rule,
        when=when,
        to=rule.to_org.name if rule.to_org is not None else rule.get_to_level_display(),
        trial=Trial.from_data(rule.test_report),
        is_tried=rule.tested_version == rule.version,
        trouble=trouble,
    )


def rule_for(actor: Actor, rule_id: int) -> RoutingRule:
    """Return a rule of the actor's district; another's is not there."""
    rules = RoutingRule.objects.visible_to(actor).select_related("to_org", "district")
    rule = rules.filter(pk=rule_id).first()
    if rule is None:
        raise NotThere(_("没有找到这条规则。"))
    return rule


def alarms_of(actor: Actor) -> QuerySet[Alarm]:
    """Return the alarms that nobody has cleared, the latest first."""
    return Alarm.objects.visible_to(actor).standing().order_by("-last_at")[:MOST_ALARMS]


def alarm_for(actor: Actor, alarm_id: int) -> Alarm:
    """Return an alarm of the actor's district; another's is not there."""
    alarm = Alarm.objects.visible_to(actor).filter(pk=alarm_id).first()
    if alarm is None:
        raise NotThere(_("没有找到这个告警。"))
    return alarm


def names_of(district: District) -> dict[str, str]:
    """Return the names of kinds, areas and channels by code: two queries."""
    kinds = dict(Category.objects.filter(district=district).values_list("code", "name"))
    areas = {area.stem: area.short_name for area in Area.objects.of(district).only("stem", "name")}
    channels = {value: str(label) for value, label in Need.Channel.choices}
    return {**channels, **areas, **kinds}


def kinds_in_order(district: District) -> list[tuple[Category, int]]:
    """Return the kinds, each followed by the finer ones below it, with how deep each lies."""
    rows = list(Category.objects.filter(district=district).select_related("parent"))
    tops = [row for row in rows if row.parent_id is None]
    return [
        (row, depth)
        for top in tops
        for row, depth in [(top, 0), *((child, 1) for child in rows if child.parent_id == top.pk)]
    ]


def kind_for(actor: Actor, category_id: int) -> Category:
    """Return a kind of the actor's district; another's is not there."""
    kind = Category.objects.visible_to(actor).select_related("parent").filter(pk=category_id).first()
    if kind is None:
        raise NotThere(_("没有找到这个类别。"))
    return kind


def template_rows(actor: Actor) -> list[TemplateRow]:
    """Return the templates with their gaps: one query."""
    rows = ReplyTemplate.objects.visible_to(actor).select_related("category")
    return [TemplateRow(row, templates.pieces(row.text)) for row in rows]


def template_for(actor: Actor, template_id: int) -> ReplyTemplate:
    """Return a template of the actor's district; another's is not there."""
    template = ReplyTemplate.objects.visible_to(actor).filter(pk=template_id).first()
    if template is None:
        raise NotThere(_("没有找到这个模板。"))
    return template


def organisations_of(district: District) -> list[tuple[int, str]]:
    """Return the organisations that a rule may lead to, by number and name."""
    rows = Organisation.objects.in_use().filter(district=district).order_by("name", "pk")
    return list(rows.values_list("pk", "name")[:MOST_ORGANISATIONS])


def places_of(district: District) -> list[tuple[str, str]]:
    """Return the streets and communities that a rule may be limited to, by stem and name."""
    levels = (Area.Level.STREET, Area.Level.COMMUNITY)
    areas = Area.objects.of(district).filter(level__in=levels).only("stem", "name")
    return [(area.stem, area.short_name) for area in areas]
