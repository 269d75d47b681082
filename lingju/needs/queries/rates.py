"""How the loop does, in figures that carry their denominators: a rate without them cannot be made.

People who say nothing, and people nobody reached, stay in the denominator: silence is never satisfaction.
Figures are of needs closed in one quarter; quarters are disjoint, so no table is a part of another.
"""

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Self

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from lingju.kernel import clock
from lingju.kernel.clock import ZONE
from lingju.needs.models import Asker, Asking, Exclusion, Need
from lingju.needs.queries.suppression import Cells, Published, publish
from lingju.needs.services.promises import policy_of
from lingju.places.models import District

C = Asker.Confirmation
VERDICTS = (C.SATISFIED, C.MOSTLY, C.DISSATISFIED, C.SILENT, C.UNREACHABLE)


@dataclass(frozen=True, slots=True)
class Quarter:
    """Three months of one year."""

    year: int
    number: int

    @classmethod
    def of(cls, day: dt.date) -> Self:
        """Return the quarter of a day."""
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Return the quarter written 2026Q4, or None."""
        year, _q, number = text.partition("Q")
        if not (year.isascii() and year.isdigit() and len(year) == 4 and number in ("1", "2", "3", "4")):
            return None
        return cls(int(year), int(number)) if 2020 <= int(year) <= 2100 else None

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"

    @property
    def span(self) -> tuple[dt.datetime, dt.datetime]:
        """Return its first moment and the first moment after it."""
        first = dt.datetime(self.year, self.number * 3 - 2, 1, tzinfo=ZONE)
        after = self.next
        return first, dt.datetime(after.year, after.number * 3 - 2, 1, tzinfo=ZONE)

    @property
    def next(self) -> "Quarter":
        """Return the quarter after it."""
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def before(self) -> "Quarter":
        """Return the quarter before it."""
        return Quarter(self.year - (self.number == 1), (self.number - 2) % 4 + 1)


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole; one is never shown without the other."""

    part: int
    whole: int

    def __post_init__(self) -> None:
        if not 0 <= self.part <= self.whole:
            raise ValueError(f"{self.part} of {self.whole} is no share")

    @property
    def percent(self) -> int | None:
        """Return whole percent, rounded down so that nothing is made to look done that is not."""
        return self.part * 100 // self.whole if self.whole else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """What became of the needs closed in one period, with every denominator; all fields must be given."""

    closed: int  # needs, without those left out and those taken back
    people: int  # behind them
    asked: int
    satisfied: int
    mostly: int
    dissatisfied: int
    silent: int
    unreachable: int
    solved: int  # of those who answered
    partly: int
    unsolved: int
    respond_due: int  # needs to which a first answer was promised for a known day
    responded_in_time: int
    due: int
    done_in_time: int
    reopened: int  # needs
    median_days: int | None
    p90_days: int | None
    withdrawn: int
    excluded: tuple[tuple[str, int], ...]  # reason, needs; each agreed by two persons

    def __post_init__(self) -> None:
        counts = [getattr(self, field.name) for field in fields(self) if field.type in ("int", int)]
        if any(n < 0 for n in counts):
            raise ValueError("a count is not below nought")
        if self.answered != self.solved + self.partly + self.unsolved:
            raise ValueError("whoever answers says whether it is solved")
        if self.asked != self.answered + self.silent + self.unreachable:
            raise ValueError("whoever was asked answered, kept silent or was not reached")
        wholes = (
            (self.asked, self.people),
            (self.responded_in_time, self.respond_due),
            (self.done_in_time, self.due),
            (self.reopened, self.closed),
        )
        for part, whole in wholes:
            Share(part, whole)

    @property
    def answered(self) -> int:
        """Return how many said what they think."""
        return self.satisfied + self.mostly + self.dissatisfied

    @property
    def coverage(self) -> Share:
        """Return who was asked, of everybody behind closed needs."""
        return Share(self.asked, self.people)

    @property
    def reach(self) -> Share:
        """Return who answered, of everybody asked."""
        return Share(self.answered, self.asked)

    @property
    def satisfaction(self) -> Share:
        """Return who is satisfied, of everybody asked: neither silence nor 基本满意 counts."""
        return Share(self.satisfied, self.asked)

    @property
    def mostly_share(self) -> Share:
        """Return who is mostly satisfied, of everybody asked."""
        return Share(self.mostly, self.asked)

    @property
    def solving(self) -> Share:
        """Return who says it is solved, of everybody asked."""
        return Share(self.solved, self.asked)

    @property
    def response(self) -> Share:
        """Return the needs that got a first answer in time, of those that were due one."""
        return Share(self.responded_in_time, self.respond_due)

    @property
    def keeping(self) -> Share:
        """Return the needs answered in time in every round, of those that were due."""
        return Share(self.done_in_time, self.due)

    @property
    def reopening(self) -> Share:
        """Return the needs that somebody said were not done, of those closed."""
        return Share(self.reopened, self.closed)


