"""A day that is too large for one program, matched by districts, with a bound over all of them. Pure.

    relaxation ──▶ the bound; a price for every helper and thing several districts could use; who goes where
    one district after another, paying the prices, following the relaxation, with what the others left
    around each need the relaxation meets and we do not, the heaviest first, at true costs, wider and wider,
    until it is near the bound or the time is over

The bound is the relaxation's: all needs at once, in fractions. It is close, since ``z ≤ y`` is said row by
row (see ``matching_program``). Districts on their own at the prices were tried as a bound (Lagrange): it took
a third of the time and gained 0.04 %.
"""

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from lingju.cobuilding.matching_field import Field
from lingju.cobuilding.matching_model import Goal
from lingju.cobuilding.matching_program import INFINITE, Floats, Program, Rows
from lingju.cobuilding.matching_solver import Answer, Question, Row, solve

SMALL_CUT, ROUNDS, SAME_SPOT, MORE = 28, (24, 40, 64, 100), 3, 4
SETTLING = ((28, 0), (40, 1))
ENOUGH, NEAR, LEAD = 0.0005, 0.001, 0.0005
Ints = npt.NDArray[np.int64]


def _totals(at: Ints, amounts: Floats, length: int) -> Floats:
    return np.bincount(at, amounts, minlength=length).astype(np.float64)


@dataclass(frozen=True, slots=True)
class Sheet:
    """All rows of a program as arrays: for each entry its row, column and factor; for each row its bounds."""

    row: Ints
    column: Ints
    factor: Floats
    low: Floats
    high: Floats

    def sums(self, values: Floats) -> Floats:
        """Return Σ factor·value of each row."""
        return _totals(self.row, self.factor * values[self.column], len(self.low))


@dataclass(frozen=True, slots=True)
class Part:
    """Some columns of a program and the rows over them; it is solved like a program."""

    columns: Ints
    rows: Rows

    @property
    def width(self) -> int:
        """Count the columns."""
        return len(self.columns)


@dataclass(slots=True)
class Work:
    """What the districts share: the question, its rows, the prices, what was found, when to end."""

    built: Program
    asked: Question
    sheet: Sheet
    ends: float
    seed: int
    lead: Floats
    worthy: npt.NDArray[np.bool_]

    @property
    def left(self) -> float:
        """Tell how many seconds are left."""
        return max(0.05, self.ends - time.monotonic())

    def share(self, waiting: int) -> float:
        """Tell how long the next of so many may take: far more than its part, as most need far less."""
        return max(0.5, min(self.left * 0.5, self.left * 6 / waiting))


def by_districts(built: Program, asked: Question, *, ends: float, seed: int, gap: float = ENOUGH) -> Answer:
    """Seek the largest sum until the clock shows ``ends`` or ``gap`` is proved; the bound holds."""
    everything = np.ones(built.width, dtype=np.bool_)
    work = Work(built, asked, _sheet(built), ends, seed, np.zeros(built.width), everything)
    relaxed = solve(built, replace(asked, is_relaxed=True), seconds=work.left * 0.5, seed=seed)
    if relaxed.values is None or relaxed.duals is None:
        return relaxed
    work.lead = _lead(built, asked, relaxed.values)
    work.worthy = _worthy(work, relaxed.values, relaxed.duals)
    district = _district_of(built, _cut(built.here, SMALL_CUT, 0))
    values = _one_after_another(work, district, _prices(work.sheet, district, relaxed.duals))
    values = _again(work, values, relaxed.values, relaxed.bound * (1 - gap))
    is_near = bool(asked.costs @ values >= relaxed.bound * (1 - gap))
    return Answer(values, relaxed.bound, is_near)


