"""The board of a cycle: three columns of cards, the wires between them, and what is selected; few queries.

needs            projects (two rows where selected)           resources, by who offers them
y = middle of the card's rows; a wire is a curve between two columns, in units of a drawing 1276 wide
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _

from lingju.cobuilding import absence
from lingju.cobuilding.absence import Missing
from lingju.cobuilding.models import Cycle, Duty, Enrolment, NeedLine, Project, Resource
from lingju.cobuilding.queries import lists

ROW: Final = 62
MOST_CARDS: Final = 24
WAITING: Final = Project.State.PROPOSED
GONE: Final = (Project.State.DECLINED, Project.State.ENDED)
LEFT: Final = (352, 400, 448)
RIGHT: Final = (924, 876, 828)


@dataclass(slots=True)
class Card:
    """One card: what it says, whether it is selected or only proposed, where its middle is."""

    key: str
    title: str
    words: str
    more: str = ""
    tone: str = ""
    y: float = 0
    project: Project | None = None
    why: str = ""
    links: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Wire:
    """One curve between two cards, and what is said of it."""

    path: str
    tone: str


@dataclass(frozen=True, slots=True)
class Board:
    """Everything that the board shows."""

    needs: list[Card]
    projects: list[Card]
    resources: list[Card]
    wires: list[Wire]
    height: int
    people: int
    lines: int
    matched: int
    waiting: int
    units: int
    residents: int
    shown: Project | None
    missing: str


def board(cycle: Cycle, selected: str = "") -> Board:
    """Return the board of a cycle; `selected` is a card's key: p3 a project, n5 a need, u7 or r9 an offer."""
    lines = list(lists.lines_of(cycle))
    projects = [one for one in lists.projects_of(cycle) if one.state not in GONE]
    offers = list(lists.resources_of(cycle).filter(state=Resource.State.AVAILABLE).order_by("number"))
    order = {line.pk: at for at, line in enumerate(lines)}
    projects.sort(key=lambda one: min([order.get(line.pk, 999) for line in one.lines.all()], default=999))
    missing = absence.missing_in(projects)
    cards = [_project(one, cycle, missing.get(one.pk)) for one in projects[:MOST_CARDS]]
    chosen = _chosen(cards, selected, missing)
    tied = {key for card in cards for key in card.links}
    # Who merely has a turn stands in the rota below, once projects say whom they take.
    crews = [unit for unit in _crews(cycle) if not cards or f"u{unit.pk}" in tied]
    needs = _first([_need(line) for line in lines], tied)
    resources = _first(_offers(offers, crews), tied)
    _select(needs, cards, resources, chosen, selected)
    height = _place(needs, cards, resources)
    whose = {card.key for card in _offers(offers, crews)}
    return Board(
        needs,
        cards,
        resources,
        _wires(needs, cards, resources),
        height,
        people=sum(line.people for line in lines),
        lines=len(lines),
        matched=sum(one.state != WAITING for one in projects),
        waiting=sum(one.state == WAITING for one in projects),
        units=sum(key.startswith("u") for key in whose),
        residents=sum(key.startswith("r") for key in whose),
        shown=chosen.project if chosen is not None else None,
        missing=_missing_words(chosen, missing),
    )


def _missing_words(chosen: Card | None, missing: Mapping[int, Missing]) -> str:
    project = chosen.project if chosen is not None else None
    return missing[project.pk].words if project is not None and project.pk in missing else ""


def _crews(cycle: Cycle) -> list[Enrolment]:
    duties = Duty.objects.filter(cycle=cycle, state__in=Duty.HELD, enrolment__isnull=False)
    found = Enrolment.objects.filter(pk__in=duties.values("enrolment_id"))
    return list(found.select_related("organisation").order_by("id"))


def _need(line: NeedLine) -> Card:
    words = line.area.short_name
    if line.carried_from_id is not None:
        words = _("%(area)s，上期转来") % {"area": words}
    if line.shortage and line.state == NeedLine.State.UNMATCHED:
        words = shortage_words(line)
    return Card(f"n{line.pk}", line.title, words, _("%(n)d 人") % {"n": line.people})


def _project(project: Project, cycle: Cycle, missing: Missing | None) -> Card:
    words = f"{lists.time_words(project, cycle)} {lists.place_words(project)}".strip()
    if missing is not None:
        words = missing.words
    elif project.state == WAITING:
        words = _waiting(project)
    card = Card(
        f"p{project.pk}",
        project.title,
        words,
        tone="may" if project.state == WAITING else "off" if missing is not None else "ok",
        project=project,
        why=reason_words(project),
    )
    card.links = [f"n{line.pk}" for line in project.lines.all()]
    card.links += [_offer_key(use.resource) for use in project.uses.all()]
    card.links += [f"u{member['unit']}" for member in project.team]
    if project.lead_id is not None:
        card.links.append(f"u{project.lead_id}")
    card.links = list(dict.fromkeys(card.links))
    return card


def _waiting(project: Project) -> str:
    if project.area_claimed_at is not None:
        return _("社区认领了，等单位点头")
    if project.unit_claimed_at is not None:
        return _("单位认领了，等您点头")
    return _("可以配上，等您点头")


def _offer_key(resource: Resource) -> str:
    return f"u{resource.enrolment_id}" if resource.enrolment_id is not None else f"r{resource.pk}"


