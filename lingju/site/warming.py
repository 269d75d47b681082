"""Ready before the first visitor: time tables and coverage are computed while the server starts."""

import logging
from itertools import product

from django.db import connection

from lingju.places import covering, ways
from lingju.places.covering import Wanted
from lingju.places.models import District

logger = logging.getLogger(__name__)


def warm() -> None:
    """Compute what every first page would wait for; a failure is logged and the page computes it itself."""
    try:
        for district, pace in product(District.objects.all(), ways.PACES):
            covering.look(district, Wanted(pace=pace))
    except Exception:
        logger.exception("the walking engine could not be warmed")
    finally:
        connection.close()
