"""Reading wishes: what everybody may see, what I have claimed, what lies on a desk, the register."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from lingju.kernel.errors import NotThere
from lingju.kernel.rules import Actor
from lingju.needs.models import Claim, Wish
from lingju.needs.services.promises import policy_of
from lingju.people.models import Membership, Organisation
from lingju.places.models import Area, District

KEPT = (Wish.State.CONFIRMED, Wish.State.ARCHIVED)
UNDER_WAY = (Wish.State.CLAIMED, Wish.State.CONTACTED, Wish.State.FULFILLED)


@dataclass(frozen=True, slots=True)
class Line:
    """One community of the register: how many wishes stand where."""

    name: str
    collected: int
    waiting: int
    under_way: int
    kept: int
    declined: int
    released: int


def published(district: District) -> QuerySet[Wish]:
    """Return the wishes that wait for somebody, the longest waiting first."""
    return (
        Wish.objects.filter(district=district)
        .published()
        .select_related("area")
        .order_by("published_at", "id")
    )


def kept_count(district: District) -> int | None:
    """Return how many wishes came true; None while they are so few that each would be known."""
    n = Wish.objects.filter(district=district, state__in=KEPT).count()
    return n if n >= policy_of(district).smallest_cell else None


def claims_of(actor: Actor) -> list[Claim]:
    """Return what the actor has claimed, what is to be done first."""
    if actor.account_id is None:
        return []
    mine = Claim.objects.filter(district_id=actor.district_id, account_id=actor.account_id)
    mine = mine.exclude(state=Claim.State.RELEASED).select_related("wish__area", "organisation")
    return sorted(mine[:50], key=lambda claim: claim.state != Claim.State.STANDING)


def claim_of(actor: Actor, wish: Wish) -> Claim | None:
    """Return the actor's own claim of a wish."""
    if actor.account_id is None:
        return None
    mine = wish.claims.filter(account_id=actor.account_id).exclude(state=Claim.State.RELEASED)
    return mine.select_related("organisation").first()


def standing(wish: Wish) -> Claim | None:
    """Return the claim under which a wish stands, or came true."""
    claims = wish.claims.exclude(state=Claim.State.RELEASED)
    return claims.select_related("organisation", "account").first()


def public_wish(actor: Actor, wish_id: int) -> Wish:
    """Return a wish that everybody may see, or one that I have claimed; any other is not there."""
    wish = Wish.objects.filter(district_id=actor.district_id, pk=wish_id).select_related("area").first()
    if wish is None or (wish.state != Wish.State.PUBLISHED and claim_of(actor, wish) is None):
        raise NotThere(_("这个心愿已经有人认领，或者不公开了。"))
    return wish


def wish_for(actor: Actor, wish_id: int) -> Wish:
    """Return a wish of the actor's desk; another desk's is not there."""
    wish = Wish.objects.visible_to(actor).filter(pk=wish_id).select_related("area", "district").first()
    if wish is None:
        raise NotThere(_("没找到，或者不归您管。"))
    return wish


def on_desk(actor: Actor, state: str) -> QuerySet[Wish]:
    """Return the wishes of the actor's desk in one state, or all that are not over."""
    rows = Wish.objects.visible_to(actor).select_related("area").order_by("-id")
    if state in Wish.State.values:
        return rows.filter(state=state)
    return rows.exclude(state__in=(Wish.State.ARCHIVED, Wish.State.DECLINED))


def counts(actor: Actor) -> dict[str, int]:
    """Return how many wishes of the desk stand in each state."""
    rows = Wish.objects.visible_to(actor).order_by().values_list("state").annotate(n=Count("id"))
    return dict(rows)


def organisations_of(actor: Actor) -> list[Organisation]:
    """Return the organisations the actor may claim for as one of their people."""
    if actor.account_id is None:
        return []
    mine = Membership.objects.filter(account_id=actor.account_id, organisation__ended_on__isnull=True)
    return [membership.organisation for membership in mine.select_related("organisation")]


def register(actor: Actor) -> list[Line]:
    """Return the register of the actor's areas: counts and nothing else, in the order of their codes."""
    wishes = Wish.objects.visible_to(actor)
    cells: dict[int, dict[str, int]] = {}
    for area, state, n in wishes.order_by().values_list("area_id", "state").annotate(n=Count("id")):
        cells.setdefault(area, {})[state] = n
    released = dict(
        Claim.objects.filter(wish__in=wishes.order_by(), state=Claim.State.RELEASED)
        .order_by()
        .values_list("wish__area_id")
        .annotate(n=Count("id"))
    )
    areas = Area.objects.filter(pk__in=cells).order_by("stem")
    return [_line(area, cells[area.pk], released.get(area.pk, 0)) for area in areas]


def _line(area: Area, cells: dict[str, int], released: int) -> Line:
    def together(states: Sequence[str]) -> int:
        return sum(cells.get(state, 0) for state in states)

    return Line(
        name=area.short_name,
        collected=sum(cells.values()),
        waiting=cells.get(Wish.State.PUBLISHED, 0),
        under_way=together(UNDER_WAY),
        kept=together(KEPT),
        declined=cells.get(Wish.State.DECLINED, 0),
        released=released,
    )
