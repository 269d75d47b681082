"""What goes on soon, for the pages of the root: near somebody on the home page, and at one station."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from lingju.activities.models import Session
from lingju.activities.queries import sessions
from lingju.activities.queries.sessions import Card
from lingju.kernel import clock
from lingju.places.models import District, Station
from lingju.places.queries import Near

REACH: Final = 10  # minutes on foot
DAYS: Final = 7
MOST: Final = 4


@dataclass(frozen=True, slots=True)
class Happenings:
    """Sessions under a heading; `later` are those after today, where both are shown."""

    heading: str
    cards: tuple[Card, ...]
    later: tuple[Card, ...] = ()

    def __bool__(self) -> bool:
        """Say whether there is anything to show."""
        return bool(self.cards or self.later)


def near(district: District, nears: Sequence[Near], *, knows_where: bool) -> Happenings:
    """Return today's sessions at the stations in reach, or where there are none the next of the week.

    Where nobody has said where they are, every station counts.
    """
    reached = [one.station for one in nears if one.minutes is not None and one.minutes <= REACH]
    stations = reached if knows_where else [one.station for one in nears]
    if not stations:
        return Happenings("", ())
    found = sessions.at_stations(stations, district, days=DAYS, most=3 * MOST)
    today = [card for card in found if _is_today(card.session)]
    standing = [card for card in found if not card.session.is_off]
    if today:
        return Happenings(_("今天驿站里"), tuple(today[:MOST]))
    return Happenings(_("驿站里接下来"), tuple(standing[:MOST]))


def at(station: Station) -> Happenings:
    """Return what goes on at a station today, with what is over, and the next after that."""
    return Happenings(
        _("今天"), tuple(sessions.of_today(station)), tuple(sessions.after_today(station, most=MOST))
    )


def _is_today(session: Session) -> bool:
    return session.starts_at.astimezone(clock.ZONE).date() <= clock.today()
