"""Where things are: districts, areas, compounds with gates, buildings, stations and what they offer.

Nouns: district, area, compound, gate, building, station, station door, space, facility, service,
service at station, audience tag, opening span, street network.
Verbs: import and edit each of them, record what a facility's state is, open and pause a station, load
a street network.
Facts: StationChanged, FacilityChanged, StreetsLoaded, PlacesImported.
Floor: above the trail and the kernel, below people. Walking times come from `lingju.circles`.
"""
