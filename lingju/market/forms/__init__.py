"""What is typed for a market: its plan, its stalls, a press at a stall, what is left over."""
