"""The pages of places: what a resident reaches, what an officer covers, what a clerk looks after."""
