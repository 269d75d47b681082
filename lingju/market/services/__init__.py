"""Verbs of the market, by noun: the market, its layout, its stalls, what is counted, what is left over."""
