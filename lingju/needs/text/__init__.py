"""What a need's words alone tell: what to hide, what is urgent, how to find it, what is like it. Pure."""
