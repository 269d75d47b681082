"""Verify that each turn stands where its entries say, and that nothing is confirmed that nobody delivered."""

import argparse

from lingju.site.commands import _django  # noqa: F401  isort: skip

from lingju.cobuilding.services import verifying
from lingju.places.models import District


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take what to do."""
    parser.add_argument("verb", choices=("verify",))


def run(arguments: argparse.Namespace) -> int:
    """Look at every district; return 1 where something is wrong."""
    reports = [(district, verifying.verify(district.pk)) for district in District.objects.order_by("pk")]
    for district, report in reports:
        print(f"{district.name}: {report.duties} turns compared with their {report.entries} entries")
        for sentence in report.wrong:
            print(f"  ! {sentence}")
    return int(any(report.wrong for _district, report in reports))
