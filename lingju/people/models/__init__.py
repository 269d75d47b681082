"""The nouns of people, by chapter: accounts, organisations, offices held, consents."""

from lingju.people.models.accounts import Account, Attempt, PastPassword, SignInCode
from lingju.people.models.consents import Consent, ConsentText
from lingju.people.models.offices import Holding
from lingju.people.models.organisations import Membership, Organisation

__all__ = [
    "Account",
    "Attempt",
    "Consent",
    "ConsentText",
    "Holding",
    "Membership",
    "Organisation",
    "PastPassword",
    "SignInCode",
]
