"""Serve pages with gunicorn (or granian) and run the clockwork beside it, until one of them stops."""

import argparse
import os
import signal
import subprocess
import sys
from types import FrameType

from lingju.site import environment

SQLITE = "django.db.backends.sqlite3"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the address to listen on."""
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", default=8000, type=int)
    parser.add_argument("--threads", default=8, type=int, help="threads of each server process")


def run(arguments: argparse.Namespace) -> int:
    """Run both processes; when one ends, or a signal comes, end the other."""
    env = environment.current()
    # Writers of one SQLite file queue best inside one process; PostgreSQL takes two.
    workers = 1 if env.database.get("ENGINE") == SQLITE else 2
    server = granian(arguments, workers) if env.server == "granian" else gunicorn(arguments, workers)
    surroundings = {**os.environ, "DJANGO_SETTINGS_MODULE": "lingju.site.settings"}
    clockwork = [sys.executable, "-m", "lingju.site", "clockwork"]
    processes = [subprocess.Popen(words, env=surroundings) for words in (server, clockwork)]  # noqa: S603

    def stop(signum: int, frame: FrameType | None) -> None:
        for process in processes:
            process.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    print(f"Lingju 零距离: http://{arguments.host}:{arguments.port}/  (Ctrl-C stops it)", flush=True)
    status = wait_for_any(processes)
    stop(0, None)
    for process in processes:
        process.wait()
    return max(status, 0)


def gunicorn(arguments: argparse.Namespace, workers: int) -> list[str]:
    """Return the words that start gunicorn: threads, because pages wait for the database."""
    return [
        *(sys.executable, "-m", "gunicorn", "lingju.site.wsgi:application", "--worker-class", "gthread"),
        *("--workers", str(workers), "--threads", str(arguments.threads)),
        *("--bind", f"{arguments.host}:{arguments.port}", "--log-level", "warning"),
    ]


def granian(arguments: argparse.Namespace, workers: int) -> list[str]:
    """Return the words that start granian."""
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "lingju.site.wsgi:application"),
        *("--workers", str(workers), "--blocking-threads", str(arguments.threads)),
        *("--host", arguments.host, "--port", str(arguments.port), "--log-level", "warning"),
    ]


def wait_for_any(processes: list[subprocess.Popen[bytes]]) -> int:
    """Wait until one process ends and return its status."""
    _, status = os.wait()
    for process in processes:
        process.poll()
    return os.waitstatus_to_exitcode(status)
