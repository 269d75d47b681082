"""What a wave of the survey found: per feeling, with n and interval; small cells are not shown.

A person is positive about a feeling if the mean of their marks for its questions is 4 or more. A row is
shown only if every figure in it rests on enough people; and the rows that are not shown are together as
many, or one more row goes with them, so that no total minus what is shown gives a small cell away.
Communities stand in the order of their codes: this is no contest.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import F, QuerySet, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from lingju.kernel import clock
from lingju.kernel.errors import NotThere
from lingju.kernel.intervals import Interval, wilson
from lingju.kernel.rules import Actor
from lingju.needs.models import SurveyAnswer, Wave
from lingju.needs.services.promises import policy_of
from lingju.needs.services.surveying import AGES, FEELINGS
from lingju.places.models import Area, Building, District

POSITIVE = 4.0
UNSAID = ""
Tally = dict[str, tuple[int, int]]  # feeling -> positive, n


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: a community, an age band, or everybody; no figures where it is not shown."""

    name: str
    figures: Mapping[str, Interval]
    sheets: int = 0
    known: int = 0

    @property
    def is_shown(self) -> bool:
        """Say whether its figures may be shown."""
        return bool(self.figures)


@dataclass(frozen=True, slots=True)
class Change:
    """How a feeling moved since the wave before, as far as chance lets one say."""

    feeling: str | Promise
    words: str


@dataclass(frozen=True, slots=True)
class Results:
    """All that a page shows of a wave."""

    wave: Wave
    is_over: bool
    sheets: int
    least: int
    feelings: Mapping[str, str | Promise]
    everybody: Row
    communities: tuple[Row, ...]
    ages: tuple[Row, ...]
    changes: tuple[Change, ...]
    sayings: tuple[str, ...]


def open_wave_of(district: District) -> Wave | None:
    """Return the wave that one may answer today, the newest where there are several."""
    return Wave.objects.filter(district=district).open_on(clock.today()).first()


def wave_for(actor: Actor, wave_id: int) -> Wave:
    """Return a wave of the actor's district; another's is not there."""
    found = Wave.objects.visible_to(actor).filter(pk=wave_id).select_related("district").first()
    if found is None:
        raise NotThere(_("没有这一轮调查。"))
    return found


def past_waves(district: District) -> QuerySet[Wave]:
    """Return the waves that are over, newest first."""
    return Wave.objects.filter(district=district, until__lt=clock.today())


def is_over(wave: Wave) -> bool:
    """Say whether nobody can answer any more, so that the results may be public."""
    return wave.until < clock.today()


def communities(district: District) -> list[Area]:
    """Return the communities one may name, in the order of their codes."""
    return list(Area.objects.of(district).filter(level=Area.Level.COMMUNITY).order_by("stem"))


def results(wave: Wave) -> Results:
    """Return what a wave found: two queries for the sheets, one for the homes, one for the wave before."""
    least = policy_of(wave.district).smallest_cell
    sheets = list(wave.answers.values_list("area_id", "age", "marks"))
    named = {area.pk: area.short_name for area in communities(wave.district)}
    adults = _adults(wave.district)
    feelings = _asked(wave)
    everybody = _row(_("全区"), _tally(wave, (marks for _area, _age, marks in sheets)), len(sheets), least)
    by_area = _table(wave, [(named.get(area, UNSAID), marks) for area, _age, marks in sheets], least)
    by_age = _table(wave, [(age, marks) for _area, age, marks in sheets], least)
    over = is_over(wave)
    known = {named[area]: n for area, n in adults.items() if area in named}
    rows = tuple(_named(by_area, name, name, known.get(name, 0)) for name in named.values())
    return Results(
        wave=wave,
        is_over=over,
        sheets=len(sheets),
        least=least,
        feelings=feelings,
        everybody=Row(everybody.name, everybody.figures, len(sheets), sum(known.values())),
        communities=rows,
        ages=tuple(_named(by_age, age, str(words)) for age, words in AGES.items()),
        changes=_changes(wave, everybody, least) if over else (),
        sayings=tuple(_saying(feelings[code], code, rows) for code in feelings),
    )


def _asked(wave: Wave) -> dict[str, str | Promise]:
    asked = {question["feeling"] for question in wave.questions}
    return {code: words for code, words in FEELINGS.items() if code in asked}


