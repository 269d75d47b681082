"""Facts that volunteering announces: what has happened, as ids, in the past tense."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CallOpened:
    """A call is told to everybody now, and people may say yes to it."""

    district_id: int
    call_id: int


@dataclass(frozen=True, slots=True)
class CallCancelled:
    """A call was called off; these invitations stood at that moment and are to be told."""

    district_id: int
    call_id: int
    invitation_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CallMoved:
    """A call is at another hour or place now; these people had been asked and have not answered yet.

    `was_at` is the hour at which it began until then.
    """

    district_id: int
    call_id: int
    invitation_ids: tuple[int, ...]
    was_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody was asked whether they would help; they may say no, or nothing."""

    district_id: int
    invitation_id: int


@dataclass(frozen=True, slots=True)
class InvitationAnswered:
    """Somebody said yes or no, or took their yes back; `answer` is the state it left."""

    district_id: int
    invitation_id: int
    answer: str


@dataclass(frozen=True, slots=True)
class HoursConfirmed:
    """The minutes of one volunteer at one call were countersigned."""

    district_id: int
    call_id: int
    volunteer_id: int


@dataclass(frozen=True, slots=True)
class CertificateIssued:
    """A certificate of service was issued to a volunteer who had asked for it."""

    district_id: int
    certificate_id: int


Fact = (
    CallOpened | CallCancelled | CallMoved | Invited | InvitationAnswered | HoursConfirmed | CertificateIssued
)
