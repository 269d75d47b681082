"""Reads about units for the desk and for a unit itself: lists, what to be told, turns, rolls, pairings."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from lingju.cobuilding.models import Capability, Cycle, Duty, Enrolment, Member, Pairing, Review, Task
from lingju.kernel import clock
from lingju.kernel.errors import NotThere
from lingju.kernel.rules import Actor
from lingju.kernel.sheets_out import OutColumn
from lingju.people.models import Organisation
from lingju.places.models import Area, Compound, District
from lingju.places.queries import areas_for
from lingju.places.rules import CLERKS

TRAYS: Final = ("active", "registered", "paused", "ended")
AHEAD: Final = dt.timedelta(days=365)
ROLL: Final = (
    *("编号", "单位名称", "类别", "统一社会信用代码", "报到的地方", "能做的事", "一次来几个人"),
    *("方便的月份", "轮值份量", "以前轮过几次", "状态", "报到日期", "退出日期"),
)


@dataclass(frozen=True, slots=True)
class Choices:
    """What forms about units offer an actor."""

    areas: Sequence[Area]
    capabilities: Sequence[Capability]
    units: Sequence[Enrolment]
    compounds: Sequence[Compound]


def reachable(actor: Actor) -> QuerySet[Enrolment]:
    """Return the units that serve where the actor works: enrolled there, below, or at the street above."""
    stems = actor.stems(CLERKS)
    above = {stem[:length] for stem in stems for length in range(1, len(stem) + 1)}
    within = Q(area__stem__in=above)
    for stem in stems:
        within |= Q(area__stem__startswith=stem)
    rows = Enrolment.objects.filter(within, district_id=actor.district_id)
    return rows.select_related("organisation", "area")


def choices_for(actor: Actor, district: District) -> Choices:
    """Return what forms about units offer an actor."""
    areas = areas_for(actor, district)
    return Choices(
        areas,
        list(Capability.objects.filter(district=district, is_retired=False)),
        list(reachable(actor).exclude(state=Enrolment.State.ENDED)),
        list(Compound.objects.filter(area__in=areas).select_related("area")),
    )


def on_desk(actor: Actor, tray: str, said: str = "") -> QuerySet[Enrolment]:
    """Return the units of a tray on the actor's desk, by a part of their name where one is said."""
    rows = Enrolment.objects.visible_to(actor).filter(state=tray)
    if said:
        rows = rows.filter(organisation__name__icontains=said[:40])
    return rows.select_related("organisation", "area").prefetch_related("capabilities")


def counts(actor: Actor) -> dict[str, int]:
    """Return how many units stand in each tray."""
    rows = Enrolment.objects.visible_to(actor).order_by().values_list("state").annotate(Count("pk"))
    return dict(rows)


def unit_for(actor: Actor, unit_id: int) -> Enrolment:
    """Return a unit of the actor's desk; NotThere for any other."""
    rows = Enrolment.objects.visible_to(actor).select_related("organisation", "area", "district")
    found: Enrolment | None = rows.filter(pk=unit_id).first()
    if found is None:
        raise NotThere(_("没找到这家单位，或者不归您管。"))
    return found


def advice(enrolment: Enrolment) -> list[str]:
    """Return in words what a rota will make of a unit that offers little, or never comes."""
    told = []
    if not enrolment.capabilities.exists():
        told.append(_("没有填能做的事：只会排到谁都能做的角色（比如牵头、协同），要专长的角色不会排到。"))
    if is_always_away(enrolment):
        told.append(
            _("今后十二个月的共建日都填了来不了，不会排到轮值。能来的日子请删掉几段；长期不来，请暂停轮值。")
        )
    if enrolment.state == Enrolment.State.REGISTERED:
        told.append(_("还没有接收报到，接收以后才会排轮值。"))
    return told


def is_always_away(enrolment: Enrolment) -> bool:
    """Say whether a unit can come on no day of the coming year: no day of the rota's, or none at all."""
    today = clock.today()
    spans = list(enrolment.blackouts.filter(ends_on__gte=today).values_list("starts_on", "ends_on"))
    if not spans:
        return False
    days = _coming_days(enrolment, today) or [today + dt.timedelta(days=n) for n in range(AHEAD.days)]
    return all(any(first <= day <= last for first, last in spans) for day in days)


def _coming_days(enrolment: Enrolment, today: dt.date) -> list[dt.date]:
    rows = Cycle.objects.filter(
        district_id=enrolment.district_id,
        state__in=Cycle.COMING,
        date__gte=today,
        date__lte=today + AHEAD,
    ).select_related("area")
    stem = enrolment.area.stem
    return [one.date for one in rows if stem.startswith(one.area.stem) and one.date is not None]


