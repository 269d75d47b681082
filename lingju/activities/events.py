"""Facts that activities announces: what has happened, as ids, in the past tense."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SessionAnnounced:
    """A session is told to everybody now."""

    district_id: int
    session_id: int


@dataclass(frozen=True, slots=True)
class SessionChanged:
    """A session that was told is another now; `what` names what: time, place, seats, words, postponed.

    `was_at` is when people would have come who do not hear of it.
    """

    district_id: int
    session_id: int
    what: tuple[str, ...]
    was_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class SessionCancelled:
    """A session was called off; these sign-ups stood at that moment and are to be told."""

    district_id: int
    session_id: int
    signup_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SessionsOvertaken:
    """Hours or holidays changed, and the station is shut now at the time of these sessions."""

    district_id: int
    session_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SessionFull:
    """Somebody who signed up had to wait: more want to come than there are seats."""

    district_id: int
    session_id: int


@dataclass(frozen=True, slots=True)
class SignedUp:
    """A party signed up; whether it has seats or waits, its claim says."""

    district_id: int
    signup_id: int


@dataclass(frozen=True, slots=True)
class SignUpMoved:
    """A sign-up took a step: withdrawn, a seat offered, accepted, declined, run out, arrived."""

    district_id: int
    signup_id: int
    step: str


@dataclass(frozen=True, slots=True)
class QuestionLeftOpen:
    """A question that was asked at a session could not be answered there: it goes on as a need."""

    district_id: int
    question_id: int


@dataclass(frozen=True, slots=True)
class ActivitiesImported:
    """A sheet of head counts or arrivals was taken in: how many rows were new, changed and refused."""

    district_id: int
    sheet: str
    new: int
    changed: int
    refused: int


Fact = (
    SessionAnnounced
    | SessionChanged
    | SessionCancelled
    | SessionsOvertaken
    | SessionFull
    | SignedUp
    | SignUpMoved
    | QuestionLeftOpen
    | ActivitiesImported
)
