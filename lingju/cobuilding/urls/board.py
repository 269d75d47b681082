"""Addresses of the board of a cycle's three lists."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
