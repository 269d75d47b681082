"""Pages of the market: for everybody, for the desk, for whoever looks after a stall."""
