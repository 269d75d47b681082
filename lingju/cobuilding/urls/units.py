"""Addresses of the desk that keeps organisations, and of a unit with its signed link."""

from django.urls import URLPattern, path

from lingju.cobuilding.pages import (
    agreements,
    meetings,
    unit_door,
    unit_offers,
    unit_people,
    unit_projects,
    unit_tasks,
    units,
)

DAYS = "desk/days/"
UNITS = f"{DAYS}units/"
ONE = f"{UNITS}<int:unit_id>/"
SHEETS = f"{UNITS}sheets/"
AGREEMENTS = f"{DAYS}agreements/"
AGREEMENT = f"{AGREEMENTS}<int:agreement_id>/"
MEETINGS = f"{DAYS}meetings/"
MEETING = f"{MEETINGS}<int:meeting_id>/"
DOOR = "u/<str:unit_token>/"

urlpatterns: list[URLPattern] = [
    path(UNITS, units.desk_units, name="desk_units"),
    path(f"{UNITS}new/", units.desk_unit_new, name="desk_unit_new"),
    path(f"{UNITS}roll/", units.desk_units_roll, name="desk_units_roll"),
    path(f"{UNITS}roll.xlsx", units.desk_units_book, name="desk_units_book"),
    path(f"{UNITS}members/", unit_people.desk_members, name="desk_members"),
    path(f"{UNITS}members/<int:member_id>/", unit_people.desk_member, name="desk_member"),
    path(f"{UNITS}pairings/", unit_people.desk_pairings, name="desk_pairings"),
    path(f"{UNITS}pairings/sheet/", unit_people.desk_pairings_sheet, name="desk_pairings_sheet"),
    path(f"{UNITS}reviews/", unit_people.desk_reviews, name="desk_reviews"),
    path(f"{UNITS}words/", unit_people.desk_doubles, name="desk_doubles"),
    path(SHEETS, unit_people.desk_unit_sheets, name="desk_unit_sheets"),
    path(f"{SHEETS}template.xlsx", unit_people.desk_unit_sheet_template, name="desk_unit_sheet_template"),
    path(f"{SHEETS}<str:ticket>/", unit_people.desk_unit_sheet, name="desk_unit_sheet"),
    path(f"{SHEETS}<str:ticket>/report/", unit_people.desk_unit_sheet_report, name="desk_unit_sheet_report"),
    path(ONE, units.desk_unit, name="desk_unit"),
    path(f"{ONE}edit/", units.desk_unit_edit, name="desk_unit_edit"),
    path(f"{ONE}link/", units.desk_unit_link, name="desk_unit_link"),
    path(f"{ONE}receipt/", units.desk_unit_receipt, name="desk_unit_receipt"),
    path(f"{ONE}receipt.xlsx", units.desk_unit_receipt_book, name="desk_unit_receipt_book"),
    path(AGREEMENTS, agreements.desk_agreements, name="desk_agreements"),
    path(f"{AGREEMENTS}new/", agreements.desk_agreement_new, name="desk_agreement_new"),
    path(AGREEMENT, agreements.desk_agreement, name="desk_agreement"),
    path(f"{AGREEMENT}edit/", agreements.desk_agreement_edit, name="desk_agreement_edit"),
    path(f"{AGREEMENT}sheet/", agreements.desk_agreement_sheet, name="desk_agreement_sheet"),
    path(MEETINGS, meetings.desk_meetings, name="desk_meetings"),
    path(f"{MEETINGS}new/", meetings.desk_meeting_new, name="desk_meeting_new"),
    path(f"{MEETINGS}tasks/<int:task_id>/", meetings.desk_task, name="desk_task"),
    path(MEETING, meetings.desk_meeting, name="desk_meeting"),
    path(f"{MEETING}edit/", meetings.desk_meeting_edit, name="desk_meeting_edit"),
    path(f"{MEETING}sheet/", meetings.desk_meeting_sheet, name="desk_meeting_sheet"),
    path(DOOR, unit_door.unit_door, name="unit_door"),
    path(f"{DOOR}projects/", unit_projects.unit_projects, name="unit_projects"),
    path(f"{DOOR}tasks/", unit_tasks.unit_tasks, name="unit_tasks"),
    path(f"{DOOR}resources/", unit_offers.unit_offers, name="unit_offers"),
    path(f"{DOOR}resources/<int:resource_id>/", unit_offers.unit_offer, name="unit_offer"),
    path(f"{DOOR}turns.ics", unit_door.unit_turns_ics, name="unit_turns_ics"),
    path(f"{DOOR}agreements/<int:agreement_id>/", unit_door.unit_agreement, name="unit_agreement"),
]
