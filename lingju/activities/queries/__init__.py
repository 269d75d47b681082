"""Reading activities for pages and registers."""
