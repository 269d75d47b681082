"""The verbs of activities, by noun: planning, running, calling off, series, sign-ups, library."""
