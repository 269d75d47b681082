"""Tests of people: one file a verb, and the cast that other modules' tests borrow."""
