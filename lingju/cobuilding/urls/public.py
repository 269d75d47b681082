"""Addresses of the co-building day as everybody sees it."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
