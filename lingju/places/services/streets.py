"""Verbs about streets: put a network file to use for a district."""

from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from lingju.circles.errors import CircleError
from lingju.circles.network import Network
from lingju.kernel import clock
from lingju.kernel.errors import BadInput
from lingju.kernel.rules import Actor
from lingju.places.events import StreetsLoaded
from lingju.places.models import Area, District, StreetNetwork
from lingju.places.models.streets import streets_folder
from lingju.places.rules import its_district_officer
from lingju.places.services import marks
from lingju.places.services.points import FARTHEST_M, metres_between


@transaction.atomic
def load(district: District, path: Path, *, actor: Actor) -> StreetNetwork:
    """Let a district walk on a network file; the same file again changes nothing.

    The file stays where it is and is opened anew by every process. The first streets also tell a
    district where its centre is, unless it knew.
    """
    its_district_officer.check(actor, Area(district=district, stem=Area.stem_of(district.code)))
    try:
        streets = Network.load(path)
    except CircleError as refusal:
        raise BadInput(str(refusal), {"file": str(refusal)}) from refusal
    facts = streets.provenance
    lon, lat = _middle(streets)
    _settle(district, (lon, lat))
    current = StreetNetwork.objects.select_for_update().filter(district=district, is_current=True).first()
    if current is not None and current.sha256 == streets.content_hash and current.path == path.resolve():
        return current
    StreetNetwork.objects.filter(district=district, is_current=True).update(is_current=False)
    network = StreetNetwork(
        district=district,
        file=_kept_as(path),
        sha256=streets.content_hash,
        source=(facts.source or path.name)[:200],
        source_date=facts.source_date[:40],
        attribution=facts.attribution[:120],
        is_synthetic=facts.synthetic,
        nodes=len(streets.lon),
        edges=len(streets.edge_u),
        loaded_at=clock.now(),
    )
    marks.insert(network, actor=actor)
    marks.tell(StreetsLoaded(district.pk, network.pk), redraw=True)
    return network


def _kept_as(path: Path) -> str:
    """Return a path as the database keeps it: relative to the streets folder where it lies inside."""
    folder, path = streets_folder().resolve(), path.resolve()
    return str(path.relative_to(folder)) if path.is_relative_to(folder) else str(path)


def _middle(streets: Network) -> tuple[float, float]:
    west, east = int(streets.lon.min()), int(streets.lon.max())
    south, north = int(streets.lat.min()), int(streets.lat.max())
    return (west + east) / 2e7, (south + north) / 2e7


def _settle(district: District, middle: tuple[float, float]) -> None:
    """Give a district its centre, or refuse streets that lie elsewhere."""
    if district.centre_lon is None or district.centre_lat is None:
        district.centre_lon, district.centre_lat = middle
        district.save(update_fields=["centre_lon", "centre_lat"])
    elif metres_between(middle, (district.centre_lon, district.centre_lat)) > FARTHEST_M:
        raise BadInput(_("这份路网不在本区：它的中心离区中心超过 100 公里。"))
