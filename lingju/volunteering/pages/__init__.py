"""Pages of volunteering, by who opens them."""
