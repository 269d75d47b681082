"""The nouns of activities, by chapter: programmes and topics, sessions, sign-ups."""

from lingju.activities.models.programmes import (
    FestivalTemplate,
    Programme,
    Series,
    SkippedDate,
    Speaker,
    Topic,
)
from lingju.activities.models.sessions import Session
from lingju.activities.models.signups import GuardianConsent, SignUp

__all__ = [
    "FestivalTemplate",
    "GuardianConsent",
    "Programme",
    "Series",
    "Session",
    "SignUp",
    "SkippedDate",
    "Speaker",
    "Topic",
]
