"""Checks of what people see: colours, styles old phones can read, words, icons, weights."""
