"""The Chinese calendar worked out from the sky, beside which the tables are held: new moons and the sun.

Rules of GB/T 33661-2017: a month begins on the Beijing day of the new moon; the winter solstice lies in month
11; of thirteen months between two of these the first without a major term is the leap month. New moons after
J. Meeus, Astronomical Algorithms (2nd ed.), chapter 49; the sun's apparent longitude after chapter 25, which
is good to 0.01 degrees, a quarter of an hour.
"""

import bisect
import datetime as dt
import itertools
import math
from functools import cache

NOON_2000 = 2451545.0
BEIJING = 8 / 24
# Seconds by which the earth lags behind even time: measured until 2020, then NASA's polynomial, thinned out.
DELTA_T = (
    (1940, 24.3), (1950, 29.1), (1960, 33.2), (1970, 40.2), (1980, 50.5), (1990, 56.9), (2000, 63.8),
    (2010, 66.1), (2020, 69.4), (2030, 72.0), (2050, 80.0), (2070, 110.0), (2100, 150.0),
)  # fmt: skip


def delta_t(year: float) -> float:
    at = min(max(bisect.bisect(DELTA_T, (year, 0.0)), 1), len(DELTA_T) - 1)
    (y0, t0), (y1, t1) = DELTA_T[at - 1], DELTA_T[at]
    return t0 + (t1 - t0) * (year - y0) / (y1 - y0)


def beijing(jde: float) -> float:
    """Return a moment of even time as a Julian day of the wall in Beijing."""
    year = 2000 + (jde - NOON_2000) / 365.25
    return jde - delta_t(year) / 86400 + BEIJING


def day_of(local: float) -> dt.date:
    return dt.date.fromordinal(math.floor(local + 0.5) - 1721425)


def minutes_from_midnight(local: float) -> float:
    part = (local + 0.5) % 1
    return min(part, 1 - part) * 1440


def new_moon(k: int) -> float:
    """Return the Julian day, in Beijing, of the k-th new moon since January 2000."""
    t = k / 1236.85
    jde = 2451550.09766 + 29.530588861 * k + t * t * (0.00015437 - t * (0.000000150 - t * 0.00000000073))
    e = 1 - 0.002516 * t - 0.0000074 * t * t
    m = math.radians(2.5534 + 29.10535670 * k - 0.0000014 * t * t)
    n = math.radians(201.5643 + 385.81693528 * k + 0.0107582 * t * t + 0.00001238 * t**3)
    f = math.radians(160.7108 + 390.67050284 * k - 0.0016118 * t * t - 0.00000227 * t**3)
    o = math.radians(124.7746 - 1.56375588 * k + 0.0020672 * t * t)
    s = math.sin
    jde += (
        -0.40720 * s(n) + 0.17241 * e * s(m) + 0.01608 * s(2 * n) + 0.01039 * s(2 * f)
        + 0.00739 * e * s(n - m) - 0.00514 * e * s(n + m) + 0.00208 * e * e * s(2 * m)
        - 0.00111 * s(n - 2 * f) - 0.00057 * s(n + 2 * f) + 0.00056 * e * s(2 * n + m)
        - 0.00042 * s(3 * n) + 0.00042 * e * s(m + 2 * f) + 0.00038 * e * s(m - 2 * f)
        - 0.00024 * e * s(2 * n - m) - 0.00017 * s(o) - 0.00007 * s(n + 2 * m)
        + 0.00004 * s(2 * n - 2 * f) + 0.00004 * s(3 * m) + 0.00003 * s(n + m - 2 * f)
        + 0.00003 * s(2 * n + 2 * f) - 0.00003 * s(n + m + 2 * f) + 0.00003 * s(n - m + 2 * f)
        - 0.00002 * s(n - m - 2 * f) - 0.00002 * s(3 * n + m) + 0.00002 * s(4 * n)
    )  # fmt: skip
    planets = (
        (299.77, 0.107408, 325), (251.88, 0.016321, 165), (251.83, 26.651886, 164), (349.42, 36.412478, 126),
        (84.66, 18.206239, 110), (141.74, 53.303771, 62), (207.14, 2.453732, 60), (154.84, 7.306860, 56),
        (34.52, 27.261239, 47), (207.19, 0.121824, 42), (291.34, 1.844379, 40), (161.72, 24.198154, 37),
        (239.56, 25.513099, 35), (331.55, 3.592518, 23),
    )  # fmt: skip
    jde += sum(size * s(math.radians(base + rate * k)) for base, rate, size in planets) * 1e-6
    return beijing(jde)


def sun(jde: float) -> float:
    """Return the sun's apparent longitude in degrees."""
    t = (jde - NOON_2000) / 36525
    mean = 280.46646 + 36000.76983 * t + 0.0003032 * t * t
    m = math.radians(357.52911 + 35999.05029 * t - 0.0001537 * t * t)
    centre = (
        (1.914602 - 0.004817 * t - 0.000014 * t * t) * math.sin(m)
        + (0.019993 - 0.000101 * t) * math.sin(2 * m)
        + 0.000289 * math.sin(3 * m)
    )
    node = math.radians(125.04 - 1934.136 * t)
    return (mean + centre - 0.00569 - 0.00478 * math.sin(node)) % 360


@cache
def term(year: int, degrees: int) -> float:
    """Return the Julian day, in Beijing, at which the sun reaches a longitude in a common year."""
    # The spring equinox is about 20 March; a degree takes about a day.
    jde = NOON_2000 + (year - 2000) * 365.2422 + 79 + ((degrees + 75) % 360 - 75) * 365.2422 / 360
    for _turn in range(6):
        off = (degrees - sun(jde) + 180) % 360 - 180
        jde += off * 365.2422 / 360
    return beijing(jde)


@cache
def months_after_solstice(year: int) -> tuple[tuple[int, bool, float], ...]:
    """Return number, leap and new moon of the months from the one with the solstice of `year` to the next."""
    first, last = _month_of_solstice(year), _month_of_solstice(year + 1)
    # Dates, not moments: a term belongs to the month on whose days it falls.
    starts = [day_of(new_moon(k)) for k in range(first, last + 1)]
    majors = [day_of(term(at, degrees)) for at in (year, year + 1) for degrees in range(0, 360, 30)]
    has_major = [any(a <= day < b for day in majors) for a, b in itertools.pairwise(starts)]
    leap = has_major.index(False) if last - first == 13 else -1
    found, number = [], 10
    for at, k in enumerate(range(first, last)):
        number += at != leap
        found.append(((number - 1) % 12 + 1, at == leap, new_moon(k)))
    return tuple(found)


def _month_of_solstice(year: int) -> int:
    solstice = day_of(term(year, 270))
    k = round((year + 0.97 - 2000) * 12.3685) + 2
    while day_of(new_moon(k)) > solstice:
        k -= 1
    return k


def first_days(lunar_year: int) -> dict[int, float]:
    """Return the new moon with which each month of a Chinese year begins, leap months left out."""
    before, after = months_after_solstice(lunar_year - 1), months_after_solstice(lunar_year)
    found = {number: moon for number, leap, moon in before if not leap and number <= 10}
    return found | {number: moon for number, leap, moon in after if not leap and number > 10}
