"""Addresses of the desk that keeps organisations, and of a unit with its signed link."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
