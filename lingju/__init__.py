"""Lingju 零距离: the open platform on which an urban district runs its neighbourhood services."""
