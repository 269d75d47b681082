"""Pointing at a place on a map, without a script: a click on a picture is a form, sent with its pixel.

    /say/map/?at=here&e=2&n=-1&z=0    the map around a place, moved by steps of 100 m, at one of four widths

The drawing fills a box of a known size in CSS pixels, so that the server can say what a pixel shows. The
moves are links; the click goes by POST, and so does the point that comes of it: no address holds it.
Whoever cannot click finds the same places as a list at `/say/place/`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import ceil, floor, isfinite
from typing import Final, Self

import numpy as np
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lingju.kernel.errors import BadInput
from lingju.kernel.requests import Request
from lingju.kernel.rules import everyone, open_to
from lingju.kernel.svg import Frame
from lingju.needs.pages.said import Said, spot_of
from lingju.needs.pages.say import ask_words, fresh_form
from lingju.needs.services.placing import Place
from lingju.places import maps, walking
from lingju.places.models import Compound, Station
from lingju.places.walking import Town

WIDTHS_M: Final = (400.0, 800.0, 1600.0, 3200.0)
NEAR, FAR = 1, 3
STEP_M: Final = 100.0
MOVE_STEPS: Final = (2, 3, 6, 12)
# Widths in CSS pixels, as say.css says them too: the narrow one fits a screen of 320.
PIXELS: Final = {"spot": 288, "wide": 336}
TALL: Final = 9 / 8
TEXT_OF_WIDTH: Final = 22  # letters on the map are this part of its width
OUTSIDE_M: Final = 300.0
STEPS = re.compile(r"-?[0-9]{1,4}")


@dataclass(frozen=True, slots=True)
class View:
    """How far the map is moved from where it began, in steps east and north, and how wide it is."""

    east: int = 0
    north: int = 0
    zoom: int = NEAR

    @classmethod
    def read(cls, values: Mapping[str, str], zoom: int) -> Self:
        """Read it from an address or a form; what is no number counts as not said."""
        east, north, wide = (_steps(values.get(name, "")) for name in ("e", "n", "z"))
        return cls(east or 0, north or 0, zoom if wide is None else min(max(wide, 0), FAR))

    @property
    def values(self) -> dict[str, str]:
        """Return it as an address and a form say it."""
        return {"e": str(self.east), "n": str(self.north), "z": str(self.zoom)}


@dataclass(frozen=True, slots=True)
class Sheet:
    """The map of a town around a place: where it may be moved, what it shows, what a pixel means."""

    town: Town
    x: float
    y: float
    whole: Frame
    is_around: bool

    def within(self, view: View) -> View:
        """Return a view whose middle lies in the town."""
        west, south, east, north = self.whole.box
        return replace(
            view,
            east=_between(view.east, (west - self.x) / STEP_M, (east - self.x) / STEP_M),
            north=_between(view.north, (south - self.y) / STEP_M, (north - self.y) / STEP_M),
        )

    def frame(self, view: View) -> Frame:
        """Return what a view shows, in metres."""
        width = WIDTHS_M[view.zoom]
        return Frame(self.x + view.east * STEP_M, self.y + view.north * STEP_M, width, width * TALL)

    def moves(self, view: View) -> list[tuple[str, str, View | None]]:
        """Return every move as icon, words and where it leads; None where the town or the scale ends."""
        far = MOVE_STEPS[view.zoom]
        wanted = [
            ("chevron-up", _("往北"), replace(view, north=view.north + far)),
            ("chevron-down", _("往南"), replace(view, north=view.north - far)),
            ("chevron-left", _("往西"), replace(view, east=view.east - far)),
            ("chevron-right", _("往东"), replace(view, east=view.east + far)),
            ("plus", _("放大"), replace(view, zoom=max(view.zoom - 1, 0))),
            ("minus", _("缩小"), replace(view, zoom=min(view.zoom + 1, FAR))),
        ]
        bounded = [(icon, words, self.within(there)) for icon, words, there in wanted]
        return [(icon, words, there if there != view else None) for icon, words, there in bounded]

    def degrees(self, view: View, across: float, down: float) -> tuple[float, float]:
        """Return what lies at a part of the width and of the height; raise BadInput outside the town."""
        west, south, east, north = self.frame(view).box
        x, y = west + across * (east - west), north - down * (north - south)
        if not self.whole.holds(x, y, -OUTSIDE_M):
            raise BadInput(_("您点的地方出了本区。请把图挪一挪，点在有房子的地方。"))
        assert self.town.streets is not None
        lon, lat = self.town.streets.net.degrees(np.array([x]), np.array([y]))
        return float(lon[0]), float(lat[0])


def _steps(word: str) -> int | None:
    return int(word) if STEPS.fullmatch(word) else None


def _between(steps: int, low: float, high: float) -> int:
    return max(ceil(low), min(floor(high), steps))


@open_to(everyone)
@never_cache
def say_map(request: Request) -> HttpResponse:
    """Show a map to click on; a click goes on to the last step, by form as a phone's position does."""
    said = Said.read(request.POST or request.GET)
    sheet, zoom = _sheet_of(request, said)
    if sheet is None:
        sentence = _("这个区的图还没有装好。请从名单里找小区、驿站。")
        return _shown(request, said, None, View(), sentence if request.method == "POST" else "")
    view = sheet.within(View.read(request.POST or request.GET, zoom))
    if request.method != "POST":
        return _shown(request, said, sheet, view)
    try:
        lon, lat = sheet.degrees(view, *_clicked(request.POST))
        pointed = said.but(at="point", lon=f"{lon:.6f}", lat=f"{lat:.6f}", crs="WGS-84", facility="")
        spot = spot_of(request, pointed)
    except BadInput as refusal:
        return _shown(request, said, sheet, view, str(refusal))
    return ask_words(request, pointed, spot, fresh_form(pointed))


