"""Our axes in the words of mySociety's extended statuses, and what those words mean to us.

    received FOR_TRIAGE    triaged, accepted INVESTIGATING    working IN_PROGRESS, in a later round REOPEN
    answered or closed     FIXED, CLOSED, ACTION_SCHEDULED, NO_FURTHER_ACTION, INTERNAL_REFERRAL,
                           NOT_COUNCILS_RESPONSIBILITY, DUPLICATE, CANCELLED

Open311 itself knows only open and closed: what waits for verdicts is open still, because only whoever
asked can say that it is done.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lingju.needs.models import Exclusion, Need
from lingju.needs.services.exchanging import AGAIN, WITHDRAWN

S, O, X = Need.Stage, Need.Outcome, Exclusion.Reason  # noqa: E741  the outcome
OPEN, CLOSED = "open", "closed"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a need stands, as far as a status of theirs can tell."""

    stage: str
    outcome: str = ""
    round: int = 1
    left_out: str = ""  # the reason of an exclusion


_BY_STAGE: Final[Mapping[str, str]] = {
    S.RECEIVED: "FOR_TRIAGE",
    S.TRIAGED: "INVESTIGATING",
    S.ACCEPTED: "INVESTIGATING",
    S.WORKING: "IN_PROGRESS",
}
_BY_OUTCOME: Final[Mapping[str, str]] = {
    O.SOLVED: "FIXED",
    O.PARTLY: "CLOSED",
    O.PLANNED: "ACTION_SCHEDULED",
    O.EXPLAINED: "NO_FURTHER_ACTION",
    O.OUT_OF_SCOPE: "NOT_COUNCILS_RESPONSIBILITY",
    O.REFERRED: "INTERNAL_REFERRAL",
    O.WITHDRAWN: "CANCELLED",
}
_BY_REASON: Final[Mapping[str, str]] = {
    X.NOT_OURS: "NOT_COUNCILS_RESPONSIBILITY",
    X.HANDLED: "NOT_COUNCILS_RESPONSIBILITY",
    X.REPEATED: "DUPLICATE",
    X.ABUSE: "CANCELLED",
    X.TRIAL: "CANCELLED",
}
MEANINGS: Final[Mapping[str, Standing]] = {
    "FOR_TRIAGE": Standing(S.RECEIVED),
    "INVESTIGATING": Standing(S.TRIAGED),
    "IN_PROGRESS": Standing(S.WORKING),
    "REOPEN": Standing(S.WORKING, round=2),
    "ACTION_SCHEDULED": Standing(S.ANSWERED, O.PLANNED),
    "FIXED": Standing(S.ANSWERED, O.SOLVED),
    "CLOSED": Standing(S.ANSWERED, O.PARTLY),
    "NO_FURTHER_ACTION": Standing(S.ANSWERED, O.EXPLAINED),
    "INTERNAL_REFERRAL": Standing(S.ANSWERED, O.REFERRED),
    "NOT_COUNCILS_RESPONSIBILITY": Standing(S.CLOSED, O.OUT_OF_SCOPE, left_out=X.NOT_OURS),
    "DUPLICATE": Standing(S.CLOSED, O.OUT_OF_SCOPE, left_out=X.REPEATED),
    "CANCELLED": Standing(S.CLOSED, O.WITHDRAWN),
}
# What an asker may mean by a status; everything else is noted, and nothing follows from it.
MEANT: Final[Mapping[str, str]] = {"REOPEN": AGAIN, "CANCELLED": WITHDRAWN}
KNOWN: Final = frozenset({*MEANINGS, "OPEN"})


def extended(standing: Standing) -> str:
    """Return the extended status of where a need stands."""
    if standing.left_out:
        return _BY_REASON[standing.left_out]
    if standing.stage in (S.ANSWERED, S.CLOSED):
        return _BY_OUTCOME.get(standing.outcome, "CLOSED")
    if standing.stage == S.WORKING and standing.round > 1:
        return "REOPEN"
    return _BY_STAGE[standing.stage]


def standing_of(need: Need) -> Standing:
    """Return where a need stands; its agreed exclusion is looked up only where there is one."""
    left_out = ""
    if need.is_excluded:
        agreed = need.exclusions.filter(state=Exclusion.State.AGREED).order_by("-id").first()
        left_out = agreed.reason if agreed is not None else ""
    return Standing(need.stage, need.outcome, need.round, left_out)


def status(need: Need) -> str:
    """Return the status that Open311 itself knows."""
    return CLOSED if need.is_over else OPEN
