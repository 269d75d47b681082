"""Numbers of what stands in a list: one series for each kind and year."""

from typing import Final

from django.db.models import F

from lingju.cobuilding.models import NumberSeries
from lingju.kernel import clock

UNIT: Final = "D"
RESOURCE: Final = "Z"
PROJECT: Final = "X"
AGREEMENT: Final = "Y"
WORK_ORDER: Final = "P"


def next_number(district_id: int, kind: str) -> str:
    """Count this year's series of a kind up and return the next number, X26-0012."""
    return next_numbers(district_id, kind, 1)[0]


def next_numbers(district_id: int, kind: str, count: int) -> list[str]:
    """Count this year's series of a kind up by `count` and return as many numbers."""
    year = clock.today().year
    series, _made = NumberSeries.objects.get_or_create(district_id=district_id, kind=kind, year=year)
    NumberSeries.objects.filter(pk=series.pk).update(last=F("last") + count)
    series.refresh_from_db(fields=["last"])
    first = series.last - count + 1
    return [f"{kind}{year % 100:02d}-{number:04d}" for number in range(first, series.last + 1)]
