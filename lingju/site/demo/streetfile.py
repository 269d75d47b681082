"""The invented streets brought through the importer's own door, and labelled as what they are."""

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Final

from lingju.circles.network import Network
from lingju.circles.osm import import_streets
from lingju.site.demo.model import Town
from lingju.site.demo.osmtext import GENERATOR, osm_xml

ATTRIBUTION: Final = "演示街道，均为虚构"


def invented_network(town: Town) -> Network:
    """Return the town's walking network; its provenance says synthetic and claims no map's licence.

    The importer calls every file an OpenStreetMap extract, which for this one would be untrue.
    """
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "demo.osm"
        file.write_text(osm_xml(town), encoding="utf-8")
        net = import_streets(file)
    told = replace(net.provenance, source=GENERATOR, licence="", attribution=ATTRIBUTION, synthetic=True)
    return replace(net, provenance=told)
