"""Addresses of the desk where activities are planned and run."""

from django.urls import URLPattern, path

from lingju.activities.pages import desk, desk_library, desk_plans

DESK = "desk/activities/"
ONE = f"{DESK}<int:session_id>/"
urlpatterns: list[URLPattern] = [
    path(DESK, desk.desk_activities, name="desk_activities"),
    path(f"{DESK}new/", desk_plans.desk_activity_new, name="desk_activity_new"),
    path(f"{DESK}programmes/", desk_library.desk_programmes, name="desk_programmes"),
    path(f"{DESK}programmes/<int:programme_id>/", desk_library.desk_programme, name="desk_programme"),
    path(f"{DESK}speakers/", desk_library.desk_speakers, name="desk_speakers"),
    path(f"{DESK}speakers/<int:speaker_id>/", desk_library.desk_speaker, name="desk_speaker"),
    path(f"{DESK}series/<int:series_id>/", desk_plans.desk_series, name="desk_series"),
    path(f"{DESK}festivals/<int:festival_id>/", desk_plans.desk_festival_plan, name="desk_festival_plan"),
    path(ONE, desk.desk_activity, name="desk_activity"),
    path(f"{ONE}edit/", desk_plans.desk_activity_edit, name="desk_activity_edit"),
    path(f"{ONE}repeat/", desk_plans.desk_activity_repeat, name="desk_activity_repeat"),
    path(f"{ONE}people/", desk.desk_activity_people, name="desk_activity_people"),
    path(f"{ONE}people/paper/", desk.desk_activity_paper, name="desk_activity_paper"),
    path(f"{ONE}people/new/", desk.desk_activity_join, name="desk_activity_join"),
]
