"""Sheets that bookings read in: the books of a reading corner."""
