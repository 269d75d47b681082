"""Maps of a town, drawn from its own streets as SVG: no tiles, no script, coloured by style sheets.

    strip        from where I am to the nearest station, for the home page
    circle_map   what I reach in five and ten minutes, with the stations around
    cover_map    the whole town: which houses reach a station, where the gaps are, a trial site
    station_map  the streets around one station
    spot_map     the streets around one spot, with others near it
    pick_map     any piece of the town, with names, to point at

The ground (land, water, streets, houses) is the same in all; each map lays its own things over it. A map
says nothing that the page's list does not say in words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup
from numpy.typing import NDArray
from shapely.geometry import LineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from lingju.circles.arrays import F8, I8
from lingju.circles.network import Area as Land
from lingju.circles.network import Line, Road
from lingju.circles.plane import UNIT
from lingju.circles.route import Route
from lingju.kernel import svg
from lingju.kernel.svg import Frame
from lingju.places.walking import Origin, Streets, Town

GROUND = (
    (Land.FIELD, "m-field"),
    (Land.WORKS, "m-works"),
    (Land.SCHOOL, "m-yard"),
    (Land.PARK, "m-park"),
    (Land.PLAZA, "m-plaza"),
    (Land.WATER, "m-water"),
)
STREETS = (
    (Road.PATH, "m-r m-rp"),
    (Road.MINOR, "m-r m-rm"),
    (Road.SECONDARY, "m-r m-rs"),
    (Road.ARTERY, "m-r m-ra"),
)
HATCH = (
    '<defs><pattern id="hatch" width="18" height="18" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><rect class="h0" width="18" height="18"/>'
    '<rect class="h1" width="3.6" height="18"/></pattern></defs>'
)
Shapes = NDArray[Any]  # an object array of shapely geometries
SMALLEST_GROUND_M2 = 30.0
LABEL_APART_M = 420.0


@dataclass(frozen=True, slots=True)
class Pin:
    """A station on a map: where (metres), what number stands in it, its name, and whether it is near."""

    x: float
    y: float
    number: str
    name: str
    is_near: bool = True


def metres(town: Town, lon: float, lat: float) -> tuple[float, float]:
    """Return a point in the town's local metres."""
    assert town.streets is not None
    x, y = town.streets.net.metres(np.array([lon]), np.array([lat]))
    return float(x[0]), float(y[0])


