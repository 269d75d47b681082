"""What an asker takes away: number, code, promise and a code to scan, on the screen and on paper.

The picture leads to the page of the matter with the query code behind a #, which no browser sends and no
server logs; a small script puts it into the form there.
"""

import datetime as dt
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from markupsafe import Markup

from lingju.kernel import clock
from lingju.kernel.errors import NotThere
from lingju.kernel.requests import Request
from lingju.kernel.rules import everyone, open_to
from lingju.needs import mine, phrases
from lingju.needs.clock import Due
from lingju.needs.models import Asker
from lingju.needs.queries import sight
from lingju.needs.queries.sight import Sight
from lingju.people.factors import qr


@dataclass(frozen=True, slots=True)
class Slip:
    """A receipt as a page shows it."""

    number: str
    code: str
    kind: str
    place: str
    said_at: dt.datetime
    promises: tuple[str, ...]
    phone: str
    address: str
    plain_address: str
    paper: str
    picture: Markup
    # What stands on the paper that somebody wrote themselves, where they wrote one.
    own_number: str = ""


def slip_of(request: Request, asker: Asker, *, phone: str = "", own_number: str = "") -> Slip:
    """Return the receipt of an asker."""
    need, seen = asker.need, sight.sight(asker)
    address = reverse("matter", args=[need.number])
    whole = request.build_absolute_uri(address)
    station = need.station if seen.public is None else None
    return Slip(
        number=need.number,
        code=str(asker.code),
        kind=need.category.name,
        place=place_of(seen),
        said_at=seen.since,
        promises=promises_of(asker),
        phone=phone or (station.phone if station is not None else "") or request.district.hotline,
        address=address,
        plain_address=whole,
        paper=f"{reverse('say_receipt')}?{urlencode({'n': need.number})}",
        picture=qr(f"{whole}#{asker.code}"),
        own_number=own_number,
    )


def place_of(seen: Sight) -> str:
    """Return where it is, by the nearest name; to whoever only joined, by the name on the list."""
    if seen.public is not None:
        return seen.public.place
    need = seen.asker.need
    found = need.station or need.compound
    return found.name if found is not None else need.area.short_name


def promises_of(asker: Asker) -> tuple[str, ...]:
    """Return by when somebody calls back and by when there is an answer; what is unknown is said once.

    Whoever said it is called back; whoever only joined is promised the answer.
    """
    need, now = asker.need, clock.now()
    if not asker.is_author:
        return (phrases.answer_by_day(Due(need.due_at, need.due_unknown_year)),)
    respond = phrases.promise_in_words(Due(need.respond_due_at, need.due_unknown_year), now)
    answer = phrases.answer_in_words(Due(need.due_at, need.due_unknown_year), now)
    return (respond,) if respond == answer else (respond, answer)


def _own_slip(request: Request) -> Slip:
    """Return the receipt that this browser holds; NotThere for any other."""
    number = request.GET.get("n", "")[:12]
    mine_here = mine.askers(request).select_related(
        "need__category", "need__area", "need__station", "need__compound"
    )
    asker = mine_here.filter(need__number=number).first() if number else None
    if asker is None:
        raise NotThere(_("这张回执只在说的那台设备上看得到。有编号和查询码，可以到“查我说过的事”里看。"))
    return slip_of(request, asker)


@open_to(everyone)
@never_cache
def say_done(request: Request) -> HttpResponse:
    """Show that it is written down: the number, the code, what is promised, how to follow."""
    return render(
        request,
        "needs/say_done.html",
        {"slip": _own_slip(request), "is_lent": mine.lent_to(request) is not None},
    )


@open_to(everyone)
@never_cache
def say_receipt(request: Request) -> HttpResponse:
    """Show the same as a sheet to print."""
    slip = _own_slip(request)
    back = f"{reverse('say_done')}?{urlencode({'n': slip.number})}"
    return render(request, "needs/receipt.html", {"slip": slip, "back": back})
