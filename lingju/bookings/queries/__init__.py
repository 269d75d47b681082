"""What pages read about bookings: free times, cards of a station, the same elsewhere, who stands where."""
