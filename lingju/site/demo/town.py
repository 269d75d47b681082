"""The one door of the demo: `make_town()` draws the whole district, the same for the same seed."""

from lingju.site.demo import plan
from lingju.site.demo.areas import AREAS
from lingju.site.demo.blocks import Plot, plots
from lingju.site.demo.communities import territories
from lingju.site.demo.compounds import Court, Opening, courts
from lingju.site.demo.housing import Home, homes
from lingju.site.demo.junctions import noded
from lingju.site.demo.marks import marks
from lingju.site.demo.model import Building, Compound, Gate, Ground, Shed, Span, Street, Town
from lingju.site.demo.names import Names
from lingju.site.demo.paths import gate_ways, park_paths, river_walk
from lingju.site.demo.plane import CENTRE, XY, degrees, dice, on_grid, path, ring
from lingju.site.demo.sheds import sheds
from lingju.site.demo.stations import stations
from lingju.site.demo.streets import Skeleton, Way, divide, skeleton

SEED = 20240705
ALL_DAYS = "1234567"
DAYTIME = (Span(ALL_DAYS, "06:00", "22:00"),)


def make_town(seed: int = SEED) -> Town:
    """Draw the demo district; equal seeds give equal towns, in every process."""
    frame = skeleton()
    division = divide(frame, seed)
    ground = plots(frame, division, seed)
    streets = _named([*frame.ways, *division.ways], seed)
    compounds = courts(ground, streets, seed)
    ways = [*streets, *river_walk(frame), *park_paths(ground, streets), *gate_ways(compounds)]
    rails = Way("", "rail", frame.railway)
    *lines, track = noded([*ways, rails])
    told = tuple(_compound(court) for court in compounds)
    built = homes(compounds, seed)
    return Town(
        seed=seed,
        centre=CENTRE,
        areas=AREAS,
        community_rings=tuple((code, ring(shape)) for code, shape in territories(ground)),
        streets=tuple(_street(way, line) for way, line in zip(ways, lines, strict=True)),
        marks=marks(ways, lines, track, compounds, seed),
        railway=path(track),
        river=path(frame.river.coords),
        grounds=_grounds(frame, ground),
        sheds=tuple(Shed(kind, ring(shape)) for kind, shape in sheds(ground, seed)),
        compounds=told,
        buildings=_buildings(compounds, built),
        stations=stations(ground, compounds, streets, seed),
    )


def _named(ways: list[Way], seed: int) -> list[Way]:
    """Give every nameless minor street of the town a name of its own, alleys a 巷."""
    names = Names(dice(seed, "street names"))
    named = []
    for way in ways:
        name = way.name
        if not name and way.line.length > 90 and way.cls in ("minor", "footway"):
            (ax, ay), (bx, by) = way.line.coords[0], way.line.coords[-1]
            end = "巷" if way.cls == "footway" else "街" if abs(bx - ax) > abs(by - ay) else "路"
            name = names.take("lane") + end
        named.append(_renamed(way, name))
    return named


def _renamed(way: Way, name: str) -> Way:
    return Way(name, way.cls, way.line, way.bridge, way.tunnel, way.crossing, way.private)


def _street(way: Way, line: tuple[XY, ...]) -> Street:
    return Street(way.name, way.cls, path(line), way.bridge, way.tunnel, way.crossing, way.private)


def _compound(court: Court) -> Compound:
    sides: dict[str, int] = {}
    gates = []
    for number, opening in enumerate(court.openings, 1):
        sides[opening.side] = sides.get(opening.side, 0) + 1
        gates.append(_gate(court, opening, number, sides[opening.side]))
    return Compound(
        court.code, court.name, court.community, ring(court.ring), court.gated, court.built, tuple(gates)
    )


def _gate(court: Court, opening: Opening, number: int, of_side: int) -> Gate:
    name = f"{opening.side}门" if of_side == 1 else f"{opening.side}{of_side}门"
    hours = DAYTIME if opening.night and court.gated else ()
    code = f"{court.code}-G{number}"
    return Gate(code, court.code, name, opening.kind, degrees(*opening.at), opening.step_free, hours)


def _buildings(compounds: list[Court], built: list[Home]) -> tuple[Building, ...]:
    """Number the buildings of each compound from south to north, as they were laid."""
    numbers = [0] * len(compounds)
    told = []
    for home in built:
        numbers[home.court] += 1
        number = numbers[home.court]
        compound = compounds[home.court].code
        middle = on_grid(home.shape.centroid.x, home.shape.centroid.y)
        told.append(
            Building(
                f"{compound}-{number:02d}",
                f"{number}号楼" if compounds[home.court].era != "rows" else f"{number}排",
                compound,
                degrees(*middle),
                ring(home.shape),
                home.floors,
                home.households,
                home.ages,
            )
        )
    return tuple(told)


def _grounds(frame: Skeleton, ground: list[Plot]) -> tuple[Ground, ...]:
    """Return what is painted under the streets: river, its park, and every block but the homes."""
    banks = frame.river.buffer(plan.RIVERSIDE - 10, quad_segs=4)
    wide = [Ground("park", "滨河公园", ring(banks)), Ground("water", "", ring(frame.water))]
    kinds = {"green": "park", "shops": "market"}
    blocks = [Ground(kinds.get(p.use, p.use), p.name, ring(p.shape)) for p in ground if p.use != "home"]
    return (*wide, *blocks)
