"""The addresses of the root's own pages."""

from django.urls import path

from lingju.site import pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("display/", pages.display, name="display"),
    path("privacy/", pages.privacy, name="privacy"),
]
