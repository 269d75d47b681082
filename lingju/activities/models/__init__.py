"""The nouns of activities, by chapter: programmes, sessions, sign-ups, attendance, learning, certificates."""

from lingju.activities.models.attendance import HeadCount, Scan
from lingju.activities.models.certificates import Certificate, OutsideCertificate
from lingju.activities.models.learning import Feedback, Question, Quiz, QuizSheet
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
    "Certificate",
    "Feedback",
    "FestivalTemplate",
    "GuardianConsent",
    "HeadCount",
    "OutsideCertificate",
    "Programme",
    "Question",
    "Quiz",
    "QuizSheet",
    "Scan",
    "Series",
    "Session",
    "SignUp",
    "SkippedDate",
    "Speaker",
    "Topic",
]
