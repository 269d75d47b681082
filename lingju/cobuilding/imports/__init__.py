"""Sheets that streets keep about enrolled units, read row by row through the verbs."""
