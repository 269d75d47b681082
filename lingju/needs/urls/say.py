"""Addresses where a need is said, and the counter."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
