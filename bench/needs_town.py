"""A town full of needs: one street, 22 communities, two years, made like what the services write.

    python -m bench.needs_town COUNT {few,all}

A few needs go through the services, one of each kind and one at each pile; the rest are cast from them.
`few` leaves three in a hundred open, the newest, 500 at least so that every size shows a full page; `all`
leaves all open. What happened to a closed need is left out, its row, asker and search index are not: entries
are only ever read by their need. Where the town stands is written to town.json in LINGJU_VAR.
"""

import argparse
import datetime as dt
import json
import os
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from bench.needs_rows import Loader, Mould
from bench.needs_texts import Text, pool, tokens_of_name
from bench.ready import connection
from lingju.kernel import clock
from lingju.kernel.ids import COUNTER_BITS, EPOCH_MS, LANE_BITS
from lingju.needs.models import Asker, Category, Entry, Need, NumberSeries, SimilarityKey
from lingju.needs.services import answering, handling, judging, saying
from lingju.needs.services.answering import Answer
from lingju.needs.services.judging import Verdict
from lingju.needs.services.placing import Place
from lingju.needs.services.saying import Contact, Saying
from lingju.needs.tests.builders import a_bearer, a_key, a_loop
from lingju.needs.text import keys
from lingju.people.models import Account
from lingju.people.tests import cast
from lingju.places.models import Area, Compound, District
from lingju.places.tests import builders

COMMUNITIES, COMPOUNDS, APART_M = 22, 8, 300
YEARS = dt.timedelta(days=730)
FEWEST_OPEN, OPEN_SHARE = 500, 0.03
OURS = 0.3  # of all needs lie in the community whose clerk is asked
UPWARDS = 0.1  # lie at the street's desk
T = Need.Tray
TRAYS, WEIGHTS = (T.WAITING, T.REPLY, T.WORKING, T.ASKING), (45, 10, 30, 15)
TABLES = ("needs_need", "needs_asker", "needs_entry", "needs_similaritykey", "needs_search")
LATER = {"answered_at": 2, "closed_at": 4, "responded_at": 1, "updated_at": 4}  # days after it was said
MOMENTS = (
    "respond_due_at",
    "due_at",
    "sort_at",
    "chase_at",
    "responded_at",
    "answered_at",
    "ask_until",
    "closed_at",
)


@dataclass(frozen=True)
class Town:
    """The places and the people who work there; the first community is the one that is asked."""

    district: District
    street: Area
    areas: Sequence[Area]
    compounds: Mapping[int, Sequence[Compound]]
    clerks: Sequence[Account]  # one of each community
    officer: Account


@dataclass(frozen=True)
class Sample:
    """A need that went through the services, with its asker and its entries, as moulds."""

    need: Need
    mould: Mould
    asker: Mould
    entries: Sequence[Mould]


def found() -> Town:
    """Found the places through the services."""
    district = builders.a_district()
    builders.an_area(district, builders.DISTRICT, district.name)
    street = builders.an_area(district, builders.STREET, "示例街道")
    areas = [
        builders.an_area(district, f"{builders.STREET}{n:03d}", f"示例第{n}社区居委会")
        for n in range(1, COMMUNITIES + 1)
    ]
    a_loop(district)
    compounds = {}
    for row, area in enumerate(areas):
        spots = [builders.at(APART_M * column, APART_M * row) for column in range(COMPOUNDS)]
        compounds[area.pk] = [builders.a_compound(area, at=spot, gates=(), is_gated=False) for spot in spots]
    return Town(
        district,
        street,
        areas,
        compounds,
        [cast.a_clerk(at=area) for area in areas],
        cast.a_street_officer(at=street),
    )


def _said(town: Town, kind: Category) -> saying.Receipt:
    said = Saying(
        kind,
        Place(compound=town.compounds[town.areas[0].pk][0], note="三单元门口"),
        "门口的灯不亮，三天了。",
        Contact("示例居民", "13800001234", Asker.By.SMS),
    )
    return saying.submit(town.district, said, key=a_key(), actor=cast.a_stranger(town.district))


def _sample(receipt: saying.Receipt) -> Sample:
    need = Need.objects.get(pk=receipt.need.pk)
    entries = [Mould(entry) for entry in Entry.objects.filter(need=need).order_by("id")]
    return Sample(need, Mould(need), Mould(Asker.objects.get(pk=receipt.asker.pk)), entries)


