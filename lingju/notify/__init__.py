"""Messages to people: an outbox, and a channel for each way to reach them."""
