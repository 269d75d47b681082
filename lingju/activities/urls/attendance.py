"""Addresses of the door, of what was learnt, of certificates, questions and the register."""

from django.urls import URLPattern, path

from lingju.activities.pages import attendance, certificates, learning, questions, register

DESK = "desk/activities/"
ONE = f"{DESK}<int:session_id>/"
urlpatterns: list[URLPattern] = [
    path(f"{ONE}checkin/", attendance.desk_checkin, name="desk_checkin"),
    path(f"{ONE}scans/", attendance.desk_scans, name="desk_scans"),
    path(f"{ONE}quiz/", learning.desk_quiz, name="desk_quiz"),
    path(f"{ONE}brief/", learning.desk_brief, name="desk_brief"),
    path(f"{ONE}certificates/", certificates.desk_certificates, name="desk_certificates"),
    path("desk/certificates/<int:certificate_id>/", certificates.desk_certificate, name="desk_certificate"),
    path(f"{DESK}questions/", questions.desk_questions, name="desk_questions"),
    path(f"{DESK}questions/<int:question_id>/", questions.desk_question, name="desk_question"),
    path(f"{DESK}register/", register.desk_register, name="desk_register"),
    path(f"{DESK}register.xlsx", register.desk_register_sheet, name="desk_register_sheet"),
    path(f"{DESK}register.csv", register.desk_register_csv, name="desk_register_csv"),
    path(f"{DESK}sheets/", register.desk_activity_sheets, name="desk_activity_sheets"),
    path(
        f"{DESK}sheets/empty/<slug:list_name>.xlsx",
        register.desk_activity_sheet_template,
        name="desk_activity_sheet_template",
    ),
    path(f"{DESK}sheets/<str:ticket>/", register.desk_activity_sheet, name="desk_activity_sheet"),
    path(
        f"{DESK}sheets/<str:ticket>/wrong.xlsx",
        register.desk_activity_sheet_report,
        name="desk_activity_sheet_report",
    ),
    path("activities/<int:session_id>/quiz/", learning.activity_quiz, name="activity_quiz"),
    path("activities/<int:session_id>/feedback/", learning.activity_feedback, name="activity_feedback"),
    path("activities/<int:session_id>/thanks/", learning.activity_thanks, name="activity_thanks"),
    path("certificates/", certificates.certificate_find, name="certificate_find"),
    path("certificates/<str:serial>/", certificates.certificate, name="certificate"),
    path("questions/", questions.questions_list, name="questions"),
]
