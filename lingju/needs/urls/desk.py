"""Addresses of the desk where needs are handled."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
