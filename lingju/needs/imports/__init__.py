"""Sheets of needs: slips of paper in, orders of the hotline and the grid in, results out."""
