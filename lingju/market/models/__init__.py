"""The nouns of the civic market, by chapter: the market and its layout, the stalls and what they count."""

from lingju.market.models.markets import Market, Spot, Zone
from lingju.market.models.stalls import Leftover, Stall, Tally

__all__ = ["Leftover", "Market", "Spot", "Stall", "Tally", "Zone"]
