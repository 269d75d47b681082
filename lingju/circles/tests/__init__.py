"""Tests of the walking-circle engine."""
