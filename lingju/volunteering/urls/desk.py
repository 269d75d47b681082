"""Addresses of the desk where people are called, hours are confirmed, certificates are issued."""

from django.urls import URLPattern, path

from lingju.volunteering.pages import desk_calls, desk_day, desk_papers, desk_people

DESK = "desk/volunteering/"
ONE = f"{DESK}calls/<int:call_id>/"
urlpatterns: list[URLPattern] = [
    path(DESK, desk_calls.desk_volunteer_calls, name="desk_volunteer_calls"),
    path(f"{DESK}calls/new/", desk_calls.desk_volunteer_call_new, name="desk_volunteer_call_new"),
    path(ONE, desk_calls.desk_volunteer_call, name="desk_volunteer_call"),
    path(f"{ONE}edit/", desk_calls.desk_volunteer_call_edit, name="desk_volunteer_call_edit"),
    path(f"{ONE}door/", desk_day.desk_volunteer_door, name="desk_volunteer_door"),
    path(f"{ONE}scans/", desk_day.desk_volunteer_scans, name="desk_volunteer_scans"),
    path(f"{ONE}code/", desk_day.desk_volunteer_code, name="desk_volunteer_code"),
    path(f"{ONE}paper/", desk_day.desk_volunteer_paper, name="desk_volunteer_paper"),
    path(f"{ONE}hours/", desk_day.desk_volunteer_hours, name="desk_volunteer_hours"),
    path(f"{DESK}people/", desk_people.desk_volunteers, name="desk_volunteers"),
    path(f"{DESK}people/new/", desk_people.desk_volunteer_new, name="desk_volunteer_new"),
    path(f"{DESK}people/<int:volunteer_id>/", desk_people.desk_volunteer, name="desk_volunteer"),
    path(f"{DESK}teams/", desk_people.desk_teams, name="desk_teams"),
    path(f"{DESK}teams/<int:team_id>/", desk_people.desk_team, name="desk_team"),
    path(f"{DESK}certificates/", desk_papers.desk_service_certificates, name="desk_service_certificates"),
    path(
        f"{DESK}certificates/<int:paper_id>/",
        desk_papers.desk_service_certificate,
        name="desk_service_certificate",
    ),
    path(f"{DESK}export/", desk_papers.desk_volunteer_export, name="desk_volunteer_export"),
    path(
        f"{DESK}export/<slug:export_name>.xlsx", desk_papers.desk_volunteer_sheet, name="desk_volunteer_sheet"
    ),
]
