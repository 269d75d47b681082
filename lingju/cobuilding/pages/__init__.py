"""The pages of the co-building day, by who opens them: the desk, a unit with its link, everybody."""