def closed_in(district: District, quarter: Quarter) -> QuerySet[Need]:
    """Keep the needs that count: closed in a quarter, whole, neither left out nor taken back."""
    since, until = quarter.span
    closed = Need.objects.filter(district=district, closed_at__gte=since, closed_at__lt=until)
    return closed.filter(is_excluded=False, parent__isnull=True).exclude(outcome=Need.Outcome.WITHDRAWN)


def rates(district: District, quarter: Quarter) -> Rates:
    """Count one quarter of a district, in a fixed number of queries."""
    needs = closed_in(district, quarter)
    of_needs = needs.aggregate(
        closed=Count("id"),
        respond_due=Count("id", filter=Q(respond_due_at__isnull=False)),
        responded_in_time=Count("id", filter=Q(responded_at__lte=F("respond_due_at"))),
        due=Count("id", filter=Q(due_at__isnull=False) | Q(was_late=True)),
        done_in_time=Count("id", filter=Q(answered_at__lte=F("due_at"), was_late=False)),
        reopened=Count("id", filter=Q(round__gt=1)),
    )
    days = sorted((done - said).days for said, done in needs.values_list("submitted_at", "closed_at") if done)
    return Rates(
        **of_needs,
        **_of_people(needs),
        median_days=_quantile(days, 0.5),
        p90_days=_quantile(days, 0.9),
        withdrawn=_withdrawn(district, quarter),
        excluded=_excluded(district, quarter),
    )


def _people(needs: QuerySet[Need]) -> QuerySet[Asker]:
    """Keep whoever stands behind needs and is to be asked."""
    return Asker.objects.to_be_asked().filter(need__in=needs)


def _was_asked() -> Exists:
    """Return whether an asker was asked in the last round of their need."""
    return Exists(Asking.objects.filter(asker=OuterRef("pk"), round=OuterRef("need__round")))


def _of_people(needs: QuerySet[Need]) -> dict[str, int]:
    asked = Q(was_asked=True)
    people = _people(needs).annotate(was_asked=_was_asked())
    counts: dict[str, int] = people.aggregate(
        people=Count("id"),
        asked=Count("id", filter=asked),
        **{str(verdict): Count("id", filter=asked & Q(confirmation=verdict)) for verdict in VERDICTS},
    )
    answers = Asking.objects.filter(
        need__in=needs, asker__left_out="", round=F("need__round"), result__in=Asker.ANSWERED
    )
    said = dict(answers.order_by().values_list("solved").annotate(n=Count("id")))
    return counts | {
        "solved": said.get(Asking.Solved.YES, 0),
        "partly": said.get(Asking.Solved.PARTLY, 0),
        "unsolved": said.get(Asking.Solved.NO, 0),
    }


def _withdrawn(district: District, quarter: Quarter) -> int:
    since, until = quarter.span
    return Need.objects.filter(
        district=district, closed_at__gte=since, closed_at__lt=until, outcome=Need.Outcome.WITHDRAWN
    ).count()


def _excluded(district: District, quarter: Quarter) -> tuple[tuple[str, int], ...]:
    since, until = quarter.span
    agreed = Exclusion.objects.filter(
        district=district, state=Exclusion.State.AGREED, decided_at__gte=since, decided_at__lt=until
    )
    counts = dict(agreed.order_by().values_list("reason").annotate(n=Count("id")))
    return tuple((reason, counts.get(reason, 0)) for reason in Exclusion.Reason.values)


