"""Facts that people announces: what has happened, as ids, in the past tense."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AccountOpened:
    """Somebody has an account now."""

    district_id: int
    account_id: int


@dataclass(frozen=True, slots=True)
class AccountClosed:
    """An account was closed and names nobody any more; what hung on it was let go before (`own_data`)."""

    district_id: int
    account_id: int


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody came in."""

    district_id: int
    account_id: int


@dataclass(frozen=True, slots=True)
class SecondFactorChanged:
    """A second factor was set up (`is_on`) or taken away."""

    district_id: int
    account_id: int
    is_on: bool


@dataclass(frozen=True, slots=True)
class OfficeGranted:
    """An account holds an office at a node now."""

    district_id: int
    holding_id: int
    account_id: int
    office: str


@dataclass(frozen=True, slots=True)
class OfficeRevoked:
    """An office was taken back or laid down."""

    district_id: int
    holding_id: int
    account_id: int
    office: str


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """Somebody agreed to one purpose; `account_id` is None where it was done without an account."""

    district_id: int
    consent_id: int
    account_id: int | None
    purpose: str


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn:
    """Somebody took an agreement back: processing for that purpose ends now."""

    district_id: int
    consent_id: int
    account_id: int | None
    purpose: str


@dataclass(frozen=True, slots=True)
class OrganisationChanged:
    """An organisation was added or edited."""

    district_id: int
    organisation_id: int
