"""Seal the footprints that wait, and verify the chain: what was altered, removed or slipped in is named."""

import argparse

from lingju.site.commands import _django  # noqa: F401  isort: skip

from lingju.places.models import District
from lingju.trail import jobs, services


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take what to do."""
    parser.add_argument("verb", choices=("seal", "verify"))


def run(arguments: argparse.Namespace) -> int:
    """Seal or verify; return 1 where something is wrong."""
    if arguments.verb == "seal":
        print(f"{jobs.seal_footprints()} footprints sealed")
        return 0
    names = {district.pk: district.name for district in District.objects.all()}
    reports = services.verify_all()
    for report in reports:
        name = names.get(report.district_id, "the installation itself")
        print(f"{name}: {report.footprints} footprints in {report.seals} seals, {report.waiting} waiting")
    for wrong in (wrong for report in reports for wrong in report.wrong):
        print(f"  ! {wrong.sentence}")
    return int(any(report.wrong for report in reports))
