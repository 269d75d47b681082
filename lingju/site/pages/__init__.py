"""The root's own pages: home, where I am, one station, how pages look, what we do with personal data."""