def samples(town: Town) -> tuple[dict[str, Sample], dict[str, Sample]]:
    """Let the services write one need of each kind, and one on each pile of the desk."""
    clerk = cast.an_actor_of(town.clerks[0])
    kinds = list(Category.objects.filter(district=town.district, is_active=True))
    by_kind = {kind.code: _sample(_said(town, kind)) for kind in kinds}
    plain = next(kind for kind in kinds if not kind.needs_evidence)
    piles: dict[str, Sample] = {}
    for tray in T.values:
        receipt = _said(town, plain)
        need = Need.objects.select_related("owner_area", "category", "district").get(pk=receipt.need.pk)
        if tray != T.WAITING:
            handling.take(need, actor=clerk)
        if tray == T.WORKING:
            handling.reply(need, "我们看过了，明天有人来修。", actor=clerk)
        if tray in (T.ASKING, T.DONE):
            answering.answer(need, Answer(Need.Outcome.EXPLAINED, "灯已经换好了，请您看一眼。"), actor=clerk)
        if tray == T.DONE:
            receipt.asker.refresh_from_db()
            judging.judge(receipt.asker, Verdict("satisfied", "yes", ""), by="page", actor=a_bearer(receipt))
        piles[tray] = _sample(receipt)
        assert piles[tray].need.tray == tray
    return by_kind, piles


