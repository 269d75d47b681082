"""From an OSM extract to a network that can be searched: seconds and megabytes of a whole fresh process.

    python -m bench.import_streets FILE [rounds]

Each figure is a new interpreter, start and imports included, since that is what a clerk waits for. The peer
is OSMnx (`graph_from_xml`, all ways, simplified), which reads XML alone: a PBF is turned into XML beforehand
and that is not counted. It builds another graph (no gates, no signals, no barrier lines), so the ratio says
what the wait is, not who is right. Reloading maps our saved file and touches every array.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import osmium

from bench.peers import library

OURS = (
    "from pathlib import Path; from lingju.circles.osm import import_streets as read; net = read(Path({0!r}))"
)
SAVE = OURS + "; net.save(Path({1!r})); print(net.nodes, net.edges)"
LOAD = (
    "from pathlib import Path; from lingju.circles.network import Network; net = Network.load(Path({0!r}));"
    "[getattr(net, name).sum() for name in ('lon', 'nbr', 'length_mm', 'shape_lon')]"
)
START = "import numpy"
OSMNX = "import osmnx; osmnx.graph_from_xml({0!r}, simplify=True, retain_all=True)"


@dataclass(frozen=True)
class Cost:
    """What one process took."""

    wall_s: float
    cpu_s: float
    peak_mb: float


def main(path: Path, rounds: int = 5) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        saved = str(Path(folder) / "streets.net")
        sizes = subprocess.run([sys.executable, "-c", SAVE.format(str(path), saved)], capture_output=True,
                               text=True, check=True).stdout.split()  # fmt: skip
        print(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB, {sizes[0]} nodes, {sizes[1]} edges")
        ours = median_cost(OURS.format(str(path)), rounds)
        show("import", ours)
        show("reload the saved file", median_cost(LOAD.format(saved), rounds))
        show("of which the interpreter and numpy", median_cost(START, rounds))
        if library("osmnx"):
            peer = median_cost(OSMNX.format(as_xml(path, folder)), 1)
            show("OSMnx", peer)
            print(f"  OSMnx / ours: {peer.cpu_s / ours.cpu_s:.1f}x the time,"
                  f" {peer.peak_mb / ours.peak_mb:.1f}x the memory")  # fmt: skip


def median_cost(code: str, rounds: int) -> Cost:
    """Run a statement in fresh processes; return medians."""
    costs = [cost(code) for _ in range(rounds)]
    columns = zip(*((c.wall_s, c.cpu_s, c.peak_mb) for c in costs), strict=True)
    return Cost(*(statistics.median(column) for column in columns))


def cost(code: str) -> Cost:
    """Run a statement in one fresh process and ask the kernel what it took.

    The peak is VmHWM as the process reads it at its end: ru_maxrss would count this parent's own pages,
    which a child holds between fork and exec.
    """
    peak = "print(open('/proc/self/status').read().split('VmHWM:')[1].split()[0])"
    start = time.perf_counter()
    with subprocess.Popen([sys.executable, "-c", f"{code}; {peak}"], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        said = process.stdout.read().split()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"failed: {code}")
    return Cost(time.perf_counter() - start, usage.ru_utime + usage.ru_stime, int(said[-1]) / 1024)


def show(what: str, took: Cost) -> None:
    """Print one row."""
    print(f"  {what}: {took.wall_s:.3f} s, {took.cpu_s:.2f} CPU s, {took.peak_mb:.0f} MB at most")


def as_xml(path: Path, folder: str) -> str:
    """Return an XML copy of the extract, which OSMnx can read."""
    if path.name.endswith(".osm"):
        return str(path)
    copy = str(Path(folder) / "copy.osm")
    with osmium.SimpleWriter(copy) as out:
        for thing in osmium.FileProcessor(path):
            out.add(thing)
    return copy


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:3]))
