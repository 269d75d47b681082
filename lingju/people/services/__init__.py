"""The verbs of people, by noun: the only writers of its tables."""
