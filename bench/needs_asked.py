"""What a desk asks of a town of needs, in one process: the page, its list, the look-up, submit, search.

    python -m bench.needs_asked        prints one JSON object

Wall time is the median of the tries, CPU time the mean over them, of this process and of its PostgreSQL
backend. Caches of texts are emptied before each look-up: the first clerk of the morning pays for everything.
"""

import itertools
import json
import os
import random
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from django.db.models import Q
from django.test import Client

from bench.ready import connection
from lingju.kernel import clock
from lingju.kernel.rules import Actor
from lingju.needs.models import Category, Need
from lingju.needs.queries import desk, search
from lingju.needs.queries import similar as lookups
from lingju.needs.queries.desk import Wanted
from lingju.needs.services import saying
from lingju.needs.services.placing import Place
from lingju.needs.services.saying import Contact, Saying
from lingju.needs.tests.builders import a_key
from lingju.needs.text import similar
from lingju.people.models import Account
from lingju.people.tests import cast
from lingju.places.models import Compound, District

Scored = list[tuple[float, int]]
PROBES, TRIES = 20, 12
NEAR_DEGREES: Final = 250 / similar.METRES_PER_DEGREE
SEARCHES: Final = {
    "a common word": "路灯",
    "two words": "路灯 不亮",
    "a sentence": "感应灯不亮三天",
    "first letters": "ldbl",
    "a number": "0012",
    "a place": "示例小区3",
    "nothing": "鲸鱼",
}


@dataclass(frozen=True)
class Cost:
    """What one question costs, in milliseconds, and how many rows came back on average."""

    what: str
    wall_ms: float
    cpu_ms: float
    rows: float


@dataclass(frozen=True)
class Scene:
    """The town as it stands, with who asks."""

    district: District
    clerk: Account
    officer: Account

    @property
    def actors(self) -> dict[str, Actor]:
        """Return who asks: a clerk of one community, an officer of the whole street."""
        return {"community": cast.an_actor_of(self.clerk), "street": cast.an_actor_of(self.officer)}


def scene() -> Scene:
    """Return the town that the environment names."""
    where = json.loads(Path(os.environ["LINGJU_VAR"], "town.json").read_text(encoding="utf-8"))
    clerk, officer = (Account.objects.get(pk=where[who]) for who in ("clerk", "officer"))
    return Scene(District.objects.get(pk=where["district"]), clerk, officer)


def cpu() -> float:
    """Return the CPU seconds that this process and its PostgreSQL backend have used so far."""
    if connection.vendor == "sqlite":
        return time.process_time()
    connection.ensure_connection()
    stat = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text(encoding="ascii")
    ticks = sum(int(field) for field in stat.rpartition(")")[2].split()[11:13])
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def cost(what: str, tries: Iterable[Callable[[], int]], *, warm: int = 2) -> Cost:
    """Time each of the tries once; the first ones are taken twice, so that every one finds its plan ready."""
    works = list(tries)
    for work in works[:warm]:
        work()
    walls, rows, begin = [], [], cpu()
    for work in works:
        start = time.perf_counter()
        rows.append(work())
        walls.append(time.perf_counter() - start)
    spent = (cpu() - begin) / len(works)
    return Cost(
        what, round(statistics.median(walls) * 1e3, 3), round(spent * 1e3, 3), round(statistics.mean(rows), 1)
    )


