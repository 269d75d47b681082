"""A hand of the race suite: a process with a database connection of its own that does what it is told.

    python -m lingju.bookings.tests.race_hand SOCKET

It imports the house once; then each line it reads forks a hand, which connects to SOCKET. A hand reads
a list of calls (`race_acts`), makes them one after the other from a given moment on, and sends back how
each of them ended.
"""

import os
import signal
import sys
import time
import traceback
from collections.abc import Sequence
from multiprocessing.connection import Client, Connection
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lingju.site.settings")
django.setup()

import time_machine  # noqa: E402  the house must be ready before its models are imported

from lingju.bookings.tests import race_acts  # noqa: E402
from lingju.bookings.tests.builders import MONDAY  # noqa: E402
from lingju.bookings.tests.race_words import Call, Ending, Outcome  # noqa: E402
from lingju.kernel import clock  # noqa: E402
from lingju.kernel.errors import Refusal  # noqa: E402


def main(address: str) -> None:
    """Fork a hand for each line; end where nobody writes any more."""
    with time_machine.travel(MONDAY, tick=True):
        clock.now()  # the first look sets the clock going: all hands shall have the same time
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        print("ready", flush=True)
        for _line in sys.stdin:
            if os.fork() == 0:
                serve(address)
                os._exit(0)


def serve(address: str) -> None:
    """Do what comes over the line until it is cut."""
    with Client(address) as line:
        line.send(os.getpid())
        while True:
            try:
                start, calls = line.recv()
            except EOFError:
                return
            time.sleep(max(start - time.monotonic(), 0))
            line.send([_outcome(call, line) for call in calls])


def _outcome(call: Call, line: Connection) -> Outcome:
    try:
        return Outcome(Ending.DONE, _made(call.act, call.words, line))
    except Refusal as refusal:
        return Outcome(Ending.REFUSED, f"{type(refusal).__name__}: {refusal}")
    except Exception:
        return Outcome(Ending.BROKE, traceback.format_exc())


def _made(act: str, words: dict[str, Any], line: Connection) -> Any:
    function = getattr(race_acts, act)
    return function(line, **words) if act in race_acts.THAT_SPEAK else function(**words)


__all__: Sequence[str] = ["main"]

if __name__ == "__main__":
    main(sys.argv[1])