def settled(
    built: Program, values: Floats, goals: Sequence[Goal], *, ends: float, seed: int
) -> tuple[Floats, bool]:
    """Seek the best of further goals, in this order, for the needs and windows that were chosen.

    District by district, and once more with other borders; says whether there was time for all.
    """
    low, high = np.array(built.low), np.array(built.high)
    chosen = [*built.meet.values(), *built.served.values()]
    low[chosen] = high[chosen] = values[chosen]
    asked = Question(np.zeros(built.width), low, high)
    work = Work(built, asked, _sheet(built), ends, seed, np.zeros(built.width), np.ones(built.width, bool))
    values = values.copy()
    for columns in _districts(built):
        if time.monotonic() >= ends:
            return values, False
        part = _part(work.sheet, columns, values)
        values[part.columns] = _ordered(work, part, values, [built.goals[goal] for goal in goals])
    return values, True


def _districts(built: Program) -> Iterator[Ints]:
    """Yield the columns of each district, and of each with other borders."""
    for most, axis in SETTLING:
        district = _district_of(built, _cut(built.here, most, axis))
        for number in range(int(district.max(initial=-1)) + 1):
            yield np.flatnonzero(district == number)


def _ordered(work: Work, part: Part, values: Floats, goals: Sequence[Floats]) -> Floats:
    """Settle one district goal by goal, giving up nothing of those before; never worse than it was."""
    best, rows = values[part.columns], list[Row]()
    for goal in goals:
        costs = goal[part.columns]
        if not costs.any():
            continue
        asked = replace(_narrowed(work, part, goal), rows=tuple(rows), start=best)
        answer = solve(part, asked, seconds=work.left, seed=work.seed)
        if answer.values is not None and costs @ answer.values >= costs @ best:
            best = answer.values
        rows.append((float(costs @ best), costs, INFINITE))
    return best


def _worthy(work: Work, relaxed: Floats, duals: Floats) -> npt.NDArray[np.bool_]:
    """Leave out of the search (never of the bound) who is far from being chosen for a role.

    Kept are those the relaxation chose and, for each role of a need in a window, a few more: the best by
    reduced cost, among equals those with the fewest other options, who are the least contested.
    """
    built, here = work.built, work.built.here
    reduced = work.asked.costs - _paid(work, duals)
    choices = np.bincount([option.helper for option in here.options], minlength=len(here.helpers))
    waiting: dict[tuple[int, int, str], list[tuple[float, int, int]]] = defaultdict(list)
    for option, column in built.place.items():
        rank = (-round(float(reduced[column]), 3), int(choices[option.helper]), column)
        waiting[option.need, option.window, option.role].append(rank)
    worthy = np.ones(built.width, dtype=np.bool_)
    for (at, _, role), ranks in waiting.items():
        need = here.needs[at]
        wanted = need.skills.get(role, need.largest - need.skilled)
        worthy[[column for *_, column in sorted(ranks)[wanted + MORE :]]] = False
    return worthy | (relaxed > NEAR)


def _lead(built: Program, asked: Question, relaxed: Floats) -> Floats:
    """Favour a little what the relaxation chose, so that districts leave each other what it gave them."""
    lead = np.zeros(built.width)
    placed = np.array(list(built.place.values()), dtype=np.int64)
    lead[placed] = LEAD * float(np.max(asked.costs, initial=0.0)) * np.minimum(relaxed[placed], 1.0)
    return lead


def _sheet(built: Program) -> Sheet:
    rows = built.rows
    lengths = np.diff(np.array(rows.starts))
    return Sheet(
        np.repeat(np.arange(len(lengths)), lengths),
        np.array(rows.columns, dtype=np.int64),
        np.array(rows.factors),
        np.array(rows.low),
        np.array(rows.high),
    )


