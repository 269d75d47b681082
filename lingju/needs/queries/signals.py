"""Reading signals: those of a desk by area, with the kind of need each would most likely become."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from lingju.kernel.errors import NotThere
from lingju.kernel.rules import Actor
from lingju.needs.models import Category, Signal
from lingju.places.models import Area, District

MOST = 200


@dataclass(frozen=True, slots=True)
class Waiting:
    """One signal, and the kind of need that is chosen beforehand."""

    signal: Signal
    category_id: int | None


@dataclass(frozen=True, slots=True)
class Group:
    """The signals of one area."""

    area: Area
    waiting: tuple[Waiting, ...]


def signal_for(actor: Actor, signal_id: int) -> Signal:
    """Return a signal of the actor's desk; another desk's is not there."""
    rows = Signal.objects.visible_to(actor).select_related("area", "station__area", "district", "need")
    found = rows.filter(pk=signal_id).first()
    if found is None:
        raise NotThere(_("没找到，或者不归您管。"))
    return found


def kinds(district: District) -> list[Category]:
    """Return the kinds of need a signal can become."""
    return list(
        Category.objects.filter(district=district, is_active=True, parent__isnull=False)
        .select_related("parent")
        .order_by("parent__order", "order", "id")
    )


def waiting(actor: Actor, choices: list[Category]) -> list[Group]:
    """Return what waits at the actor's desk, by area in the order of codes, the most often missed first."""
    rows = Signal.objects.visible_to(actor).waiting().select_related("area", "station")
    usual = _usual(actor)
    groups: dict[int, list[Signal]] = {}
    for signal in rows.order_by("area__stem", "-times", "-last_at")[:MOST]:
        groups.setdefault(signal.area_id, []).append(signal)
    return [
        Group(signals[0].area, tuple(Waiting(one, _likely(one, choices, usual)) for one in signals))
        for signals in groups.values()
    ]


def decided(actor: Actor) -> list[Signal]:
    """Return what was decided last, so that one sees what became of it."""
    rows = Signal.objects.visible_to(actor).exclude(state=Signal.State.WAITING)
    return list(rows.select_related("area", "need").order_by("-last_at")[:10])


def _usual(actor: Actor) -> dict[str, int]:
    """Return, for each kind of signal, the kind of need that the last one of it became."""
    turned = Signal.objects.filter(district_id=actor.district_id, need__isnull=False).order_by("-id")
    found: dict[str, int] = {}
    for kind, category in turned.values_list("kind", "need__category_id")[:100]:
        found.setdefault(kind, category)
    return found


def _likely(signal: Signal, choices: list[Category], usual: dict[str, int]) -> int | None:
    """Return the kind whose keywords stand in the words, else what such signals became before."""
    for category in choices:
        words = [
            word
            for word in category.keywords.replace("，", ",").replace("、", ",").split(",")
            if word.strip()
        ]
        if any(word.strip() in signal.words for word in words):
            return int(category.pk)
    return usual.get(signal.kind)
