"""Reads over many tables: the board, the calendar of turns, registers, what everybody may see."""
