"""Addresses of the day itself: plans, work orders, records."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
