"""Import streets from OpenStreetMap (.osm.pbf, .osm), show a network file, put one to use for a district."""

import argparse
import importlib
import sys
from pathlib import Path

from tqdm import tqdm

from lingju.circles.network import Network
from lingju.circles.osm import import_streets
from lingju.site import environment

SUFFIX = ".streets"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take what is to be done with which file."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    bring = verbs.add_parser("import", help="import an OpenStreetMap extract into a network file")
    bring.add_argument("file", type=Path)
    bring.add_argument(
        "--out", type=Path, help=f"network file to write (default: NAME{SUFFIX} in the var folder)"
    )
    bring.add_argument("--quiet", action="store_true", help="no progress bar")
    show = verbs.add_parser("show", help="say what a network file holds and where it came from")
    show.add_argument("file", type=Path)
    use = verbs.add_parser("use", help="let the district walk on a network file")
    use.add_argument("file", type=Path)


def run(arguments: argparse.Namespace) -> int:
    """Do it."""
    if arguments.verb == "use":
        # Only this verb needs the database; the others stay free of Django.
        return int(importlib.import_module("lingju.site.commands._use_streets").use(arguments.file))
    if arguments.verb == "import":
        return bring(arguments.file, arguments.out or kept_at(arguments.file), quiet=arguments.quiet)
    describe(Network.load(arguments.file))
    return 0


def kept_at(file: Path) -> Path:
    """Return where the network of an extract is kept."""
    folder = environment.current().var / "streets"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / (file.name.split(".")[0] + SUFFIX)


def bring(file: Path, out: Path, *, quiet: bool) -> int:
    """Import one extract, showing how far the reading has got."""
    size = file.stat().st_size
    with tqdm(total=size, unit="B", unit_scale=True, disable=quiet or not sys.stderr.isatty()) as bar:

        def show(done: int, total: int) -> None:
            bar.update(done - bar.n)

        net = import_streets(file, on_progress=show)
    net.save(out)
    describe(net)
    print(f"written    {out} ({out.stat().st_size / 1e6:.1f} MB)")
    return 0


def describe(net: Network) -> None:
    """Print what a network holds and where it came from."""
    source = net.provenance
    print(f"source     {source.source}")
    print(f"dated      {source.source_date or 'not said'}")
    print(f"sha256     {source.sha256}")
    print(f"licence    {source.licence}  {source.attribution}")
    print(f"streets    {net.nodes} nodes, {net.edges} edges, {net.length_mm.sum() / 1e6:.1f} km")
    for name, count in dict(source.counts).items():
        print(f"  {name:<22} {count}")
