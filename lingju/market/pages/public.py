"""Markets for everybody: which come and were, and one with its stalls and its layout."""

from django.http import HttpResponse
from django.shortcuts import render

from lingju.activities import phrases
from lingju.kernel.requests import Request
from lingju.kernel.rules import everyone, open_to
from lingju.market.models import Market
from lingju.market.queries import markets as queries


@open_to(everyone)
def markets(request: Request) -> HttpResponse:
    """List the markets that come and those that were held."""
    coming, past = queries.told(request.district)
    return render(request, "market/list.html", {"coming": coming, "past": past, "words": phrases})


@open_to(everyone)
def market(request: Request, market_id: int) -> HttpResponse:
    """Show one market: what, when, where, its stalls with what they do, its layout."""
    found = queries.public_market(request.district, market_id)
    is_over = found.state in (Market.State.COUNTED, Market.State.REVIEWED)
    shown = {
        "market": found,
        "session": found.session,
        "parts": queries.parts(queries.booths(found)),
        "picture": queries.plan(found, queries.spots(found)),
        "counted": queries.counted([found])[found.pk] if is_over else None,
        "words": phrases,
    }
    return render(request, "market/one.html", shown)
