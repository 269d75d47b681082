"""Forms of bookings, by who fills them."""
