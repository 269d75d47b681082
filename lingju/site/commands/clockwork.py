"""Run what is due, over and over: scheduled jobs, durable reactions, messages. `lingju serve` starts it."""

import argparse
import signal
import threading
from types import FrameType

from lingju.site.commands import _django  # noqa: F401  isort: skip

from lingju.trail import jobs


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take how often to look."""
    parser.add_argument("--pause", type=float, default=1.0, help="seconds between two looks")


def run(arguments: argparse.Namespace) -> int:
    """Work until a signal comes; what has begun is finished first."""
    stop = threading.Event()

    def end(signum: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    jobs.work(stop, pause_seconds=arguments.pause)
    return 0