def _cut(ready: Field, most: int, axis: int) -> list[list[int]]:
    """Halve the needs along the axes in turn until no part has more than ``most``; communities stay whole."""
    places = np.array([need.place for need in ready.needs], dtype=np.float64)
    names = [need.community for need in ready.needs]
    centre = {
        name: places[[at for at, one in enumerate(names) if one == name]].mean(axis=0) for name in set(names)
    }
    done: list[list[int]] = []
    open_parts = [(list(range(len(names))), axis)]
    while open_parts:
        part, along = open_parts.pop()
        if len(part) <= most:
            done.append(part)
            continue
        order = [(centre[names[at]][along], names[at], places[at][along], at) for at in part]
        part = [at for *_, at in sorted(order)]
        middle = _border([names[at] for at in part])
        open_parts += [(part[middle:], 1 - along), (part[:middle], 1 - along)]
    return done


def _border(names: Sequence[str]) -> int:
    """Find the border between two communities nearest to the middle, or the middle where there is none."""
    borders = [at for at in range(1, len(names)) if names[at] != names[at - 1]]
    return min(borders or [len(names) // 2], key=lambda at: abs(at - len(names) // 2))


def _district_of(built: Program, parts: Sequence[Sequence[int]]) -> Ints:
    """Say for each column to which district it belongs."""
    of_need = {need: number for number, part in enumerate(parts) for need in part}
    of_name: dict[str, int] = {}
    for at, need in enumerate(built.here.needs):
        of_name.setdefault(need.community, of_need[at])
    district = np.zeros(built.width, dtype=np.int64)
    for (need_at, _), column in built.meet.items():
        district[column] = of_need[need_at]
    for option, column in built.place.items():
        district[column] = of_need[option.need]
    for lending, column in built.lend.items():
        district[column] = of_need[lending.need]
    for (_, need_at, _), column in built.whole.items():
        district[column] = of_need[need_at]
    for name, column in built.served.items():
        district[column] = of_name[name]
    return district


def _shared(sheet: Sheet, district: Ints) -> npt.NDArray[np.bool_]:
    """Say which rows reach over several districts."""
    least = np.full(len(sheet.low), np.iinfo(np.int64).max)
    most = np.full(len(sheet.low), -1)
    np.minimum.at(least, sheet.row, district[sheet.column])
    np.maximum.at(most, sheet.row, district[sheet.column])
    is_shared: npt.NDArray[np.bool_] = (most >= 0) & (least != most)
    return is_shared


def _prices(sheet: Sheet, district: Ints, duals: Floats) -> Floats:
    """Keep the duals of the shared rows, with the sign that makes a bound whatever they are."""
    limited, demanded = sheet.high < INFINITE, sheet.low > -INFINITE
    signed = np.where(
        limited & demanded, duals, np.where(limited, np.maximum(duals, 0), np.minimum(duals, 0))
    )
    return np.where(_shared(sheet, district), signed, 0.0)


def _paid(work: Work, prices: Floats) -> Floats:
    sheet = work.sheet
    return _totals(sheet.column, sheet.factor * prices[sheet.row], work.built.width)


def _part(sheet: Sheet, columns: Ints, fixed: Floats) -> Part:
    """Cut out some columns; the others stay at ``fixed`` and use up their share of every row."""
    number = np.full(len(fixed), -1)
    number[columns] = np.arange(len(columns))
    inside = number[sheet.column] >= 0
    touched = np.bincount(sheet.row[inside], minlength=len(sheet.low)) > 0
    others = fixed.copy()
    others[columns] = 0
    used = sheet.sums(others)
    rows, order = Rows(), np.flatnonzero(touched)
    place = np.full(len(sheet.low), -1)
    place[order] = np.arange(len(order))
    mine = inside & touched[sheet.row]
    rows.low = list(sheet.low[order] - used[order])
    rows.high = list(sheet.high[order] - used[order])
    counts = np.bincount(place[sheet.row[mine]], minlength=len(order))
    rows.starts = [0, *np.cumsum(counts).tolist()]
    rows.columns = number[sheet.column[mine]].tolist()
    rows.factors = sheet.factor[mine].tolist()
    return Part(columns, rows)


def _narrowed(work: Work, part: Part, costs: Floats, start: Floats | None = None) -> Question:
    at = part.columns
    return Question(
        costs[at], work.asked.low[at], work.asked.high[at], (), None if start is None else start[at]
    )


def _one_after_another(work: Work, district: Ints, prices: Floats) -> Floats:
    """Let the districts settle in turn: what nobody took yet is there, at the prices of those who wait."""
    values = np.zeros(work.built.width)
    count = int(district.max()) + 1
    costs = work.asked.costs + work.lead - _paid(work, prices)
    for number in range(count):
        part = _part(work.sheet, np.flatnonzero((district == number) & work.worthy), values)
        asked = _narrowed(work, part, costs)
        answer = solve(part, asked, seconds=work.share(count - number), seed=work.seed, gap=NEAR)
        if answer.values is not None:
            values[part.columns] = answer.values
    return values


def _again(work: Work, values: Floats, relaxed: Floats, enough: float) -> Floats:
    """Settle anew, at true costs, what lies around each need that the relaxation meets and we do not."""
    for nearest in _around(work.built.here):
        values = _round(work, values, relaxed, enough, nearest)
    return values


def _round(
    work: Work, values: Floats, relaxed: Floats, enough: float, nearest: Sequence[Sequence[int]]
) -> Floats:
    """Go once around, the need furthest behind first, until it is enough or the time is over."""
    costs, tried = work.asked.costs + work.lead, set[int]()
    while (missed := _missed(work, values, relaxed, tried)) is not None:
        if time.monotonic() >= work.ends or work.asked.costs @ values >= enough:
            break
        tried.update(nearest[missed][:SAME_SPOT])
        values = _anew(work, values, costs, _columns_of(work.built, nearest[missed]))
    return values


def _anew(work: Work, values: Floats, costs: Floats, mine: npt.NDArray[np.bool_]) -> Floats:
    """Settle some columns anew and return what is better, the new or the old."""
    part = _part(work.sheet, np.flatnonzero(mine & (work.worthy | (values > 0))), values)
    asked = _narrowed(work, part, costs, values)
    answer = solve(part, asked, seconds=work.left, seed=work.seed, gap=NEAR)
    if answer.values is None or asked.costs @ answer.values <= asked.costs @ values[part.columns]:
        return values
    better = values.copy()
    better[part.columns] = answer.values
    return better


def _around(ready: Field) -> Iterator[list[list[int]]]:
    """For wider and wider rounds yield, for each need, the needs nearest to it, itself first."""
    places = np.array([need.place for need in ready.needs], dtype=np.float64)
    apart = np.hypot(*(places[:, None, :] - places[None, :, :]).transpose(2, 0, 1))
    order = np.argsort(apart, axis=1, kind="stable")
    for many in ROUNDS:
        yield [
            [at, *(other for other in row if other != at)] for at, row in enumerate(order[:, :many].tolist())
        ]


def _missed(work: Work, values: Floats, relaxed: Floats, tried: set[int]) -> int | None:
    """Return the need that is furthest behind the relaxation and was not tried in this round."""
    behind: dict[int, float] = {}
    for (at, _), column in work.built.meet.items():
        if at not in tried:
            gain = float(work.asked.costs[column] * (relaxed[column] - values[column]))
            behind[at] = behind.get(at, 0.0) + gain
    worst = max(behind, key=lambda at: behind[at], default=None)
    return worst if worst is not None and behind[worst] > 0.5 else None


def _columns_of(built: Program, needs: Sequence[int]) -> npt.NDArray[np.bool_]:
    """Mark the columns of some needs and of their communities."""
    inside = np.zeros(len(built.here.needs), dtype=np.int64)
    inside[list(needs)] = 1
    mine: npt.NDArray[np.bool_] = (
        _district_of(built, [np.flatnonzero(inside == 0).tolist(), np.flatnonzero(inside).tolist()]) == 1
    )
    for name in {built.here.needs[at].community for at in needs}:
        mine[built.served[name]] = True
    return mine