def _quantile(days: Sequence[int], share: float) -> int | None:
    """Return the smallest number of days within which that share was done, or None."""
    if not days:
        return None
    return days[max(math.ceil(len(days) * share) - 1, 0)]


def verdicts(district: District, quarter: Quarter) -> Published | None:
    """Return who said what by community, with small cells not shown."""
    counts = _people(closed_in(district, quarter)).filter(_was_asked())
    found = counts.order_by().values_list("need__place_community", "confirmation").annotate(n=Count("id"))
    cells = {(community, verdict): (n, n) for community, verdict, n in found}
    return _published(district, cells, [str(verdict) for verdict in VERDICTS])


def said_needs(district: District, quarter: Quarter) -> Published | None:
    """Return how many needs of each kind were said in each community, with small cells not shown."""
    since, until = quarter.span
    said = Need.objects.filter(district=district, submitted_at__gte=since, submitted_at__lt=until)
    said = said.filter(is_excluded=False, parent__isnull=True)
    kind = Coalesce("category__parent_id", "category_id")
    found = (
        said.order_by()
        .values("place_community", kind=kind)
        .annotate(n=Count("id"), hidden=Count("id", filter=Q(is_listed=False)))
        .values_list("place_community", "kind", "n", "hidden")
    )
    cells = {(community, str(kind)): (n, hidden) for community, kind, n, hidden in found}
    return _published(district, cells, sorted({kind for _community, kind in cells}, key=int))


def _published(district: District, cells: Cells, columns: Sequence[str]) -> Published | None:
    """Publish a table, its rows in the order of the codes: places are not put in order of figures."""
    communities = sorted({community for community, _column in cells})
    return publish(communities, columns, cells, least=policy_of(district).smallest_cell)


def quarters(district: District) -> list[Quarter]:
    """Return the quarters there is something to tell about, newest first, two years at most."""
    first = (
        Need.objects.filter(district=district).order_by("id").values_list("submitted_at", flat=True).first()
    )
    now = Quarter.of(clock.today())
    oldest = Quarter.of(first.astimezone(ZONE).date()) if first is not None else now
    found = [now]
    while len(found) < 8 and (found[-1].year, found[-1].number) > (oldest.year, oldest.number):
        found.append(found[-1].before)
    return found


@dataclass(frozen=True, slots=True)
class Shown:
    """Which figures about people may be shown beside the published table of verdicts."""

    verdicts: tuple[tuple[str, int], ...]  # verdict or REST, people
    coverage: Share | None
    reach: Share | None
    satisfaction: Share | None
    mostly: Share | None
    solving: Share | None
    parts: tuple[int, int] | None  # partly, unsolved


def cell(n: int, least: int) -> int | None:
    """Return a count as it may be published; None for one so small that it tells of somebody."""
    return None if 0 < n < least else n


def shown(counted: Rates, table: Published, *, least: int) -> Shown:
    """Return the figures about people that give no small cell of `table` away; the others are None."""
    pooled, answered = set(table.pooled_columns), set(map(str, Asker.ANSWERED))
    is_within = pooled <= answered or not pooled & answered
    reach = counted.reach if is_within and _covers(counted.reach, least) else None
    unsolved = Share(counted.solved, counted.answered)
    solving = counted.solving if _covers(unsolved, least) else None
    parts = (counted.partly, counted.unsolved)
    tells_parts = reach is not None and solving is not None and not any(0 < n < least for n in parts)
    return Shown(
        verdicts=tuple(zip(table.columns, table.column_totals, strict=True)),
        coverage=counted.coverage if _covers(counted.coverage, least) else None,
        reach=reach,
        satisfaction=counted.satisfaction if str(C.SATISFIED) in table.columns else None,
        mostly=counted.mostly_share if str(C.MOSTLY) in table.columns else None,
        solving=solving,
        parts=parts if tells_parts else None,
    )


def _covers(share: Share, least: int) -> bool:
    """Say whether neither the part nor the rest is small."""
    return None not in (cell(share.part, least), cell(share.whole - share.part, least))
