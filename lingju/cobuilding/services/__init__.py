"""The verbs of the co-building day, by noun: cycles, organisations, agreements, turns, lists, projects."""
