"""One matter as whoever asked sees it: what was promised, what happened, who has it, what they may do now.

What is written for colleagues stays among them; what another asker said stays theirs. Whoever only joined
sees no more of it than the public list shows (`sight`).
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lingju.kernel import clock
from lingju.kernel.errors import Text
from lingju.needs import phrases
from lingju.needs.clock import Due
from lingju.needs.models import Asker, Entry, Evidence, Need
from lingju.needs.queries import sight, steps
from lingju.needs.queries.sight import Sight
from lingju.needs.queries.steps import Step
from lingju.needs.services import judging
from lingju.places.models import Station

S = Need.Stage
C = Asker.Confirmation


@dataclass(frozen=True, slots=True)
class Kept:
    """One promise: what was promised, whether it is kept, in words and a tone."""

    what: str
    words: str
    tone: str


@dataclass(frozen=True, slots=True)
class Door:
    """Who has it now, and the number at which somebody answers."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Ways:
    """What an asker may do now."""

    judge: bool
    add: bool
    withdraw: bool
    again: bool
    follow: bool


@dataclass(frozen=True, slots=True)
class Matter:
    """Everything the page of a matter shows."""

    need: Need
    asker: Asker
    sight: Sight
    promises: tuple[Kept, ...]
    door: Door
    steps: tuple[Step, ...]
    done: tuple[Evidence, ...]
    given: tuple[Evidence, ...]
    ways: Ways
    verdict: str


def matter(asker: Asker) -> Matter:
    """Return one matter as one of its askers sees it, in a fixed number of queries."""
    need = asker.need
    entries = Entry.objects.filter(need=need).order_by("-id")
    seen = sight.sight(asker)
    evidence = list(evidence_in(seen).order_by("id"))
    return Matter(
        need=need,
        asker=asker,
        sight=seen,
        promises=promises_in(seen, clock.now()),
        door=door_in(seen),
        steps=tuple(steps.told(entries, seen)),
        done=tuple(one for one in evidence if one.shows == Evidence.Shows.DONE),
        given=tuple(one for one in evidence if one.shows == Evidence.Shows.SAID),
        ways=ways(asker),
        verdict=str(C(asker.confirmation).label) if asker.confirmation in Asker.ANSWERED else "",
    )


def seen_evidence(asker: Asker) -> QuerySet[Evidence]:
    """Keep what an asker may open: what was done, and what they gave themselves."""
    return evidence_in(sight.sight(asker))


def evidence_in(seen: Sight) -> QuerySet[Evidence]:
    """Keep the photos in an asker's sight: none of a private kind for whoever only joined."""
    rows = Evidence.objects.filter(need_id=seen.asker.need_id, district_id=seen.asker.district_id)
    if not seen.shows_words:
        return rows.none()
    return rows if seen.public is None else rows.filter(shows=Evidence.Shows.DONE)


def ways(asker: Asker) -> Ways:
    """Return what an asker may do now; what is not offered is refused by the verbs too."""
    need = asker.need
    is_in = asker.left_out == Asker.LeftOut.NO
    is_answered = need.stage in (S.ANSWERED, S.CLOSED)
    may_reopen = is_in and is_answered and judging.may_reopen(need)
    waits = asker.confirmation in (C.ASKED, C.SILENT, C.UNREACHABLE)
    return Ways(
        judge=is_in and is_answered and waits,
        add=is_in and not need.is_over,
        withdraw=is_in and not need.is_over,
        again=may_reopen,
        follow=is_answered and not may_reopen and need.is_over and not need.is_excluded,
    )


def door_in(seen: Sight) -> Door:
    """Return who has a need now; the station's number, where the place may be known, else the district's."""
    need, phone = seen.asker.need, ""
    if seen.shows_words and need.owner_org_id is None and need.station_id is not None:
        phone = Station.objects.filter(pk=need.station_id).values_list("phone", flat=True).first() or ""
    return Door(seen.owner, phone or need.district.hotline)


def promises_in(seen: Sight, now: dt.datetime) -> tuple[Kept, ...]:
    """Return the promises that were made to an asker: a first word to the author alone, a result to all.

    Whoever only joined is told days: the minute of a promise is the minute in which the need was said.
    """
    if seen.public is None:
        return kept_promises(seen.asker.need, now)
    return kept_promises(seen.asker.need, now, say=_day_of)[1:]


def _day_of(moment: dt.datetime, now: dt.datetime) -> str:
    return phrases.day_in_words(moment.astimezone(clock.ZONE).date())


def kept_promises(
    need: Need, now: dt.datetime, *, say: Callable[[dt.datetime, dt.datetime], str] = phrases.when_in_words
) -> tuple[Kept, ...]:
    """Return both promises and whether they are kept, in words; `say` puts a moment into words."""
    unknown = need.due_unknown_year
    response = _kept(_("回您的话"), need.respond_due_at, need.responded_at, unknown, now, say)
    if need.stage == S.CLOSED and need.answered_at is None:
        return (response,)
    if need.clock_state == Need.Clock.PAUSED and need.answered_at is None:
        return (response, _paused(need))
    answer = _kept(_("给您结果"), need.due_at, need.answered_at, unknown, now, say)
    if need.planned_on is None:
        return (response, answer)
    planned = _("说好%(day)s") % {"day": phrases.day_in_words(need.planned_on)}
    tone = "song" if need.planned_on >= now.astimezone(clock.ZONE).date() else "dai"
    return (response, answer, Kept(_("定的日子"), planned, tone))


def _kept(
    what: str,
    due: dt.datetime | None,
    done: dt.datetime | None,
    unknown_year: int | None,
    now: dt.datetime,
    say: Callable[[dt.datetime, dt.datetime], str],
) -> Kept:
    if due is None:
        if done is not None:
            return Kept(what, _("%(when)s 办了") % {"when": say(done, now)}, "song")
        return Kept(what, phrases.promise_in_words(Due(None, unknown_year or now.year + 1), now), "xing")
    said = {"due": say(due, now)}
    if done is not None:
        said["done"] = say(done, now)
        if done <= due:
            return Kept(what, _("说好 %(due)s 前，%(done)s 做到了") % said, "song")
        return Kept(what, _("说好 %(due)s 前，晚了，%(done)s 才做到") % said, "xing")
    if now > due:
        return Kept(what, _("说好 %(due)s 前，超过了，我们在催") % said, "mei")
    return Kept(what, _("%(due)s 前") % said, "dai")


def _paused(need: Need) -> Kept:
    day = phrases.day_in_words(need.paused_until) if need.paused_until is not None else ""
    said = {"day": day, "why": PAUSED_FOR.get(need.paused_for, "")}
    words = _("先等到%(day)s，%(why)s") % said
    return Kept(_("给您结果"), words, "xing")


PAUSED_FOR: Mapping[str, Text] = {
    "waiting_for_resident": gettext_lazy("等您回话，或等您方便的时候"),
    "waiting_for_date": gettext_lazy("等约好的日子"),
}


def lines(askers: QuerySet[Asker]) -> list[dict[str, Any]]:
    """Return all my matters as lines of a list, those that wait for me first."""
    mine = list(askers[:50])
    seen = sight.sights(mine)
    found = [{"sight": seen[one.pk], "need": one.need, "ways": ways(one)} for one in mine]
    return sorted(found, key=lambda line: not line["ways"].judge)
