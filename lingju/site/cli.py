"""The command line: `lingju VERB …`. Each verb is a module of `lingju.site.commands`, loaded when asked for.

A verb that only computes (streets, circle) starts without Django and without a database.
"""

import argparse
import importlib
import sys
from collections.abc import Sequence

from lingju.circles.errors import CircleError
from lingju.site.environment import BadEnvironment

VERBS = {
    "start": "prepare, then serve on http://127.0.0.1:8000",
    "prepare": "migrate, collect static files, compile words, fill the demo district if empty",
    "serve": "serve pages and run the clockwork",
    "clockwork": "run scheduled jobs and the queue",
    "streets": "import streets from OpenStreetMap, show a network file, put one to use",
    "circle": "say what is within so many minutes' walk of stations: a table and GeoJSON",
    "account": "open the first account of a district officer",
    "footprints": "seal and verify the chain of footprints",
    "needs": "index needs anew for the search, verify that each stands where its record says",
    "bookings": "verify that what is counted as taken is what bookings take",
    "volunteering": "verify the chain of evidence behind volunteers' hours",
    "cobuilding": "verify that each turn stands where its entries say",
    "keys": "encrypt sensitive fields again under the newest key",
    "docs": "write the generated pages of docs/",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb and return the exit status: 0 done, 1 refused with a sentence, 2 misused."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not words or words[0] not in VERBS:
        return overview(words)
    command = importlib.import_module(f"lingju.site.commands.{words[0]}")
    parser = argparse.ArgumentParser(prog=f"lingju {words[0]}", description=command.__doc__)
    command.add_arguments(parser)
    try:
        return int(command.run(parser.parse_args(words[1:])) or 0)
    except (CircleError, BadEnvironment, OSError) as refusal:
        print(f"lingju: {refusal}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def overview(words: Sequence[str]) -> int:
    """Print what the command can do; return 0 if that was the question."""
    asked = not words or words[0] in ("-h", "--help", "help")
    out = sys.stdout if asked else sys.stderr
    if not asked:
        print(f"lingju: there is no verb {words[0]!r}", file=out)
    print("usage: lingju VERB …\n", file=out)
    for verb, promise in VERBS.items():
        print(f"  {verb:<11} {promise}", file=out)
    return 0 if asked else 2
