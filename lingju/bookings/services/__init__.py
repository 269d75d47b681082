"""The verbs of bookings, by chapter: counting places, placing claims, one booking, seats, numbers."""
