"""What the earlier steps of saying a need have said: carried in addresses and hidden fields, nowhere else.

    kind       the code of a kind of need
    at         here (what this browser knows), c-12 a compound, s-fuhou a station, point: lon, lat, crs
    facility   the id of a thing at that station
    via        page, qr or gap: by which way somebody came
    follows    the number of an earlier matter of theirs that this one goes on from
    shared     this is a screen of many: nothing is kept on it

The position of a person never stands in an address, which servers log: it travels by form only.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Self

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from lingju.kernel.requests import Request
from lingju.needs.models import Category, Need
from lingju.needs.services.placing import Place
from lingju.places.models import Compound, Facility, Station
from lingju.places.services.points import Point, grounded

VIAS = (Need.Channel.PAGE.value, Need.Channel.QR.value, Need.Channel.GAP.value)
LONGEST = 80
LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Said:
    """What was said so far."""

    kind: str = ""
    at: str = ""
    lon: str = ""
    lat: str = ""
    crs: str = ""
    facility: str = ""
    via: str = ""
    follows: str = ""
    shared: str = ""

    @classmethod
    def read(cls, values: Mapping[str, str]) -> Self:
        """Read it from an address or a form; `point=lon,lat` is another way to write a point."""
        words = {name: values.get(name, "").replace("\0", "")[:LONGEST] for name in cls.__slots__}
        words["shared"] = "1" if "shared" in values else ""
        lon, comma, lat = values.get("point", "")[:LONGEST].partition(",")
        if comma and not words["lon"]:
            words |= {"lon": lon, "lat": lat, "at": "point"}
        return cls(**words)

    def but(self, **changes: str) -> "Said":
        """Return it with something said anew."""
        return replace(self, **changes)

    @property
    def carried(self) -> dict[str, str]:
        """Return what goes on to the next step."""
        return {name: value for name, value in asdict(self).items() if value}

    def to(self, name: str) -> str:
        """Return the address of a step with what was said."""
        query = urlencode(self.carried)
        return f"{reverse(name)}?{query}" if query else reverse(name)

    @property
    def public(self) -> "Said":
        """Return it as an address may say it: without where a person stands; a gap is no person."""
        is_person = self.at == "point" and self.channel != Need.Channel.GAP
        return self.but(at="", lon="", lat="", crs="") if is_person else self

    @property
    def channel(self) -> str:
        """Return by which way it came."""
        return self.via if self.via in VIAS else Need.Channel.PAGE.value


@dataclass(frozen=True, slots=True)
class Spot:
    """A place as a page calls it, and as the verb takes it."""

    label: str
    place: Place


def kind_of(request: Request, said: Said) -> Category | None:
    """Return the kind that was chosen, or None while none was."""
    return Category.objects.filter(district=request.district, code=said.kind).offered().first()


def spot_of(request: Request, said: Said) -> Spot | None:
    """Return the place that was chosen, or None while none was, or it is gone."""
    how, _dash, which = said.at.partition("-")
    if how == "here":
        return _here(request)
    if how == "point":
        return _point(request, said)
    if how == "c" and is_id(which):
        compound = Compound.objects.filter(district=request.district, pk=int(which)).first()
        return Spot(compound.name, Place(compound=compound)) if compound else None
    return _station(request, which, said) if how == "s" else None


def _here(request: Request) -> Spot | None:
    """Return where this browser says that the person is."""
    origin = request.origin
    if origin is None:
        return None
    if origin.compound_id is not None:
        return Spot(origin.label, Place(compound=Compound.objects.get(pk=origin.compound_id)))
    return Spot(origin.label, Place(point=Point(origin.lon, origin.lat, "WGS-84")))


def _point(request: Request, said: Said) -> Spot | None:
    """Return a point; raise BadInput where it is unlabelled, abroad or far away."""
    try:
        lon, lat = float(said.lon), float(said.lat)
    except ValueError:
        return None
    if not (math.isfinite(lon) and math.isfinite(lat)):
        return None
    point = Point(lon, lat, said.crs)
    grounded(request.district, point)
    is_gap = said.channel == Need.Channel.GAP
    return Spot(_("走不到驿站的那一片") if is_gap else _("您指的那个地方"), Place(point=point))


def _station(request: Request, slug: str, said: Said) -> Spot | None:
    station = Station.objects.filter(district=request.district, slug=slug).in_use().first()
    if station is None:
        return None
    thing = thing_of(station, said)
    if thing is None:
        return Spot(station.name, Place(station=station))
    return Spot(f"{station.name}{_('，')}{thing.name}", Place(station=station, note=thing.name))


def thing_of(station: Station, said: Said) -> Facility | None:
    """Return the thing at a station that was pointed at."""
    if not is_id(said.facility):
        return None
    return Facility.objects.filter(station=station, pk=int(said.facility)).first()


def is_id(word: str) -> bool:
    """Say whether a word can be the id of a row."""
    return word.isascii() and word.isdigit() and len(word) < 20 and int(word) <= LARGEST_ID
