"""The composition root: settings, addresses, wiring, base templates, static files, command line.

Only this package knows every module. Pages that show several modules at once (home, station) live here.
"""