def _clicked(values: Mapping[str, str]) -> tuple[float, float]:
    """Return how far across and down a click lies, 0 to 1; raise BadInput where there was none.

    The Enter key on a picture sends its corner: nobody means that one pixel.
    """
    name = next((name for name in PIXELS if f"{name}.x" in values), "")
    try:
        x, y = float(values[f"{name}.x"]), float(values[f"{name}.y"])
    except (KeyError, ValueError):
        x = y = 0.0
    if not (isfinite(x) and isfinite(y)) or x == y == 0.0:
        raise BadInput(_("没点到图上。请用手指或鼠标点一下那个地方；用键盘的，从名单里找小区也一样。"))
    across, down = x / PIXELS[name], y / (PIXELS[name] * TALL)
    if not (0 <= across <= 1 and 0 <= down <= 1):
        raise BadInput(_("点到图外面去了。请点在图里面。"))
    return across, down


def _sheet_of(request: Request, said: Said) -> tuple[Sheet | None, int]:
    """Return the map around what was chosen, else where this browser is, else the whole town."""
    town = walking.town(request.district)
    if town.streets is None:
        return None, FAR
    whole = maps.whole(town)
    middle = _middle(request, said)
    if middle is None:
        return Sheet(town, whole.x, whole.y, whole, is_around=False), FAR
    return Sheet(town, *maps.metres(town, *middle), whole, is_around=True), NEAR


def _middle(request: Request, said: Said) -> tuple[float, float] | None:
    if not said.at.startswith(("here", "c-", "s-")):
        return None
    spot = spot_of(request, said)
    return _degrees_of(spot.place) if spot is not None else None


def _degrees_of(place: Place) -> tuple[float, float] | None:
    at = place.compound or place.station or place.point
    return (at.lon, at.lat) if at is not None else None


def _shown(request: Request, said: Said, sheet: Sheet | None, view: View, problem: str = "") -> HttpResponse:
    shown = {
        "said": said.public,
        "view": view,
        "town": sheet.town if sheet is not None else None,
        "picture": _picture(request, sheet, view) if sheet is not None else None,
        "moves": _links(said, sheet, view) if sheet is not None else [],
        "pixels": {name: (wide, round(wide * TALL)) for name, wide in PIXELS.items()},
        "problem": problem,
        "step": 2,
    }
    return render(request, "needs/say_map.html", shown, status=422 if problem else 200)


def _links(said: Said, sheet: Sheet, view: View) -> list[tuple[str, str, str]]:
    return [
        (icon, words, _address(said, there) if there is not None else "")
        for icon, words, there in sheet.moves(view)
    ]


def _address(said: Said, view: View) -> str:
    return f"{reverse('say_map')}?{urlencode(said.public.carried | view.values)}"


def _picture(request: Request, sheet: Sheet, view: View) -> object:
    """Draw it, with the names of what people know the place by."""
    frame = sheet.frame(view)
    known: list[QuerySet[Compound] | QuerySet[Station]] = [
        Station.objects.filter(district=request.district).in_use(),
        Compound.objects.filter(district=request.district).order_by("pk"),
    ]
    names = [(one.lon, one.lat, one.name) for rows in known for one in rows]
    size = round(frame.width / TEXT_OF_WIDTH)
    mark = (sheet.x, sheet.y) if sheet.is_around else None
    return maps.pick_map(sheet.town, frame, names, size=size, mark=mark)
