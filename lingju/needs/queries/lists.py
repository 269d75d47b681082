"""The public lists: 需求清单 and 满意清单 are queries over the same rows, never typed, nobody in them.

    open        listed by a clerk and not closed
    satisfied   listed, closed, somebody satisfied or mostly so, nobody dissatisfied

What leaves here is a `PublicNeed`: kind, compound, month, stage and, where the kind is not private and the
compound is not tiny, the words a clerk put out. No minute, no door, no point finer than the compound.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from lingju.kernel.clock import ZONE
from lingju.needs.models import Asker, Category, Need
from lingju.places.models import Area, Building, District

A_PAGE = 20
MOST = 500
FEWEST_HOUSEHOLDS = 20
FEWEST_PEOPLE = 5  # fewer who want the same are not counted in public
MONTH = re.compile(r"(20\d{2})-(0[1-9]|1[0-2])")
OPEN, SATISFIED = "open", "satisfied"
C = Asker.Confirmation


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to see, as it stands in the address."""

    area: Area | None = None
    category: Category | None = None
    month: str = ""
    after: str = ""
    shared: str = ""  # asked on a screen of many, where nothing is kept

    @classmethod
    def of(cls, district: District, said: Mapping[str, Any]) -> "Wanted":
        """Read what an address asks for; what makes no sense asks for nothing."""
        stem, code = str(said.get("community", ""))[:20], str(said.get("category", ""))[:40]
        month = str(said.get("month", ""))
        areas = Area.objects.of(district).filter(level__in=(Area.Level.COMMUNITY, Area.Level.STREET))
        kinds = Category.objects.filter(district=district)
        return cls(
            area=areas.filter(stem=stem).first() if stem else None,
            category=kinds.filter(code=code).first() if code else None,
            month=month if MONTH.fullmatch(month) else "",
            after=str(said.get("after", ""))[:12],
            shared="1" if "shared" in said else "",
        )

    def query(self, **changes: str) -> str:
        """Return the address's query with some parts changed."""
        parts = {
            "community": self.area.stem if self.area is not None else "",
            "category": self.category.code if self.category is not None else "",
            "month": self.month,
            "shared": self.shared,
            **changes,
        }
        return urlencode({name: value for name, value in parts.items() if value})


@dataclass(frozen=True, slots=True)
class PublicNeed:
    """One need as everybody may see it."""

    number: str
    kind: str
    kind_code: str
    icon: str
    place: str
    community: str
    month: dt.date
    stage: str
    stage_code: str
    changed_on: dt.date
    text: str
    lon: float | None
    lat: float | None
    people: int
    hides_words: bool
    may_be_joined: bool

    @property
    def title(self) -> str:
        """Return the words where there are some, else the kind."""
        return self.text or self.kind


@dataclass(frozen=True, slots=True)
class Page:
    """Some needs of a list, and after which number the next page begins."""

    needs: tuple[PublicNeed, ...]
    next_after: str


def listed(district: District, which: str, wanted: Wanted) -> QuerySet[Need]:
    """Keep what one of the two lists shows, newest first."""
    needs = Need.objects.listed().filter(_wanted(wanted), district=district)
    needs = needs.is_open() if which == OPEN else needs.filter(_liked(), is_over=True)
    if wanted.after:
        last = Need.objects.filter(district=district, number=wanted.after)
        moment = last.values_list("submitted_at", "pk").first()
        if moment is not None:
            said, pk = moment
            needs = needs.filter(submitted_at__lte=said).filter(Q(submitted_at__lt=said) | Q(pk__lt=pk))
    return needs.order_by("-submitted_at", "-pk")


def _liked() -> Q:
    askers = Asker.objects.to_be_asked().filter(need=OuterRef("pk"))
    content = Exists(askers.filter(confirmation__in=(C.SATISFIED, C.MOSTLY)))
    return Q(content) & ~Q(Exists(askers.filter(confirmation=C.DISSATISFIED)))


