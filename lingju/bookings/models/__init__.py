"""The nouns of bookings, by chapter: pools and what is booked over them, claims, numbers at the counter."""

from lingju.bookings.models.claims import Claim, Part, Passing, Rejection, Series
from lingju.bookings.models.feeds import FeedToken
from lingju.bookings.models.pools import Bookable, Cell, Pool, Use
from lingju.bookings.models.tickets import Ticket, TicketSeries

__all__ = [
    "Bookable",
    "Cell",
    "Claim",
    "FeedToken",
    "Part",
    "Passing",
    "Pool",
    "Rejection",
    "Series",
    "Ticket",
    "TicketSeries",
    "Use",
]
