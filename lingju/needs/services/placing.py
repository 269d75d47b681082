"""Where a need is: a compound, a station, or a point somebody marked; always within one community."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from lingju.kernel.errors import BadInput
from lingju.places.models import Area, Compound, District, Station
from lingju.places.services.marks import same_district, tidy
from lingju.places.services.points import Point, grounded, metres_between

NEAREST_COMPOUND_M = 3_000.0


@dataclass(frozen=True, slots=True)
class Place:
    """A place as somebody picks it; one of the four is enough, a point names its datum."""

    compound: Compound | None = None
    station: Station | None = None
    point: Point | None = None
    area: Area | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place as a need keeps it: its community, and a WGS-84 point where one is known."""

    area: Area
    compound: Compound | None
    station: Station | None
    lon: float | None
    lat: float | None
    given_crs: str
    note: str

    def columns(self) -> dict[str, object]:
        """Return the columns of a need that say where it is."""
        return {
            "area": self.area,
            "compound": self.compound,
            "station": self.station,
            "place_note": self.note,
            "lon": self.lon,
            "lat": self.lat,
            "given_crs": self.given_crs,
            "place_stem": self.area.stem,
            "place_street": self.area.stem[:9],
            "place_community": self.area.stem[:12],
        }


def settle(district: District, place: Place) -> Spot:
    """Return where a place is; refuse one of another district, unlabelled, abroad, or none at all."""
    same_district(district.pk, place.compound, place.station, place.area)
    note = tidy(place.note)[:80]
    if place.point is not None:
        return _at_point(district, place, place.point, note)
    if place.compound is not None:
        return _at(place.compound.area, place, place.compound, note)
    if place.station is not None:
        return _at(place.station.area, place, place.station, note)
    if place.area is not None:
        return Spot(place.area, None, None, None, None, "", note)
    sentence = _("请选一下在哪里：小区、驿站，或者在图上点一下。说不准就选您住的小区。")
    raise BadInput(sentence, {"place": sentence})


def _at(area: Area, place: Place, thing: Compound | Station, note: str) -> Spot:
    return Spot(area, place.compound, place.station, thing.lon, thing.lat, "WGS-84", note)


def _at_point(district: District, place: Place, point: Point, note: str) -> Spot:
    lon, lat = grounded(district, point)
    compound = place.compound or _nearest(district, lon, lat)
    area = place.area or (compound.area if compound is not None else _whole(district))
    return Spot(area, compound, place.station, lon, lat, point.crs, note)


def _nearest(district: District, lon: float, lat: float) -> Compound | None:
    """Return the compound nearest to a point, within three kilometres."""
    compounds = Compound.objects.filter(district=district).select_related("area")
    near = [(metres_between((lon, lat), (one.lon, one.lat)), one.pk, one) for one in compounds]
    best = min(near, default=None, key=lambda found: found[:2])
    return best[2] if best is not None and best[0] <= NEAREST_COMPOUND_M else None


def _whole(district: District) -> Area:
    """Return the district itself as an area: a need far from every home goes to its desk."""
    found = Area.objects.filter(district=district, level=Area.Level.DISTRICT).first()
    if found is None:
        raise BadInput(_("这个区还没有建好区域，暂时收不了。请打电话说。"))
    return found
