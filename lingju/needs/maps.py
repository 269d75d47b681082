"""The map of open needs: a pin a compound, as large as its number; it says what the list says."""

from collections.abc import Sequence

from django.utils.translation import ngettext
from markupsafe import Markup

from lingju.kernel import svg
from lingju.needs.queries.lists import PublicNeed
from lingju.places import maps
from lingju.places.walking import Town


def needs_map(town: Town, needs: Sequence[PublicNeed]) -> Markup | None:
    """Draw the town with how many of `needs` lie in each compound; None where no streets are loaded."""
    if town.streets is None:
        return None
    frame = maps.whole(town)
    spots: dict[tuple[float, float], list[PublicNeed]] = {}
    for need in needs:
        if need.lon is not None and need.lat is not None:
            spots.setdefault(maps.metres(town, need.lon, need.lat), []).append(need)
    pins = []
    for (x, y), here in spots.items():
        a, b = frame.place(x, y)
        name = svg.text(here[0].place, 0, 96, "pl")
        pins.append(
            f'<g class="pin" transform="translate({a} {b})"><circle r="54"/>'
            f'<text class="pn" y="19">{len(here)}</text>{name}</g>'
        )
    names = maps.street_names(town.streets, frame, 38, list(spots))
    count = sum(map(len, spots.values()))
    label = ngettext("地图：%(n)s 件还没办完的需求", "地图：%(n)s 件还没办完的需求", count) % {"n": count}
    layers = [*maps.ground(town, frame), *names, *pins]
    return svg.drawing(layers, frame, label=label, classes="map", whole=True)
