"""What the co-building day is filled with at first: capabilities, the four doubles, roles."""
