"""Every address of the site, by module."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from lingju.site import api
from lingju.site.demo import pages as demo
from lingju.site.pages import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.health, name="healthz"),
    path("", include("lingju.site.page_urls")),
    path("", include("lingju.people.urls")),
    path("", include("lingju.notify.urls")),
    path("", include("lingju.places.urls")),
    path("", include("lingju.activities.urls")),
    path("", include("lingju.bookings.urls")),
    path("", include("lingju.needs.urls")),
    path("", include("lingju.volunteering.urls")),
    path("", include("lingju.cobuilding.urls")),
    path("", include("lingju.market.urls")),
    path("api/v1/", api.urls),
]
if settings.LINGJU.mode != "production":
    urlpatterns.append(path("demo/", demo.door, name="demo_door"))

handler400 = "lingju.site.refusals.bad_request"
handler404 = "lingju.site.refusals.page_not_found"
handler500 = "lingju.site.refusals.server_error"
