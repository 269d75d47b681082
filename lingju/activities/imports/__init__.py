"""Sheets that communities keep about activities, read row by row through the verbs."""
