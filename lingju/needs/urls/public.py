"""Addresses where a matter is followed and judged, the public lists and feeds."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
