"""Addresses of people: signing in, my account, roles and organisations at the desk."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