def turns_of(enrolment: Enrolment) -> list[Duty]:
    """Return the turns of a unit, what comes first; past ones of a year behind them."""
    since = clock.today() - AHEAD
    rows = enrolment.duties.exclude(state=Duty.State.OPEN).filter(cycle__date__gte=since)
    return list(rows.select_related("cycle", "area", "role").order_by("cycle__date"))


def reviews_of(enrolment: Enrolment) -> list[Review]:
    """Return what a unit may read: what was told to it, and what it said itself."""
    rows = enrolment.reviews.filter(Q(by_unit=True) | Q(told_at__isnull=False))
    return list(rows.select_related("area"))


def served_areas(enrolment: Enrolment) -> list[Area]:
    """Return the areas that a unit knows: where it reported in, had turns, or looks after a compound."""
    ids = {enrolment.area_id, *enrolment.duties.values_list("area_id", flat=True)}
    ids |= set(enrolment.pairings.values_list("compound__area_id", flat=True))
    return list(Area.objects.filter(pk__in=ids).order_by("code"))


def roll_rows(units: Iterable[Enrolment]) -> list[tuple[Any, ...]]:
    """Return the roll of units row by row; whom to call is not in it."""
    return [
        (
            one.number,
            one.organisation.name,
            one.organisation.get_kind_display(),
            one.organisation.uscc or "",
            one.area.short_name,
            "、".join(can.name for can in one.capabilities.all()),
            one.people,
            "、".join(str(month) for month in one.preferred_months),
            one.weight,
            one.history,
            one.get_state_display(),
            one.enrolled_on,
            one.ended_on,
        )
        for one in units
    ]


def roll_columns() -> list[OutColumn]:
    """Return the columns of the roll."""
    kinds = {"一次来几个人": "whole", "轮值份量": "decimal", "以前轮过几次": "whole"}
    dates = {"报到日期": "date", "退出日期": "date"}
    return [OutColumn(_(title), {**kinds, **dates}.get(title, "text")) for title in ROLL]  # type: ignore[arg-type]


def roll(actor: Actor) -> list[Enrolment]:
    """Return every unit of the actor's desk that has not ended, as the roll lists them."""
    rows = Enrolment.objects.visible_to(actor).exclude(state=Enrolment.State.ENDED)
    return list(rows.select_related("organisation", "area").prefetch_related("capabilities"))


@dataclass(frozen=True, slots=True)
class PairedCompound:
    """A compound, and who looks after it; members only by number."""

    compound: Compound
    units: tuple[Pairing, ...]
    members: tuple[Pairing, ...]


def pairings(actor: Actor) -> list[PairedCompound]:
    """Return every compound of the actor's areas with who looks after it, none left out."""
    within = Q(pk__in=())
    for stem in actor.stems(CLERKS):
        within |= Q(area__stem__startswith=stem)
    compounds = Compound.objects.filter(within, district_id=actor.district_id).select_related("area")
    standing = Pairing.objects.filter(compound__in=compounds, ended_on__isnull=True)
    by_compound: dict[int, list[Pairing]] = {}
    for pairing in standing.select_related("enrolment__organisation", "building", "member"):
        by_compound.setdefault(pairing.compound_id, []).append(pairing)
    return [
        PairedCompound(
            one,
            tuple(p for p in by_compound.get(one.pk, ()) if p.enrolment_id is not None),
            tuple(p for p in by_compound.get(one.pk, ()) if p.member_id is not None),
        )
        for one in compounds.order_by("area__code", "name")
    ]


def members_of(actor: Actor) -> QuerySet[Member]:
    """Return the members of the actor's communities; who they are stays closed."""
    rows = Member.objects.visible_to(actor).select_related("area", "enrolment__organisation")
    return rows.prefetch_related("capabilities").order_by("state", "-id")


def member_for(actor: Actor, member_id: int) -> Member:
    """Return a member of the actor's communities; NotThere for any other."""
    found: Member | None = members_of(actor).filter(pk=member_id).first()
    if found is None:
        raise NotThere(_("没找到这位党员，或者不归您管。"))
    return found


def overdue(actor: Actor) -> QuerySet[Task]:
    """Return the tasks of the actor's areas whose day is over and that are not struck off."""
    return tasks_of(actor).exclude(state=Task.State.CLOSED).filter(due_on__lt=clock.today())


def tasks_of(actor: Actor) -> QuerySet[Task]:
    """Return the tasks of the actor's areas."""
    rows = Task.objects.visible_to(actor).select_related("area", "owner", "owner_area", "meeting")
    return rows.prefetch_related("after")


def organisations_for(actor: Actor) -> list[Organisation]:
    """Return the organisations that a meeting of the actor's invites: theirs, and enrolled units."""
    enrolled = reachable(actor).exclude(state=Enrolment.State.ENDED).values("organisation_id")
    own = Organisation.objects.visible_to(actor).in_use()
    ids = {*own.values_list("pk", flat=True), *(row["organisation_id"] for row in enrolled)}
    return list(Organisation.objects.filter(pk__in=ids))
