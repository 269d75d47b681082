"""What can be booked at a station, as cards: for whom, how long, what it costs, when the next time is free.

All cards of a station cost a fixed number of queries, however many there are.
"""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from lingju.bookings import phrases
from lingju.bookings.models import Bookable, Ticket
from lingju.bookings.queries import openings
from lingju.bookings.queries.openings import Opening
from lingju.kernel import clock
from lingju.places.models import Station

ICONS = {"loan": "book-open", "room": "door-open", "slot": "calendar-check"}


@dataclass(frozen=True, slots=True)
class Card:
    """One thing to book, in words: its facts in a line, when next, how many wait at the counter."""

    bookable: Bookable
    icon: str
    price: str
    facts: tuple[str, ...]
    next: Opening | None
    next_words: str
    can_book: bool
    is_full: bool
    waiting: int | None

    @property
    def is_loan(self) -> bool:
        """Say whether it is a thing that is lent."""
        return self.bookable.mode == Bookable.Mode.LOAN

    @property
    def when(self) -> str:
        """Return when the next time is free, in words."""
        return phrases.soon(self.next.starts_at) if self.next is not None else ""

    @property
    def href(self) -> str:
        """Return the address of the last step for the next free time."""
        address = reverse("book", args=[self.bookable.pk])
        at = self.next.starts_at if self.next is not None else None
        return f"{address}?{urlencode({'at': phrases.spelt(at)})}" if at is not None else address


def cards_of(station: Station) -> list[Card]:
    """Return the cards of a station, by name."""
    rows = openings.with_hours(
        Bookable.objects.filter(station=station).on_offer().prefetch_related("offer__audiences")
    )
    today = clock.today()
    seen = openings.outlook(rows, today, today + dt.timedelta(days=openings.WEEK))
    queues = _queues(rows, today)
    return [_card(one, seen, queues) for one in rows if one.takes_bookings or one.takes_walk_ins]


def facts_of(bookable: Bookable) -> tuple[str, ...]:
    """Return for whom it is and how long it lasts; groups that are sensitive are not named."""
    found = []
    if bookable.mode == Bookable.Mode.LOAN:
        found.append(_("可借 %(n)d 天") % {"n": bookable.loan_days})
    elif bookable.most_minutes > bookable.minutes:
        least, most = phrases.length(bookable.minutes), phrases.length(bookable.most_minutes)
        found.append(_("%(least)s到 %(most)s") % {"least": least, "most": most})
    else:
        found.append(phrases.length(bookable.minutes))
    if bookable.offer is not None:
        tags = [tag.name for tag in bookable.offer.audiences.all() if not tag.is_sensitive]
        found += [_("、").join(tags)] if tags else []
    if bookable.needs_approval:
        found.append(_("要审批"))
    return tuple(found)


def price_of(bookable: Bookable) -> str:
    """Return what it costs, as the station's service says."""
    return bookable.offer.price if bookable.offer is not None else ""


def _card(bookable: Bookable, seen: openings.Outlook, queues: dict[int, int]) -> Card:
    is_loan = bookable.mode == Bookable.Mode.LOAN
    next_one = seen.next_free(bookable) if bookable.takes_bookings and not is_loan else None
    service = bookable.offer.service if bookable.offer is not None else None
    return Card(
        bookable,
        (service.icon if service is not None else "") or ICONS[bookable.mode],
        price_of(bookable),
        facts_of(bookable),
        next_one,
        _loan_words(bookable, seen) if is_loan else _next_words(bookable, next_one),
        bookable.takes_bookings,
        bookable.takes_bookings
        and (not seen.places(bookable, None, None, 1) if is_loan else next_one is None),
        queues.get(bookable.pk, 0) if bookable.takes_walk_ins else None,
    )


def _next_words(bookable: Bookable, next_one: Opening | None) -> str:
    if not bookable.takes_bookings:
        return _("不用约，来了取号")
    if next_one is None:
        return _("一周内约满了，可以排候补")
    return _("最早 %(when)s") % {"when": phrases.soon(next_one.starts_at)}


def _loan_words(bookable: Bookable, seen: openings.Outlook) -> str:
    free = seen.places(bookable, None, None, 1)
    return _("还有 %(n)d 件") % {"n": free} if free else _("都借出去了，可以排候补")


def _queues(rows: list[Bookable], today: dt.date) -> dict[int, int]:
    """Return how many wait at each counter now."""
    waiting = Ticket.objects.filter(bookable__in=rows, date=today, state=Ticket.State.WAITING)
    return dict(waiting.order_by().values_list("bookable_id").annotate(n=Count("pk")))
