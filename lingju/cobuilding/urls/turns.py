"""Addresses of the rota: drawing it up, setting a duty by hand, sheets and calendars."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
