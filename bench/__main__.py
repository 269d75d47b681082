"""Run every measurement: `python -m bench [EXTRACT.osm.pbf]`; each prints its own table."""

import subprocess
import sys

WITH_STREETS = ("bench.circles", "bench.polygons", "bench.questions")


def main(words: list[str]) -> int:
    """Run each file in a process of its own, so that no peer weighs on another; return the worst status."""
    extract = words[:1]
    runs = [[name, *(["--streets", *extract] if extract else [])] for name in WITH_STREETS]
    runs += [["bench.import_streets", *extract]] if extract else []
    runs += [["bench.ids"], ["bench.similar"], ["bench.needs", "--sizes", "1000", "20000", "--rounds", "1"]]
    runs += [["bench.rota"], ["bench.rush"]]
    status = 0
    for run in runs:
        print(f"\n== {' '.join(run)}", flush=True)
        status = max(status, subprocess.run([sys.executable, "-m", *run], check=False).returncode)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