def _tally(wave: Wave, sheets: Iterable[Mapping[str, int]]) -> Tally:
    """Count, for each feeling, the people who said something about it and who are positive."""
    codes: dict[str, list[str]] = {}
    for question in wave.questions:
        codes.setdefault(question["feeling"], []).append(question["code"])
    kept = list(sheets)
    found: Tally = {}
    for feeling, its in codes.items():
        given = [[marks[code] for code in its if code in marks] for marks in kept]
        means = [sum(said) / len(said) for said in given if said]
        found[feeling] = (sum(mean >= POSITIVE for mean in means), len(means))
    return found


def _row(name: str, tally: Tally, sheets: int, least: int) -> Row:
    if not tally or min(n for _positive, n in tally.values()) < least:
        return Row(name, {})
    return Row(name, {code: wilson(positive, n) for code, (positive, n) in tally.items()}, sheets)


def _table(wave: Wave, sheets: Sequence[tuple[str, Mapping[str, int]]], least: int) -> dict[str, Row]:
    """Return the rows that may be shown, by key; who did not say belongs to the hidden rest."""
    groups: dict[str, list[Mapping[str, int]]] = {}
    for key, marks in sheets:
        groups.setdefault(key, []).append(marks)
    tallies = {key: _tally(wave, its) for key, its in groups.items()}
    shown = {
        key: n for key, its in groups.items() if (n := _smallest(tallies[key])) >= least and key != UNSAID
    }
    hidden = set(groups) - set(shown)
    while hidden and shown and _is_guessable(hidden, tallies, least):
        least_of_all = min(shown, key=lambda key: (shown[key], key))
        del shown[least_of_all]
        hidden.add(least_of_all)
    return {key: _row(key, tallies[key], len(groups[key]), least) for key in shown}


def _smallest(tally: Tally) -> int:
    return min((n for _positive, n in tally.values()), default=0)


def _is_guessable(hidden: set[str], tallies: Mapping[str, Tally], least: int) -> bool:
    """Say whether the total minus what is shown would be a small cell."""
    feelings = next(iter(tallies.values()))
    sums = [sum(tallies[key][feeling][1] for key in hidden) for feeling in feelings]
    return any(0 < n < least for n in sums)


def _named(rows: Mapping[str, Row], key: str, name: str, known: int = 0) -> Row:
    found = rows.get(key)
    return Row(name, found.figures, found.sheets, known) if found is not None else Row(name, {})


def _adults(district: District) -> dict[int, int]:
    """Return how many people of 15 and more the homes of each community hold, where that is known."""
    older = F("persons_15_59") + F("persons_60_79") + F("persons_80_up")
    rows = Building.objects.filter(district=district).values("area_id").annotate(n=Sum(older))
    return {row["area_id"]: row["n"] for row in rows if row["n"]}


def _saying(feeling: str | Promise, code: str, rows: Sequence[Row]) -> str:
    """Say whether the communities may be said to differ in a feeling."""
    figures = [row.figures[code] for row in rows if code in row.figures]
    if len(figures) < 2:
        return ""
    apart = any(not one.overlaps(other) for one in figures for other in figures)
    if apart:
        return _("%(feeling)s：有的社区之间，差别比偶然大。看数时请连同人数和区间一起看。") % {
            "feeling": feeling
        }
    return _("%(feeling)s：各社区的区间都有重叠，说不上谁高谁低。") % {"feeling": feeling}


def _changes(wave: Wave, now: Row, least: int) -> tuple[Change, ...]:
    """Hold a wave against the one before: a change is named only where the intervals do not overlap."""
    earlier = Wave.objects.filter(district_id=wave.district_id, until__lt=wave.since).first()
    if earlier is None:
        return ()
    sheets = list(SurveyAnswer.objects.filter(wave=earlier).values_list("marks", flat=True))
    then = _row("", _tally(earlier, sheets), len(sheets), least)
    both = [code for code in FEELINGS if code in now.figures and code in then.figures]
    return tuple(Change(FEELINGS[code], _moved(then.figures[code], now.figures[code])) for code in both)


def _moved(then: Interval, now: Interval) -> str:
    if then.overlaps(now):
        return _("和上一轮的区间有重叠，说不上升了还是降了")
    return _("比上一轮高") if now.share > then.share else _("比上一轮低")
