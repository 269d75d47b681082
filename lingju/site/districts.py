"""Which district a request is about."""

import functools
from collections.abc import Callable

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _

from lingju.kernel.errors import NotThere
from lingju.kernel.requests import Request
from lingju.places.models import District
from lingju.site.refusals import answer

# A probe asks whether the process lives; it must be answered before any district is filled.
WITHOUT_DISTRICT = ("/static/", "/healthz")


def district_of(code: str) -> District | None:
    """Read the district with a code, fresh each time; only the words of the question are kept."""
    return next(iter(District.objects.raw(_question(), [code])), None)


@functools.cache
def _question() -> str:
    """Spell the question out once: that took four fifths of asking it, at every page."""
    spelt, _values = District.objects.filter(code="").order_by("pk").query.sql_with_params()
    return str(spelt)


class DistrictMiddleware:
    """Set `request.district` to the district this installation serves."""

    def __init__(self, get_response: Callable[[Request], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        """Find the district, then go on."""
        request.district = district_of(settings.LINGJU.district)
        return self.get_response(request)

    def process_view(self, request: Request, *args: object) -> HttpResponse | None:
        """Refuse a page while no district has been filled."""
        if request.district is not None or request.path.startswith(WITHOUT_DISTRICT):
            return None
        # Django hands what a middleware raises to no handler: answer here instead of raising.
        return answer(request, NotThere(_("这里还没有装入任何区的数据，请联系管理员。")))