def _offers(offers: Iterable[Resource], crews: Iterable[Enrolment]) -> list[Card]:
    """Return a card for each unit with all it offers, for each resident, and for units on duty."""
    by_owner: dict[str, list[Resource]] = defaultdict(list)
    names: dict[str, str] = {}
    for row in offers:
        by_owner[_offer_key(row)].append(row)
        names[_offer_key(row)] = row.whose
    cards = [
        Card(
            key,
            names[key],
            _("，").join(f"{row.title} {row.quantity} {row.unit}".strip() for row in rows),
            lists.windows_words(dict.fromkeys(name for row in rows for name in row.windows)),
        )
        for key, rows in by_owner.items()
    ]
    for unit in crews:
        if f"u{unit.pk}" not in by_owner:
            words = _("轮值来 %(n)d 人") % {"n": unit.people}
            cards.append(Card(f"u{unit.pk}", unit.organisation.name, words, _("当天")))
    return cards


def _first(cards: list[Card], tied: set[str]) -> list[Card]:
    """Return as many cards as a board holds: those with a wire first, in their order."""
    kept = sorted(cards, key=lambda card: card.key not in tied)[:MOST_CARDS]
    return [card for card in cards if card in kept]


def _chosen(cards: list[Card], selected: str, missing: Mapping[int, Missing]) -> Card | None:
    named = next((card for card in cards if card.key == selected), None)
    if named is not None or selected:
        return named
    # What wants for a unit waits for a hand.
    urgent = next((card for card in cards if card.project is not None and card.project.pk in missing), None)
    if urgent is not None:
        return urgent
    told = [card for card in cards if card.why]
    # What is done in one go is what nobody would have seen: it is shown first.
    return next((card for card in told if len(_lines_of(card)) > 1), next(iter(told), None))


def _lines_of(card: Card) -> list[str]:
    return [key for key in card.links if key.startswith("n")]


def _select(
    needs: list[Card], projects: list[Card], resources: list[Card], chosen: Card | None, selected: str
) -> None:
    picked = {selected} if selected else set()
    if chosen is not None:
        picked |= {chosen.key, *chosen.links}
    elif selected:
        picked |= {card.key for card in projects if selected in card.links}
    for card in (*needs, *projects, *resources):
        if card.key in picked:
            card.tone = f"{card.tone} sel".strip()


def _place(needs: list[Card], projects: list[Card], resources: list[Card]) -> int:
    """Give each card the middle of its rows, and return the height of the drawing."""
    heights = [0]
    for column in (needs, projects, resources):
        top = 0
        for card in column:
            rows = 2 if card.project is not None and "sel" in card.tone else 1
            card.y = top + rows * ROW / 2
            top += rows * ROW
        heights.append(top)
    return max(*heights, ROW)


def _wires(needs: list[Card], projects: list[Card], resources: list[Card]) -> list[Wire]:
    ends: Mapping[str, tuple[Card, tuple[int, int, int]]] = {
        **{card.key: (card, LEFT) for card in needs},
        **{card.key: (card, RIGHT) for card in resources},
    }
    return [
        Wire(_curve(*ends[key], card.y), "sel" if "sel" in card.tone else card.tone)
        for card in projects
        for key in card.links
        if key in ends
    ]


def _curve(card: Card, at: tuple[int, int, int], y: float) -> str:
    from_, middle, to = at
    return f"M{from_} {card.y:g}C{middle} {card.y:g} {middle} {y:g} {to} {y:g}"


# --- in words ---------------------------------------------------------------------------------------------


def reason_words(project: Project) -> str:
    """Return the first reason for a project in words; nothing where a person put it together."""
    said: list[dict[str, Any]] = project.reasons
    found = next((reason for reason in said if reason["why"] == "one_go"), said[0] if said else None)
    if found is None:
        return ""
    if found["why"] == "one_go":
        return _("%(n)d 件事在同一处，一趟办完，少跑一次") % {"n": found["lines"]}
    who = {"who": found.get("who", "")}
    words = {
        "only": _("这个时段只有%(who)s能做") % who,
        "nearest": _("%(who)s离得最近") % who,
        "knows": _("%(who)s轮值在这个社区") % who,
        "together": _("%(who)s的人一起来") % who,
        "kept": _("上次就是这样配的"),
        "locked": _("人工定的"),
    }
    return words.get(str(found["why"]), _("%(who)s能做，也有空") % who)


def shortage_words(line: NeedLine) -> str:
    """Return in words what a line is short of, as the last run proved it; and who has said no to it."""
    short = [one for one in line.shortage if one["lack"] != "declined"]
    names = [name for one in line.shortage if one["lack"] == "declined" for name in one["names"]]
    said_no = _("%(names)s说做不了") % {"names": "、".join(names)} if names else ""
    return _("；").join(filter(None, (_short_words(short), said_no)))


def _short_words(short: list[dict[str, Any]]) -> str:
    first = next(iter(short), None)
    if first is None:
        return ""
    if first["lack"] == "unusable":
        faults = {
            "no_place": _("没写在哪里，先补上地点"),
            "no_window": _("写的时段这一期没有"),
            "no_team": _("还没写要什么人"),
        }
        return faults.get(first["fault"], _("清单上的数填得不对"))
    if first["able"] < first["wanted"]:
        return _("还差 %(n)d：能做的一共 %(able)d") % {
            "n": first["wanted"] - first["able"],
            "able": first["able"],
        }
    return _("能做的都排满了，还差 %(n)d") % {"n": max(1, first["wanted"] - first["free"])}
