"""Facts that the market announces: what has happened, as ids, in the past tense."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MarketAnnounced:
    """A market and its stalls are told to everybody now."""

    district_id: int
    market_id: int


@dataclass(frozen=True, slots=True)
class MarketCancelled:
    """A market was called off; who had a stall then is to be told."""

    district_id: int
    market_id: int
    stall_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RequestLeftOver:
    """Something could not be finished at a stall: it goes on as a need."""

    district_id: int
    leftover_id: int
    need_id: int
