"""The nouns of bookings, by chapter: pools and what is booked over them, claims, calls, numbers drawn."""

from lingju.bookings.models.calls import PhoneCall
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
    "PhoneCall",
    "Pool",
    "Rejection",
    "Series",
    "Ticket",
    "TicketSeries",
    "Use",
]
