"""Verbs of needs, by noun: the only writers."""
