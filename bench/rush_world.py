"""A station with something of twenty places to book, and how many queries a claim on it costs.

python -m bench.rush_world COUNT       opens COUNT of them, prints one JSON object
python -m bench.rush_world --booked    prints how many places are taken of each, counted both ways
"""

import datetime as dt
import json
import secrets
import sys
from typing import Any

from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from bench.ready import connection
from bench.rush_hands import PLACES
from lingju.bookings.models import Bookable, Cell, Claim
from lingju.bookings.parties import Party, Slot
from lingju.bookings.services import claiming
from lingju.bookings.services.counting import NoPlace
from lingju.bookings.tests.builders import a_bookable, a_pool, a_station
from lingju.kernel import clock
from lingju.kernel.rules import SystemActor
from lingju.places.models import Station
from lingju.trail import surroundings
from lingju.trail.surroundings import Surroundings


def start() -> dt.datetime:
    """Return the time that everybody wants: ten o'clock tomorrow."""
    midnight = dt.datetime.combine(clock.today(), dt.time(), tzinfo=clock.ZONE)
    return midnight + dt.timedelta(days=1, hours=10)


def opened(station: Station, places: int, number: int) -> Bookable:
    """Open something to book with so many places."""
    return a_bookable(station, a_pool(station, places, f"座位{number}"), name=f"讲座{number}")


def queries(bookable: Bookable) -> dict[str, Any]:
    """Return how many queries the first claim on one place costs, and those that come too late.

    The first refusal of an address is told to the desk as a need nobody spoke; the next ones are not.
    """
    costs = {}
    for who in ("winner", "first loser", "loser"):
        bookable = Bookable.objects.select_related("area", "station", "offer").get(pk=bookable.pk)
        here = surroundings.within(Surroundings(address="127.0.0.1"))
        with here, CaptureQueriesContext(connection) as asked:
            try:
                claiming.claim(
                    bookable,
                    Slot(starts_at=start()),
                    Party(called="李阿姨"),
                    key=secrets.token_hex(8),
                    actor=SystemActor(bookable.district_id),
                )
            except NoPlace:
                assert who != "winner"
        said = [query["sql"] for query in asked]
        writes = [one for one in said if one.split(None, 1)[0] in ("INSERT", "UPDATE", "BEGIN", "SAVEPOINT")]
        costs[who] = {"queries": len(said), "that_write_or_begin": len(writes)}
    return costs


def booked() -> list[dict[str, int]]:
    """Return for each bookable the places its claims take, and those its cells count at most."""
    found = []
    for bookable in Bookable.objects.filter(uses__pool__capacity=PLACES).order_by("pk"):
        claims = Claim.objects.taking().filter(bookable=bookable).aggregate(n=Sum("quantity"))["n"] or 0
        counted = Cell.objects.filter(pool__uses__bookable=bookable).values_list("taken", flat=True)
        found.append({"claims": claims, "cells": max(counted, default=0)})
    return found


def main(words: list[str]) -> None:
    """Open, or count."""
    if words == ["--booked"]:
        print(json.dumps(booked()))
        return
    station = a_station(weekly="0:00-24:00")
    costs = queries(opened(station, 1, 0))
    ids = [opened(station, PLACES, number).pk for number in range(1, int(words[0]) + 1)]
    print(json.dumps({"bookables": ids, "at": f"{start():%Y-%m-%dT%H:%M}", "queries": costs}))


if __name__ == "__main__":
    main(sys.argv[1:])
