"""Many-table reads for the pages of volunteering, and for the floor above."""
