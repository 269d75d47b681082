"""Addresses where everybody sees what is on, and signs up."""

from django.urls import URLPattern, path

from lingju.activities.pages import public

ONE = "activities/<int:session_id>/"
urlpatterns: list[URLPattern] = [
    path("activities/", public.activities, name="activities"),
    path("activities/forget/", public.activity_forget, name="activity_forget"),
    path("activities/find/", public.activity_find, name="activity_find"),
    path(ONE, public.activity, name="activity"),
    path(f"{ONE}mine/", public.activity_mine, name="activity_mine"),
    path(f"{ONE}mine/withdraw/", public.activity_withdraw, name="activity_withdraw"),
    path(f"{ONE}mine/accept/", public.activity_accept, name="activity_accept"),
    path(f"{ONE}session.ics", public.activity_ics, name="activity_ics"),
]
