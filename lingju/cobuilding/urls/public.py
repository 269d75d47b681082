"""Addresses of the co-building day as everybody sees it."""

from django.urls import URLPattern, path

from lingju.cobuilding.pages import public

DAY = "day/"

urlpatterns: list[URLPattern] = [
    path(DAY, public.coday, name="coday"),
    path(f"{DAY}past/", public.coday_past, name="coday_past"),
    path(f"{DAY}calendar.ics", public.coday_ics, name="coday_ics"),
    path(f"{DAY}<int:day_number>/", public.coday_one, name="coday_one"),
]
