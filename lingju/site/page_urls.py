"""The addresses of the root's own pages."""

from django.urls import path

from lingju.site.pages import display, here, home, privacy, station

urlpatterns = [
    path("", home.home, name="home"),
    path("here/", here.here, name="here"),
    path("s/<slug:slug>/", station.station, name="station"),
    path("s/<slug:slug>/poster/", station.poster, name="station_poster"),
    path("display/", display.display, name="display"),
    path("privacy/", privacy.privacy, name="privacy"),
    path("privacy/<str:version>/", privacy.privacy, name="privacy_version"),
]
