"""What is typed in volunteering, by who types it."""
