"""What happens to bookings, announced upward as frozen records of ids."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClaimMade:
    """Somebody has a place, waits for an approval, or stands on a waiting list; `state` says which."""

    district_id: int
    claim_id: int
    state: str


@dataclass(frozen=True, slots=True)
class ClaimMoved:
    """A booking took a step: approved, refused, cancelled, expired, moved to another time.

    `by` is a value of `Claim.EndedBy`: the party itself, the station, or the clock.
    """

    district_id: int
    claim_id: int
    step: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class ClaimOffered:
    """A place came free for somebody who waited; it is kept for them until a moment."""

    district_id: int
    claim_id: int


@dataclass(frozen=True, slots=True)
class ClaimRefused:
    """Somebody wanted a place and there was none; who it was is not told.

    `press` is the key of their press; `by_staff` says that it was pressed for whoever asked at a desk.
    """

    district_id: int
    station_id: int | None
    bookable_id: int | None
    pool_id: int
    quantity: int
    press: str
    by_staff: bool


@dataclass(frozen=True, slots=True)
class ClaimsOutside:
    """Hours changed, and these bookings now lie outside them: moves are to be proposed."""

    district_id: int
    station_id: int
    claim_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TicketMoved:
    """A number at the counter was drawn, called, served, or given up."""

    district_id: int
    ticket_id: int
    step: str


@dataclass(frozen=True, slots=True)
class BookingsImported:
    """A sheet of what can be booked was taken in: how many rows were new, changed and refused."""

    district_id: int
    sheet: str
    new: int
    changed: int
    refused: int


Fact = ClaimMade | ClaimMoved | ClaimOffered | ClaimRefused | ClaimsOutside | TicketMoved | BookingsImported
