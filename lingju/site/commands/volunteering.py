"""Verify the evidence of volunteers' hours: a row that was altered, taken out or slipped in is named."""

import argparse

from lingju.site.commands import _django  # noqa: F401  isort: skip

from lingju.places.models import District
from lingju.volunteering.services import verifying


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take what to do."""
    parser.add_argument("verb", choices=("verify",))


def run(arguments: argparse.Namespace) -> int:
    """Walk every chain; return 1 where something is wrong."""
    reports = [(district, verifying.verify(district.pk)) for district in District.objects.order_by("pk")]
    for district, report in reports:
        print(f"{district.name}: {report.rows} rows of evidence in {report.calls} calls")
        for wrong in report.wrong:
            print(f"  ! call {wrong.call_id}: {wrong.sentence}")
    return int(any(report.wrong for _district, report in reports))
