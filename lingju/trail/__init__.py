"""Footprints and flows: who moved which record when, and the table that says what moves are allowed."""
