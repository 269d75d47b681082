"""Addresses of micro-wishes, surveys and signals."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
