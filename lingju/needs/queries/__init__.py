"""Many-table reads of needs, by who reads."""
