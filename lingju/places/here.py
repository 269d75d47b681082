"""Where somebody says they are: one signed cookie in their own browser, nothing on the server.

    c_<compound id>      a compound they chose; kept for a year
    p_<lon>_<lat>        the position of their phone, WGS-84, rounded to about ten metres; kept for a day

A cookie that was altered, or that names a compound which is gone or another district's, counts as not
said. A position is never written to the database, nor to a log: it travels in a form and in the cookie.
"""

from collections.abc import Callable
from typing import Final

from django.http import HttpResponse
from django.utils.translation import gettext as _

from lingju.kernel.requests import Request
from lingju.kernel.signed_cookies import DAY_S, YEAR_S, SignedCookie
from lingju.places.models import Compound, District
from lingju.places.walking import Origin

COOKIE: Final = "lingju_here"
SALT: Final = "lingju.here"
KEPT: Final = SignedCookie(COOKIE, SALT)
TEN_METRES: Final = 4  # decimals of a degree: about 11 m north, 9 m east in China


class HereMiddleware:
    """Set `request.origin`: where the person starts walking, or None. Costs a query only if they said so."""

    def __init__(self, get_response: Callable[[Request], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        """Read the cookie before the page is asked."""
        district = getattr(request, "district", None)
        request.origin = origin_of(request, district) if district else None
        return self.get_response(request)


def origin_of(request: Request, district: District) -> Origin | None:
    """Return where the person of this request starts walking, or None if they have not said."""
    try:
        kind, *words = KEPT.read(request).split("_")
        return _compound(district, *words) if kind == "c" else _point(*words)
    except (ValueError, TypeError):
        return None


def _compound(district: District, compound_id: str) -> Origin | None:
    found = Compound.objects.filter(district=district, pk=int(compound_id)).first()
    return Origin(found.lon, found.lat, found.name, found.pk) if found else None


def _point(lon: str, lat: str) -> Origin:
    x, y = float(lon), float(lat)
    if not (-180 <= x <= 180 and -90 <= y <= 90):  # false for nan, too
        raise ValueError("no point of the earth")
    return Origin(x, y, _("我的位置"))


def keep_compound(response: HttpResponse, compound: Compound) -> None:
    """Keep a chosen compound in the person's browser."""
    KEPT.write(response, f"c_{compound.pk}", YEAR_S)


def keep_point(response: HttpResponse, lon: float, lat: float) -> None:
    """Keep a position (WGS-84 degrees) in the person's browser, rounded to about ten metres."""
    KEPT.write(response, f"p_{round(lon, TEN_METRES)}_{round(lat, TEN_METRES)}", DAY_S)


def forget(response: HttpResponse) -> None:
    """Forget where the person is."""
    KEPT.forget(response)
