"""Seal the footprints that wait, and verify the chain: what was altered, removed or slipped in is named."""

import argparse

from lingju.site.commands import _django  # noqa: F401  isort: skip

from lingju.places.models import District
from lingju.trail import jobs
from lingju.trail.audit import audit


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take what to do."""
    parser.add_argument("verb", choices=("seal", "verify"))


def run(arguments: argparse.Namespace) -> int:
    """Seal or verify; return 1 where something is wrong."""
    if arguments.verb == "seal":
        print(f"{jobs.seal_footprints()} footprints sealed")
        return 0
    reports = [(district, audit(district.pk)) for district in District.objects.order_by("code")]
    for district, report in reports:
        print(f"{district}: {report.footprints} footprints in {report.seals} seals, {report.waiting} waiting")
        for wrong in report.wrong:
            print(f"  ! {wrong.sentence}")
    return int(any(report.wrong for _district, report in reports))