def mark_in_the_middle(actor: Actor, tray: str) -> tuple[str, int]:
    """Return where the middle page of a pile begins, and how many rows lie before it."""
    pile = desk.in_reach(actor).filter(tray=tray)
    order = ("-sort_at", "-id") if tray in desk.NEWEST_FIRST else ("sort_at", "id")
    before = max(0, pile.count() // 2 - 1)
    row = pile.order_by(*order).only("sort_at")[before : before + 1].first()
    at = (row.sort_at - desk.EPOCH) // desk.MICROSECOND if row else 0
    return (f"{at}-{row.pk}" if row else ""), before + 1


def ask_list(actor: Actor, **asked: str) -> int:
    """Ask everything that the list shows: piles counted to 99, the page of rows."""
    wanted = Wanted.of(asked)
    desk.tabs(actor, wanted)
    desk.extra_tabs(actor, wanted)
    return desk.listing(wanted, actor, clock.now()).count


def ask_naively(actor: Actor, tray: str, before: int) -> int:
    """Ask the same as it is mostly done: count every pile, then OFFSET."""
    for pile in desk.TABS:
        desk.in_reach(actor).filter(tray=pile).count()
    rows = desk.in_reach(actor).filter(tray=tray).order_by("sort_at", "id")
    rows = rows.select_related("category", "area", "compound", "station").only(*desk.SHOWN)
    page = list(rows[before : before + desk.ROWS_A_PAGE])
    desk.grouped(page, clock.now())
    return len(page)


def lists(here: Scene) -> list[Cost]:
    """Measure the list: whole pages, the queries alone, deep in a pile, filtered; and the naive way."""
    found = []
    for who, account in (("community", here.clerk), ("street", here.officer)):
        browser, actor = cast.signed_in_client(account), here.actors[who]
        waiting, before = mark_in_the_middle(actor, Need.Tray.WAITING)
        done, _before = mark_in_the_middle(actor, Need.Tray.DONE)
        found += [
            cost(f"page, {who}", [partial(_got, browser)] * TRIES),
            cost(f"list, {who}", [partial(ask_list, actor)] * TRIES * 2),
            cost(f"list, {who}, its middle", [partial(ask_list, actor, after=waiting)] * TRIES * 2),
            cost(
                f"peer: count and offset, {who}, its middle",
                [partial(ask_naively, actor, Need.Tray.WAITING, before)] * TRIES,
            ),
            cost(f"list, {who}, done", [partial(ask_list, actor, tray="done", after=done)] * TRIES * 2),
        ]
    return found + filtered(here)


def filtered(here: Scene) -> list[Cost]:
    """Measure filters on a pile: one that many rows meet, and some that few or none do."""
    rare = Category.objects.get(district=here.district, code="policy")
    asked = {
        "late": {"late": "1"},
        "urgent": {"urgent": "1"},
        "a rare kind": {"category": str(rare.pk)},
        "mine, none": {"mine": "1"},
        "mine, none, done": {"mine": "1", "tray": "done"},
        "a channel, none": {"channel": "qr"},
    }
    actor = here.actors["street"]
    return [
        cost(f"list, street, {name}", [partial(ask_list, actor, **wanted)] * TRIES)
        for name, wanted in asked.items()
    ]


def _got(browser: Client) -> int:
    answer = browser.get("/desk/needs/")
    assert answer.status_code == 200, answer.status_code
    return int(answer.content.count(b'name="ids"'))


def probes(actor: Actor) -> dict[str, list[Need]]:
    """Return needs that somebody opens: the newest that wait, and open ones of any age."""
    waiting = Need.objects.visible_to(actor).is_open().filter(tray=Need.Tray.WAITING)
    waiting = waiting.filter(key__startswith="bench-")  # the samples are all alike
    newest = list(waiting.order_by("-id")[:PROBES])
    ids = list(Need.objects.visible_to(actor).is_open().order_by("id").values_list("id", flat=True))
    some = random.Random(11).sample(ids, min(len(ids), PROBES))
    return {"newest": newest, "of any age": list(Need.objects.filter(pk__in=some))}


def look_up(need: Need, actor: Actor) -> list[lookups.Alike]:
    """Look alike needs up with nothing remembered."""
    _forget()
    return lookups.alike(need, actor)


def look_everywhere(need: Need, actor: Actor) -> Scored:
    """Compare every open need within 250 m: the scores and ids of the likest, as many as are shown."""
    _forget()
    assert need.lon is not None
    assert need.lat is not None
    wide = NEAR_DEGREES / 0.8  # a degree of longitude is shorter here
    box = Q(lat__range=(need.lat - NEAR_DEGREES, need.lat + NEAR_DEGREES)) & Q(
        lon__range=(need.lon - wide, need.lon + wide)
    )
    rows = Need.objects.visible_to(actor).is_open().filter(box).exclude(pk=need.pk)
    this = lookups.described(need)
    columns = ("id", "text", "category_id", "lon", "lat", "submitted_at")
    found = []
    for pk, text, kind, lon, lat, at in rows.values_list(*columns).iterator():
        found.append((similar.score(this, similar.Described(text, str(kind), lon, lat, at)).score, pk))
    probable = [one for one in found if one[0] >= similar.PROBABLE]
    return sorted(probable, reverse=True)[: lookups.SHOWN]


def _forget() -> None:
    similar.features.cache_clear()
    similar._counted.cache_clear()


def alikes(here: Scene) -> tuple[list[Cost], dict[str, Any]]:
    """Measure the look-up, and how much of what an exhaustive comparison shows it shows as well."""
    costs: list[Cost] = []
    recalls: dict[str, Any] = {}
    for who, actor in here.actors.items():
        for age, needs in probes(actor).items():
            costs.append(cost(f"look-up, {who}, {age}", [partial(_count, need, actor) for need in needs]))
            few = needs[:: max(1, len(needs) // 6)][:6]
            best: dict[int, Scored] = {}
            exhaustive = [partial(_count_everywhere, need, actor, best) for need in few]
            costs.append(cost(f"peer: compare all within 250 m, {who}, {age}", exhaustive, warm=0))
            recalls[f"{who}, {age}"] = recall([(look_up(need, actor), best[need.pk]) for need in few])
    return costs, recalls


def _count(need: Need, actor: Actor) -> int:
    return len(look_up(need, actor))


def _count_everywhere(need: Need, actor: Actor, kept: dict[int, Scored]) -> int:
    kept[need.pk] = look_everywhere(need, actor)
    return len(kept[need.pk])


def recall(pairs: Sequence[tuple[list[lookups.Alike], Scored]]) -> dict[str, int]:
    """Return how many of the places that an exhaustive comparison fills are filled as well or better.

    Among a million invented sentences many are equally alike, so that places are counted, not ids.
    """
    places = filled = same = 0
    for ours, best in pairs:
        least = min((score for score, _pk in best), default=1.0)
        places += len(best)
        filled += min(len(best), sum(one.likeness.score >= least - 1e-9 for one in ours))
        same += len({pk for _score, pk in best} & {one.need.pk for one in ours})
    return {"places": places, "filled_as_well": filled, "the_same_needs": same}


def submits(here: Scene) -> list[Cost]:
    """Measure saying a need that nobody has said yet."""
    kind = Category.objects.get(district=here.district, code="broken_light")
    compounds = list(Compound.objects.filter(district=here.district)[:50])
    stranger, count = cast.a_stranger(here.district), itertools.count()

    def say() -> int:
        n = next(count)
        said = Saying(
            kind, Place(compound=compounds[n % 50]), f"{n}号楼的路灯不亮，{n}天了。", Contact("邻居")
        )
        return int(
            saying.submit(here.district, said, key=f"{a_key()}-{clock.epoch_ms()}", actor=stranger).is_new
        )

    return [cost("submit", [say] * PROBES * 2)]


def searches(here: Scene) -> list[Cost]:
    """Measure the search, and LIKE as its peer."""
    found = []
    for who, actor in here.actors.items():
        for name, words in SEARCHES.items():
            found.append(
                cost(f"search, {who}, {name}", [partial(_find, here.district, words, actor)] * TRIES)
            )
        for name in ("a common word", "nothing"):
            found.append(cost(f"peer: LIKE, {who}, {name}", [partial(_like, SEARCHES[name], actor)] * 4))
    return found


def _find(district: District, words: str, actor: Actor) -> int:
    return len(search.find(district, words, actor))


def _like(words: str, actor: Actor) -> int:
    within = Q(text__contains=words) | Q(title__contains=words) | Q(compound__name__contains=words)
    rows = Need.objects.visible_to(actor).filter(within).order_by("-id")
    return len(rows.values_list("pk", flat=True)[:200])


def main() -> None:
    """Ask everything once and print what it cost."""
    here = scene()
    costs = lists(here)
    looked, recalls = alikes(here)
    costs += looked + searches(here) + submits(here)
    print(json.dumps({"costs": [asdict(one) for one in costs], "recall": recalls}, ensure_ascii=False))


if __name__ == "__main__":
    main()
