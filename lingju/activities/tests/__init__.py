"""What activities promise, verb by verb."""
