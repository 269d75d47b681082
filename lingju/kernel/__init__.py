"""The ground floor: clock, ids, refusals, rules, facts, encryption, safe files, import and export.

Knows no neighbourhood word and owns no table; everything above may lean on it.
"""
