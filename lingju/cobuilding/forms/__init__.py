"""What pages of the co-building day are told, and what is wrong with it in words."""
