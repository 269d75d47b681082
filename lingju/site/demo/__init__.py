"""The demo district: real administrative names around an invented main town.

`town.make_town()` draws the whole district as pure data from one seed: streets, a river, a railway,
compounds with gates, buildings with people by age band, and stations. `osmtext.osm_xml()` writes its
streets in the form of an OpenStreetMap extract, so the demo enters through the same importer as a real
one. Only codes and names of areas in `areas.py` are real; every street, compound, person count and
station is invented and says so (`demo=True`). The town is pure data; `story.tell()` alone writes it, by
the services that people use.
"""
