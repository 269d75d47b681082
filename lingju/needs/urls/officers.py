"""Addresses of rules, templates, kinds and alarms."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
