"""Addresses of places: circles and coverage for everybody and for officers, the desk for clerks."""

from django.urls import path

from lingju.places import hsds
from lingju.places.pages import (
    circle,
    cover,
    desk,
    desk_calendar,
    desk_door,
    desk_facilities,
    desk_homes,
    desk_imports,
    desk_stations,
    hours_feed,
)

STATION = "desk/stations/<int:station_id>/"
HSDS = "api/hsds/<str:edition>/"
urlpatterns = [
    path("circle/", circle.circle, name="circle"),
    path("circle/whole/", circle.whole, name="circle_whole"),
    path(HSDS, hsds.root, name="hsds"),
    path(f"{HSDS}package.json", hsds.package, name="hsds_package"),
    path(f"{HSDS}package.zip", hsds.tables, name="hsds_tables"),
    path(f"{HSDS}<slug:listing>", hsds.listed, name="hsds_list"),
    path(f"{HSDS}<slug:listing>/<str:uuid>", hsds.one, name="hsds_one"),
    path("s/<slug:slug>/hours.ics", hours_feed.station_hours, name="station_hours"),
    path("desk/cover/", cover.cover, name="cover"),
    path("desk/cover/print/", cover.paper, name="cover_print"),
    path("desk/cover/sheet/", cover.sheet, name="cover_sheet"),
    path("desk/", desk.desk, name="desk"),
    path("desk/areas/", desk.desk_areas, name="desk_areas"),
    path("desk/areas/<int:area_id>/", desk.desk_area, name="desk_area"),
    path("desk/calendar/", desk_calendar.desk_calendar, name="desk_calendar"),
    path("desk/export/<slug:sheet>/", desk.desk_export, name="desk_export"),
    path("desk/compounds/", desk_homes.desk_compounds, name="desk_compounds"),
    path("desk/compounds/new/", desk_homes.desk_compound_new, name="desk_compound_new"),
    path("desk/compounds/<int:compound_id>/", desk_homes.desk_compound, name="desk_compound"),
    path("desk/compounds/<int:compound_id>/gates/<int:gate_id>/", desk_homes.desk_gate, name="desk_gate"),
    path("desk/buildings/", desk_homes.desk_buildings, name="desk_buildings"),
    path("desk/buildings/new/", desk_homes.desk_building_new, name="desk_building_new"),
    path("desk/buildings/<int:building_id>/", desk_homes.desk_building, name="desk_building"),
    path("desk/stations/", desk_stations.desk_stations, name="desk_stations"),
    path("desk/stations/new/", desk_stations.desk_station_new, name="desk_station_new"),
    path(STATION, desk_stations.desk_station, name="desk_station"),
    path(f"{STATION}facilities/", desk_facilities.desk_facilities, name="desk_facilities"),
    path(f"{STATION}facilities/seen/", desk_facilities.desk_facilities_seen, name="desk_facilities_seen"),
    path(f"{STATION}facilities/<int:facility_id>/", desk_facilities.desk_facility, name="desk_facility"),
    path(
        f"{STATION}facilities/<int:facility_id>/state/",
        desk_facilities.desk_facility_state,
        name="desk_facility_state",
    ),
    path(f"{STATION}door/", desk_door.desk_door, name="desk_door"),
    path(f"{STATION}<slug:tab>/", desk_stations.desk_station, name="desk_station"),
    path("desk/imports/", desk_imports.desk_imports, name="desk_imports"),
    path(
        "desk/imports/template/<slug:sheet>/", desk_imports.desk_import_template, name="desk_import_template"
    ),
    path("desk/imports/<str:ticket>/", desk_imports.desk_import, name="desk_import"),
    path("desk/imports/<str:ticket>/report/", desk_imports.desk_import_report, name="desk_import_report"),
]
