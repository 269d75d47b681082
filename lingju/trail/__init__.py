"""Footprints and flows: who moved which record when, and the table that says what moves are allowed.

Nouns: Footprint 足迹, Seal 封印, ScheduledJob 定时任务. Verbs: leave_footprint, seal_up, verify, dispose.
Stands below places and people: a footprint names its actor and its subject by id, without a foreign key,
because an audit outlives both. Footprints are appended freely; a job seals them in batches.
"""
