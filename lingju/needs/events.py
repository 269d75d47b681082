"""Facts that needs announces: what has happened, as ids, in the past tense."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NeedSubmitted:
    """A need is written down; nobody asked for it where a signal was turned into one."""

    district_id: int
    need_id: int
    asker_id: int | None


@dataclass(frozen=True, slots=True)
class NeedSupported:
    """Somebody else stands behind a need now."""

    district_id: int
    need_id: int
    asker_id: int


@dataclass(frozen=True, slots=True)
class NeedFlagged:
    """Words of a need speak of danger, at intake or later: it is to be looked at first."""

    district_id: int
    need_id: int
    entry_id: int


@dataclass(frozen=True, slots=True)
class NeedMoved:
    """The work on a need went a step on: `step` names it as the flow does."""

    district_id: int
    need_id: int
    step: str


@dataclass(frozen=True, slots=True)
class NeedReplied:
    """Somebody at the desk told the askers something; the words are in the entry."""

    district_id: int
    need_id: int
    entry_id: int


@dataclass(frozen=True, slots=True)
class NeedAnswered:
    """A need has its answer in this round; the askers are asked, now or on the day that was promised."""

    district_id: int
    need_id: int
    round: int


@dataclass(frozen=True, slots=True)
class AskerAsked:
    """One person was asked whether it is solved."""

    district_id: int
    need_id: int
    asking_id: int


@dataclass(frozen=True, slots=True)
class NeedJudged:
    """One person said whether it is solved."""

    district_id: int
    need_id: int
    asking_id: int


@dataclass(frozen=True, slots=True)
class NeedReopened:
    """Work began anew, because somebody said that it is not solved."""

    district_id: int
    need_id: int
    round: int


@dataclass(frozen=True, slots=True)
class NeedClosed:
    """Everybody asked has answered, or the window to answer has passed."""

    district_id: int
    need_id: int


@dataclass(frozen=True, slots=True)
class WholeTakenBack:
    """Nobody asks for a need any more, but parts of it are still worked on: it ends with the last of them."""

    district_id: int
    need_id: int


@dataclass(frozen=True, slots=True)
class HandoverOffered:
    """A need was offered to another door, which has not said yes."""

    district_id: int
    handover_id: int


@dataclass(frozen=True, slots=True)
class HandoverDecided:
    """The other door said yes or no."""

    district_id: int
    handover_id: int


@dataclass(frozen=True, slots=True)
class NeedChased:
    """A need came near its date, or went past it: `step` names the rung of the ladder."""

    district_id: int
    need_id: int
    step: str


@dataclass(frozen=True, slots=True)
class AlarmRaised:
    """Something in our own running needs an officer."""

    district_id: int
    alarm_id: int


@dataclass(frozen=True, slots=True)
class NeedsImported:
    """A sheet of slips or orders was taken in: how many rows were new, changed and refused."""

    district_id: int
    sheet: str
    new: int
    changed: int
    refused: int