def _wanted(wanted: Wanted) -> Q:
    asked = Q()
    if wanted.area is not None:
        level = "place_community" if wanted.area.level == Area.Level.COMMUNITY else "place_street"
        asked &= Q(**{level: wanted.area.stem})
    if wanted.category is not None:
        asked &= Q(category=wanted.category) | Q(category__parent=wanted.category)
    if wanted.month:
        year, month = int(wanted.month[:4]), int(wanted.month[5:])
        first = dt.datetime(year, month, 1, tzinfo=ZONE)
        asked &= Q(submitted_at__gte=first)
        asked &= Q(submitted_at__lt=dt.datetime(year + month // 12, month % 12 + 1, 1, tzinfo=ZONE))
    return asked


def page(district: District, which: str, wanted: Wanted, *, size: int = A_PAGE) -> Page:
    """Return one page of a list in a fixed number of queries; `size` is cut to what is served at once."""
    size = max(1, min(size, MOST))
    needs = listed(district, which, wanted).select_related("category", "compound", "area")
    rows = list(needs.only(*SHOWN)[: size + 1])
    more = rows[size - 1].number if len(rows) > size else ""
    return Page(tuple(public(rows[:size])), more)


SHOWN = (
    *("number", "stage", "outcome", "clock_state", "submitted_at", "updated_at", "public_text"),
    *("is_over", "is_listed"),
    *("category__name", "category__code", "category__icon", "category__is_private"),
    *("compound__name", "compound__lon", "compound__lat", "area__name", "district_id"),
)


def one(district: District, number: str) -> PublicNeed | None:
    """Return one open need of the public list, or None."""
    needs = listed(district, OPEN, Wanted()).filter(number=number)
    return next(iter(public(needs.select_related("category", "compound", "area")[:1])), None)


def public(needs: Iterable[Need]) -> Sequence[PublicNeed]:
    """Return needs as everybody may see them, in two further queries for all of them."""
    rows = list(needs)
    tiny = _tiny({need.compound_id for need in rows if need.compound_id is not None})
    counted = Asker.objects.to_be_asked().filter(need__in=[need.pk for need in rows])
    people: dict[int, int] = {}
    for need_id in counted.values_list("need_id", flat=True):
        people[need_id] = people.get(need_id, 0) + 1
    return [_public(need, is_tiny=need.compound_id in tiny, people=people.get(need.pk, 0)) for need in rows]


def words(needs: Iterable[Need]) -> dict[int, str]:
    """Return by id the words in which a need stands before everybody; none where no clerk put them out."""
    rows = list(needs)
    shown = zip(rows, public(rows), strict=True)
    return {need.pk: seen.text if need.is_listed else "" for need, seen in shown}


def _tiny(compounds: set[int]) -> set[int]:
    """Return the compounds of so few households that a place would be as good as a name."""
    homes = Building.objects.filter(compound_id__in=compounds).order_by()
    few = homes.values("compound_id").annotate(n=Sum("households")).filter(n__gt=0, n__lt=FEWEST_HOUSEHOLDS)
    return set(few.values_list("compound_id", flat=True))


def _public(need: Need, *, is_tiny: bool, people: int) -> PublicNeed:
    # Of a household, a quarrel, an illness not even the compound is told: a neighbour could guess the door.
    hides_words = need.category.is_private or is_tiny
    compound = None if hides_words else need.compound
    said, changed = need.submitted_at.astimezone(ZONE), need.updated_at.astimezone(ZONE)
    return PublicNeed(
        number=need.number,
        kind=need.category.name,
        kind_code=need.category.code,
        icon=need.category.icon,
        place=compound.name if compound is not None else need.area.short_name,
        community=need.area.short_name,
        month=said.date().replace(day=1),
        stage=str(
            need.get_outcome_display() if need.stage == Need.Stage.CLOSED else need.get_stage_display()
        ),
        stage_code=need.stage,
        changed_on=changed.date(),
        text="" if hides_words else need.public_text,
        lon=compound.lon if compound is not None else None,
        lat=compound.lat if compound is not None else None,
        people=people if people >= FEWEST_PEOPLE else 0,
        hides_words=hides_words,
        may_be_joined=need.may_be_joined,
    )


@dataclass(frozen=True, slots=True)
class Choices:
    """What a list can be narrowed by."""

    areas: tuple[Area, ...]
    kinds: tuple[Category, ...]
    months: tuple[dt.date, ...]


def choices(district: District, today: dt.date) -> Choices:
    """Return the communities, kinds and the last twelve months to choose from."""
    areas = Area.objects.of(district).filter(level=Area.Level.COMMUNITY)
    kinds = Category.objects.filter(district=district).kinds()
    months = [today.replace(day=1)]
    while len(months) < 12:
        months.append((months[-1] - dt.timedelta(days=1)).replace(day=1))
    return Choices(tuple(areas), tuple(kinds), tuple(months))


def stamp(district: District) -> dt.datetime | None:
    """Return when anything in a district's needs last moved: one look at the end of an index."""
    moved = Need.objects.filter(district=district).order_by("-updated_at")
    return moved.values_list("updated_at", flat=True).first()
