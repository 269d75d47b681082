"""Tests that look at the whole house: its own rules, its pages in a browser, whole walks."""
