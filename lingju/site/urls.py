"""Every address of the site, by module."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("lingju.site.page_urls")),
    path("", include("lingju.people.urls")),
    path("", include("lingju.places.urls")),
]

handler400 = "lingju.site.refusals.bad_request"
handler404 = "lingju.site.refusals.page_not_found"
handler500 = "lingju.site.refusals.server_error"
