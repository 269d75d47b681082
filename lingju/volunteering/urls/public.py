"""Addresses where everybody sees who is called, and answers for themselves."""

from django.urls import URLPattern, path

from lingju.volunteering.pages import mine, public

ROOT = "volunteer/"
urlpatterns: list[URLPattern] = [
    path(ROOT, public.volunteer_calls, name="volunteer_calls"),
    path(f"{ROOT}near/", public.volunteer_near, name="volunteer_near"),
    path(f"{ROOT}calls/<int:call_id>/", public.volunteer_call, name="volunteer_call"),
    path(f"{ROOT}join/", public.volunteer_join, name="volunteer_join"),
    path(f"{ROOT}find/", mine.volunteer_find, name="volunteer_find"),
    path(f"{ROOT}mine/", mine.volunteer_mine, name="volunteer_mine"),
    path(f"{ROOT}invitation/<str:invitation_token>/", mine.volunteer_invitation, name="volunteer_invitation"),
    path(f"{ROOT}here/<str:place_code>/", mine.volunteer_here, name="volunteer_here"),
    path(f"{ROOT}certificates/", public.service_certificate_find, name="service_certificate_find"),
    path(f"{ROOT}certificates/<str:paper_number>/", public.service_certificate, name="service_certificate"),
]