class Filling:
    """One filling of a town: draws, casts, counts numbers."""

    def __init__(self, town: Town, count: int, *, all_open: bool, loader: Loader) -> None:
        self.town, self.count, self.loader = town, count, loader
        self.open_from = 0 if all_open else count - min(count, max(FEWEST_OPEN, int(count * OPEN_SHARE)))
        self.draw = random.Random(5)
        self.by_kind, self.piles = samples(town)
        self.texts = pool(count)
        self.handlers = {area.pk: who.pk for area, who in zip(town.areas, town.clerks, strict=True)}
        # The samples have this month's first numbers.
        self.numbers = Counter({clock.today().strftime("%y%m"): NumberSeries.objects.get().last})
        self.names = {
            compound.pk: tuple(
                dict.fromkeys((*tokens_of_name(area.short_name), *tokens_of_name(compound.name)))
            )
            for area in town.areas
            for compound in town.compounds[area.pk]
        }
        self.written = lru_cache(maxsize=200_000)(keys.written)
        self.key_columns = [str(f.column) for f in SimilarityKey._meta.concrete_fields]

    def run(self) -> None:
        """Cast all needs, oldest first."""
        start = clock.now() - YEARS
        for at in range(self.count):
            self._one(at, start + YEARS * (at / self.count))
        series = [
            NumberSeries(district=self.town.district, month=month, last=last)
            for month, last in self.numbers.items()
        ]
        NumberSeries.objects.filter(district=self.town.district).delete()
        NumberSeries.objects.bulk_create(series)

    def _one(self, at: int, moment: dt.datetime) -> None:
        text = self.texts[self.draw.randrange(len(self.texts))]
        is_open = at >= self.open_from
        tray = str(self.draw.choices(TRAYS, WEIGHTS)[0]) if is_open else T.DONE.value
        area = self.town.areas[0 if self.draw.random() < OURS else self.draw.randrange(1, COMMUNITIES)]
        compound = self.draw.choice(self.town.compounds[area.pk])
        pk = (int(moment.timestamp() * 1000) - EPOCH_MS) << (LANE_BITS + COUNTER_BITS) | at % (
            1 << COUNTER_BITS
        )
        given = {**self._words(at, moment, text), **self._place(area, compound), **self._owner(area)}
        given |= self._state(text.code, tray, moment)
        if given["handler_id"] is not None:
            given["handler_id"] = self.handlers[area.pk]
        self.loader.cast(self.by_kind[text.code].mould, pk, **given)
        self._asker(pk, at, tray, moment)
        if is_open:
            self._record(pk, tray, moment)
            self._keys(pk, text.text, given["lon"], given["lat"])
        self._tokens(pk, (*text.tokens, *self.names[compound.pk]))

    def _words(self, at: int, moment: dt.datetime, text: Text) -> dict[str, Any]:
        month = moment.astimezone(clock.ZONE).strftime("%y%m")
        self.numbers[month] += 1
        return {
            "number": f"{month}-{self.numbers[month]:04d}",
            "key": f"bench-{at:08d}",
            "said": text.text,
            "text": text.text,
            "title": text.title,
            "is_urgent": at % 50 == 0,
            "submitted_at": moment,
            "began_at": moment,
            "updated_at": moment,
        }

    def _place(self, area: Area, compound: Compound) -> dict[str, Any]:
        """Most pick the compound itself, some a point on the map close by."""
        is_point = self.draw.random() < 0.2
        east, north = (self.draw.uniform(-6e-4, 6e-4) if is_point else 0.0 for _ in range(2))
        return {
            "area_id": area.pk,
            "compound_id": compound.pk,
            "lon": compound.lon + east,
            "lat": compound.lat + north,
            "place_stem": area.stem,
            "place_street": area.stem[:9],
            "place_community": area.stem[:12],
        }

    def _owner(self, area: Area) -> dict[str, Any]:
        owner = self.town.street if self.draw.random() < UPWARDS else area
        return {
            "owner_area_id": owner.pk,
            "owner_stem": owner.stem,
            "owner_street": owner.stem[:9],
            "owner_community": owner.stem[:12],
        }

    def _state(self, code: str, tray: str, moment: dt.datetime) -> dict[str, Any]:
        """Return what a need on a pile says of its axes, and its moments counted from when it was said."""
        of_kind, of_pile = self.by_kind[code].need, self.piles[tray].need
        names = (
            "stage",
            "outcome",
            "clock_state",
            "tray",
            "is_over",
            "handler_id",
            "version",
            "level",
            *MOMENTS,
        )
        given = {name: getattr(of_pile, name) for name in names}
        for name in MOMENTS:
            model = of_kind if name in ("respond_due_at", "due_at", "sort_at") else of_pile
            value = getattr(model, name)
            later = dt.timedelta(days=LATER.get(name, 0))
            given[name] = None if value is None else moment + (value - model.submitted_at) + later
        return given

    def _asker(self, pk: int, at: int, tray: str, moment: dt.datetime) -> None:
        phone = f"139{at % 300_000:08d}" if at % 10 < 7 else None
        given = {"need_id": pk, "key": f"bench-{at:08d}", "joined_at": moment, "code": f"{at % 10**6:06d}"}
        by = Asker.By.SMS if phone else Asker.By.PAGE
        self.loader.cast(self.piles[tray].asker, pk, phone=phone, phone_index=phone, by=by.value, **given)

    def _record(self, pk: int, tray: str, moment: dt.datetime) -> None:
        for step, mould in enumerate(self.piles[tray].entries):
            self.loader.cast(mould, pk + (step << COUNTER_BITS), need_id=pk, at=moment)

    def _keys(self, pk: int, text: str, lon: float, lat: float) -> None:
        values = {"district_id": self.town.district.pk, "need_id": pk}
        for step, key in enumerate(sorted(self.written(text, lon, lat))):
            row = {**values, "id": pk + (step << COUNTER_BITS), "key": key}
            self.loader.add("needs_similaritykey", self.key_columns, [row[name] for name in self.key_columns])

    def _tokens(self, pk: int, tokens: Sequence[str]) -> None:
        once = dict.fromkeys(tokens)
        if connection.vendor == "sqlite":
            self.loader.add("needs_search", ("rowid", "grams"), (pk, " ".join(once)))
        else:
            self.loader.add(
                "needs_search", ("need_id", "grams"), (pk, " ".join(f"'{token}'" for token in once))
            )


def fill(count: int, *, all_open: bool) -> Town:
    """Fill a fresh database and write down where the town stands."""
    town = found()
    with Loader(TABLES) as loader:
        Filling(town, count, all_open=all_open, loader=loader).run()
    where = {
        "district": town.district.pk,
        "clerk": town.clerks[0].pk,
        "officer": town.officer.pk,
        "needs": count,
    }
    Path(os.environ["LINGJU_VAR"], "town.json").write_text(json.dumps(where), encoding="utf-8")
    return town


def main() -> None:
    """Fill the database that the environment names."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("count", type=int)
    parser.add_argument("open", choices=("few", "all"))
    options = parser.parse_args()
    fill(options.count, all_open=options.open == "all")


if __name__ == "__main__":
    main()
