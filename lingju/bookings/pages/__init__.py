"""Pages of bookings, by who comes."""
