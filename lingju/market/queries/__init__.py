"""What pages of the market read: for everybody, for the desk, for the register."""
