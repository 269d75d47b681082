"""The walking-circle engine: streets in, minutes out. Pure numerics, no Django.

Nouns: a Network (one district's walkable streets in one file), a Profile (who walks), Doors (where places
touch the streets), a TimeTable (who reaches what, in ticks of 20 ms).
Verbs: import streets, weigh edges, snap doors, search, open and close, draw circles, name gaps.
Facts: none; this floor announces nothing.
Floor: the ground, beside kernel, which it does not know.
"""