def strip(town: Town, origin: Origin, way: Route | None) -> Markup | None:
    """Draw the way from the door to the nearest station, a dot a minute."""
    if town.streets is None or way is None:
        return None
    net = town.streets.net
    x, y = net.metres(way.line[:, 0], way.line[:, 1])
    here = metres(town, origin.lon, origin.lat)
    x, y = np.append(x, here[0]), np.append(y, here[1])
    width = max((x.max() - x.min()) / 0.56, (y.max() - y.min()) * 4.5, 470.0)
    frame = Frame(float(x.min() + x.max()) / 2, float(y.min() + y.max()) / 2, width, width / 3.03)
    end = frame.place(float(x[-2]), float(y[-2]))
    dots = "".join(
        '<circle class="minute" cx="{}" cy="{}" r="4.6"/>'.format(*frame.place(*metres(town, m.lon, m.lat)))
        for m in way.marks
    )
    over = [
        svg.path("route", svg.lines([LineString(np.column_stack((x[:-1], y[:-1])))], frame)),
        dots,
        _you(frame, *here, 11),
        f'<g class="goal" transform="translate({end[0]} {end[1]})"><circle r="19"/>'
        '<circle class="dot" r="6.5"/></g>',
    ]
    label = _("从您这里到最近驿站的步行路线，约 %(n)s 分钟") % {"n": -(-round(way.seconds) // 60)}
    return svg.drawing([*ground(town, frame), *over], frame, label=label)


def circle_map(
    town: Town,
    origin: Origin,
    land: Sequence[MultiPolygon],
    pins: Sequence[Pin],
    gaps: Sequence[shapely.Geometry] = (),
    *,
    width: float = 1680.0,
) -> Markup | None:
    """Draw what five and ten minutes reach from an origin, with stations around and gaps in sight."""
    if town.streets is None:
        return None
    x, y = metres(town, origin.lon, origin.lat)
    frame = Frame(x, y, width, width * 412 / 390)
    five, ten = land
    under = [svg.path("iso10", svg.polygons([ten], frame)), svg.path("iso5", svg.polygons([five], frame))]
    near = [pin for pin in pins if frame.holds(pin.x, pin.y, 40)]
    over = [
        svg.path("gap", svg.polygons(gaps, frame)),
        *street_names(town.streets, frame, 33, [(pin.x, pin.y) for pin in near] + [(x, y)]),
        *(_pin(pin, frame) for pin in near),
        _you(frame, x, y, 24),
    ]
    label = _("从您这里走十分钟能到的范围，图里有 %(n)s 处驿站") % {"n": len(near)}
    return svg.drawing([HATCH, *ground(town, frame, under=under), *over], frame, label=label)


def cover_map(
    town: Town,
    minutes: I8,
    stations: Sequence[tuple[float, float, str, bool]],
    gaps: Sequence[shapely.Geometry],
    trial: tuple[float, float, MultiPolygon] | None,
) -> Markup | None:
    """Draw the whole town; `minutes` int64[homes] colours the houses (99 where nothing is in reach)."""
    if town.streets is None:
        return None
    frame = whole(town)
    over = [svg.path("gap", svg.polygons(gaps, frame))]
    if trial:
        over.append(svg.path("try-iso", svg.polygons([trial[2]], frame)))
    places = [(x, y) for x, y, _name, _hut in stations]
    over += street_names(town.streets, frame, 38, places)
    over += [_stop(frame, *station) for station in stations]
    if trial:
        x, y = frame.place(trial[0], trial[1])
        words = svg.text(_("试放在这里"), 0, 84, "sl")
        over.append(
            f'<g class="try" transform="translate({x} {y})"><circle r="34"/><path d="M-15 0h30M0-15v30"/>'
            f"{words}</g>"
        )
    label = _("全区覆盖图：深色的楼走五分钟能到驿站，浅色的十分钟能到，斜线处走不到")
    layers = [HATCH, *ground(town, frame, minutes=minutes), *over]
    return svg.drawing(layers, frame, label=label, classes="map map-cover", whole=True)


def station_map(town: Town, lon: float, lat: float, name: str) -> Markup | None:
    """Draw the streets around one station."""
    if town.streets is None:
        return None
    x, y = metres(town, lon, lat)
    frame = Frame(x, y, 620.0, 300.0)
    pin = _pin(Pin(x, y, "", name), frame)
    names = street_names(town.streets, frame, 22, [(x, y)])
    label = _("%(name)s周围的街道") % {"name": name}
    return svg.drawing([*ground(town, frame), *names, pin], frame, label=label)


def spot_map(town: Town, lon: float, lat: float, others: Sequence[tuple[float, float]] = ()) -> Markup | None:
    """Draw the streets around a spot, and as dots the others that lie in sight."""
    if town.streets is None:
        return None
    x, y = metres(town, lon, lat)
    frame = Frame(x, y, 420.0, 280.0)
    dots = [(a, b) for a, b in (metres(town, *other) for other in others) if frame.holds(a, b, 8)]
    marks = "".join('<circle class="sim" cx="{}" cy="{}" r="9"/>'.format(*frame.place(*dot)) for dot in dots)
    goal = '<g class="goal" transform="translate({} {})"><circle r="15"/><circle class="dot" r="5"/></g>'
    label = ngettext("这件事在哪里，图里还有 %(n)d 件", "这件事在哪里，图里还有 %(n)d 件", len(dots))
    layers = [*ground(town, frame), marks, goal.format(*frame.place(x, y))]
    return svg.drawing(layers, frame, label=label % {"n": len(dots)})


def pick_map(
    town: Town,
    frame: Frame,
    names: Sequence[tuple[float, float, str]],
    *,
    size: int,
    mark: tuple[float, float] | None = None,
) -> Markup | None:
    """Draw a piece of the town with the names of places (degrees) in it, to point at; mark one (metres)."""
    if town.streets is None:
        return None
    placed = [(*metres(town, lon, lat), name) for lon, lat, name in names]
    taken = [(*mark, "")] if mark is not None else []
    for x, y, name in placed:
        if _fits(frame, x, y, name, size) and not _over(x, y, name, taken, size):
            taken.append((x, y, name))
    streets = street_names(town.streets, frame, size, [(x, y) for x, y, _name in taken])
    written = [svg.text(name, *frame.place(x, y), "pn") for x, y, name in taken if name]
    you = [_you(frame, *mark, round(size / 2))] if mark is not None else []
    layers = [*ground(town, frame), *you, f'<g class="z{size}">', *streets, *written, "</g>"]
    return svg.drawing(layers, frame, label=_("这一片的街道和小区"))


def _fits(frame: Frame, x: float, y: float, name: str, size: int) -> bool:
    """Say whether a name is seen whole."""
    half = (len(name) / 2 + 0.5) * size
    return frame.holds(x, y, size) and abs(x - frame.x) + half <= frame.width / 2


def _over(x: float, y: float, name: str, taken: Sequence[tuple[float, float, str]], size: int) -> bool:
    """Say whether a name would lie over one that is written already."""
    return any(
        abs(x - a) < size * ((len(name) + len(other)) / 2 + 0.5) and abs(y - b) < size * 1.5
        for a, b, other in taken
    )


def whole(town: Town) -> Frame:
    """Return the frame that holds all homes and stations with a margin."""
    assert town.streets is not None
    net = town.streets.net
    x, y = net.metres(
        np.concatenate((town.homes.lon, town.stops.lon)), np.concatenate((town.homes.lat, town.stops.lat))
    )
    if not len(x):
        x, y = net.metres(net.lon * UNIT, net.lat * UNIT)
    width, height = float(np.ptp(x)) + 260, float(np.ptp(y)) + 260
    return Frame(float(x.min() + x.max()) / 2, float(y.min() + y.max()) / 2, width, height)


def ground(town: Town, frame: Frame, *, under: Sequence[str] = (), minutes: I8 | None = None) -> list[str]:
    """Draw land, then what lies under the streets, then streets, rails and houses."""
    assert town.streets is not None
    layers = [svg.path(classes, svg.polygons(shapes, frame, least_m2=SMALLEST_GROUND_M2))
              for classes, shapes in town.keep("land", partial(_land, town.streets))]  # fmt: skip
    layers += under
    kinds = town.keep("roads", partial(_roads, town.streets))
    layers += [svg.path(classes, svg.lines(shapes, frame)) for classes, shapes in kinds]
    rails = svg.lines(town.keep("rails", partial(_rails, town.streets)), frame)
    layers += [svg.path("m-rail", rails), svg.path("m-rail2", rails)]
    return layers + houses(town, frame, minutes)


def houses(town: Town, frame: Frame, minutes: I8 | None) -> list[str]:
    """Draw the houses, coloured by how far their station is where `minutes` says so."""
    shapes = outlines(town)
    if minutes is None:
        return [svg.path("m-bh", svg.polygons(shapes, frame))]
    groups = (("m-b5", minutes <= 5), ("m-b10", (minutes > 5) & (minutes <= 10)), ("m-bx", minutes > 10))
    return [svg.path(classes, svg.polygons(shapes[which], frame)) for classes, which in groups]


def street_names(
    streets: Streets, frame: Frame, size: int, avoid: Sequence[tuple[float, float]]
) -> list[str]:
    """Write the names of the greater streets along them, away from pins and from each other."""
    net = streets.net
    wanted = np.flatnonzero((net.road >= Road.SECONDARY) & (net.name >= 0))
    wanted = wanted[np.argsort(-net.length_mm[wanted].astype(np.int64), kind="stable")]
    taken: list[tuple[str, float, float]] = []
    written: list[str] = []
    for edge in wanted.tolist():
        line = streets.shapes.line(edge)
        x, y = (line[0] + line[-1]) / 2
        name = net.names[int(net.name[edge])]
        if not frame.holds(x, y, size * 2.5) or _crowded(name, x, y, taken, avoid, size):
            continue
        taken.append((name, x, y))
        written.append(_along(name, line, frame, size))
    return written


def _crowded(
    name: str,
    x: float,
    y: float,
    taken: Sequence[tuple[str, float, float]],
    avoid: Sequence[tuple[float, float]],
    size: int,
) -> bool:
    near_pin = any(abs(x - a) < size * 4.5 and abs(y - b) < size * 3.5 for a, b in avoid)
    near_name = any(
        np.hypot(x - a, y - b) < (LABEL_APART_M * size / 20 if other == name else size * 5)
        for other, a, b in taken
    )
    return near_pin or near_name


def _along(name: str, line: F8, frame: Frame, size: int) -> str:
    """Write a name along a piece of street, never upside down."""
    dx, dy = line[-1] - line[0]
    turn = float(-np.degrees(np.arctan2(dy, dx)))
    turn = (turn + 90) % 180 - 90
    x, y = frame.place(*((line[0] + line[-1]) / 2))
    # A baseline a third of the type size below the middle centres Chinese characters on the street.
    down = np.radians(turn)
    x, y = round(x - np.sin(down) * size * 0.36), round(y + np.cos(down) * size * 0.36)
    return svg.text(name, x, y, f"sn s{size}", turn=turn)


def outlines(town: Town) -> Shapes:
    """Return the outlines of the town's homes in metres, an object array in the order of the homes."""

    def make() -> Shapes:
        assert town.streets is not None
        shapes = np.empty(len(town.homes.ids), dtype=object)
        for place, ring in enumerate(town.homes.rings):
            points = np.asarray(ring or np.empty((0, 2)), dtype=np.float64)
            xy = np.column_stack(town.streets.net.metres(points[:, 0], points[:, 1]))
            shapes[place] = shapely.polygons(xy) if len(xy) > 2 else shapely.Polygon()
        return shapes

    return town.keep("outlines", make)


def _land(streets: Streets) -> list[tuple[str, list[BaseGeometry]]]:
    """Return the kinds of ground with their polygons in metres."""
    net = streets.net
    x, y = net.metres(net.area_lon * UNIT, net.area_lat * UNIT)
    points = np.column_stack((x, y))
    found = []
    for kind, classes in GROUND:
        rings = [points[net.area_ptr[i] : net.area_ptr[i + 1]] for i in np.flatnonzero(net.area_kind == kind)]
        found.append((classes, [shapely.make_valid(Polygon(r)) for r in rings if len(r) > 3]))
    return found


def _roads(streets: Streets) -> list[tuple[str, list[shapely.Geometry]]]:
    """Return the kinds of streets with their lines in metres."""
    net, shapes = streets.net, streets.shapes
    return [
        (
            classes,
            [LineString(shapes.line(edge)) for edge in np.flatnonzero(net.road == kind).tolist()],
        )
        for kind, classes in STREETS
    ]


def _rails(streets: Streets) -> list[shapely.Geometry]:
    net = streets.net
    x, y = net.metres(net.line_lon * UNIT, net.line_lat * UNIT)
    points = np.column_stack((x, y))
    pieces = [
        points[net.line_ptr[i] : net.line_ptr[i + 1]] for i in np.flatnonzero(net.line_kind == Line.RAIL)
    ]
    return [LineString(piece) for piece in pieces if len(piece) > 1]


def _you(frame: Frame, x: float, y: float, size: int) -> str:
    a, b = frame.place(x, y)
    halo = round(size * 2.5)
    at = f'cx="{a}" cy="{b}"'
    return f'<circle class="you-halo" {at} r="{halo}"/><circle class="you" {at} r="{size}"/>'


def _pin(pin: Pin, frame: Frame) -> str:
    x, y = frame.place(pin.x, pin.y)
    number = f'<text class="pn" y="17">{pin.number}</text>' if pin.number else '<circle class="dot" r="14"/>'
    name = svg.text(pin.name, 0, 84, "pl") if pin.name else ""
    far = "" if pin.is_near else " far"
    return f'<g class="pin{far}" transform="translate({x} {y})"><circle r="44"/>{number}{name}</g>'


def _stop(frame: Frame, x: float, y: float, name: str, is_hut: bool) -> str:
    a, b = frame.place(x, y)
    mark = (
        '<rect x="-24" y="-24" width="48" height="48" rx="10"/>'
        if is_hut
        else '<circle r="25"/><circle class="dot" r="8"/>'
    )
    hut = " hut" if is_hut else ""
    return f'<g class="stn{hut}" transform="translate({a} {b})">{mark}{svg.text(name, 0, 70, "sl")}</g>'
