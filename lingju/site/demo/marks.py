"""What stands on junctions: traffic signals, zebra crossings, the level crossing, and compounds' gates."""

from collections import defaultdict

from lingju.site.demo.compounds import Court
from lingju.site.demo.model import Mark
from lingju.site.demo.plane import XY, degrees, dice
from lingju.site.demo.streets import Way


def marks(
    ways: list[Way], lines: list[tuple[XY, ...]], track: tuple[XY, ...], courts: list[Court], seed: int
) -> tuple[Mark, ...]:
    """Return signals where arteries meet arteries or main streets, crossings where smaller ones meet them."""
    meeting: dict[XY, list[int]] = defaultdict(list)
    for k, line in enumerate(lines):
        for spot in line:
            meeting[spot].append(k)
    rng = dice(seed, "marks")
    found = []
    for spot in sorted(meeting):
        kind = _kind([ways[k] for k in meeting[spot]], rng.random())
        if kind:
            found.append(Mark(degrees(*spot), kind))
    rails = set(track)
    found += [Mark(degrees(*spot), "level_crossing") for spot in sorted(meeting) if spot in rails]
    gates = {gate.at for court in courts for gate in court.openings}
    return (*found, *(Mark(degrees(*spot), "gate") for spot in sorted(gates & meeting.keys())))


def _kind(here: list[Way], luck: float) -> str:
    names = {way.name for way in here if way.cls == "artery"}
    classes = {way.cls for way in here}
    if not names or len(here) < 2:
        return ""
    if len(names) > 1 and not any(way.bridge or way.tunnel for way in here):
        return "signals"
    if "secondary" in classes:
        return "signals" if luck < 0.6 else "crossing"
    return "crossing" if classes & {"minor", "footway"} and luck < 0.75 else ""
