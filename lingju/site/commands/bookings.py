"""Verify that what is counted as taken is what bookings take; with --repair, set the counts right."""

import argparse

from lingju.site.commands import _django  # noqa: F401  isort: skip

from lingju.bookings.models import Pool
from lingju.bookings.services import verifying
from lingju.bookings.services.verifying import Difference


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take what to do."""
    parser.add_argument("verb", choices=("verify",))
    parser.add_argument("--repair", action="store_true", help="set counts to what bookings take")


def run(arguments: argparse.Namespace) -> int:
    """Count every pool anew; return 1 where a count differs and was not repaired."""
    looked, wrong, left = 0, 0, 0
    for pool in verifying.pools():
        looked += 1
        found = verifying.differences(pool)
        for one in found:
            print(f"  ! {_said(pool, one)}")
        healed = verifying.repair(pool) if found and arguments.repair else []
        wrong += len(found)
        left += len(found) - len(healed)
    print(f"{looked} pools counted anew, {wrong} cells differ, {wrong - left} repaired")
    return int(left > 0)


def _said(pool: Pool, one: Difference) -> str:
    above = " — more than there is" if one.is_above else ""
    return (
        f"{pool.district_id} {pool.name} cell {one.at}: counted {one.taken} of {one.capacity}, "
        f"bookings take {one.should_be} of {one.holds}{above}"
    )
